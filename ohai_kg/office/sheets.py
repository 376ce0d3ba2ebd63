"""What every kind of file becomes: sheets of text with the merged ranges kept beside them.

Rows and columns count from 0 inside; `Place` counts as a spreadsheet shows it (row 1, cell `E7`).
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import Final, NamedTuple

FORMULA_ERRORS: Final = frozenset(
    {"#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#N/A", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA", "Err:502"}
)


_MOST_SPANS: Final = 1_000_000


class Place(NamedTuple):
    """Where something stands: sheet (None for csv), row as a spreadsheet shows it, cell like `E7`."""

    sheet: str | None
    row: int | None
    cell: str | None = None


class Merge(NamedTuple):
    """A merged range, both corners included; its text stands in the top left cell."""

    top: int
    left: int
    bottom: int
    right: int


_top = attrgetter("top")


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name (None for csv), its rows of text, and the ranges merged in it.

    `keeps_merges` is False for formats that cannot say what was merged (csv, BIFF5): there a blank may be a lost merge.
    `caption` are words that stand above the sheet outside of it, as above a table of a document.
    """

    name: str | None
    rows: tuple[tuple[str, ...], ...]
    merges: tuple[Merge, ...] = ()
    keeps_merges: bool = True
    caption: str = ""

    def text(self, row: int, column: int) -> str:
        """The text of a cell; blank where the row is shorter."""
        if not 0 <= row < len(self.rows):
            return ""
        cells = self.rows[row]
        return cells[column] if column < len(cells) else ""

    def merge_at(self, row: int, column: int) -> Merge | None:
        """The merged range that covers the cell, if any."""
        spans = self._merged.get(column)
        if spans is None:
            return None
        place = bisect_right(spans, row, key=_top)
        return spans[place - 1] if place and spans[place - 1].bottom >= row else None

    def place(self, row: int, column: int | None = None) -> Place:
        """The place of a row, or of a cell in it, as a spreadsheet shows it."""
        return Place(self.name, row + 1, None if column is None else f"{column_letters(column)}{row + 1}")

    @cached_property
    def width(self) -> int:
        """The number of columns of the widest row."""
        return max((len(row) for row in self.rows), default=0)

    @cached_property
    def merges_from(self) -> dict[int, list[Merge]]:
        """The merged ranges by the row they begin in."""
        found: dict[int, list[Merge]] = {}
        for merge in self.merges:
            found.setdefault(merge.top, []).append(merge)
        return found

    @cached_property
    def _merged(self) -> dict[int, list[Merge]]:
        """The ranges by column, from the top; they may reach far beyond the last text, and a broken file has any number."""
        found: dict[int, list[Merge]] = {}
        room = _MOST_SPANS
        for merge in sorted(self.merges):
            columns = range(merge.left, min(merge.right, self.width - 1) + 1)
            room -= len(columns)
            if room < 0:
                break
            for column in columns:
                found.setdefault(column, []).append(merge)
        return found


@dataclass(frozen=True)
class Workbook:
    """A file as read: which kind it was by its content, and its sheets."""

    kind: str
    sheets: tuple[Sheet, ...] = field(default=())


def column_letters(column: int) -> str:
    """The letters of a column counted from 0.

    >>> column_letters(0), column_letters(26)
    ('A', 'AA')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell_reference(at: tuple[int, int]) -> str:
    """A cell as a spreadsheet names it."""
    return f"{column_letters(at[1])}{at[0] + 1}"


def column_index(letters: str) -> int:
    """The column that letters name, counted from 0.

    >>> column_index("AA")
    26
    """
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1
