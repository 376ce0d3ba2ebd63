"""An answer as an xlsx workbook: typed cells, links, and a second sheet that says where it comes from."""

from __future__ import annotations

import io
import math
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ohai_kg.office.answers import AnswerTable, Cell

_WIDEST: Final = 60
_LONGEST_LINK: Final = 2079
"""Characters: what a spreadsheet program allows in a link."""
_MOST_LINKS: Final = 65_530
"""Links in a sheet; further ones stand as text, for the library would leave their cells empty."""
_LONGEST_TEXT: Final = 32_767
"""Characters of a cell; a longer text ends in `…`."""
_EXACT: Final = 15
"""Characters of a number that a spreadsheet program keeps exactly; a longer one stands as text."""
_FIRST_YEAR: Final = 1900
_LINKED: Final = ("http://", "https://")
"""What becomes a link; any other IRI (`javascript:`, `file:`, `urn:`) is text, for nobody should follow one of a stranger's."""


def write_workbook(table: AnswerTable, about: Mapping[str, str], *, created: datetime | None = None) -> bytes:
    """The workbook; `about` becomes the rows of the second sheet (title, query, release, date ...).

    The same table, rows and `created` (without time zone) give the same bytes.
    """
    output = io.BytesIO()
    options = {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(output, options) as book:
        if created is not None:
            book.set_properties({"created": created})
        heading = book.add_format({"bold": True, "bottom": 1})
        dates = book.add_format({"num_format": "yyyy-mm-dd"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet("结果")
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(table.columns):
            sheet.write_string(0, column, name, heading)
            sheet.set_column(column, column, _width(table, column))
        for number, row in enumerate(table.rows, start=1):
            for column, cell in enumerate(row):
                if cell is not None:
                    _write(sheet, number, column, cell, dates)
        if table.rows:
            sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
        notes = book.add_worksheet("说明")
        notes.set_column(0, 0, 12)
        notes.set_column(1, 1, 100)
        for number, (name, text) in enumerate(about.items()):
            notes.write_string(number, 0, name, heading)
            notes.write_string(number, 1, text, wrapped)
    return output.getvalue()


def _write(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: Cell, dates: object) -> None:
    value = cell.value
    is_link = cell.is_iri and len(cell.text) <= _LONGEST_LINK and cell.text.startswith(_LINKED)
    if is_link and sheet.hlink_count < _MOST_LINKS:
        sheet.write_url(row, column, cell.text, string=cell.text)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float | Decimal) and len(cell.text) <= _EXACT and math.isfinite(value):
        sheet.write_number(row, column, float(value) if isinstance(value, Decimal) else value)
    elif isinstance(value, date) and value.year >= _FIRST_YEAR:
        sheet.write_datetime(row, column, value, dates)
    else:
        text = cell.text
        sheet.write_string(row, column, text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…")


def _width(table: AnswerTable, column: int) -> int:
    """Characters; a Han character takes two."""
    texts = [table.columns[column], *(row[column].text for row in table.rows[:200] if row[column])]  # type: ignore[union-attr]
    longest = max(sum(2 if ord(character) > 0x2E7F else 1 for character in text) for text in texts)
    return min(_WIDEST, longest + 2)
