"""The tables a release was made from: as CSV with their CSVW metadata, and together in one workbook for Excel."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

import xlsxwriter

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator, Sequence
    from pathlib import Path

TABLES: Final = "tables"
METADATA_NAME: Final = "csv-metadata.json"
_DATA: Final = "data/"
_KEPT: Final = frozenset({".csv", ".json", ".nq"})
_INTEGER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")
_DECIMAL: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,11})\.[0-9]{1,4}")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SHEET_ROWS: Final = 1_048_576
_SHEET_NAME: Final = 31
_LONGEST_CELL: Final = 32_767
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\']")
_FIRST_DATE: Final = date(1900, 3, 1)
"""Earlier days are others in Excel than in the calendar."""


@dataclass(frozen=True, slots=True)
class InputTable:
    """One table: its file in the archive, the folder of its source, titles, and the datatype of each column by heading."""

    member: str
    source: str
    title_zh: str
    title_en: str
    datatypes: dict[str, str]

    @property
    def path(self) -> str:
        """Its place in a package."""
        return f"{TABLES}/{self.member.removeprefix(_DATA)}"


def unpack_tables(archive: zipfile.ZipFile, folder: Path) -> None:
    """Copy tables, metadata and local statements out of a release's inputs to `folder`/tables, arranged as they were.

    Headings stand in the metadata without their language: CSVW libraries match tagged ones with no header row.
    """
    for member in archive.namelist():
        if member.startswith(_DATA) and PurePosixPath(member).suffix in _KEPT:
            target = folder / TABLES / member.removeprefix(_DATA)
            target.parent.mkdir(parents=True, exist_ok=True)
            content = archive.read(member)
            target.write_bytes(_untagged(content) if target.name == METADATA_NAME else content)


def _untagged(content: bytes) -> bytes:
    metadata = json.loads(content)
    for table in metadata.get("tables", [metadata]):
        for column in table.get("tableSchema", {}).get("columns", []):
            if isinstance(column.get("titles"), dict):
                column["titles"] = _headings(column)
    return (json.dumps(metadata, ensure_ascii=False, indent=1) + "\n").encode()


def list_tables(archive: zipfile.ZipFile) -> list[InputTable]:
    """The tables that metadata describe, in the order of the archive and of the metadata."""
    members = set(archive.namelist())
    tables = []
    for member in archive.namelist():
        path = PurePosixPath(member)
        if member.startswith(_DATA) and path.name == METADATA_NAME:
            metadata = json.loads(archive.read(member))
            for described in metadata.get("tables", [metadata]):
                file = str(path.parent / described["url"])
                if file in members:
                    tables.append(_table(file, str(path.parent).removeprefix(_DATA), described))
    return tables


def _table(member: str, source: str, described: dict[str, Any]) -> InputTable:
    title = described.get("dc:title")
    titles = title if isinstance(title, dict) else {"zh": title or PurePosixPath(member).stem}
    datatypes = {}
    for column in described.get("tableSchema", {}).get("columns", []):
        datatype = column.get("datatype", "string")
        base = datatype.get("base", "string") if isinstance(datatype, dict) else datatype
        for heading in _headings(column):
            datatypes[heading] = "string" if column.get("separator") else base
    zh = str(titles.get("zh") or next(iter(titles.values())))
    return InputTable(member, source, zh, str(titles.get("en") or zh), datatypes)


def _headings(column: dict[str, Any]) -> list[str]:
    titles = column.get("titles", column.get("name", ""))
    values = titles.values() if isinstance(titles, dict) else [titles]
    return [heading for value in values for heading in (value if isinstance(value, list) else [value])]


def write_input_workbook(archive: zipfile.ZipFile, target: Path, created: datetime) -> None:
    """All tables in one workbook, one sheet a table, after a list of them. Same tables and date, same bytes."""
    options = {"constant_memory": True, "strings_to_urls": False, "strings_to_formulas": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(target), options) as book:
        book.set_properties({"created": created})
        heading = book.add_format({"bold": True, "bottom": 1})
        dates = book.add_format({"num_format": "yyyy-mm-dd"})
        contents = book.add_worksheet("目录")
        contents.set_column(0, 0, 32)
        contents.set_column(1, 3, 40)
        contents.write_row(0, 0, ["工作表 Sheet", "表 Table", "文件 File", "来源 Source"], heading)
        names = _sheet_names([table.title_zh for table in list_tables(archive)])
        for number, (name, table) in enumerate(zip(names, list_tables(archive), strict=True), start=1):
            contents.write_url(number, 0, f"internal:'{name}'!A1", string=name)
            contents.write_row(number, 1, [f"{table.title_zh} {table.title_en}", table.path, table.source])
            _write_sheet(book.add_worksheet(name), archive, table, heading, dates)


def _write_sheet(sheet: Any, archive: zipfile.ZipFile, table: InputTable, heading: object, dates: object) -> None:
    """The rows of a table as far as a sheet goes."""
    sheet.freeze_panes(1, 0)
    datatypes: list[str] = []
    for number, row in enumerate(_rows(archive, table.member)):
        if number == _SHEET_ROWS:
            break
        if number == 0:
            datatypes = [table.datatypes.get(name.strip(), "string") for name in row]
            sheet.set_column(0, max(len(row) - 1, 0), 18)
        for column, text in enumerate(row):
            if number == 0:
                sheet.write_string(0, column, text, heading)
            elif text:
                _write_cell(sheet, number, column, text, datatypes[column] if column < len(datatypes) else "string", dates)


def _rows(archive: zipfile.ZipFile, member: str) -> Iterator[list[str]]:
    content = archive.read(member)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    return csv.reader(io.StringIO(text, newline=""))


def _write_cell(sheet: Any, row: int, column: int, text: str, datatype: str, dates: object) -> None:
    """One cell: a number or a date only where its column is of such and nothing of the text is lost."""
    if datatype not in {"string", "date"} and (_INTEGER.fullmatch(text) or _DECIMAL.fullmatch(text)):
        sheet.write_number(row, column, float(text))
    elif datatype == "date" and _DATE.fullmatch(text) and (day := date.fromisoformat(text)) >= _FIRST_DATE:
        sheet.write_datetime(row, column, day, dates)
    else:
        sheet.write_string(row, column, text[:_LONGEST_CELL])


def _sheet_names(titles: Sequence[str]) -> list[str]:
    """A name for each sheet that Excel takes: short, without its signs, none twice whatever the case."""
    names: list[str] = []
    taken = {"目录", "history"}
    for title in titles:
        stem = _FORBIDDEN.sub(" ", title).strip()[:_SHEET_NAME] or "表"
        name, number = stem, 1
        while name.lower() in taken:
            number += 1
            name = f"{stem[: _SHEET_NAME - len(str(number)) - 1]} {number}"
        taken.add(name.lower())
        names.append(name)
    return names
