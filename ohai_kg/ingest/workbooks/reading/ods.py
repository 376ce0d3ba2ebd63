"""ods read from its XML: calamine gives its values, but no merged ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ohai_kg.ingest.workbooks.reading.archives import Archive
from ohai_kg.ingest.workbooks.reading.kinds import encrypted_file
from ohai_kg.ingest.workbooks.sheets import Merge, Sheet, Workbook

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET
    from collections.abc import Iterator

    from ohai_kg.ingest.workbooks.reading.limits import Limits

_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"


def read_ods(data: bytes, limits: Limits) -> Workbook:
    """The tables of an ods file, with the text its cells show."""
    archive = Archive(data, limits)
    if "META-INF/manifest.xml" in archive.names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise encrypted_file()
    body = archive.parse("content.xml")
    tables = [table for table in body.iter(f"{_TABLE}table") if table.get(f"{_TABLE}name") is not None]
    limits.check_sheets(len(tables))
    return Workbook("ods", tuple(_sheet(table, limits) for table in tables))


def _sheet(table: ET.Element, limits: Limits) -> Sheet:
    name = table.get(f"{_TABLE}name")
    rows: list[tuple[str, ...]] = []
    merges: list[Merge] = []
    number = width = 0
    for row in _rows(table):
        repeated = _count(row, f"{_TABLE}number-rows-repeated")
        cells = _cells(row, number, merges)
        width = max(width, len(cells))
        if cells:
            # A file may repeat its last, blank row a million times; only rows with text are made.
            limits.check_area(name, number + repeated, max(width, 1))
            rows.extend(() for _ in range(number - len(rows)))
            rows.extend([cells] * repeated)
        number += repeated
    return Sheet(name, tuple(rows), tuple(merges))


def _rows(table: ET.Element) -> Iterator[ET.Element]:
    """The rows, also those in header and row groups, but not those of a table inside a cell."""
    for child in table:
        kind = child.tag.removeprefix(_TABLE)
        if kind == "table-row":
            yield child
        elif kind in {"table-header-rows", "table-row-group", "table-rows"}:
            yield from _rows(child)


def _cells(row: ET.Element, number: int, merges: list[Merge]) -> tuple[str, ...]:
    """The texts up to the last filled cell; merged ranges are added on the way."""
    cells: list[str] = []
    pending = 0
    for cell in row:
        if cell.tag not in {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}:
            continue
        column = len(cells) + pending
        down = _count(cell, f"{_TABLE}number-rows-spanned")
        across = _count(cell, f"{_TABLE}number-columns-spanned")
        if down > 1 or across > 1:
            merges.append(Merge(number, column, number + down - 1, column + across - 1))
        repeated = _count(cell, f"{_TABLE}number-columns-repeated")
        text = "" if cell.tag == f"{_TABLE}covered-table-cell" else _text(cell)
        if text:
            cells.extend([""] * pending)
            cells.extend([text] * min(repeated, 16384))
            pending = 0
        else:
            pending += repeated
    return tuple(cells)


def _text(cell: ET.Element) -> str:
    """The paragraphs as lines; whole numbers by value, for a shown `1.00` is still number 1."""
    lines = [_paragraph(paragraph) for paragraph in cell.findall(f"{_TEXT}p")]
    text = "\n".join(lines)
    if cell.get(f"{_OFFICE}value-type") == "float" and not text.startswith(("#", "Err:")):
        value = _value(cell)
        return str(int(value)) if value.is_integer() else text
    if cell.get(f"{_OFFICE}value-type") == "date":
        return cell.get(f"{_OFFICE}date-value", text)[:10]
    return text


def _value(cell: ET.Element) -> float:
    try:
        return float(cell.get(f"{_OFFICE}value", "nan"))
    except ValueError:
        return float("nan")


def _count(element: ET.Element, attribute: str) -> int:
    """A number of repetitions: at least one, and no more than a sheet can have rows twice over."""
    given = element.get(attribute, "1")
    return min(max(int(given), 1), 2**21) if given.isdecimal() and len(given) < 9 else 1


def _paragraph(element: ET.Element) -> str:
    """The text of a paragraph; blanks, tabs and breaks are elements of their own, notes are left out."""
    pieces = [element.text or ""]
    for child in element:
        kind = child.tag.removeprefix(_TEXT)
        if kind == "s":
            pieces.append(" " * min(_count(child, f"{_TEXT}c"), 100))
        elif kind == "tab":
            pieces.append("\t")
        elif kind == "line-break":
            pieces.append("\n")
        elif child.tag != f"{_OFFICE}annotation":
            pieces.append(_paragraph(child))
        pieces.append(child.tail or "")
    return "".join(pieces)
