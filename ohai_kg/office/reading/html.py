"""Web pages with tables, also those named .xls, as a spreadsheet program shows them: one sheet, text lines as rows.

A spreadsheet program that opens a page puts each line of text outside tables in a row of its own and each table below what
stands before it; counting the same way makes the rows of a finding those the user sees.
"""

from __future__ import annotations

import re
from codecs import lookup
from typing import TYPE_CHECKING, Final

from ohai_kg.office.reading.csv import decode
from ohai_kg.office.reading.limits import Tally
from ohai_kg.office.reading.refusals import refused
from ohai_kg.office.reading.tokens import tokens
from ohai_kg.office.sheets import Merge, Sheet, Workbook

if TYPE_CHECKING:
    from ohai_kg.office.reading.limits import Limits
    from ohai_kg.office.reading.tokens import Token

_CHARSET: Final = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_SHEET_NAME: Final = re.compile(r"<x:Name>([^<]{1,100})</x:Name>", re.IGNORECASE)
_HIDDEN: Final = frozenset({"script", "style", "head", "title", "noscript", "template", "select", "svg"})
_BLOCKS: Final = frozenset({"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "section", "article", "caption"})
_BLANKS: Final = re.compile(r"[ \t\r\n\f]+")
_SPACES: Final = re.compile(r"[ \u3000]+")
_COST_OF_A_TAG: Final = 3  # of those of XML, in time
_SPAN: Final = re.compile(r"\s*([0-9]{1,6})")
_MAX_SPAN: Final = 10_000
_MOST_NESTED: Final = 100
# Those in which pages are written; Python knows others, such as idna, that no page is and that take their time.
_CHARSETS: Final = frozenset(
    {
        *("utf-8", "gb18030", "big5", "big5hkscs", "shift_jis", "cp932", "euc_jp", "euc_kr", "cp949", "iso2022_jp", "koi8-r"),
        *("ascii", "iso8859-1", "iso8859-15", *(f"cp125{number}" for number in range(9))),
    }
)


def read_page(data: bytes, limits: Limits, name: str) -> Workbook:
    """The tables of a page in one sheet, called as Excel recorded it or as the file is."""
    text = _decoded(data)
    limits.check_tags(text.count("<") * _COST_OF_A_TAG)
    recorded = _SHEET_NAME.search(text)
    page = _Page(limits, recorded[1].strip() if recorded else name)
    for token in tokens(text):
        if not token.name:
            page.write(token.rest)
        elif token.ends:
            page.end(token.name)
        else:
            page.start(token)
    return Workbook("html", (page.sheet(),))


def _decoded(data: bytes) -> str:
    declared = _CHARSET.search(data[:4096])
    if declared and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        label = declared[1].decode("ascii").lower()
        # gb2312 in a declaration means whatever a Chinese editor writes, which is GB18030.
        try:
            encoding = lookup("gb18030" if label.startswith("gb") else label).name
            if encoding in _CHARSETS:
                return data.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            pass  # a wrong declaration; the bytes decide
    return decode(data)


class _Page:
    """Rows of the page in the order of its text; a table inside a cell is text of that cell unless the cell holds only it."""

    def __init__(self, limits: Limits, name: str) -> None:
        self._name = name
        self._tally = Tally(limits)
        self._rows: list[list[str]] = []
        self._merges: list[Merge] = []
        self._tables: list[_OpenTable] = []
        self._hidden = 0
        self._line: list[str] = []
        self._length = 0

    def sheet(self) -> Sheet:
        """Everything read, tables that were never closed included."""
        while self._tables:
            self._end_table()
        self._end_line()
        return Sheet(self._name, tuple(map(tuple, self._rows)), tuple(self._merges))

    def start(self, token: Token) -> None:
        """A tag begins an element."""
        tag = token.name
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag == "body":
            self._hidden = 0  # a head that was never closed
        elif tag == "table":
            self._hidden = 0
            self._begin_table()
        elif tag == "br":
            self._put("\n") if self._tables else self._end_line()
        elif tag in _BLOCKS:
            self._break_block()
        elif self._tables and tag == "tr":
            self._tables[-1].begin_row()
        elif self._tables and tag in {"td", "th"}:
            self._tables[-1].begin_cell(_span(token.attribute("rowspan")), _span(token.attribute("colspan")))

    def end(self, tag: str) -> None:
        """A tag ends an element."""
        if tag in _HIDDEN:
            self._hidden = max(self._hidden - 1, 0)
        elif tag == "table" and self._tables:
            self._end_table()
        elif tag in _BLOCKS:
            self._break_block()
        elif self._tables and tag in {"td", "th"}:
            self._tables[-1].end_cell()

    def write(self, text: str) -> None:
        """Text between tags."""
        if not self._hidden:
            self._put(_BLANKS.sub(" ", text))

    def _put(self, text: str) -> None:
        if self._tables:
            self._tables[-1].write(text)
        else:
            self._length += len(text)
            self._tally.check_text(self._name, self._length)
            self._line.append(text)

    def _break_block(self) -> None:
        if self._tables:
            self._tables[-1].write("\n")
        else:
            self._end_line()

    def _end_line(self) -> None:
        text = "".join(self._line).strip()
        self._line, self._length = [], 0
        if text:
            self._tally.add_cells(self._name, 1, 1)
            self._tally.add_text(self._name, len(text))
            self._rows.append([text])

    def _begin_table(self) -> None:
        if not self._tables:
            self._end_line()
        if len(self._tables) == _MOST_NESTED:
            raise refused(f"表格嵌套超过 {_MOST_NESTED} 层的网页", f"a page with more than {_MOST_NESTED} tables within tables")
        self._tables.append(_OpenTable(self._name, self._tally))

    def _end_table(self) -> None:
        """An outermost table joins the sheet; an inner one that is a grid joins it too, for old pages lay out by tables."""
        table = self._tables.pop()
        table.end_cell()
        if self._tables and table.width < 3:
            self._tables[-1].write("\n" + table.as_text() + "\n")
            return
        top = len(self._rows)
        self._rows += table.rows
        self._merges.extend(Merge(m.top + top, m.left, m.bottom + top, m.right) for m in table.merges)


class _OpenTable:
    """A table under way: its rows, and which cells a span from above covers."""

    def __init__(self, name: str, tally: Tally) -> None:
        self.rows: list[list[str]] = []
        self.merges: list[Merge] = []
        self.width = 0
        self._name = name
        self._tally = tally
        self._covered: dict[int, int] = {}
        self._text: list[str] | None = None
        self._length = 0
        self._column = 0
        self._across = 1

    def begin_row(self) -> None:
        """The cells that follow stand in a new row."""
        self.end_cell()
        self._tally.add_cells(self._name, 1, 1)
        self.rows.append([])
        self._column = 0

    def begin_cell(self, down: int, across: int) -> None:
        """A cell begins in the next column that no span from above covers."""
        self.end_cell()
        if not self.rows:
            self.begin_row()
        row = len(self.rows) - 1
        while self._covered.get(self._column, -1) >= row:
            self._column += 1
        self._tally.add_cells(self._name, 0, self._column + 1)
        if down > 1:
            # a span covers cells of the rows below, so these count as well
            self._tally.add_cells(self._name, 1, min(across, self._tally.limits.columns))
            for column in range(self._column, min(self._column + across, self._tally.limits.columns + 1)):
                self._covered[column] = row + down - 1
        if down > 1 or across > 1:
            self._tally.add_merge()
            self.merges.append(Merge(row, self._column, row + down - 1, self._column + across - 1))
        self._text, self._length, self._across = [], 0, across

    def end_cell(self) -> None:
        """The text of a cell is complete."""
        if self._text is None:
            return
        lines = (_SPACES.sub(" ", line).strip() for line in "".join(self._text).split("\n"))
        row, text = self.rows[-1], "\n".join(line for line in lines if line)
        self._tally.add_cells(self._name, 1, self._column + 1 - len(row))
        self._tally.add_text(self._name, len(text))
        row += [""] * (self._column - len(row))
        row.append(text)
        self.width = max(self.width, len(row))
        self._column += self._across
        self._text = None

    def write(self, text: str) -> None:
        """More text of the open cell; between cells it says nothing."""
        if self._text is not None:
            self._length += len(text)
            self._tally.check_text(self._name, self._length)
            self._text.append(text)

    def as_text(self) -> str:
        """The table as lines, for the cell around it."""
        return "\n".join(" ".join(filter(None, row)) for row in self.rows)


def _span(value: str | None) -> int:
    digits = _SPAN.match(value or "")
    return min(max(int(digits[1]), 1), _MAX_SPAN) if digits else 1
