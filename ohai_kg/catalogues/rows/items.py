"""The rows of a table as items: which rows count, what they are called, and every field with its cell and meaning."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ohai_kg.catalogues.layout import Role, is_number
from ohai_kg.catalogues.rows.cells import Cell, CellReader
from ohai_kg.office.wording import squeezed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ohai_kg.catalogues.layout import Column, Region
    from ohai_kg.catalogues.values.bases import Bases
    from ohai_kg.catalogues.values.channels import Channels
    from ohai_kg.catalogues.values.subjects import Subjects
    from ohai_kg.catalogues.values.timelimits import TimeLimit
    from ohai_kg.office.sheets import Place

_NOTE: Final = re.compile(r"[(（]?(注|备注|说明|填表说明|附注)\s*[1-9]?\s*[:：]")
_FOOT: Final = re.compile(
    r"\s*((填表|审核|联系|制表|填报|经办|负责|签发)[人者]|(联系)?电话|(填报|制表|编制)(日期|时间|单位))\s*[:：]|\s*[合小总]\s*计\s*$"
)
CARRIED: Final = frozenset({Role.ORDINAL, Role.STAGE})
_ELEMENTS: Final = frozenset(
    {
        *(Role.CONTENT, Role.BASIS, Role.DEADLINE, Role.SUBJECT, Role.CHANNEL),
        *(Role.MODE, Role.MODE_PROACTIVE, Role.MODE_ON_REQUEST, Role.ATTRIBUTE, Role.GROUND),
    }
)


@dataclass(slots=True)
class CatalogueItem:
    """One item. `cells` holds every column's cell; the values below are None or empty where nothing is understood.

    `modes`, `audiences` and `levels` hold codes; `unknown` gives, by role, words that are filled in but mean nothing known.
    `categories` are the 事项 levels above the name, from the first, carried ones included; `carried` names the roles whose
    value stands in a row above.
    """

    table: int
    row: int
    place: Place
    cells: dict[int, Cell]
    columns: tuple[Column, ...]
    by_role: Mapping[Role, tuple[Column, ...]]
    name: str = ""
    name_place: Place | None = None
    number: str = ""
    categories: tuple[str, ...] = ()
    content: str = ""
    bases: Bases | None = None
    time_limit: TimeLimit | None = None
    subjects: Subjects | None = None
    channels: Channels | None = None
    modes: tuple[str, ...] = ()
    attribute: str = ""
    audiences: tuple[str, ...] = ()
    audience_note: str = ""
    levels: tuple[str, ...] = ()
    stage: str = ""
    grounds: tuple[str, ...] = ()
    index_number: str = ""
    unknown: dict[Role, tuple[str, ...]] = field(default_factory=dict)
    carried: frozenset[Role] = frozenset()

    def of(self, *roles: Role) -> list[tuple[Column, Cell]]:
        """The columns of those roles with their cells, role by role; category levels from the first."""
        return [(column, self.cells[column.index]) for role in roles for column in self.by_role.get(role, ())]

    def text(self, role: Role) -> str:
        """The words that count in the first column of that role."""
        return next((cell.text for _, cell in self.of(role)), "")

    def verbatim(self, role: Role) -> str:
        """The words that stand in the first column of that role."""
        return next((cell.verbatim for _, cell in self.of(role)), "")

    def place_of(self, *roles: Role) -> Place:
        """The cell of the first of those roles that the table has a column for: filled ones first; else the row."""
        cells = self.of(*roles)
        filled = [cell for _, cell in cells if cell.filled]
        return (filled or [cell for _, cell in cells])[0].place if cells else self.place

    @property
    def missing(self) -> tuple[str, ...]:
        """The six elements that are blank, in the order of the rule numbers."""
        present = {
            "name": bool(self.name),
            "basis": bool(squeezed(self.text(Role.BASIS))),
            "content": bool(self.content),
            "subject": bool(squeezed(self.text(Role.SUBJECT))),
            "deadline": bool(squeezed(self.text(Role.DEADLINE))),
            "method": bool(self.modes or self.attribute or self.unknown.keys() & {Role.MODE, Role.ATTRIBUTE}),
        }
        return tuple(element for element, there in present.items() if not there)


def rows_of(region: Region, columns: tuple[Column, ...], table: int) -> Iterator[CatalogueItem]:
    """The items of a table with their cells, names and categories; values are filled in by `understanding`."""
    reader = CellReader(region, columns)
    roles = {column.role for column in columns}
    by_role = {
        role: tuple(sorted((column for column in columns if column.role is role), key=lambda c: (c.level, c.index)))
        for role in roles
    }
    carry = _Carry()
    for row in region.body:
        cells = {column.index: reader.read(row, column.index) for column in columns}
        item = CatalogueItem(table, row, region.sheet.place(row), cells, columns, by_role)
        if not _counts(item):
            carry.heading(item)
            continue
        carry.fill(item)
        yield item


def _counts(item: CatalogueItem) -> bool:
    """Whether the row is an item: a 序号 or an element of its own; lines of text over the table and notes are not."""
    own = [(column, item.cells[column.index]) for column in item.columns]
    own = [(column, cell) for column, cell in own if cell.own and cell.filled]
    if not own:
        return False  # every cell belongs to merges begun above: the same item goes on
    if any(column.role is Role.ORDINAL and is_number(cell.text) for column, cell in own):
        return True
    if _NOTE.match(own[0][1].text) and own[0][0].index <= 1 and len(own) == 1:
        return False
    if _FOOT.match(own[0][1].text):
        return False  # who filled the form in, or a sum below it
    if any(column.role in _ELEMENTS and _says_something(column.role, cell) for column, cell in own):
        return True
    names = [column for column, _ in own if column.role is Role.CATEGORY]
    levels = [column for column in item.columns if column.role is Role.CATEGORY]
    # A first level alone is a line that heads a group, unless the table has no other level.
    return bool(names) and (names[-1].level > 1 or (len(levels) == 1 and len(own) > 1))


def _says_something(role: Role, cell: Cell) -> bool:
    """An empty box in a tick column is no element."""
    return role not in {Role.MODE_PROACTIVE, Role.MODE_ON_REQUEST} or cell.text.strip() not in {"□", "☐", "/", "-", "—"}


class _Carry:
    """序号, 一级事项 and 过程 as the rows below inherit them; nothing else is ever carried."""

    def __init__(self) -> None:
        self._values: dict[Role, str] = {}
        self._first = ""

    def heading(self, item: CatalogueItem) -> None:
        """A line that heads a group: its first level holds for the rows below."""
        for column, cell in item.of(Role.CATEGORY):
            if column.level == 1 and cell.filled:
                self._first, self._values = cell.text, {}

    def fill(self, item: CatalogueItem) -> None:
        """Give the item its name, its categories and what it inherits."""
        levels = item.of(Role.CATEGORY)
        own_first = bool(levels) and levels[0][1].filled
        carried: set[Role] = set()
        if own_first and levels[0][1].text != self._first:
            self._first = levels[0][1].text
            self._values = {}  # a new group: the number and stage of the old one end with it
        for role in CARRIED:
            text = item.text(role)
            if squeezed(text) and (role is not Role.ORDINAL or is_number(text)):
                self._values[role] = text
            elif role in self._values and any(column.role is role for column in item.columns):
                carried.add(role)
        named = [(column, cell) for column, cell in levels if cell.filled]
        if named:
            item.name, item.name_place = named[-1][1].text, named[-1][1].place
        above = [cell.text for _, cell in named[:-1]]
        if not own_first and self._first and len(levels) > 1:
            above.insert(0, self._first)
            carried.add(Role.CATEGORY)
        elif len(named) == 1 and len(levels) > 1:
            above = [named[0][1].text]  # only the first level is filled: it is category and name at once
        item.categories = tuple(above)
        item.number = squeezed(self._values.get(Role.ORDINAL, ""))
        item.stage = self._values.get(Role.STAGE, "")
        item.carried = frozenset(carried)
