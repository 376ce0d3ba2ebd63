"""Which role each column of a table has: by its heading, else by what its cells hold; a mapping given by hand comes first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from ohai_kg.catalogues.layout.evidence import role_of_cells, settled
from ohai_kg.catalogues.layout.roles import Heading, Role, read_heading
from ohai_kg.catalogues.layout.tables import head_text
from ohai_kg.catalogues.values.codes import level_codes
from ohai_kg.errors import ColumnsInvalid
from ohai_kg.office.sheets import column_index, column_letters
from ohai_kg.office.wording import squeezed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ohai_kg.catalogues.layout.tables import Region
    from ohai_kg.catalogues.values.registry import Registry

_REPEATABLE: Final = frozenset({Role.OTHER, Role.LEVEL, Role.CATEGORY, Role.SECTION, Role.FORM})
CONFIDENCES: Final = ("certain", "high", "medium", "low")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its letters, the words of its head joined by " / ", its role and how sure that is.

    `level` counts category levels from 1; `codes` are the administrative levels a level column stands for; `reason`
    says in a word where the role comes from: heading, cells, position or mapping.
    """

    index: int
    heading: str
    role: Role
    confidence: str = "certain"
    level: int = 0
    codes: tuple[str, ...] = ()
    reason: str = "heading"

    @property
    def letters(self) -> str:
        """The letters a spreadsheet shows above it."""
        return column_letters(self.index)

    @property
    def doubtful(self) -> bool:
        """Whether a user should look at it."""
        return self.confidence in {"medium", "low"}


def assign_columns(region: Region, registry: Registry, mapping: Mapping[str, str] | None = None) -> tuple[Column, ...]:
    """The columns of a table. `mapping` gives roles by column letters or heading, and overrules everything.

    A key such as 救灾!E holds for that sheet only, and before one for all of them.
    """
    columns = [_by_heading(region, index) for index in range(_width(region))]
    columns = [settled(column, region, registry) for column in columns]
    columns = _without_doubles(columns)
    taken = {column.role for column in columns}
    columns = [role_of_cells(column, region, registry, taken) for column in columns]
    columns = _numbered_levels(columns)
    return tuple(_overruled(columns, mapping or {}, region.sheet.name))


def _width(region: Region) -> int:
    rows = range(region.head.start, region.end)
    return max((len(region.sheet.rows[row]) for row in rows), default=0)


def _path(region: Region, index: int) -> list[str]:
    """The words of the head from top to bottom, each once; a blank right of a group's heading belongs to that group."""
    sheet, words = region.sheet, []
    for row in region.head:
        text = head_text(sheet, row, index).strip()
        is_last = row == region.head[-1]
        if (
            not text
            and not is_last
            and any(squeezed(head_text(sheet, below, index)) for below in range(row + 1, region.head.stop))
        ):
            left = index
            while left > 0 and not text:
                left -= 1
                text = head_text(sheet, row, left).strip()
        if text and text not in words:
            words.append(text)
    return words


def _by_heading(region: Region, index: int) -> Column:
    """The role that the lowest heading names; where it names none, the one above it, less surely."""
    words = _path(region, index)
    heading = " / ".join(" ".join(word.split()) for word in words)
    above = [read_heading(word) for word in words[:-1]]
    under_level = any(found and found.role is Role.LEVEL for found in above)
    own = read_heading(words[-1], under_level=under_level) if words else None
    if own is not None:
        return Column(index, heading, own.role, own.confidence, own.level, own.codes or _codes(own, words[-1]))
    inherited: Heading | None = next((found for found in reversed(above) if found), None)
    if inherited is None:
        return Column(index, heading, Role.OTHER, "low" if not heading else "high")
    return Column(index, heading, inherited.role, "medium", inherited.level, inherited.codes)


def _codes(heading: Heading, word: str) -> tuple[str, ...]:
    return level_codes(word) if heading.role is Role.LEVEL else ()


def _without_doubles(columns: list[Column]) -> list[Column]:
    """Of two columns with the same role the surer one keeps it, then the first; the other keeps only its words."""
    best: dict[Role, Column] = {}
    for column in columns:
        held = best.get(column.role)
        if held is None or CONFIDENCES.index(column.confidence) < CONFIDENCES.index(held.confidence):
            best[column.role] = column
    kept = set(map(id, best.values()))
    return [
        column
        if column.role in _REPEATABLE or id(column) in kept
        else replace(
            column, role=Role.SECTION if column.role is Role.SUBJECT else Role.OTHER, confidence="medium", reason="position"
        )
        for column in columns
    ]


