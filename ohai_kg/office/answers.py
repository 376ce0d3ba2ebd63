"""An answer as a table in memory: what pages, spreadsheets and Python callers make of SPARQL JSON results."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from ohai_kg.csvtext import NUMBER, Number, write_csv
from ohai_kg.engine.store import text_of
from ohai_kg.namespaces import XSD

_INTEGERS: Final = frozenset(
    XSD + name for name in ("integer", "int", "long", "short", "nonNegativeInteger", "positiveInteger")
)
_DECIMALS: Final = frozenset(XSD + name for name in ("decimal", "double", "float"))

Value = str | int | float | Decimal | bool | date | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text as SPARQL gives it, whether it is an IRI, and the value a program would want."""

    text: str
    is_iri: bool
    value: Value


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """Column names and rows; an unbound cell is None."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell | None, ...], ...]


def read_json_results(body: bytes) -> AnswerTable:
    """A table from SPARQL 1.1 Query Results JSON."""
    document = json.loads(body)
    columns = tuple(document["head"]["vars"])
    rows = tuple(
        tuple(_cell(binding[column]) if column in binding else None for column in columns)
        for binding in document["results"]["bindings"]
    )
    return AnswerTable(columns, rows)


def csv_of(table: AnswerTable, *, people: bool) -> bytes:
    """The table as CSV in UTF-8; `people`: for spreadsheet programs, with a byte order mark (see `write_csv`)."""
    rows = ([_plain(cell) for cell in row] for row in table.rows)
    return write_csv(table.columns, rows, people=people).encode("utf-8-sig" if people else "utf-8")


def _plain(cell: Cell | None) -> str | None:
    """What a cell holds in CSV: its text, which is a number where datatype and spelling both say so."""
    if cell is None:
        return None
    is_number = isinstance(cell.value, int | float | Decimal) and NUMBER.fullmatch(cell.text) is not None
    return Number(cell.text) if is_number else cell.text


def _cell(term: dict[str, Any]) -> Cell:
    text = text_of(term)
    return Cell(text, term["type"] == "uri", _value(text, term.get("datatype", "")))


def _value(text: str, datatype: str) -> Value:
    """The Python value of a literal; its text where the datatype is another, or the text is not of it."""
    try:
        if datatype in _INTEGERS:
            return int(text)
        if datatype in _DECIMALS:
            return Decimal(text) if datatype.endswith("decimal") else float(text)
        if datatype == XSD + "date":
            return date.fromisoformat(text)
    except (ValueError, ArithmeticError):
        return text
    if datatype == XSD + "boolean":
        return text in {"true", "1"}
    return text
