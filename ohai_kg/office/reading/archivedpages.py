"""Pages saved as one MIME file (.mht), taken apart at their boundaries: only the heads of parts go through the mail library."""

from __future__ import annotations

import re
from email.parser import BytesHeaderParser
from typing import TYPE_CHECKING, Final

from ohai_kg.office.reading.html import read_page
from ohai_kg.office.reading.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

    from ohai_kg.office.reading.limits import Limits
    from ohai_kg.office.sheets import Workbook

_HEAD: Final = re.compile(rb"\s*+(?:[!-9;-~]++:[^\r\n]*+(?:\r?\n[ \t][^\r\n]*+)*+(?:\r?\n|\Z))*+")
_LONGEST_HEAD: Final = 8_192
_BOUNDARY: Final = re.compile(r"""boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))""", re.IGNORECASE)
_DEEPEST: Final = 4  # multipart/related with multipart/alternative in it is what programs write


def read_archived_page(data: bytes, limits: Limits, name: str) -> Workbook:
    """Its first HTML part that holds a table. Raises NotAWorkbook where there is none."""
    for part in _parts(data, limits, _DEEPEST):
        if b"<t" in part.lower():
            return read_page(part, limits, name)
    raise refused("没有网页内容的 MIME 文件", "a MIME file without a page")


def _parts(data: bytes, limits: Limits, depth: int) -> Iterator[bytes]:
    """The HTML parts, decoded."""
    found = _HEAD.match(data)
    end = found.end() if found else 0
    if end > _LONGEST_HEAD:
        return
    head: Message = BytesHeaderParser().parsebytes(data[:end].lstrip())
    kind = head.get("Content-Type", "")
    boundary = _BOUNDARY.search(kind)
    if boundary is None:
        if kind.lower().lstrip().startswith("text/html"):
            head.set_payload(data[end:].lstrip(b"\r\n"))
            content = head.get_payload(decode=True)
            if isinstance(content, bytes):
                yield content
    elif depth:
        mark = b"--" + (boundary[1] or boundary[2]).encode("ascii", "surrogateescape")
        limits.check_parts(data.count(mark, end))
        for part in data[end:].split(mark)[1:]:
            yield from _parts(part, limits, depth - 1)