def _numbered_levels(columns: list[Column]) -> list[Column]:
    """Category levels counted from 1 in the order of their headings, then from the left.

    一级事项 printed twice is an error of the head: the second is a level lower, and doubtful.
    """
    given = {column.level for column in columns if column.role is Role.CATEGORY}
    unsaid = next(level for level in range(1, len(given) + 2) if level not in given)  # 级事项: the level that is not there
    levels = sorted((column for column in columns if column.role is Role.CATEGORY), key=lambda c: (c.level or unsaid, c.index))
    numbered: dict[int, Column] = {}
    before = 0
    for rank, column in enumerate(levels, 1):
        done = replace(column, level=rank)
        numbered[column.index] = replace(done, confidence="low", reason="position") if column.level == before else done
        before = column.level
    return [numbered.get(column.index, column) for column in columns]


def _overruled(columns: list[Column], mapping: Mapping[str, str], sheet: str | None) -> list[Column]:
    """The columns with what was given by hand; keys that name columns of other tables are passed over."""
    ordered = sorted(mapping.items(), key=lambda pair: bool(_divided(pair[0])[0]))
    given = {index: Role(role) for key, role in ordered if (index := index_of(key, columns, sheet)) is not None}
    for index, role in given.items():
        column = columns[index]
        level = column.level if column.role is role else 0
        codes = level_codes(column.heading.rpartition(" / ")[2])
        columns[index] = replace(column, role=role, confidence="certain", reason="mapping", level=level, codes=codes)
    return _numbered_levels(columns) if Role.CATEGORY in given.values() else columns


def check_mapping(mapping: Mapping[str, str], tables: Sequence[tuple[str | None, Sequence[Column]]]) -> None:
    """Raise ColumnsInvalid where a mapping names a role that does not exist or a column that no table has."""
    for key, value in mapping.items():
        if value not in set(Role):
            raise ColumnsInvalid(
                f"栏目“{key}”的含义应为 {'、'.join(Role)} 之一，现为“{value}”。",
                f'Column "{key}": expected one of {", ".join(Role)}, found "{value}".',
            )
        if tables and all(index_of(key, columns, sheet) is None for sheet, columns in tables):
            wanted, _ = _divided(key)
            near = next((columns for sheet, columns in tables if _is_sheet(wanted, sheet)), None)
            if near is None:
                raise _no_sheet(wanted, [sheet or "" for sheet, _ in tables])
            shown = [f"{column.letters}“{column.heading}”" for column in near]
            raise ColumnsInvalid(
                f"表中没有栏目“{key}”；现有：{'、'.join(shown)}。",
                f'The table has no column "{key}"; it has {", ".join(shown)}.',
            )


def _no_sheet(wanted: str, sheets: list[str]) -> ColumnsInvalid:
    known = list(dict.fromkeys(filter(None, sheets)))
    return ColumnsInvalid(
        f"没有目录表在工作表“{wanted}”中；现有：{'、'.join(known) or '（文件不分工作表）'}。",
        f'No table stands on a sheet "{wanted}"; there are: {", ".join(known) or "none (the file has no sheets)"}.',
    )


def index_of(key: str, columns: Sequence[Column], sheet: str | None = None) -> int | None:
    """The column of a table on `sheet` that a key names: its whole heading, the lowest part of it, or its letters.

    A sheet may stand before it, as in a formula: 救灾!E.
    """
    wanted, own = _divided(key)
    if not _is_sheet(wanted, sheet):
        return None
    flat = squeezed(own)
    for column in columns:
        if column.heading and flat in {squeezed(column.heading), squeezed(column.heading.rpartition(" / ")[2])}:
            return column.index
    if flat.isascii() and flat.isalpha() and len(flat) <= 3 and column_index(flat) < len(columns):
        return column_index(flat)
    return None


def _divided(key: str) -> tuple[str, str]:
    """Sheet and column of a key; no sheet for one that holds for all. Sheet names are quoted as in a formula, or not."""
    sheet, _, column = key.replace("！", "!").rpartition("!")
    return sheet.strip().strip("'"), column


def _is_sheet(wanted: str, sheet: str | None) -> bool:
    return not wanted or squeezed(wanted) == squeezed((sheet or "").replace("！", "!"))
