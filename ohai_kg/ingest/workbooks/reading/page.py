"""Web pages with tables, also those named .xls, as a spreadsheet program shows them: one sheet, text lines as rows.

A spreadsheet program that opens a page puts each line of text outside tables in a row of its own and each table below what
stands before it; counting the same way makes the rows of a finding those the user sees.
"""

from __future__ import annotations

import email
import email.policy
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final

from ohai_kg.ingest.workbooks.reading.delimited import decode
from ohai_kg.ingest.workbooks.reading.kinds import refused
from ohai_kg.ingest.workbooks.sheets import Merge, Sheet, Workbook

if TYPE_CHECKING:
    from ohai_kg.ingest.workbooks.reading.limits import Limits

_CHARSET: Final = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_SHEET_NAME: Final = re.compile(r"<x:Name>([^<]{1,100})</x:Name>", re.IGNORECASE)
_MARKED_SECTION: Final = re.compile(r"<!\[[^>]{0,200}>")  # Office writes its conditions so; browsers skip them
_HIDDEN: Final = frozenset({"script", "style", "head", "title", "noscript", "template", "select", "svg"})
_BLOCKS: Final = frozenset({"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "section", "article", "caption"})
_MAX_SPAN: Final = 10_000


def read_page(data: bytes, limits: Limits, name: str) -> Workbook:
    """The tables of a page in one sheet, called as Excel recorded it or as the file is."""
    text = _decoded(data)
    recorded = _SHEET_NAME.search(text)
    reader = _PageReader(limits, recorded[1].strip() if recorded else name)
    try:
        reader.feed(_MARKED_SECTION.sub("", text))
        reader.close()
    except AssertionError:  # how the parser of the standard library meets a declaration it cannot read
        raise refused("损坏的网页", "a damaged web page") from None
    return Workbook("html", (reader.sheet(),))


def read_archived_page(data: bytes, limits: Limits, name: str) -> Workbook:
    """A page saved as one MIME file (.mht): its first HTML part that holds a table."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    for part in message.walk():
        content = part.get_payload(decode=True) if part.get_content_type() == "text/html" else None
        if isinstance(content, bytes) and b"<t" in content.lower():
            return read_page(content, limits, name)
    raise refused("没有网页内容的 MIME 文件", "a MIME file without a page")


def _decoded(data: bytes) -> str:
    declared = _CHARSET.search(data[:4096])
    if declared and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        label = declared[1].decode("ascii").lower()
        # gb2312 in a declaration means whatever a Chinese editor writes, which is GB18030.
        try:
            return data.decode("gb18030" if label.startswith("gb") else label)
        except (LookupError, UnicodeDecodeError):
            pass  # a wrong declaration; the bytes decide
    return decode(data)


class _PageReader(HTMLParser):
    """Rows of the page in the order of its text; a table inside a cell is text of that cell unless the cell holds only it."""

    def __init__(self, limits: Limits, name: str) -> None:
        super().__init__(convert_charrefs=True)
        self._limits = limits
        self._name = name
        self._rows: list[dict[int, str]] = []
        self._merges: list[Merge] = []
        self._tables: list[_OpenTable] = []
        self._hidden = 0
        self._line: list[str] = []

    def sheet(self) -> Sheet:
        """Everything read, tables that were never closed included."""
        while self._tables:
            self._end_table()
        self._end_line()
        width = max((max(row, default=-1) + 1 for row in self._rows), default=0)
        self._limits.check_area(self._name, len(self._rows), width)
        rows = tuple(tuple(row.get(column, "") for column in range(max(row, default=-1) + 1)) for row in self._rows)
        return Sheet(self._name, rows, tuple(self._merges))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag == "body":
            self._hidden = 0  # a head that was never closed
        elif tag == "table":
            self._hidden = 0
            self._begin_table()
        elif tag == "br":
            self._write("\n") if self._tables else self._end_line()
        elif tag in _BLOCKS:
            self._break_block()
        elif self._tables and tag == "tr":
            self._tables[-1].begin_row()
        elif self._tables and tag in {"td", "th"}:
            given = dict(attrs)
            self._tables[-1].begin_cell(_span(given.get("rowspan")), _span(given.get("colspan")))

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(self._hidden - 1, 0)
        elif tag == "table" and self._tables:
            self._end_table()
        elif tag in _BLOCKS:
            self._break_block()
        elif self._tables and tag in {"td", "th"}:
            self._tables[-1].end_cell()

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._write(re.sub(r"[ \t\r\n\f]+", " ", data))

    def _write(self, text: str) -> None:
        (self._tables[-1].write if self._tables else self._line.append)(text)

    def _break_block(self) -> None:
        if self._tables:
            self._tables[-1].write("\n")
        else:
            self._end_line()

    def _end_line(self) -> None:
        text = "".join(self._line).strip()
        self._line = []
        if text:
            self._rows.append({0: text})

    def _begin_table(self) -> None:
        if not self._tables:
            self._end_line()
        self._tables.append(_OpenTable())

    def _end_table(self) -> None:
        """An outermost table joins the sheet; an inner one that is a grid joins it too, for old pages lay out by tables."""
        table = self._tables.pop()
        table.end_cell()
        if self._tables and table.width < 3:
            self._tables[-1].write("\n" + table.as_text() + "\n")
            return
        top = len(self._rows)
        self._rows.extend(dict(row) for row in table.rows)
        self._merges.extend(Merge(m.top + top, m.left, m.bottom + top, m.right) for m in table.merges)


class _OpenTable:
    """A table under way: rows by column, and which cells a span from above covers."""

    def __init__(self) -> None:
        self.rows: list[dict[int, str]] = []
        self.merges: list[Merge] = []
        self._covered: dict[int, int] = {}
        self._text: list[str] | None = None
        self._column = 0

    @property
    def width(self) -> int:
        return max((len(row) for row in self.rows), default=0)

    def begin_row(self) -> None:
        self.end_cell()
        self.rows.append({})
        self._column = 0

    def begin_cell(self, down: int, across: int) -> None:
        self.end_cell()
        if not self.rows:
            self.rows.append({})
        row = len(self.rows) - 1
        while self._covered.get(self._column, -1) >= row:
            self._column += 1
        for column in range(self._column, self._column + across):
            self._covered[column] = row + down - 1
        if down > 1 or across > 1:
            self.merges.append(Merge(row, self._column, row + down - 1, self._column + across - 1))
        self._text = []

    def end_cell(self) -> None:
        if self._text is not None:
            lines = (re.sub(r"[ \u3000]+", " ", line).strip() for line in "".join(self._text).split("\n"))
            self.rows[-1][self._column] = "\n".join(line for line in lines if line)
            self._text = None

    def write(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def as_text(self) -> str:
        return "\n".join(" ".join(text for text in row.values() if text) for row in self.rows)


def _span(value: str | None) -> int:
    digits = re.match(r"\s*(\d{1,6})", value or "")
    return min(max(int(digits[1]), 1), _MAX_SPAN) if digits else 1
