"""Rows of one table: decoded, matched to their columns, checked cell by cell; every fault is collected, none raised.

Row numbers are those a spreadsheet shows, so a cell with line breaks in it still counts as one row.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ohai_kg.errors import Fault
from ohai_kg.tables.values import EXPECTED, in_cell, parse_value, unguarded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyoxigraph as ox

    from ohai_kg.tables.metadata import Column, Table

_LONGEST_CELL: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its spreadsheet number, and by column name the cell's texts and literals (several with a separator)."""

    number: int
    texts: dict[str, tuple[str, ...]]
    literals: dict[str, tuple[ox.Literal, ...]]


@dataclass(slots=True)
class TableRows:
    """A table with its rows and what is wrong with it."""

    table: Table
    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_rows(table: Table, content: bytes | None = None) -> TableRows:
    """Read and check the file of `table`, or `content` in its stead."""
    read = TableRows(table)
    text = _decode(table, content, read.faults)
    if text is None:
        return read
    lines = _parse(text, table, read.faults)
    if not lines:
        read.faults.append(Fault(table.label, None, None, "空文件", "首行为表头", "a header row"))
        return read
    number, header = lines[0]
    columns = _match_header(header, number, table, read.faults)
    if columns is None:
        return read
    texts = [column.datatype == "string" for column in columns]
    kept: list[tuple[int, list[str]]] = []
    for number, cells in lines[1:]:
        if len(cells) != len(columns):
            expected = (f"{len(columns)} 格，与表头相同", f"{len(columns)} cells as in the header")
            read.faults.append(Fault(table.label, number, None, f"{len(cells)} 格", *expected))
            continue
        kept.append((number, [unguarded(c) if text else c for c, text in zip(cells, texts, strict=True)]))
    _add_rows(read, columns, kept)
    return read


def check_rows(table: Table, rows: Sequence[Mapping[str, str]]) -> TableRows:
    """What `read_rows` gives of a file with these cells (texts by column name), without the file."""
    read = TableRows(table)
    columns = list(table.cells)
    lines: list[tuple[int, list[str]]] = []
    for number, row in enumerate(rows, start=2):  # below the header
        cells = [in_cell(row.get(column.name, "")) for column in columns]
        if max(map(len, cells)) > _LONGEST_CELL:
            expected = (f"至多 {_LONGEST_CELL} 字的单元格", f"cells of at most {_LONGEST_CELL} characters")
            read.faults.append(Fault(table.label, number, None, "过长的单元格", *expected))
        lines.append((number, cells))
    _add_rows(read, columns, lines)
    return read


def _add_rows(read: TableRows, columns: list[Column], lines: list[tuple[int, list[str]]]) -> None:
    seen: dict[tuple[str, ...], int] = {}
    for number, cells in lines:
        row = _read_row(number, cells, columns, read.table, read.faults)
        _check_key(row, read.table, seen, read.faults)
        read.rows.append(row)


def _decode(table: Table, content: bytes | None, faults: list[Fault]) -> str | None:
    """The file's text: UTF-8 with or without BOM, else GB18030 (what Excel and WPS save as plain csv in China)."""
    try:
        content = table.path.read_bytes() if content is None else content
    except FileNotFoundError:
        faults.append(Fault(table.label, None, None, "没有此文件", "该数据表", "this table to be there"))
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    faults.append(Fault(table.label, None, None, "其他编码", "UTF-8 或 GB18030 文本", "UTF-8 or GB18030 text"))
    return None


def _parse(text: str, table: Table, faults: list[Fault]) -> list[tuple[int, list[str]]]:
    """Rows with their spreadsheet number; wholly blank ones, which spreadsheet programs leave behind, are left out."""
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[tuple[int, list[str]]] = []
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if any(cells):
                lines.append((number, cells))
    except csv.Error as error:
        faults.append(Fault(table.label, number + 1, None, str(error), "引号成对的 csv 行", "a csv row with closed quotes"))
    return lines


