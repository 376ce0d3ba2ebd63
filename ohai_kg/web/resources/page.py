"""The page of one thing, as its template wants it: what is said of it in reading order, with a label for every IRI."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from ohai_kg.namespaces import PREFIXES, RDF, RDFS, SKOS, ZWGK
from ohai_kg.resources.description import BACKWARD, FORWARD
from ohai_kg.web.http.addresses import described_at, linked_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ohai_kg.resources.description import Description
    from ohai_kg.resources.vocabulary import Vocabulary

DCT: Final = PREFIXES["dct"]
_ROWS: Final = 100
"""Rows of a table of dependent nodes; the page with all links has the rest."""
_LONGEST: Final = 5000
"""Characters of a value; the RDF forms of the page have all of it."""
_GRAPHS: Final = {
    "corrections": ("更正", "correction"),
    "external": ("外部资料", "outside source"),
    "registry": ("登记", "registry"),
    "derived": ("推导", "derived"),
    "schemes": ("代码表", "code lists"),
    "ontology": ("本体", "ontology"),
    "shapes": ("规则", "shapes"),
    "local": ("写入", "written"),
}
_FORWARD: Final = {PREFIXES[p] + n for p, _, n in (name.partition(":") for name in FORWARD)}
_BACKWARD: Final = {PREFIXES[p] + n for p, _, n in (name.partition(":") for name in BACKWARD)}
_ELSEWHERE: Final = {
    RDF + "type",
    RDFS + "label",
    ZWGK + "sourceLocation",
    ZWGK + "sourceLine",
    ZWGK + "explicit",
    ZWGK + "explainedBy",
    ZWGK + "verbatimText",
    ZWGK + "order",
}
# What the shapes do not order: names first, notes last.
_FIRST: Final = (SKOS + "notation", SKOS + "prefLabel", DCT + "title", SKOS + "altLabel", SKOS + "definition", ZWGK + "text")
_LAST: Final = (
    SKOS + "note",
    SKOS + "editorialNote",
    DCT + "description",
    DCT + "source",
    ZWGK + "confidence",
    DCT + "license",
)


@dataclass(frozen=True, slots=True)
class Value:
    """One value as shown; `graph` names where it comes from, where that is not the thing's own graph."""

    text: str
    path: str | None = None
    outside: str | None = None
    graph: str | None = None
    graph_path: str | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One property and its values."""

    name: str
    path: str | None
    values: list[Value]


@dataclass(frozen=True, slots=True)
class Table:
    """Dependent nodes of one kind: heads, and rows of cells; a row has the page of its node and says if it is inferred."""

    name: str
    heads: list[str]
    rows: list[dict[str, Any]]
    more: int


class Reader:
    """Puts a description into words of one language."""

    def __init__(self, description: Description, vocabulary: Vocabulary, base: str, lang: str) -> None:
        self._said = description
        self._vocabulary = vocabulary
        self._base = base
        self._lang = lang
        own = [quad for quad in description.own if quad.predicate.value == RDF + "type"]
        self._home = next((_graph(quad) for quad in own), None)

    @property
    def label(self) -> str:
        """What the thing is called."""
        return self.name(self._said.iri)

    @property
    def title(self) -> str:
        """The title of the page: the label, or in English, where it has only a Chinese one, class and key."""
        label = self.label
        if self._lang != "en" or label.isascii():
            return label
        key = self._said.iri.rstrip("/#").rpartition("/")[2]
        return " ".join([value.text for value in self.types[:1]] + [key])

    def name(self, iri: str) -> str:
        """What anything is called; never an IRI as it is."""
        return self._said.label(iri, self._lang) or self._vocabulary.name(iri, self._lang)

    @property
    def types(self) -> list[Value]:
        """The classes, without those that a narrower one implies."""
        classes = self._said.types
        shown = [iri for iri in classes if iri != SKOS + "Concept" or len(classes) == 1]
        return [Value(self._vocabulary.name(iri, self._lang), described_at(iri, self._base)) for iri in shown]

    def texts(self, local: str) -> list[str]:
        """The values of a property of ours, as they stand."""
        return [_text(quad) for quad in self._said.own if quad.predicate.value == ZWGK + local]

    @property
    def inferred(self) -> bool:
        """Whether the thing is not stated in the document but inferred."""
        return "false" in self.texts("explicit")

    def explained(self) -> list[Value]:
        """The defects that explain why a value is inferred or repaired."""
        return [self._value(quad) for quad in self._said.own if quad.predicate.value == ZWGK + "explainedBy"]

    def quotation(self) -> dict[str, str] | None:
        """The printed text, and the cleaned one where they differ."""
        printed = self.texts("verbatimText")
        if not printed:
            return None
        cleaned = [_text(q) for q in self._said.own if q.predicate.value == DCT + "title" and _language(q) in {"zh", ""}]
        return {"printed": printed[0], "cleaned": cleaned[0] if cleaned and cleaned[0] != printed[0] else ""}

    def facts(self) -> list[Fact]:
        """The statements about the thing itself, property by property."""
        skipped = _ELSEWHERE | _FORWARD
        if not any(self._said.about.get(_iri(quad)) for quad in self._said.own if quad.predicate.value in _FORWARD):
            skipped = _ELSEWHERE
        found = self._by_property(self._said.own, skipped)
        classes = self._said.types
        return [
            Fact(self._vocabulary.name(iri, self._lang, classes), described_at(iri, self._base), values)
            for iri in self._ordered(found, classes)
            if (values := self._values(found[iri])) and not (iri in _FIRST and [v.text for v in values] == [self.label])
        ]

    def tables(self) -> list[Table]:
        """The dependent nodes, kind by kind."""
        found: dict[tuple[str, str], list[str]] = {}
        for quad in self._said.own:
            if quad.predicate.value in _FORWARD and len(self._said.about.get(_iri(quad), ())) > 1:
                found.setdefault((quad.predicate.value, ""), []).append(_iri(quad))
        for node in self._said.about:
            for quad in self._said.about[node]:
                if quad.predicate.value in _BACKWARD and _iri(quad) == self._said.iri:
                    kind = next(iter(self._said.types_of(node)), "")
                    found.setdefault((quad.predicate.value, kind), []).append(node)
        return [self._table(prop, kind, nodes) for (prop, kind), nodes in found.items()]

    def _table(self, prop: str, kind: str, nodes: list[str]) -> Table:
        nodes = sorted(set(nodes), key=self._rank)
        classes = list(dict.fromkeys(name for node in nodes for name in self._said.types_of(node)))
        used = {q.predicate.value for node in nodes for q in self._said.about[node]}
        columns = self._ordered(used - _ELSEWHERE - ({prop} if prop in _BACKWARD else set()), classes)
        columns = [c for c in columns if not self._always_self(c, nodes)]
        return Table(
            self._vocabulary.name(kind or prop, self._lang, self._said.types),
            [self._vocabulary.name(column, self._lang, classes) for column in columns],
            [self._row(node, columns) for node in nodes[:_ROWS]],
            max(0, len(nodes) - _ROWS),
        )

    def _always_self(self, column: str, nodes: Sequence[str]) -> bool:
        """Whether a column only says that the rows are about this very thing."""
        values = {_iri(q) for node in nodes for q in self._said.about[node] if q.predicate.value == column}
        return values == {self._said.iri}

    def _row(self, node: str, columns: Sequence[str]) -> dict[str, Any]:
        said = self._said.about[node]
        cells = [self._values([q for q in said if q.predicate.value == column]) for column in columns]
        return {
            "path": described_at(node, self._base),
            "name": self.name(node),
            "cells": cells,
            "places": [_text(q) for q in said if q.predicate.value == ZWGK + "sourceLocation"],
            "inferred": any(q.predicate.value == ZWGK + "explicit" and _text(q) == "false" for q in said),
            "explained": [self._value(q) for q in said if q.predicate.value == ZWGK + "explainedBy"],
        }

    def _rank(self, node: str) -> tuple[float, str]:
        orders = [_number(_text(q)) for q in self._said.about[node] if q.predicate.value == ZWGK + "order"]
        return (min(orders, default=float("inf")), node)

    def _by_property(self, quads: Iterable[ox.Quad], skipped: set[str]) -> dict[str, list[ox.Quad]]:
        found: dict[str, list[ox.Quad]] = {}
        for quad in quads:
            if quad.predicate.value not in skipped:
                found.setdefault(quad.predicate.value, []).append(quad)
        return found

    def _ordered(self, properties: Iterable[str], classes: Sequence[str]) -> list[str]:
        ranks = self._vocabulary.ranks(classes)

        def rank(iri: str) -> tuple[int, int, str]:
            if iri in ranks and iri not in _LAST:
                return (1, ranks[iri], iri)
            if iri in _FIRST:
                return (0, _FIRST.index(iri), iri)
            if iri in _LAST:
                return (3, _LAST.index(iri), iri)
            return (2, 0, iri)

        return sorted(properties, key=rank)

    def _values(self, quads: Sequence[ox.Quad]) -> list[Value]:
        """The values in the language of the page where they have it; each once, though several graphs may say it."""
        here = [quad for quad in quads if _language(quad) in {"", self._lang}]
        tagged = any(_language(quad) == self._lang for quad in quads)
        spoken = here if tagged or not any(_language(quad) for quad in quads) else quads
        shown = {value.text: value for value in map(self._value, sorted(spoken, key=self._from_elsewhere, reverse=True))}
        return sorted(shown.values(), key=lambda value: value.text)

    def _from_elsewhere(self, quad: ox.Quad) -> bool:
        return _graph(quad) != self._home

    def _value(self, quad: ox.Quad) -> Value:
        graph = _graph(quad)
        tag = path = None
        if graph and self._home and graph != self._home:
            tag = self._graph_name(graph)
            path = described_at(graph, self._base)
        if isinstance(quad.object, ox.Literal):
            return Value(self._literal(quad.object), None, None, tag, path)
        if isinstance(quad.object, ox.Triple):
            return Value(_text(quad), None, None, tag, path)
        iri = _iri(quad)
        if isinstance(quad.object, ox.BlankNode):
            return Value(self.name(iri), None, None, tag, path)
        address = linked_at(iri, self._base)
        ours = address.startswith("/")
        return Value(self.name(iri), address if ours else None, None if ours else address, tag, path)

    def _graph_name(self, graph: str) -> str:
        name = graph.removeprefix(self._base + "graph/")
        texts = _GRAPHS.get(name)
        return name if texts is None else texts[1 if self._lang == "en" else 0]

    def _literal(self, literal: ox.Literal) -> str:
        if literal.datatype.value.endswith("#boolean"):
            return {"true": {"zh": "是", "en": "yes"}, "false": {"zh": "否", "en": "no"}}.get(literal.value, {}).get(
                self._lang, literal.value
            )
        return literal.value if len(literal.value) <= _LONGEST else literal.value[:_LONGEST] + "…"


def _iri(quad: ox.Quad) -> str:
    return quad.object.value if isinstance(quad.object, ox.NamedNode | ox.BlankNode) else ""


def _text(quad: ox.Quad) -> str:
    """The object as text; a triple term as N-Triples write it."""
    return str(quad.object) if isinstance(quad.object, ox.Triple) else quad.object.value


def _number(text: str) -> float:
    """A place in an order; what is no number comes last."""
    try:
        return float(text)
    except ValueError:
        return float("inf")


def _graph(quad: ox.Quad) -> str:
    return quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""


def _language(quad: ox.Quad) -> str:
    return (quad.object.language or "") if isinstance(quad.object, ox.Literal) else ""
