"""csv as spreadsheet programs save it: UTF-8 with or without BOM, GB18030, UTF-16; comma, semicolon or tab."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from ohai_kg.ingest.workbooks.reading.kinds import refused, utf16_without_mark
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
    """The text of bytes in UTF-8, UTF-16 or GB18030. Raises NotAWorkbook with the line where it is none of them."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        unmarked = utf16_without_mark(data)
        encodings = (unmarked,) if unmarked else ("utf-8-sig", "gb18030")
    reached = 0
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            reached = max(reached, error.start)
            continue
        if not _CONTROL.isdisjoint(text[:10_000]):
            raise refused("含有控制字符、不是文本的内容", "content with control characters that is no text")
        return text
    line = data.count(b"\n", 0, reached) + 1
    if reached >= len(data) - 3:
        raise refused(
            f"在第 {line} 行末尾断开的文本（最后一个字不完整，也许没有传完），请重新取得整个文件",
            f"text that breaks off in line {line}, in mid character: fetch the whole file again",
        )
    raise refused(
        f"既非 UTF-8 也非 GB18030 的内容（第 {line} 行，第 {reached + 1} 字节），请另存为 UTF-8",
        f"content that is neither UTF-8 nor GB18030 (line {line}, byte {reached + 1}); save it as UTF-8",
    )


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
