"""A look at the records of an xls before xlrd reads them: it takes a step for each, and for each blank cell."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING, Final

from xlrd.compdoc import CompDoc

from ohai_kg.office.reading.kinds import OLE

if TYPE_CHECKING:
    from ohai_kg.office.reading.limits import Limits

_HEADER: Final = struct.Struct("<HH")
_CELL_SIZES: Final = {0x00BD: 6, 0x00BE: 2}  # MULRK and MULBLANK hold many cells
_COST_OF_A_RECORD: Final = 3  # of a tag of XML, in time


def check_records(data: bytes, limits: Limits) -> None:
    """Raise WorkbookTooLarge where the file has too many records or cells in them. What is broken is left for xlrd to tell."""
    stream = _stream(data)
    place = cost = 0
    while place + _HEADER.size <= len(stream):
        kind, length = _HEADER.unpack_from(stream, place)
        cost += _COST_OF_A_RECORD + (length // _CELL_SIZES[kind] if kind in _CELL_SIZES else 0)
        if cost > limits.tags:
            limits.check_tags(cost)
        place += _HEADER.size + length


def _stream(data: bytes) -> bytes:
    """The stream of the workbook; Excel 4 and older wrote nothing else."""
    if not data.startswith(OLE):
        return data
    container = CompDoc(data, logfile=io.StringIO())
    for name in ("Workbook", "Book"):
        found, start, length = container.locate_named_stream(name)
        if found is not None:
            return bytes(found[start : start + length])
    return b""
