"""Changes for people: which resources came, went or changed, by their labels, and in what."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from ohai_kg.namespaces import PREFIXES, RDFS, SKOS
from ohai_kg.publication.patch import ADDED, REMOVED
from ohai_kg.publication.statements import statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

MOST_RESOURCES: Final = 500
MOST_STATEMENTS: Final = 50
"""Of one resource; further ones are only counted."""
_LABELS: Final = tuple(f"<{iri}>".encode() for iri in (SKOS + "prefLabel", RDFS + "label", PREFIXES["dct"] + "title"))
_KINDS: Final = {"added": ("新增", "Added"), "removed": ("删去", "Removed"), "changed": ("改动", "Changed")}


@dataclass(slots=True)
class ResourceChange:
    """What changed of one resource; `kind` is added, removed or changed. Lines are N-Quads, at most MOST_STATEMENTS each."""

    iri: str
    kind: str = "changed"
    added: int = 0
    removed: int = 0
    added_lines: list[bytes] = field(default_factory=list)
    removed_lines: list[bytes] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement that came or went, with the labels of what it names (by language)."""

    predicate: str
    predicate_label: dict[str, str]
    value: str
    value_label: dict[str, str]
    language: str | None
    graph: str | None


@dataclass(slots=True)
class ChangeSummary:
    """The counts of all, and the first resources in the order of their IRIs."""

    since: str
    until: str
    added: int = 0
    removed: int = 0
    resources: int = 0
    shown: list[ResourceChange] = field(default_factory=list)


def follow(compared: Iterable[tuple[bytes, bytes]], summary: ChangeSummary) -> Iterator[tuple[bytes, bytes]]:
    """Pass the outcome of a comparison on, and count it into `summary` on the way."""
    current, change, before, after = b"", ResourceChange(""), False, False
    for kind, line in compared:
        subject = line[: line.index(b" ")]
        if subject != current:
            _close(change, summary, before=before, after=after)
            current, change, before, after = subject, ResourceChange(subject[1:-1].decode()), False, False
        before, after = before or kind != ADDED, after or kind != REMOVED
        if kind == ADDED:
            change.added += 1
            change.added_lines += [line] if change.added <= MOST_STATEMENTS else []
        elif kind == REMOVED:
            change.removed += 1
            change.removed_lines += [line] if change.removed <= MOST_STATEMENTS else []
        yield kind, line
    _close(change, summary, before=before, after=after)


def _close(change: ResourceChange, summary: ChangeSummary, *, before: bool, after: bool) -> None:
    if not change.added and not change.removed:
        return
    change.kind = "changed" if before and after else "removed" if before else "added"
    summary.added += change.added
    summary.removed += change.removed
    summary.resources += 1
    if len(summary.shown) < MOST_RESOURCES:
        summary.shown.append(change)


def render_summary(summary: ChangeSummary, sources: Sequence[Path]) -> dict[str, Any]:
    """The summary as JSON values; labels are looked up in `sources`, N-Quads files, the first that has one wins."""
    quads = {id(change): (_parse(change.added_lines), _parse(change.removed_lines)) for change in summary.shown}
    wanted = {change.iri for change in summary.shown}
    for came, went in quads.values():
        for quad in came + went:
            wanted |= {term.value for term in (quad.predicate, quad.object) if isinstance(term, ox.NamedNode)}
    labels = _look_up(wanted, sources)
    resources = []
    for change in summary.shown:
        came, went = quads[id(change)]
        added = [_describe(quad, labels) for quad in came]
        removed = [_describe(quad, labels) for quad in went]
        label = labels.get(change.iri, {})
        resources.append(
            {
                "iri": change.iri,
                "label": label,
                "kind": change.kind,
                "text": {lang: _say(change, label, added, removed, lang) for lang in ("zh", "en")},
                "added_count": change.added,
                "removed_count": change.removed,
                "added": [asdict(one) for one in added],
                "removed": [asdict(one) for one in removed],
            }
        )
    return {
        "since": summary.since,
        "until": summary.until,
        "added": summary.added,
        "removed": summary.removed,
        "changed_resources": summary.resources,
        "truncated": summary.resources > len(summary.shown),
        "resources": resources,
    }


