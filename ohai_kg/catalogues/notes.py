"""What a person should look at and no shape tells: doubtful columns, blanks that may be lost merges, loose ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ohai_kg.catalogues.layout import ROLE_WORDS, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ohai_kg.catalogues.layout import Column, Region
    from ohai_kg.catalogues.rows import CatalogueItem
    from ohai_kg.office.sheets import Place

_ELEMENTS: Final[dict[Role, str]] = {
    Role.CONTENT: "content",
    Role.BASIS: "basis",
    Role.DEADLINE: "deadline",
    Role.SUBJECT: "subject",
    Role.CHANNEL: "channel",
    Role.MODE: "method",
    Role.ATTRIBUTE: "method",
}


@dataclass(frozen=True, slots=True)
class Note:
    """One remark: a stable code, the element it concerns (or None), its place, and whole sentences.

    `proposal` holds the words that could be accepted for a blank; it is empty for other remarks.
    """

    code: str
    place: Place
    zh: str
    en: str
    element: str | None = None
    proposal: str = ""


def notes_on_table(region: Region, columns: tuple[Column, ...]) -> Iterator[Note]:
    """Columns whose role is doubtful."""
    for column in columns:
        if column.doubtful and (column.role is not Role.OTHER or column.heading):
            zh, en = ROLE_WORDS[column.role]
            yield Note(
                "column-doubtful",
                region.sheet.place(region.head.start, column.index),
                f"{column.letters} 列“{column.heading}”读作“{zh}”，把握不大：请核对，需要时自行指定。",
                f'Column {column.letters} "{column.heading}" was read as "{en}" without certainty: check it, or set it.',
            )


def notes_on_items(items: Iterable[CatalogueItem]) -> Iterator[Note]:
    """Blanks with words above them, 同上 below nothing, open lists, damaged numbers and words left over."""
    for item in items:
        for column in item.columns:
            yield from _on_cell(item, column)
        yield from _on_bases(item)
        yield from _on_subjects(item)
        yield from _on_limit(item)
        for role in (Role.STAGE,):
            for words in item.unknown.get(role, ()):
                yield Note(
                    f"{role}-unknown",
                    item.place_of(role),
                    f"“{words}”不是五公开阶段之一，未采用。",
                    f'"{words}" is none of the five stages; it was not used.',
                )


def _on_cell(item: CatalogueItem, column: Column) -> Iterator[Note]:
    cell = item.cells[column.index]
    element = _ELEMENTS.get(column.role)
    if cell.ditto and not cell.filled:
        yield Note(
            "ditto-unresolved",
            cell.place,
            f"“{cell.verbatim}”之上没有可以照用的内容。",
            f'Nothing stands above "{cell.verbatim}" that it could repeat.',
            element,
        )
    if element and cell.proposal and not cell.filled:
        yield Note(
            "blank-below-value",
            cell.place,
            f"此格为空，也许是另存时丢失的合并单元格；上方为“{_short(cell.proposal)}”，如相同请填上。",
            f'The cell is blank, perhaps a merge lost in saving; above it stands "{_short(cell.proposal)}".',
            element,
            cell.proposal,
        )


def _on_bases(item: CatalogueItem) -> Iterator[Note]:
    if item.bases is None:
        return
    place = item.place_of(Role.BASIS)
    if item.bases.open_ended:
        yield Note(
            "basis-open-ended",
            place,
            "依据以“等”“相关规定”之类结尾，没有列全。",
            "The list of bases ends in 等 or the like and is not complete.",
            "basis",
        )
    for basis in item.bases.bases:
        if basis.doubtful_number:
            yield Note(
                "number-damaged",
                place,
                f"文号“{basis.doubtful_number}”不完整，未采用。",
                f'The document number "{basis.doubtful_number}" is damaged; it was not used.',
                "basis",
            )


def _on_subjects(item: CatalogueItem) -> Iterator[Note]:
    if item.subjects is not None and item.subjects.open_ended:
        yield Note(
            "subject-open-ended",
            item.place_of(Role.SUBJECT),
            "公开主体以“等”结尾，没有列全：请写明每一个单位。",
            "The list of subjects ends in 等 and is not complete: name each of them.",
            "subject",
        )


def _on_limit(item: CatalogueItem) -> Iterator[Note]:
    limit = item.time_limit
    if limit is None or not limit.understood:
        return  # a limit that is not understood is a finding of the shapes
    for words in limit.leftover:
        yield Note(
            "limit-leftover",
            item.place_of(Role.DEADLINE),
            f"时限中的“{words}”未能识别，按其余部分理解。",
            f'"{words}" in the time limit was not understood; the rest was.',
            "deadline",
        )


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 40 else flat[:40] + "……"
