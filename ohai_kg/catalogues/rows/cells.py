"""One cell of one column for one row: what merges, 同上 and lost merges make of it, with its address and its own words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ohai_kg.catalogues.layout import Role
from ohai_kg.office.wording import squeezed

if TYPE_CHECKING:
    from ohai_kg.catalogues.layout import Column, Region
    from ohai_kg.office.sheets import Merge, Place, Sheet

_DITTO: Final = re.compile(r"[(]?(?:同上|同前|同上行|〃|″|\"|'')[)]?[。.]?")


@dataclass(slots=True)
class Cell:
    """A cell as a row has it.

    `verbatim` are the words that stand there (through a merge: those of its top left cell); `text` are the words that count,
    which differ for 同上. `own` is False for the lower rows of a merge. `proposal` are the words above a blank in a format
    that keeps no merges: for a person to accept, never taken.
    """

    sheet: Sheet
    row: int
    column: int
    verbatim: str
    text: str
    own: bool = True
    ditto: bool = False
    proposal: str = ""

    @property
    def place(self) -> Place:
        """The row's own cell, also where a merge covers it."""
        return self.sheet.place(self.row, self.column)

    @property
    def filled(self) -> bool:
        """Whether anything stands there."""
        return bool(squeezed(self.text))


def is_ditto(text: str) -> bool:
    """Whether a cell says 同上."""
    return bool(_DITTO.fullmatch(squeezed(text)))


class CellReader:
    """The cells of a table row by row, remembering what each column last held."""

    def __init__(self, region: Region, columns: tuple[Column, ...]) -> None:
        self._region = region
        self._levels = {column.index for column in columns if column.role is Role.LEVEL}
        self._last: dict[int, str] = {}

    def read(self, row: int, column: int) -> Cell:
        """The cell of a row in a column. To be called in the order of the rows, for 同上 means the row above."""
        sheet = self._region.sheet
        verbatim, own = sheet.text(row, column), True
        merge = sheet.merge_at(row, column)
        # A merge that crosses columns of other roles is a line of text over the table, not a value of each of them.
        if merge is not None and (row, column) != (merge.top, merge.left):
            own = row == merge.top
            verbatim = sheet.text(merge.top, merge.left) if column == merge.left or self._spreads(merge) else ""
        verbatim = verbatim.strip()
        if len(verbatim) < 8 and is_ditto(verbatim):
            return Cell(sheet, row, column, verbatim, self._last.get(column, ""), own, ditto=True)
        if squeezed(verbatim):
            self._last[column] = verbatim
            return Cell(sheet, row, column, verbatim, verbatim, own)
        proposal = "" if sheet.keeps_merges else self._last.get(column, "")
        return Cell(sheet, row, column, verbatim, "", own, proposal=proposal)

    def _spreads(self, merge: Merge) -> bool:
        """Whether a merge lies across columns of level only: one tick for several levels."""
        columns = range(merge.left, merge.right + 1)
        return len(columns) <= len(self._levels) and self._levels.issuperset(columns)
