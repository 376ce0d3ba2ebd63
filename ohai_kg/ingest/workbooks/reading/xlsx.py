"""xlsx (and new WPS .et) through python-calamine, with what it does not tell read from the parts themselves.

Calamine gives a blank for the error of a formula and allots memory for the whole area of a sheet: both are looked up first.
"""

from __future__ import annotations

import io
import re
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

import python_calamine as calamine

from ohai_kg.ingest.workbooks.reading.archives import Archive
from ohai_kg.ingest.workbooks.reading.kinds import encrypted_file, refused
from ohai_kg.ingest.workbooks.sheets import Merge, Sheet, Workbook, column_index

if TYPE_CHECKING:
    from ohai_kg.ingest.workbooks.reading.limits import Limits

_CELL: Final = re.compile(rb"<(?:\w+:)?c\b([^>]*)(?<!/)>")  # one that closes itself holds a style and no value
_REFERENCE: Final = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_ERROR: Final = re.compile(rb'\bt="e"')
_ERROR_VALUE: Final = re.compile(rb"<(?:\w+:)?v>([^<]{1,40})</")
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def read_xlsx(data: bytes, limits: Limits) -> Workbook:
    """The worksheets of an xlsx file, hidden ones too."""
    archive = Archive(data, limits)
    archive.refuse_entities()
    parts = _parts(archive)
    limits.check_sheets(len(parts))
    errors = {name: _look_over(name, archive.read(part), limits) for name, part in parts.items() if part in archive.names}
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        return Workbook(
            "xlsx",
            tuple(
                _sheet(book.get_sheet_by_name(meta.name), errors.get(meta.name, {}), limits)
                for meta in book.sheets_metadata
                if meta.typ == calamine.SheetTypeEnum.WorkSheet
            ),
        )
    except calamine.PasswordError:
        raise encrypted_file() from None
    except calamine.CalamineError as error:
        raise refused(f"损坏的 xlsx（{error}）", f"a damaged xlsx ({error})") from None


def _parts(archive: Archive) -> dict[str, str]:
    """Sheet name to the part that holds it."""
    relations = {element.get("Id", ""): element.get("Target", "") for element in archive.parse("xl/_rels/workbook.xml.rels")}
    found: dict[str, str] = {}
    for element in archive.parse("xl/workbook.xml").iter():
        if element.tag.rpartition("}")[2] == "sheet":
            relation = next((value for key, value in element.attrib.items() if key.endswith("}id")), "")
            target = relations.get(element.get(_RELATION, relation), "")
            found[element.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return found


def _look_over(name: str, part: bytes, limits: Limits) -> dict[tuple[int, int], str]:
    """The errors of formulas by cell; raises WorkbookTooLarge where one stray cell would make the area huge."""
    errors: dict[tuple[int, int], str] = {}
    rows = columns = 0
    for cell in _CELL.finditer(part):
        reference = _REFERENCE.search(cell[1])
        if reference is None:
            continue
        row, column = int(reference[2]), column_index(reference[1].decode())
        rows, columns = max(rows, row), max(columns, column + 1)
        if _ERROR.search(cell[1]):
            value = _ERROR_VALUE.search(part, cell.end(), cell.end() + 4096)
            errors[row - 1, column] = value[1].decode(errors="replace") if value else "#VALUE!"
    limits.check_area(name, rows, columns)
    return errors


def _sheet(sheet: calamine.CalamineSheet, errors: dict[tuple[int, int], str], limits: Limits) -> Sheet:
    limits.check_area(sheet.name, sheet.total_height, sheet.total_width)  # cells need not say where they stand
    rows = [[cell_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    for (row, column), error in errors.items():
        rows.extend([] for _ in range(row + 1 - len(rows)))
        rows[row].extend("" for _ in range(column + 1 - len(rows[row])))
        rows[row][column] = error
    merges = tuple(Merge(*start, *end) for start, end in sheet.merged_cell_ranges or ())
    return Sheet(sheet.name, tuple(tuple(row) for row in rows), merges)


def cell_text(value: float | str | bool | time | date | datetime | timedelta) -> str:
    """A cell as text: whole numbers without a point, dates as yyyy-MM-dd."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value).replace("\r\n", "\n").replace("_x000D_", "").replace("\r", "\n")
