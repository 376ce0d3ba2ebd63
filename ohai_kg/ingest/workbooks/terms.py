"""RDF terms as the graph of a catalogue needs them."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from ohai_kg.namespaces import DEF, XSD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ohai_kg.ingest.workbooks.values.timelimits import Limit

Term = ox.NamedNode | ox.Literal
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


def length(limit: Limit) -> Iterator[tuple[str, Term]]:
    """The properties that say how long a limit is and from when it runs; none of them is made up for an unclear one."""
    if limit.number is not None and limit.unit in {"working-day", "day"}:
        yield "workingDays" if limit.unit == "working-day" else "calendarDays", integer(limit.number)
    if limit.kind in _KINDS:
        yield "limitKind", named(f"{DEF}limit-kind/{limit.kind}")
    for event in limit.events:
        yield "trigger", zh(_event_words(event, limit.event_text))
    if limit.kind == "notice":
        yield "trigger", zh("公示")
    if limit.scope:
        yield "scopeNote", zh(limit.scope)


def _event_words(event: str, text: str) -> str:
    """The code's word; for an event that names a thing (收到征地批准文件, 预算批准) the cell's own words."""
    if event == "received" and text.startswith("收到"):
        return text
    return _EVENT_WORDS.get(event, text or event)


@lru_cache(maxsize=4096)
def named(iri: str) -> ox.NamedNode:
    """Predicates, classes and codes are named over and over."""
    return ox.NamedNode(iri)


def zh(text: str) -> ox.Literal:
    """Chinese text."""
    return ox.Literal(text, language="zh")


def integer(number: int) -> ox.Literal:
    """A whole number."""
    return ox.Literal(str(number), datatype=ox.NamedNode(XSD + "integer"))


def one_line(text: str) -> str:
    """The words without line breaks, as Chinese text is joined."""
    return re.sub(r"\s*\n\s*", "", text.strip())


def digest(text: str, length: int) -> str:
    """The first hexadecimal digits of a hash: a stable name for words that cannot stand in an IRI."""
    return hashlib.sha256(text.encode()).hexdigest()[:length]
