"""A workbook made new from what a reader gave: for formats whose cells cannot be marked in the file itself."""

from __future__ import annotations

import contextlib
import io
import re
from typing import TYPE_CHECKING, Any, Final

import xlsxwriter
from xlsxwriter.exceptions import OverlappingRange

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ohai_kg.office.sheets import Sheet

_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NAME: Final = 31
_LONGEST_CELL: Final = 32767
_NUMBER: Final = re.compile(r"0|[1-9]\d{0,14}")  # 1.10 would come back as 1.1
_WIDEST: Final = 40
_SAMPLE: Final = 300


def sheet_names(sheets: Sequence[Sheet], file: str) -> dict[str | None, str]:
    """A name for each sheet that a spreadsheet program takes: at most 31 characters, none of []:*?/\\, each once."""
    given: dict[str | None, str] = {}
    for sheet in sheets:
        wanted = _FORBIDDEN.sub("_", sheet.name or file).strip("' ")[:_LONGEST_NAME] or "Sheet"
        name, number = wanted, 1
        while name.lower() in {taken.lower() for taken in given.values()}:
            number += 1
            name = f"{wanted[: _LONGEST_NAME - len(str(number)) - 1]}_{number}"
        given[sheet.name] = name
    return given


def write_plain(sheets: Sequence[Sheet], names: Mapping[str | None, str]) -> tuple[bytes, int]:
    """The workbook, and how many cells had to be cut to what a cell can hold.

    Text stays text, so that `=...`, `+...`, `-...` and `@...` are never taken for formulas; only plain numbers are numbers.
    """
    output = io.BytesIO()
    cut = 0
    options = {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(output, options) as book:
        wrapped = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
        for sheet in sheets:
            page = book.add_worksheet(names[sheet.name])
            for column in range(sheet.width):
                page.set_column(column, column, _width(sheet, column))
            cut += _write_cells(page, sheet, wrapped)
            _write_merges(page, sheet, wrapped)
    return output.getvalue(), cut


def _write_cells(page: Any, sheet: Sheet, look: Any) -> int:
    cut = 0
    for row, cells in enumerate(sheet.rows):
        for column, text in enumerate(cells):
            if text:
                _write(page, row, column, text, look)
                cut += len(text) > _LONGEST_CELL
    return cut


def _write_merges(page: Any, sheet: Sheet, look: Any) -> None:
    for merge in sheet.merges:
        if merge.top == merge.bottom and merge.left == merge.right:
            continue
        with contextlib.suppress(OverlappingRange):  # pages of the web may merge what they merged before
            page.merge_range(*merge, "", look)
            _write(page, merge.top, merge.left, sheet.text(merge.top, merge.left), look)


def _write(page: Any, row: int, column: int, text: str, look: Any) -> None:
    if _NUMBER.fullmatch(text):
        page.write_number(row, column, float(text), look)
    elif text:
        page.write_string(row, column, text[:_LONGEST_CELL], look)


def _width(sheet: Sheet, column: int) -> int:
    """Characters; a Han character takes two."""
    lines = (line for row in sheet.rows[:_SAMPLE] if column < len(row) for line in row[column].split("\n"))
    longest = max((sum(2 if ord(character) > 0x2E7F else 1 for character in line) for line in lines), default=0)
    return max(8, min(_WIDEST, longest + 2))
