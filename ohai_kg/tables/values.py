"""One cell's text as a typed value, as spreadsheet programs leave it.

They rewrite what they save: `true` becomes `TRUE`, `2017-08-22` becomes `2017/8/22`. Both are read; the value is one.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from ohai_kg.namespaces import XSD

if TYPE_CHECKING:
    from ohai_kg.tables.metadata import Column

_DATE: Final = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
_DURATION: Final = re.compile(r"-?P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")
_INTEGER: Final = re.compile(r"[+-]?\d+")
_PLAIN_INTEGER: Final = re.compile(r"0|[1-9][0-9]{0,9}")
# What a spreadsheet program takes for a formula, a number, a date, a time or a truth value, and so writes back otherwise.
_REWRITTEN: Final = re.compile(
    r"[=+\-@'\t].*|(?=.*[\d年月日时])[\d\s.,:/\\()%¥$€+\-年月日时分秒点号上下午周星期〇零一二三四五六七八九十百千万亿]+|[\d.,+-]*\de[+-]?\d+|"
    r"[\d\s.,/-]*(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[\d\s.,/-]*|true|false",
    re.IGNORECASE | re.DOTALL,
)

EXPECTED: Final[dict[str, tuple[str, str]]] = {
    "integer": ("整数", "an integer"),
    "decimal": ("数字", "a number"),
    "boolean": ("true 或 false", "true or false"),
    "date": ("真实存在的日期，如 2017-08-22", "a real date such as 2017-08-22"),
    "duration": ("时段，如 P3M", "a duration such as P3M"),
    "anyURI": ("网址", "an address"),
}


def guarded(text: str) -> str:
    """A text as a csv cell that no spreadsheet program rewrites: an apostrophe in front where it looks like another type.

    >>> guarded("县民政局"), guarded("12"), guarded("1-2"), guarded("007"), guarded("=A1")
    ('县民政局', '12', "'1-2", "'007", "'=A1")
    """
    text = in_cell(text)
    return f"'{text}" if _REWRITTEN.fullmatch(text.lstrip(" ")) and not _PLAIN_INTEGER.fullmatch(text) else text


def in_cell(text: str) -> str:
    """The text as a cell holds it: lines end in one way, and the character that no csv file can have is left out."""
    return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    return text.removeprefix("'")


def parse_value(text: str, column: Column) -> ox.Literal | None:
    """The literal that `text` means in `column`; None where it is not of the column's datatype."""
    if column.datatype == "string":
        return ox.Literal(text, language=column.lang) if column.lang else ox.Literal(text)
    lexical = _PARSERS[column.datatype](text.strip())
    if lexical is None or (column.minimum is not None and int(lexical) < int(column.minimum)):
        return None
    return ox.Literal(lexical, datatype=ox.NamedNode(XSD + column.datatype))


def _parse_integer(text: str) -> str | None:
    return str(int(text)) if _INTEGER.fullmatch(text) else None


def _parse_decimal(text: str) -> str | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return f"{value:f}" if value.is_finite() else None


def _parse_boolean(text: str) -> str | None:
    folded = text.lower()
    return folded if folded in {"true", "false"} else None


def _parse_date(text: str) -> str | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    try:
        return date(*map(int, match.groups())).isoformat()
    except ValueError:
        return None


def _parse_duration(text: str) -> str | None:
    return text if _DURATION.fullmatch(text) else None


def _parse_address(text: str) -> str | None:
    return text if text and not re.search(r"[\s<>\"{}|\\^`]", text) else None


_PARSERS: Final = {
    "integer": _parse_integer,
    "decimal": _parse_decimal,
    "boolean": _parse_boolean,
    "date": _parse_date,
    "duration": _parse_duration,
    "anyURI": _parse_address,
}
