"""Cells of a worksheet restyled and added in place; everything else of the part stays as it is."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ohai_kg.office.sheets import column_index, column_letters
from ohai_kg.office.xlsx.splice import Edits, Node, content, run, strict_parser, tag_end, with_attributes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_REFERENCE: Final = re.compile(r"([A-Za-z]{1,3})(\d+)")
# The children of a worksheet that stand after legacyDrawing (ECMA-376 part 1, 18.3.1.99).
_AFTER_DRAWING: Final = frozenset(
    {"legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst"}
)
_RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@dataclass(slots=True)
class CellChange:
    """What becomes of a cell: `restyle` gives its new style for its old one; `text` is written only where it is blank."""

    restyle: Callable[[int], int]
    text: str = ""


@dataclass(slots=True)
class _Row:
    number: int
    attributes: Mapping[str, str]
    start: int
    close: int = 0
    cells: list[tuple[int, int, int]] = field(default_factory=list)
    """Column, start and (for cells of interest) the style of each cell."""


class _Found:
    """The rows of interest with their cells, and where rows that do not exist would stand."""

    def __init__(self, data: bytes, wanted: frozenset[int]) -> None:
        self._data = data
        self._wanted = wanted
        self.rows: dict[int, _Row] = {}
        self.starts: list[tuple[int, int]] = []
        self.data: Node | None = None
        self._row: _Row | None = None
        self._number = 0
        self._column = 0
        self._parser = strict_parser()
        self._parser.StartElementHandler, self._parser.EndElementHandler = self._begin, self._finish
        run(self._parser, data)

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "c" and self._row is not None:
            found = _REFERENCE.fullmatch(attributes.get("r", ""))
            self._column = column_index(found[1]) if found else self._column + 1
            if self._row.number in self._wanted:
                self._row.cells.append((self._column, self._parser.CurrentByteIndex, int(attributes.get("s", "0"))))
        elif local == "row" and self.data is not None:
            self._number = int(attributes.get("r", self._number + 1))
            start = self._parser.CurrentByteIndex
            self.starts.append((self._number, start))
            self._row, self._column = _Row(self._number, attributes, start), -1
            if self._number in self._wanted:
                self.rows[self._number] = self._row
        elif local == "sheetData":
            start = self._parser.CurrentByteIndex
            self.data = Node(name, attributes, start, tag_end(self._data, start))

    def _finish(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local == "row" and self._row is not None:
            self._row.close = self._parser.CurrentByteIndex
            self._row = None
        elif local == "sheetData" and self.data is not None:
            empty = self._data[self.data.inside - 2 : self.data.inside] == b"/>"
            self.data.close = self._parser.CurrentByteIndex
            self.data.end = self.data.inside if empty else self._data.index(b">", self.data.close) + 1


def change_cells(data: bytes, changes: Mapping[tuple[int, int], CellChange]) -> bytes:
    """The worksheet with those cells (row and column from 0) changed, and the missing ones of them added."""
    by_row: dict[int, dict[int, CellChange]] = {}
    for (line, column), change in sorted(changes.items()):
        by_row.setdefault(line + 1, {})[column] = change
    found = _Found(data, frozenset(by_row))
    if found.data is None:
        return data
    edits = Edits(data)
    prefix = found.data.prefix
    columns = _column_styles(data[: found.data.start], prefix)
    new_rows: dict[int, bytes] = {}
    for number, cells in by_row.items():
        row = found.rows.get(number)
        if row is None:
            inner = b"".join(_cell(prefix, number, column, change, columns(column)) for column, change in cells.items())
            new_rows[number] = f'<{prefix}row r="{number}">'.encode() + inner + f"</{prefix}row>".encode()
        else:
            _change_row(edits, data, row, cells, prefix, columns)
    _add_rows(edits, found, new_rows)
    _drop_dimension(edits, data, found.data.start)
    return edits.result()


def _change_row(
    edits: Edits, data: bytes, row: _Row, cells: Mapping[int, CellChange], prefix: str, columns: Callable[[int], int]
) -> None:
    """Restyle the cells that are there and add those that are not, in the order of their columns."""
    inside = tag_end(data, row.start)
    is_empty = data[inside - 2 : inside] == b"/>"
    there = {column: (start, style) for column, start, style in row.cells}
    order = sorted(there)
    added: list[bytes] = []
    for column, change in cells.items():
        if column in there:
            start, style = there[column]
            _change_cell(edits, data, start, style, change, (prefix, row.number, column))
            continue
        inherited = int(row.attributes.get("s", "0")) if row.attributes.get("customFormat") in {"1", "true"} else None
        xml = _cell(prefix, row.number, column, change, columns(column) if inherited is None else inherited)
        if is_empty:
            added.append(xml)
        else:
            after = bisect.bisect_right(order, column)
            edits.insert(there[order[after]][0] if after < len(order) else row.close, xml)
    tag = with_attributes(data[row.start : inside], {"spans": None})  # what a row spans changes with cells added
    if is_empty and added:
        edits.replace(row.start, inside, tag[:-2] + b">" + b"".join(added) + f"</{prefix}row>".encode())
    else:
        edits.replace(row.start, inside, tag)


def _change_cell(edits: Edits, data: bytes, start: int, style: int, change: CellChange, where: tuple[str, int, int]) -> None:
    end = tag_end(data, start)
    if change.text:
        if data[end - 2 : end] == b"/>":  # a blank cell may take the words; any other keeps what it says
            edits.replace(start, end, _cell(*where, change, style))
        return
    edits.replace(start, end, with_attributes(data[start:end], {"s": str(change.restyle(style))}))


def _cell(prefix: str, row: int, column: int, change: CellChange, style: int) -> bytes:
    name = f'<{prefix}c r="{column_letters(column)}{row}" s="{change.restyle(style)}"'
    if not change.text:
        return f"{name}/>".encode()
    text = f'<{prefix}is><{prefix}t xml:space="preserve">{content(change.text)}</{prefix}t></{prefix}is>'
    return f'{name} t="inlineStr">{text}</{prefix}c>'.encode()


def _column_styles(head: bytes, prefix: str) -> Callable[[int], int]:
    """The style that blank cells of a column have."""
    ranges: list[tuple[int, int, int]] = []
    for tag in re.findall(rb"<%scol\s[^>]*>" % prefix.encode(), head):
        found = {name.decode(): int(value) for name, value in re.findall(rb'\b(min|max|style)="(\d+)"', tag)}
        if found.get("style"):
            ranges.append((found.get("min", 1), found.get("max", 0), found["style"]))
    return lambda column: next((style for low, high, style in ranges if low <= column + 1 <= high), 0)


def _add_rows(edits: Edits, found: _Found, rows: Mapping[int, bytes]) -> None:
    if found.data is None or not rows:
        return
    ordered = [rows[number] for number in sorted(rows)]
    if not found.starts:
        edits.append(found.data, b"".join(ordered))
        return
    numbers = [number for number, _ in found.starts]
    for number in sorted(rows):
        after = bisect.bisect_right(numbers, number)
        edits.insert(found.starts[after][1] if after < len(numbers) else found.data.close, rows[number])


def _drop_dimension(edits: Edits, data: bytes, stop: int) -> None:
    """The range in use is told by an element that may be absent and that would be wrong now."""
    found = re.search(rb"<(?:\w+:)?dimension\b[^>]*/>", data[:stop])
    if found:
        edits.replace(*found.span(), b"")


def unselect(data: bytes) -> bytes:
    """The worksheet not selected, so that only the first sheet is."""
    head = re.search(rb"<(?:\w+:)?sheetViews\b.*?</(?:\w+:)?sheetViews>", data[:20000], re.DOTALL)
    if head is None:
        return data
    plain = re.sub(rb"""\s+tabSelected\s*=\s*(?:"[^"]*"|'[^']*')""", b"", head[0])
    return data[: head.start()] + plain + data[head.end() :]


