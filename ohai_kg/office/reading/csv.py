"""csv as spreadsheet programs save it: UTF-8 with or without BOM, GB18030, UTF-16; comma, semicolon or tab."""

from __future__ import annotations

import csv
import io
from itertools import islice
from typing import TYPE_CHECKING, Final

from ohai_kg.office.reading.kinds import utf16_without_mark
from ohai_kg.office.reading.limits import Tally
from ohai_kg.office.reading.refusals import refused
from ohai_kg.office.sheets import Sheet, Workbook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ohai_kg.office.reading.limits import Limits

_DELIMITERS: Final = (",", "\t", ";", "，")
_CONTROL: Final = frozenset(map(chr, range(32))) - {"\t", "\n", "\r", "\x0b", "\x0c"}
_HEAD_LINES: Final = 60
_HEAD_CHARACTERS: Final = 200_000


def read_csv(data: bytes, limits: Limits) -> Workbook:
    """The one table of a csv file. A quoted cell may hold line breaks, so rows count as a spreadsheet shows them."""
    text = decode(data).rstrip("\r\n")
    delimiter = _delimiter(text)
    Tally(limits).add_cells(None, max(text.count("\n"), text.count("\r")), 1)
    tally = Tally(limits)
    rows: list[tuple[str, ...]] = []
    number = 0
    try:
        for number, cells in enumerate(csv.reader(_lines(text, delimiter, tally), delimiter=delimiter), 1):
            if not any(cells):
                continue  # spreadsheet programs write blank rows to the end of the sheet
            tally.add_cells(None, number - 1 - len(rows), 1)
            tally.add_cells(None, 1, len(cells))
            rows += [()] * (number - 1 - len(rows))
            rows.append(tuple(cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell for cell in cells))
            for cell in cells:
                tally.add_text(None, len(cell))
    except csv.Error as error:
        if "field limit" in str(error):  # a quote that is never closed would make one cell of the rest of the file
            tally.check_text(None, limits.cell_characters + 1)
        raise refused(f"不成行列的文本（{error}）", f"text that does not form rows ({error})") from None
    return Workbook("csv", (Sheet(None, tuple(rows), keeps_merges=False),))


def _lines(text: str, delimiter: str, tally: Tally) -> Iterator[str]:
    """The lines with their ends. Raises WorkbookTooLarge before a line of far too many cells is taken apart."""
    limits = tally.limits
    # within quotes a delimiter parts nothing, but no cell holds more of them than characters
    most = limits.columns + limits.cell_characters
    for line in io.StringIO(text, newline=""):
        if len(line) > most and line.count(delimiter) > most:
            tally.add_cells(None, 1, line.count(delimiter) + 1)
        yield line


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
    head = "".join(islice(io.StringIO(text[:_HEAD_CHARACTERS], newline=""), _HEAD_LINES))

    def widths(delimiter: str) -> tuple[int, int]:
        try:
            found = [len(row) for row in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)]
        except csv.Error:
            return (0, 0)
        return (sum(width > 2 for width in found), max(found, default=0))

    return max(_DELIMITERS, key=widths)
