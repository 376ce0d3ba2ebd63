"""ods read from its XML: calamine gives its values, but no merged ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ohai_kg.office.reading.archives import Archive
from ohai_kg.office.reading.limits import Tally, count_of
from ohai_kg.office.reading.markup import Elements
from ohai_kg.office.reading.refusals import encrypted_file
from ohai_kg.office.sheets import Merge, Sheet, Workbook

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ohai_kg.office.reading.limits import Limits

_TABLE: Final = "urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT: Final = "urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE: Final = "urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CELLS: Final = frozenset({f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"})
_MOST_ROWS: Final = 2**21  # twice those a sheet can have


def read_ods(data: bytes, limits: Limits) -> Workbook:
    """The tables of an ods file, with the text its cells show."""
    archive = Archive(data, limits)
    if "META-INF/manifest.xml" in archive and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise encrypted_file()
    content = _Content(Tally(limits))
    archive.read_elements("content.xml", content)
    return Workbook("ods", tuple(table.sheet() for table in content.tables))


class _Content(Elements):
    """The tables of a document; a table within a cell is one of its own if it has a name."""

    def __init__(self, tally: Tally) -> None:
        self.tables: list[_Table] = []
        self._tally = tally
        self._open: list[_Table] = []
        self._cells: list[_Cell | None] = []  # those under way; None stands for a table between cell and cell

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        cell = self._cells[-1] if self._cells else None
        if name == f"{_TABLE}table":
            self._begin_table(attributes.get(f"{_TABLE}name"))
        elif name == f"{_TABLE}table-row" and self._open:
            self._open[-1].begin_row(attributes)
        elif name in _CELLS and self._open:
            self._cells.append(_Cell(self._open[-1], name, attributes))
        elif cell is not None:
            cell.start(name, attributes)

    def end(self, name: str) -> None:
        cell = self._cells[-1] if self._cells else None
        if name == f"{_TABLE}table":
            self._open.pop()
            self._cells.pop()
        elif name == f"{_TABLE}table-row" and self._open:
            self._open[-1].end_row()
        elif name in _CELLS and self._open:
            self._cells.pop()
            if cell is not None:
                self._open[-1].add(cell)
        elif cell is not None:
            cell.end(name)

    def _begin_table(self, name: str | None) -> None:
        self._open.append(_Table(name, self._tally))
        self._cells.append(None)
        if name is not None:
            self.tables.append(self._open[-1])
            self._tally.limits.check_sheets(len(self.tables))

    def text(self, text: str) -> None:
        if self._cells and (cell := self._cells[-1]) is not None:
            cell.write(text)


class _Table:
    """A table under way. Rows are made up to the last filled one: a file may repeat its last, blank row a million times."""

    def __init__(self, name: str | None, tally: Tally) -> None:
        self.name = name
        self.tally = tally
        self._rows: list[tuple[str, ...]] = []
        self._merges: list[Merge] = []
        self._number = 0
        self._repeated = 1
        self._row: list[str] = []
        self._blank = 0

    def sheet(self) -> Sheet:
        return Sheet(self.name, tuple(self._rows), tuple(self._merges))

    def begin_row(self, attributes: Mapping[str, str]) -> None:
        self._repeated = min(count_of(attributes.get(f"{_TABLE}number-rows-repeated")), _MOST_ROWS)
        self._row, self._blank = [], 0

    def add(self, cell: _Cell) -> None:
        """Put a cell, as often as it repeats, at the end of the row; blank ones only where a filled one follows."""
        column = len(self._row) + self._blank
        if cell.down > 1 or cell.across > 1:
            self.tally.add_merge()
            self._merges.append(Merge(self._number, column, self._number + cell.down - 1, column + cell.across - 1))
        text = cell.shown()
        if text:
            self.tally.add_cells(self.name, 0, column + cell.repeated)
            self.tally.add_text(self.name, len(text), cell.repeated * self._repeated)
            self._row += [""] * self._blank
            self._row += [text] * cell.repeated
            self._blank = 0
        else:
            self._blank += cell.repeated

    def end_row(self) -> None:
        if self._row:
            blank = self._number - len(self._rows)
            self.tally.add_cells(self.name, blank, 1)
            self.tally.add_cells(self.name, self._repeated, len(self._row))
            self._rows += [()] * blank
            self._rows += [tuple(self._row)] * self._repeated
        self._number += self._repeated
        self._row, self._blank = [], 0


class _Cell:
    """A cell under way: its paragraphs as lines; blanks, tabs and breaks are elements of their own, notes are left out."""

    def __init__(self, table: _Table, name: str, attributes: Mapping[str, str]) -> None:
        self._table = table
        self._length = 0
        self.down = count_of(attributes.get(f"{_TABLE}number-rows-spanned"))
        self.across = count_of(attributes.get(f"{_TABLE}number-columns-spanned"))
        self.repeated = count_of(attributes.get(f"{_TABLE}number-columns-repeated"))
        self._covered = name == f"{_TABLE}covered-table-cell"
        self._kind = attributes.get(f"{_OFFICE}value-type")
        self._value = attributes.get(f"{_OFFICE}value", "nan")
        self._date = attributes.get(f"{_OFFICE}date-value")
        self._lines: list[list[str]] = []
        self._depth = 0
        self._note: int | None = None  # the depth of the note under way

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth == 1:
            if name == f"{_TEXT}p":
                self._lines.append([])
                self._grow(1)
            else:
                self._note = self._note or 1  # only paragraphs are the text of a cell
        elif name == f"{_OFFICE}annotation":
            self._note = self._note or self._depth
        elif name == f"{_TEXT}s":
            self.write(" " * min(count_of(attributes.get(f"{_TEXT}c")), 100))
        elif name == f"{_TEXT}tab":
            self.write("\t")
        elif name == f"{_TEXT}line-break":
            self.write("\n")

    def end(self, _name: str) -> None:
        if self._note == self._depth:
            self._note = None
        self._depth -= 1

    def write(self, text: str) -> None:
        if self._depth and self._note is None:
            self._grow(len(text))
            self._lines[-1].append(text)

    def _grow(self, length: int) -> None:
        self._length += length
        self._table.tally.check_text(self._table.name, self._length)

    def shown(self) -> str:
        """Its text; whole numbers by value, for a shown `1.00` is still number 1."""
        if self._covered:
            return ""
        text = "\n".join(map("".join, self._lines))
        if self._kind == "float" and not text.startswith(("#", "Err:")):
            value = self._number()
            return str(int(value)) if value.is_integer() else text
        if self._kind == "date":
            return (self._date or text)[:10]
        return text

    def _number(self) -> float:
        try:
            return float(self._value)
        except ValueError:
            return float("nan")