def drawing_of(data: bytes) -> str | None:
    """The relation of the boxes of comments that the worksheet has."""
    found = re.search(rb"<(?:\w+:)?legacyDrawing\s[^>]*?\b\w+:id=[\"']([^\"']+)[\"'][^>]*>", data)
    return found[1].decode() if found else None


def with_drawing(data: bytes, relation: str) -> bytes:
    """The worksheet with the boxes of comments that a relation leads to."""
    at, prefix = _place_for_drawing(data)
    element = f'<{prefix}legacyDrawing xmlns:r="{_RELATIONS}" r:id="{relation}"/>'
    return data[:at] + element.encode() + data[at:]


def _place_for_drawing(data: bytes) -> tuple[int, str]:
    """Where the element belongs, and the prefix of its like. No tree is made: a sheet may have a million cells."""
    parser = strict_parser()
    depth = 0
    places: list[int] = []
    prefixes: list[str] = []

    def begin(name: str, _attributes: dict[str, str]) -> None:
        nonlocal depth
        prefix, colon, local = name.rpartition(":")
        if depth == 0:
            prefixes.append(prefix + colon)
        elif depth == 1 and local in _AFTER_DRAWING:
            places.append(parser.CurrentByteIndex)
        depth += 1

    def finish(_name: str) -> None:
        nonlocal depth
        depth -= 1
        if depth == 0:
            places.append(parser.CurrentByteIndex)

    parser.StartElementHandler, parser.EndElementHandler = begin, finish
    run(parser, data)
    return places[0], prefixes[0]
