"""csv as spreadsheet programs save it: UTF-8 with or without BOM, GB18030, UTF-16; comma, semicolon or tab."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from ohai_kg.ingest.workbooks.reading.kinds import refused
from ohai_kg.ingest.workbooks.sheets import Sheet, Workbook

if TYPE_CHECKING:
    from ohai_kg.ingest.workbooks.reading.limits import Limits

_DELIMITERS: Final = (",", "\t", ";", "，")
_CONTROL: Final = frozenset(map(chr, range(32))) - {"\t", "\n", "\r", "\x0b", "\x0c"}


def read_csv(data: bytes, limits: Limits) -> Workbook:
    """The one table of a csv file. A quoted cell may hold line breaks, so rows count as a spreadsheet shows them."""
    text = decode(data)
    delimiter = _delimiter(text)
    rows: list[tuple[str, ...]] = []
    width = 0
    # The csv module refuses cells beyond 128 kB unless told otherwise; the file's own size is the bound here.
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            width = max(width, len(cells))
            limits.check_area(None, len(rows) + 1, width)
            rows.append(tuple(cell.replace("\r\n", "\n").replace("\r", "\n") for cell in cells))
    except csv.Error as error:
        raise refused(f"不成行列的文本（{error}）", f"text that does not form rows ({error})") from None
    return Workbook("csv", (Sheet(None, tuple(rows), keeps_merges=False),))


def decode(data: bytes) -> str:
    """The text of bytes in UTF-8, UTF-16 with a mark, or GB18030. Raises NotAWorkbook where it is none of them."""
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROL.isdisjoint(text[:10_000]):
            break
        return text
    raise refused("既非 UTF-8 也非 GB18030 的内容", "content that is neither UTF-8 nor GB18030")


def _delimiter(text: str) -> str:
    """The delimiter that makes rows of most lines, and the widest: a list inside cells makes few rows wide."""
    head = "\n".join(text.splitlines()[:60])

    def widths(delimiter: str) -> tuple[int, int]:
        try:
            found = [len(row) for row in csv.reader(io.StringIO(head), delimiter=delimiter)]
        except csv.Error:
            return (0, 0)
        return (sum(width > 2 for width in found), max(found, default=0))

    return max(_DELIMITERS, key=widths)
