"""Values of an item as the cells of its tables need them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ohai_kg.catalogues.values.timelimits import Limit

_EVENT_WORDS: Final = {
    "formed": "形成",
    "changed": "变更",
    "made": "制作",
    "obtained": "获取",
    "received": "收到",
    "application": "收到申请",
    "issued": "印发",
}
_KINDS: Final = frozenset({"immediate", "prompt", "permanent", "on-change", "periodic"})


@dataclass(frozen=True, slots=True)
class Length:
    """How long a limit is, as cells of its row, and the events from which it runs; neither is made up for an unclear one."""

    cells: dict[str, str]
    events: tuple[str, ...]


def length(limit: Limit) -> Length:
    """What the tables say of a limit's length."""
    cells: dict[str, str] = {}
    if limit.number is not None and limit.unit in {"working-day", "day"}:
        cells["workingDays" if limit.unit == "working-day" else "calendarDays"] = str(limit.number)
    if limit.kind in _KINDS:
        cells["kind"] = limit.kind
    if limit.scope and limit.kind != "unclear":
        cells["scope"] = limit.scope
    events = [_event_words(event, limit.event_text) for event in limit.events]
    if limit.kind == "notice":
        events.append("公示")
    return Length(cells, tuple(dict.fromkeys(events)))


def _event_words(event: str, text: str) -> str:
    """The code's word; for an event that names a thing (收到征地批准文件, 预算批准) the cell's own words."""
    if event == "received" and text.startswith("收到"):
        return text
    return _EVENT_WORDS.get(event, text or event)


def one_line(text: str) -> str:
    """The words without line breaks, as Chinese text is joined."""
    return re.sub(r"\s*\n\s*", "", text.strip())


def digest(text: str, length: int) -> str:
    """The first hexadecimal digits of a hash: a stable name for words that cannot stand in an IRI."""
    return hashlib.sha256(text.encode()).hexdigest()[:length]
