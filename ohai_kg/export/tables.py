"""An answer as a table in memory: what pages, spreadsheets and Python callers make of SPARQL JSON results."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from ohai_kg.namespaces import XSD
from ohai_kg.store.embedded import text_of

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
