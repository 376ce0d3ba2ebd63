"""CSV (RFC 4180) for programs, and for people, whose spreadsheet programs run what looks like a formula and guess encodings."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_FORMULA: Final = re.compile(r"[\s\"'\u200b-\u200f\ufeff\0]*[=+\-@|%＝＋－＠]|[\t\r\n]")
"""How a cell begins that a spreadsheet program may run: OWASP, "CSV Injection"; full-width signs and what programs skip too."""
NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


class Number(str):
    """A number as it is spelt, which no program runs."""

    __slots__ = ()


def harmless(text: str) -> str:
    """The text of a cell with an apostrophe in front where a spreadsheet program would run it (OWASP's way).

    >>> harmless("=1+1"), harmless(" -2"), harmless("1-2")
    ("'=1+1", "' -2", '1-2')
    """
    return f"'{text}" if _FORMULA.match(text) else text


def write_csv(head: Sequence[str], rows: Iterable[Sequence[str | int | float | None]], *, people: bool) -> str:
    """The text of a CSV file; None is an empty cell. `people`: for spreadsheet programs, every text `harmless`."""
    output = io.StringIO(newline="")
    writer = csv.writer(output)
    for row in (head, *rows):
        writer.writerow([harmless(c) if people and isinstance(c, str) and not isinstance(c, Number) else c for c in row])
    return output.getvalue()
