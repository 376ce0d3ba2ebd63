"""The values of an item understood column by column; words that mean nothing known are put aside by role."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from ohai_kg.catalogues.layout import Role
from ohai_kg.catalogues.values.bases import parse_bases
from ohai_kg.catalogues.values.channels import parse_channels
from ohai_kg.catalogues.values.codes import (
    attribute_code,
    audience_codes,
    ground_codes,
    level_codes,
    mode_codes,
    stage_code,
)
from ohai_kg.catalogues.values.subjects import parse_subjects
from ohai_kg.catalogues.values.timelimits import parse_time_limit
from ohai_kg.office.marks import TICKS, is_mark
from ohai_kg.office.wording import squeezed

if TYPE_CHECKING:
    from ohai_kg.catalogues.rows.items import CatalogueItem
    from ohai_kg.catalogues.values.registry import Registry
    from ohai_kg.office.reading.limits import Limits

_TAKEN_APART: Final = tuple(role for role in Role if role not in {Role.CONTENT, Role.OTHER})


class Understanding:
    """Fills in the values of items; cells of a catalogue say the same over and over, so what they mean is kept."""

    def __init__(self, registry: Registry, limits: Limits) -> None:
        self._limits = limits
        self._bases = lru_cache(8192)(lambda text: parse_bases(text, registry))
        self._subjects = lru_cache(8192)(lambda text: parse_subjects(text, registry))
        self._channels = lru_cache(8192)(lambda text, boxes: parse_channels(text, registry, optional_boxes=boxes))

    def fill(self, item: CatalogueItem) -> None:
        """Fill in the item's values from its cells. Raises WorkbookTooLarge where one of them is too long."""
        for _, cell in item.of(*_TAKEN_APART):
            if len(cell.text) > self._limits.element_characters:
                place = cell.place
                self._limits.check_element(f"{place.sheet or ''} {place.cell}".strip(), len(cell.text))
        item.content = item.text(Role.CONTENT).strip()
        item.index_number = squeezed(item.text(Role.INDEX_NUMBER))
        if squeezed(text := item.text(Role.BASIS)):
            item.bases = self._bases(text)
        if squeezed(text := item.text(Role.DEADLINE)):
            item.time_limit = parse_time_limit(text)
        if squeezed(text := item.text(Role.SUBJECT)):
            item.subjects = self._subjects(text)
        if squeezed(text := item.text(Role.CHANNEL)):
            item.channels = self._channels(text, any("可选" in column.heading for column, _ in item.of(Role.CHANNEL)))
        _modes(item)
        _audiences(item)
        _levels(item)
        _others(item)


def _modes(item: CatalogueItem) -> None:
    """The mode from its text column and from the two tick columns; a word in a tick column counts only if it says the mode."""
    found: list[str] = []
    unknown: list[str] = []
    for _, cell in item.of(Role.MODE):
        if cell.filled and (codes := mode_codes(cell.text)):
            found.extend(codes)
        elif cell.filled and is_mark(cell.text) is not False:
            unknown.append(cell.text)
    for role, code in ((Role.MODE_PROACTIVE, "proactive"), (Role.MODE_ON_REQUEST, "on-request")):
        for _, cell in item.of(role):
            marked = is_mark(cell.text)
            if marked or (marked is None and mode_codes(cell.text) == (code,)):
                found.append(code)
            elif marked is None:
                unknown.append(cell.text)
    item.modes = tuple(dict.fromkeys(found))
    _put_aside(item, Role.MODE, unknown)


def _audiences(item: CatalogueItem) -> None:
    """The audience; words below 特定群体 name the group and so choose it."""
    found: list[str] = []
    unknown: list[str] = []
    for _, cell in item.of(Role.AUDIENCE):
        codes = audience_codes(cell.text)
        found.extend(codes)
        if cell.filled and not codes:
            unknown.append(cell.text)
    for _, cell in item.of(Role.AUDIENCE_GENERAL):
        marked = is_mark(cell.text)
        if marked or (marked is None and "society" in audience_codes(cell.text)):
            found.append("society")
        elif marked is None:
            unknown.append(cell.text)
    for _, cell in item.of(Role.AUDIENCE_SPECIFIC):
        marked = is_mark(cell.text)
        if marked is not False:
            found.append("specific")
        words = cell.text.strip().lstrip(TICKS + "■").strip(" ()（）")
        if marked is not False and words and (marked is None or words != cell.text.strip()):
            item.audience_note = cell.text.strip() if marked is None else words
    item.audiences = tuple(dict.fromkeys(found))
    _put_aside(item, Role.AUDIENCE, unknown)


def _levels(item: CatalogueItem) -> None:
    """The levels: ticks below the heading of a level, or words that name levels."""
    found: list[str] = []
    unknown: list[str] = []
    for column, cell in item.of(Role.LEVEL):
        marked = is_mark(cell.text)
        if marked is False:
            continue
        codes = column.codes if marked else level_codes(cell.text)
        found.extend(codes)
        if not codes:
            unknown.append(cell.text)
    order = ("state", "province", "city", "district", "township", "village")
    item.levels = tuple(sorted(set(found), key=order.index))
    _put_aside(item, Role.LEVEL, unknown)


def _others(item: CatalogueItem) -> None:
    """Attribute, stage and ground."""
    attribute = item.text(Role.ATTRIBUTE)
    if squeezed(attribute):
        item.attribute = attribute_code(attribute) or ""
        _put_aside(item, Role.ATTRIBUTE, [] if item.attribute else [attribute])
    if item.stage:
        stage = item.stage
        item.stage = stage_code(stage) or ""
        _put_aside(item, Role.STAGE, [] if item.stage else [stage])
    ground = item.text(Role.GROUND)
    if squeezed(ground):
        item.grounds = ground_codes(ground)
        _put_aside(item, Role.GROUND, [] if item.grounds else [ground])


def _put_aside(item: CatalogueItem, role: Role, words: list[str]) -> None:
    if words:
        item.unknown[role] = tuple(word.strip() for word in words)
