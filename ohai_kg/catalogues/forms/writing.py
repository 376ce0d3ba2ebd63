"""A form as an xlsx: drop-downs from a sheet of lists, notes on every head, a frozen and protected head, print set-up.

Only what Excel, WPS and LibreOffice all have: list validations that name a plain range, comments, sheet protection.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ohai_kg.catalogues.forms.layout import Block, Column, FormLayout

_LISTS_SHEET: Final = "代码表"
_LAST_ROW: Final = 3000
"""Drop-downs reach down to this row."""
_A4: Final = 9


def write_form(form: FormLayout) -> bytes:
    """The workbook: the form first, the lists second."""
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        looks = _looks(book)
        page = book.add_worksheet(form.sheet)
        lists = book.add_worksheet(_LISTS_SHEET)
        ranges = _write_lists(lists, form, looks)
        _write_page(page, form, ranges, looks)
        _set_up(page)
    return output.getvalue()


def _looks(book: Any) -> dict[str, Any]:
    head = {"bold": True, "align": "center", "valign": "vcenter", "text_wrap": True, "border": 1, "bg_color": "#E7E6E6"}
    return {
        "title": book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"}),
        "caption": book.add_format({"align": "left", "valign": "vcenter", "locked": False}),
        "section": book.add_format({"bold": True, "align": "left", "valign": "vcenter", "border": 1}),
        "head": book.add_format(head),
        "extra": book.add_format({**head, "bold": False, "italic": True, "bg_color": "#FFF2CC"}),
        "body": book.add_format({"text_wrap": True, "valign": "vcenter", "border": 1, "locked": False}),
        "free": book.add_format({"text_wrap": True, "valign": "vcenter", "locked": False}),
        "plain": book.add_format({"text_wrap": True, "valign": "top"}),
        "bold": book.add_format({"bold": True, "bottom": 1}),
    }


def _write_lists(page: Any, form: FormLayout, looks: Mapping[str, Any]) -> dict[str, str]:
    """The sheet of hints and lists, one below the other; the range of each list by name."""
    page.set_column(0, 0, 14)
    page.set_column(1, 1, 60)
    row = 0
    for hint in form.hints:
        page.write_string(row, 0, "填表说明", looks["bold"])
        page.write_string(row, 1, hint, looks["plain"])
        row += 1
    page.write_string(row, 0, "清单", looks["bold"])
    page.write_string(row, 1, "可选的值", looks["bold"])
    row += 1
    ranges: dict[str, str] = {}
    for name, values in form.lists.items():
        if values:
            ranges[name] = f"='{_LISTS_SHEET}'!$B${row + 1}:$B${row + len(values)}"
        for value in values:
            page.write_string(row, 0, name)
            page.write_string(row, 1, value)
            row += 1
    page.protect("", {"format_columns": True})
    return ranges


def _write_page(page: Any, form: FormLayout, ranges: Mapping[str, str], looks: Mapping[str, Any]) -> None:
    widest = max((block.columns for block in form.blocks), key=len)
    for index, column in enumerate(widest):
        page.set_column(index, index, column.width, looks["free"])
    page.set_row(0, 30)
    _across(page, 0, form.width, form.title, looks["title"])
    row = 1
    if form.caption:
        _across(page, row, form.width, form.caption, looks["caption"])
        row += 1
    for number, block in enumerate(form.blocks):
        if block.heading:
            _across(page, row, form.width, block.heading, looks["section"])
            row += 1
        first = _write_head(page, row, block, looks)
        is_last = number == len(form.blocks) - 1
        _write_body(page, first, block, looks)
        _write_choices(page, first, _LAST_ROW if is_last else first + block.rows - 1, block, ranges)
        if number == 0 and is_last:
            page.freeze_panes(first, 0)
            page.repeat_rows(row, first - 1)
        row = first + block.rows
    if form.footer:
        _across(page, row, form.width, form.footer, looks["caption"])


def _across(page: Any, row: int, width: int, text: str, look: Any) -> None:
    if width > 1:
        page.merge_range(row, 0, row, width - 1, text, look)
    else:
        page.write_string(row, 0, text, look)


def _write_head(page: Any, row: int, block: Block, looks: Mapping[str, Any]) -> int:
    """The head in one row, or in two where columns stand in groups; the row below it."""
    grouped = any(column.group for column in block.columns)
    page.set_row(row, 24 if grouped else 40)
    if grouped:
        page.set_row(row + 1, 32)
    start = 0
    for index, column in enumerate(block.columns):
        look = looks["extra" if column.is_extra else "head"]
        if not grouped:
            page.write_string(row, index, column.head, look)
        elif not column.group:
            page.merge_range(row, index, row + 1, index, column.head, look)
        else:
            page.write_string(row + 1, index, column.head, look)
            start = index if index == 0 or block.columns[index - 1].group != column.group else start
            if index + 1 == len(block.columns) or block.columns[index + 1].group != column.group:
                page.merge_range(row, start, row, index, column.group, look)
        note_row = row + 1 if column.group else row
        page.write_comment(note_row, index, _note(column), {"x_scale": 2, "y_scale": 1.2, "author": "填表说明"})
    return row + (2 if grouped else 1)


def _note(column: Column) -> str:
    return column.note + (f"\n例：{column.example}" if column.example else "")


def _write_body(page: Any, first: int, block: Block, looks: Mapping[str, Any]) -> None:
    for row in range(first, first + block.rows):
        for index in range(len(block.columns)):
            page.write_blank(row, index, None, looks["body"])


def _write_choices(page: Any, first: int, last: int, block: Block, ranges: Mapping[str, str]) -> None:
    """Drop-downs; where other words are allowed nothing is refused."""
    for index, column in enumerate(block.columns):
        source = ranges.get(column.choices or "")
        if source is not None:
            page.data_validation(
                first,
                index,
                last,
                index,
                {
                    "validate": "list",
                    "source": source,
                    "show_error": not column.is_open,
                    "error_title": "请从列表中选",
                    "error_message": f"“{column.head[:20]}”只能取列表中的值，可选的值见“{_LISTS_SHEET}”。",
                },
            )


def _set_up(page: Any) -> None:
    page.set_landscape()
    page.set_paper(_A4)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    page.set_footer("&C第 &P 页，共 &N 页")
    page.protect("", dict.fromkeys(_ALLOWED, True))
    page.activate()


_ALLOWED: Final = (
    *("format_cells", "format_columns", "format_rows", "insert_rows", "delete_rows"),
    *("sort", "autofilter", "insert_hyperlinks", "objects"),
)