def _match_header(header: list[str], number: int, table: Table, faults: list[Fault]) -> list[Column] | None:
    """The column of each cell of the header, by any of its titles; None where the header is wrong."""
    by_title = {title: column for column in table.cells for title in column.titles}
    matched: list[Column] = []
    before = len(faults)
    for title in header:
        column = by_title.get(title.strip())
        if column is None:
            known = "、".join(column.title for column in table.cells)
            faults.append(
                Fault(table.label, number, title, "没有定义的列", f"以下各列：{known}", f"one of the columns {known}")
            )
        elif column in matched:
            faults.append(Fault(table.label, number, title, "重复的列", "每列一次", "each column once"))
        else:
            matched.append(column)
    if len(faults) == before:
        missing = [column for column in table.cells if column not in matched]
        faults += [Fault(table.label, number, column.title, "缺少该列", "该列", "this column") for column in missing]
    return matched if len(faults) == before else None


def _read_row(number: int, cells: list[str], columns: list[Column], table: Table, faults: list[Fault]) -> Row:
    row = Row(number, {}, {})
    for column, cell in zip(columns, cells, strict=True):
        if not cell and not column.required:
            row.texts[column.name] = row.literals[column.name] = ()
            continue
        texts = tuple([part for part in cell.split(column.separator) if part]) if column.separator else (cell,) if cell else ()
        if not texts and column.required:
            faults.append(Fault(table.label, number, column.title, "空格", "必填内容", "a value; the cell is required"))
        literals: list[ox.Literal] = []
        for text in texts:
            literal = parse_value(text, column)
            if literal is None:
                faults.append(Fault(table.label, number, column.title, text, *_expected(column)))
            else:
                literals.append(literal)
        row.texts[column.name] = texts
        row.literals[column.name] = tuple(literals)
    return row


def _expected(column: Column) -> tuple[str, str]:
    zh, en = EXPECTED[column.datatype]
    return (zh, en) if column.minimum is None else (f"不小于 {column.minimum} 的{zh}", f"{en} of {column.minimum} or more")


def _check_key(row: Row, table: Table, seen: dict[tuple[str, ...], int], faults: list[Fault]) -> None:
    if not table.primary_key:
        return
    key = tuple("|".join(row.texts.get(name, ())) for name in table.primary_key)
    if key in seen:
        titles = "、".join(column.title for column in table.cells if column.name in table.primary_key)
        expected = (f"与第 {seen[key]} 行不同的键", f"a key other than that of row {seen[key]}")
        faults.append(Fault(table.label, row.number, titles, "、".join(key), *expected))
    seen.setdefault(key, row.number)


def check_foreign_keys(tables: list[TableRows]) -> Iterator[Fault]:
    """Values of declared foreign keys that the table referred to does not have (CSVW 5.9)."""
    by_file = {read.table.path.name: read for read in tables}
    for read in tables:
        for key in read.table.foreign_keys:
            target = by_file.get(key.table)
            if target is None:
                expected = (f"同一目录中的 {key.table}", f"{key.table} in the same folder")
                yield Fault(read.table.label, None, "、".join(key.columns), "外键", *expected)
                continue
            known = {_key_of(row, key.target) for row in target.rows}
            for row in read.rows:
                for value in _keys_of(row, key.columns):
                    if value not in known:
                        titles = "、".join(c.title for c in read.table.cells if c.name in key.columns)
                        expected = (f"{target.table.label} 中已有的键", f"a key of {target.table.label}")
                        yield Fault(read.table.label, row.number, titles, "、".join(value), *expected)


def _key_of(row: Row, columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("|".join(row.texts.get(name, ())) for name in columns)


def _keys_of(row: Row, columns: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The keys a row refers to: none where a cell is blank, several where a single column holds a list."""
    if len(columns) == 1:
        return [(text,) for text in row.texts.get(columns[0], ())]
    key = _key_of(row, columns)
    return [key] if all(key) else []
