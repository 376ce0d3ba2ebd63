"""An answer as an xlsx workbook: typed cells, links, and a second sheet that says where it comes from."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ohai_kg.export.tables import AnswerTable, Cell

_WIDEST: Final = 60
_LONGEST_LINK: Final = 2079
"""Characters: what a spreadsheet program allows in a link."""
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
    if cell.is_iri and len(cell.text) <= _LONGEST_LINK and cell.text.startswith(_LINKED):
        sheet.write_url(row, column, cell.text, string=cell.text)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(row, column, float(value) if isinstance(value, Decimal) else value)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, dates)
    else:
        sheet.write_string(row, column, cell.text)


def _width(table: AnswerTable, column: int) -> int:
    """Characters; a Han character takes two."""
    texts = [table.columns[column], *(row[column].text for row in table.rows[:200] if row[column])]  # type: ignore[union-attr]
    longest = max(sum(2 if ord(character) > 0x2E7F else 1 for character in text) for text in texts)
    return min(_WIDEST, longest + 2)