def _parse(lines: list[bytes]) -> list[ox.Quad]:
    return list(ox.parse(b"".join(lines), format=ox.RdfFormat.N_QUADS))


def _look_up(wanted: set[str], sources: Sequence[Path]) -> dict[str, dict[str, str]]:
    """Labels by IRI and language."""
    terms = {f"<{iri}>".encode() for iri in wanted}
    ranked: dict[str, dict[str, tuple[int, str]]] = {}
    for rank, source in enumerate(sources):
        with source.open("rb") as file:
            for subject, pair, _ in statements(file):
                if subject not in terms or not pair.startswith(_LABELS):
                    continue
                [quad] = _parse([b"%b %b .\n" % (subject, pair)])
                if isinstance(quad.object, ox.Literal):
                    place = rank * len(_LABELS) + _LABELS.index(pair[: pair.index(b" ")])
                    known = ranked.setdefault(subject[1:-1].decode(), {})
                    offered = (place, quad.object.value)
                    language = quad.object.language or "zh"
                    known[language] = min(known.get(language, offered), offered)
    return {iri: {language: text for language, (_, text) in known.items()} for iri, known in ranked.items()}


def _describe(quad: ox.Quad, labels: dict[str, dict[str, str]]) -> Statement:
    value = quad.object
    graph = quad.graph_name
    return Statement(
        predicate=quad.predicate.value,
        predicate_label=labels.get(quad.predicate.value, {}),
        value=value.value if isinstance(value, ox.NamedNode | ox.Literal) else str(value),
        value_label=labels.get(value.value, {}) if isinstance(value, ox.NamedNode) else {},
        language=value.language if isinstance(value, ox.Literal) else None,
        graph=graph.value if isinstance(graph, ox.NamedNode) else None,
    )


def name_of(iri: str, label: dict[str, str], lang: str) -> str:
    """How people call a resource: its label in the language, or in the other, or the end of its IRI."""
    other = "en" if lang == "zh" else "zh"
    return label.get(lang) or label.get(other) or iri.rstrip("/#").replace("#", "/").rpartition("/")[2] or iri


def _say(change: ResourceChange, label: dict[str, str], added: list[Statement], removed: list[Statement], lang: str) -> str:
    """One sentence on a resource."""
    zh, en = _KINDS[change.kind]
    name = name_of(change.iri, label, lang)
    if change.kind != "changed":
        return f"{zh}：{name}" if lang == "zh" else f"{en}: {name}"
    properties: dict[str, tuple[str, list[str], list[str]]] = {}
    for place, some in ((1, removed), (2, added)):
        for one in some:
            called = name_of(one.predicate, one.predicate_label, lang)
            entry = properties.setdefault(one.predicate, (called, [], []))
            values = entry[1] if place == 1 else entry[2]
            text = name_of(one.value, one.value_label, lang) if one.value_label else one.value
            values += [text] if text not in values else []
    parts = [_say_property(*entry, lang) for entry in properties.values()]
    return f"{zh}：{name}：{'；'.join(parts)}" if lang == "zh" else f"{en}: {name}: {'; '.join(parts)}"


def _say_property(name: str, before: list[str], after: list[str], lang: str) -> str:
    old, new = "、".join(f"“{value}”" for value in before), "、".join(f"“{value}”" for value in after)
    if lang == "en":
        old, new = ", ".join(f'"{value}"' for value in before), ", ".join(f'"{value}"' for value in after)
        return f"{name}: {old} → {new}" if old and new else f"{name}: + {new}" if new else f"{name}: - {old}"
    return f"{name}由{old}改为{new}" if old and new else f"{name}增{new}" if new else f"{name}删{old}"
