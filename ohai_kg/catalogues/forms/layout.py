"""What a blank form consists of: titles, columns with their notes, and the lists to choose from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `group` is the heading above several columns, or "" for one that reaches down both rows of the head.

    `note` says what to write and `example` shows it; `choices` names the list of its drop-down; where it `is_open`, other
    words may be written too. An `is_extra` column is not in the form it is added to, and looks so.
    """

    head: str
    note: str
    example: str
    width: float
    group: str = ""
    choices: str | None = None
    is_open: bool = True
    is_extra: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A table of the form: its heading line (or "") and its columns. Only form 3 of Annex 7 has several."""

    columns: tuple[Column, ...]
    heading: str = ""
    rows: int = 30


@dataclass(frozen=True, slots=True)
class FormLayout:
    """A form of one sheet. `caption` stands below the title, `footer` below the table; `lists` by name, in order."""

    sheet: str
    title: str
    blocks: tuple[Block, ...]
    lists: Mapping[str, tuple[str, ...]]
    caption: str = ""
    footer: str = ""
    hints: tuple[str, ...] = field(default=())

    @property
    def width(self) -> int:
        """The number of columns of the widest block."""
        return max(len(block.columns) for block in self.blocks)
