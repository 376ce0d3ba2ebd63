"""Any office file to a `Workbook`: which reader is told by the content, never by the name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ohai_kg.errors import FileUnreadable
from ohai_kg.files import read_regular
from ohai_kg.office.reading.archivedpages import read_archived_page
from ohai_kg.office.reading.csv import read_csv
from ohai_kg.office.reading.docx import read_docx
from ohai_kg.office.reading.html import read_page
from ohai_kg.office.reading.kinds import kind_of
from ohai_kg.office.reading.limits import Limits
from ohai_kg.office.reading.ods import read_ods
from ohai_kg.office.reading.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from ohai_kg.office.sheets import Workbook

# Control characters without meaning in a cell, and halves of characters that broken files leave behind.
_CONTROLS: Final = {
    **dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127, 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)), None),
    13: "\n",
}

__all__ = ["Limits", "load", "read_workbook"]


def read_workbook(source: Path | str | bytes, *, name: str | None = None, limits: Limits | None = None) -> Workbook:
    """The sheets of a file or of its bytes; `name` names the sheet of a web page that does not name it itself.

    Raises WorkbookUnreadable: NotAWorkbook, WorkbookEncrypted or WorkbookTooLarge, each saying what was expected and found.
    """
    limits = limits or Limits()
    data = load(source, limits)
    if not isinstance(source, bytes):
        name = name or Path(source).name
    workbook = _read(data, limits, Path(name or "Sheet1").stem)
    return replace(workbook, sheets=tuple(replace(sheet, rows=tuple(map(_clean, sheet.rows))) for sheet in workbook.sheets))


def _clean(row: tuple[str, ...]) -> tuple[str, ...]:
    """The row without control characters, which some programs write for tabs and which no text in the graph may hold."""
    if all(map(str.isprintable, row)):
        return row
    return tuple(text if text.isprintable() else text.translate(_CONTROLS) for text in row)


def load(source: Path | str | bytes, limits: Limits) -> bytes:
    """The bytes of a file, of which no more than the limit is read: it may be larger than the memory, or have no end."""
    if isinstance(source, bytes):
        limits.check_file(len(source))
        return source
    try:
        data = read_regular(Path(source), limits.file_bytes)
    except FileUnreadable as error:
        found = error.found_zh if "打不开" in error.found_zh else f"打不开的文件（{error.found_zh}）"
        raise refused(found, error.found_en) from None
    limits.check_file(len(data))
    return data


def _read(data: bytes, limits: Limits, name: str) -> Workbook:
    kind = kind_of(data, limits)
    if kind == "html":
        return read_page(data, limits, name)
    if kind == "mhtml":
        return read_archived_page(data, limits, name)
    return _reader(kind)(data, limits)


def _reader(kind: str) -> Callable[[bytes, Limits], Workbook]:
    """The two readers with a library behind them are imported only when a file needs them."""
    if kind == "xlsx":
        from ohai_kg.office.reading.xlsx import read_xlsx

        return read_xlsx
    if kind == "xls":
        from ohai_kg.office.reading.xls import read_xls

        return read_xls
    return {"ods": read_ods, "docx": read_docx, "csv": read_csv}[kind]
