"""xlsx (and new WPS .et) through python-calamine, with what it does not tell read from the parts themselves.

Calamine gives a blank for the error of a formula, allots memory for the whole area of a sheet, copies a shared string for
every cell that shows it and ends the process where a file misleads it. So every part it needs is looked over first, and it
gets a container of just these parts: what it reads is what was seen here.
"""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

import python_calamine as calamine

from ohai_kg.office.reading.archives import Archive
from ohai_kg.office.reading.limits import Tally
from ohai_kg.office.reading.markup import Elements
from ohai_kg.office.reading.refusals import encrypted_file, refused
from ohai_kg.office.reading.worksheets import SharedStrings, Worksheet
from ohai_kg.office.sheets import Sheet, Workbook

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ohai_kg.office.reading.limits import Limits

_BOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_ROOT: Final = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="'
    f'http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="{_BOOK}"/></Relationships>'
)


def read_xlsx(data: bytes, limits: Limits) -> Workbook:
    """The worksheets of an xlsx file, hidden ones too."""
    archive = Archive(data, limits)
    parts = _parts(archive)
    limits.check_sheets(len(parts))
    strings = SharedStrings()
    strings_part, styles_part = archive.find("xl/sharedStrings.xml"), archive.find("xl/styles.xml")
    if strings_part:
        archive.read_elements(strings_part, strings)
    if styles_part:
        archive.read_elements(styles_part, Elements())
    tally, looked = Tally(limits), {}
    for name, part in parts.items():
        looked[name] = Worksheet(name, strings.lengths, tally)
        archive.read_elements(part, looked[name])
        looked[name].finish()
    container = _container(archive, (_BOOK, _RELATIONS, strings_part, styles_part, *parts.values()))
    try:
        book = calamine.CalamineWorkbook.from_filelike(container)
        names = [meta.name for meta in book.sheets_metadata if meta.typ == calamine.SheetTypeEnum.WorkSheet]
        if missing := [name for name in names if name not in looked]:
            raise refused(f"缺少工作表“{missing[0]}”的文件", f'a file without its sheet "{missing[0]}"')
        read = Tally(limits)
        return Workbook("xlsx", tuple(_sheet(book.get_sheet_by_name(name), looked[name], read) for name in names))
    except calamine.PasswordError:
        raise encrypted_file() from None
    except calamine.CalamineError as error:
        raise refused(f"损坏的 xlsx（{error}）", f"a damaged xlsx ({error})") from None


class _Relations(Elements):
    """Ids to targets."""

    prefixed = True

    def __init__(self) -> None:
        self.targets: dict[str, str] = {}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:  # noqa: ARG002  any element with an id will do
        if "Id" in attributes:
            self.targets[attributes["Id"]] = attributes.get("Target", "")


class _Book(Elements):
    """Names of sheets to ids of their relations."""

    def __init__(self) -> None:
        self.relations: dict[str, str] = {}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name.rpartition("}")[2] == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith("}id")), "")
            self.relations[attributes.get("name", "")] = relation


def _parts(archive: Archive) -> dict[str, str]:
    """Sheet name to the part that holds it, for the parts that are there."""
    relations, book = _Relations(), _Book()
    archive.read_elements(_RELATIONS, relations)
    archive.read_elements(_BOOK, book)
    found: dict[str, str] = {}
    for name, relation in book.relations.items():
        target = relations.targets.get(relation, "")
        part = archive.find(target.lstrip("/") if target.startswith(("/", "xl/")) else f"xl/{target}")
        if part is not None:
            found[name] = part
    return found


def _container(archive: Archive, names: tuple[str | None, ...]) -> io.BytesIO:
    """A container of those parts, each once."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as container:
        container.writestr("_rels/.rels", _ROOT)
        for name in dict.fromkeys(names):
            if name is not None:
                with container.open(zipfile.ZipInfo(name), "w") as part:
                    part.writelines(archive.pieces(name))
    target.seek(0)
    return target


def _sheet(sheet: calamine.CalamineSheet, looked: Worksheet, tally: Tally) -> Sheet:
    tally.add_cells(sheet.name, sheet.total_height, sheet.total_width)
    rows: list[tuple[str, ...]] = []
    for number, values in enumerate(sheet.to_python(skip_empty_area=False)):
        row = [cell_text(value) for value in values]
        for column, error in looked.errors.pop(number, {}).items():
            row += [""] * (column + 1 - len(row))
            row[column] = error
        rows.append(tuple(row))
    for number, errors in sorted(looked.errors.items()):
        rows += [()] * (number - len(rows))
        rows.append(tuple(errors.get(column, "") for column in range(max(errors) + 1)))
    return Sheet(sheet.name, tuple(rows), tuple(looked.merges))


def cell_text(value: float | str | bool | time | date | datetime | timedelta) -> str:
    """A cell as text: whole numbers without a point, dates as yyyy-MM-dd."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("_x000D_", "").replace("\r", "\n") if value else value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
