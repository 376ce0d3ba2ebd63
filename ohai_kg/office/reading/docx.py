"""docx: each table of the document is a sheet, called 表1, 表2 … in the order of the text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ohai_kg.office.marks import SYMBOLS
from ohai_kg.office.reading.archives import Archive
from ohai_kg.office.reading.limits import Tally, count_of
from ohai_kg.office.reading.markup import Elements
from ohai_kg.office.sheets import Merge, Sheet, Workbook

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ohai_kg.office.reading.limits import Limits

_STRICT: Final = "http://purl.oclc.org/ooxml/wordprocessingml/main}"
_USUAL: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def read_docx(data: bytes, limits: Limits) -> Workbook:
    """The tables of a Word document."""
    document = _Document(Tally(limits))
    Archive(data, limits).read_elements("word/document.xml", document)
    return Workbook("docx", tuple(document.sheets))


class _Document(Elements):
    """Paragraphs and tables in the order of the text; what a table within a cell holds is text of that cell."""

    def __init__(self, tally: Tally) -> None:
        self.sheets: list[Sheet] = []
        self._tally = tally
        self._prefix = ""
        self._path: list[str] = []
        self._caption = ""
        self._tables = 0
        self._table: _Table | None = None
        self._lines: list[list[str]] = []
        self._length = 0
        self._paragraphs: list[list[str]] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if not self._path:
            self._prefix = _STRICT if name.startswith(_STRICT) else _USUAL
        kind = name.removeprefix(self._prefix) if name.startswith(self._prefix) else ""
        self._path.append(kind)
        if kind == "p":
            self._begin_paragraph()
        elif kind == "tbl":
            self._begin_table()
        elif self._table is not None and self._tables == 1 and kind in {"tr", "tc", "gridSpan", "vMerge"}:
            self._begin_part(self._table, kind, attributes.get(f"{self._prefix}val"))
        elif self._paragraphs and kind in {"br", "cr"}:
            self._write("\n")
        elif self._paragraphs and kind == "tab" and self._path[-2] != "tabs":
            self._write(" ")
        elif self._paragraphs and kind == "sym":
            self._write(_symbol(attributes.get(f"{self._prefix}char", "")))

    def end(self, _name: str) -> None:
        kind = self._path.pop()
        if kind == "p":
            self._paragraphs.pop()
            if not self._tables and not self._paragraphs:
                self._caption = self._take_text() or self._caption
        elif kind == "tbl" and self._tables:
            self._tables -= 1
            if not self._tables:
                self._end_table()
        elif self._table is not None and self._tables == 1 and kind == "tc":
            self._table.end_cell(self._take_text())
        elif self._table is not None and self._tables == 1 and kind == "tr":
            self._table.end_row()

    def text(self, text: str) -> None:
        """Deleted text of tracked changes is left out because it stands in `delText`."""
        if self._paragraphs and self._path[-1] == "t":
            self._write(text)

    def _write(self, text: str) -> None:
        self._grow(len(text))
        self._paragraphs[-1].append(text)

    def _grow(self, length: int) -> None:
        self._length += length
        self._tally.check_text(f"表{len(self.sheets) + 1}", self._length)

    def _begin_paragraph(self) -> None:
        """A paragraph within another, as in a text box, is a line of its own."""
        self._grow(1)
        self._lines.append([])
        self._paragraphs.append(self._lines[-1])

    def _begin_table(self) -> None:
        if not self._tables and self._paragraphs:
            return  # a table in a text box is part of its paragraph
        self._tables += 1
        if self._tables == 1:
            self._tally.limits.check_sheets(len(self.sheets) + 1)
            self._table = _Table(f"表{len(self.sheets) + 1}", self._caption[:80], self._tally)
            self._caption = ""

    def _end_table(self) -> None:
        if self._table is not None:
            self.sheets.append(self._table.sheet())
        self._table = None

    def _begin_part(self, table: _Table, kind: str, value: str | None) -> None:
        if kind == "tr":
            table.begin_row()
        elif kind == "tc":
            table.begin_cell()
            self._lines, self._length = [], 0
        elif self._path[-3:-1] != ["tc", "tcPr"]:
            pass  # what the cell was like before a tracked change
        elif kind == "gridSpan":
            table.across = count_of(value)
        else:
            table.vertical = value or "continue"

    def _take_text(self) -> str:
        """The lines of the cell or paragraph that ends here."""
        lines, self._lines, self._length = self._lines, [], 0
        return "\n".join(map("".join, lines)).strip()


class _Table:
    """A table under way, and the vertical merges that are open in it by column."""

    def __init__(self, name: str, caption: str, tally: Tally) -> None:
        self.across = 1
        self.vertical: str | None = None
        self._name = name
        self._caption = caption
        self._tally = tally
        self._rows: list[tuple[str, ...]] = []
        self._merges: list[Merge] = []
        self._open: dict[int, Merge] = {}
        self._cells: list[str] = []

    def sheet(self) -> Sheet:
        for merge in self._open.values():
            self._close(merge)
        return Sheet(self._name, tuple(self._rows), tuple(self._merges), caption=self._caption)

    def begin_row(self) -> None:
        self._cells = []

    def begin_cell(self) -> None:
        self.across, self.vertical = 1, None

    def end_cell(self, text: str) -> None:
        """Put a cell, with the columns it spans, at the end of the row."""
        row, column = len(self._rows), len(self._cells)
        self._tally.add_cells(self._name, 0, column + self.across)
        self._tally.add_text(self._name, len(text))
        continued = self.vertical == "continue"
        if continued and column in self._open:
            self._open[column] = self._open[column]._replace(bottom=row)
        else:
            self._close(self._open.pop(column, None))
            merge = Merge(row, column, row, column + self.across - 1)
            if self.vertical is not None:
                self._open[column] = merge
            else:
                self._close(merge)
        self._cells.append("" if continued else text)
        self._cells += [""] * (self.across - 1)

    def end_row(self) -> None:
        self._tally.add_cells(self._name, 1, len(self._cells))
        self._rows.append(tuple(self._cells))

    def _close(self, merge: Merge | None) -> None:
        if merge is not None and (merge.bottom > merge.top or merge.right > merge.left):
            self._tally.add_merge()
            self._merges.append(merge)


def _symbol(code: str) -> str:
    """A symbol of Wingdings as the mark it shows; one that is no mark says nothing."""
    try:
        return SYMBOLS.get(int(code[:8], 16) | 0xF000, "")
    except ValueError:
        return ""
