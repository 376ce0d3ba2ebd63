"""The vocabulary of a release: what the ontology says of its terms and what the shapes demand, read once from the quads.

Pages name properties and put them in order with it; the reference of terms and rules is written from it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from ohai_kg.namespaces import PREFIXES, RDF, RDFS, SH, SHAPES, SKOS, ZWGK
from ohai_kg.resources.foreign_terms import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

OWL: Final = PREFIXES["owl"]
DCT: Final = PREFIXES["dct"]
_KINDS: Final = {
    OWL + "Class": "class",
    OWL + "ObjectProperty": "object property",
    OWL + "DatatypeProperty": "datatype property",
}
_SEVERITIES: Final = ("violation", "warning", "info")
_WHOLE: Final = re.compile("-?[0-9]{1,9}")
Texts = dict[str, str]
"""A text by language."""


@dataclass(frozen=True, slots=True)
class Term:
    """A class or property of the ontology. `kind` is `class`, `object property` or `datatype property`."""

    iri: str
    kind: str
    names: Texts
    definitions: Texts
    parents: tuple[str, ...]
    source: str | None


@dataclass(frozen=True, slots=True)
class Rule:
    """A shape: its identifier (`CORE-DUTY-01`), what it is about and what it says. `path` is None where not a property."""

    iri: str
    identifier: str
    names: Texts
    messages: Texts
    severity: str
    order: int
    classes: tuple[str, ...]
    path: str | None
    parts: tuple[str, ...]
    values: tuple[str, ...]

    @property
    def profile(self) -> str:
        """The beginning of the identifier, which tells the profile."""
        return self.identifier.partition("-")[0]


@dataclass(frozen=True)
class Vocabulary:
    """Terms and rules by IRI."""

    terms: Mapping[str, Term]
    rules: Mapping[str, Rule]
    labels: Mapping[str, Texts]
    """The labels of everything else that is described with them."""
    _owners: dict[str, list[Rule]] = field(default_factory=lambda: defaultdict(list))
    _of_class: dict[str, list[Rule]] = field(default_factory=lambda: defaultdict(list))
    _of_property: dict[str, list[Rule]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for rule in self.rules.values():
            for part in rule.parts:
                self._owners[part].append(rule)
            for target in rule.classes:
                self._of_class[target].append(rule)
            if rule.path:
                self._of_property[rule.path].append(rule)

    def name(self, iri: str, lang: str, classes: Sequence[str] = ()) -> str:
        """What a term is called, of properties of other vocabularies as the shapes of `classes` call them."""
        term = self.terms.get(iri)
        if term and term.names:
            return chosen(term.names, lang)
        for rule in self._of_property.get(iri, ()):
            if rule.names and any(target in classes for owner in self._owners.get(rule.iri, ()) for target in owner.classes):
                return chosen(rule.names, lang)
        if iri in NAMES:
            return NAMES[iri][1 if lang == "en" else 0]
        for rule in self._of_class.get(iri, ()):
            if rule.names:
                return chosen(rule.names, lang)
        if iri in self.labels:
            return chosen(self.labels[iri], lang)
        return compact(iri)

    def ranks(self, classes: Sequence[str]) -> dict[str, int]:
        """The reading order of the properties of `classes`: that of their shapes, the narrowest class first."""
        order: dict[str, int] = {}
        for target in classes:
            for owner in self._of_class.get(target, ()):
                parts = [self.rules[part] for part in owner.parts if part in self.rules]
                for part in sorted(parts, key=lambda rule: (rule.order, rule.identifier)):
                    if part.path:
                        order.setdefault(part.path, len(order))
        return order

    def rules_for(self, iri: str) -> list[Rule]:
        """The rules that bind a class or a property, by identifier."""
        found = {rule.iri: rule for rule in (*self._of_class.get(iri, ()), *self._of_property.get(iri, ()))}
        for owner in self._of_class.get(iri, ()):
            found |= {part: self.rules[part] for part in owner.parts if part in self.rules}
        return sorted(found.values(), key=lambda rule: rule.identifier)

    def properties_of(self, iri: str) -> list[str]:
        """The properties that the shapes of a class speak of, in their order."""
        return list(self.ranks([iri]))


def chosen(texts: Mapping[str, str], lang: str) -> str:
    """The text in `lang`, else in Chinese, else in any language; empty where there is none."""
    return texts.get(lang) or texts.get("zh") or next(iter(texts.values()), "")


def compact(iri: str) -> str:
    """An IRI with its prefix, or what stands after its last slash: for people, several IRIs may look the same."""
    name = named(iri)
    if not name.startswith("<"):
        return name
    return iri.rstrip("/#").rsplit("/", 1)[-1].rsplit("#", 1)[-1] or iri


def named(iri: str) -> str:
    """An IRI as Turtle writes it, with its prefix or between angle brackets: `expanded` gives it back."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return f"<{iri}>"


def expanded(name: str) -> str:
    """The IRI that `named` wrote; what has no prefix of ours is taken as it is.

    >>> expanded("<rdf:x>"), expanded("rdf:type")
    ('rdf:x', 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type')
    """
    if name.startswith("<"):
        return name[1:].removesuffix(">")
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local if prefix in PREFIXES else name


def read_vocabulary(statements: Iterable[ox.Triple | ox.Quad]) -> Vocabulary:
    """The vocabulary in the statements of ontology and shapes, from files or from the graphs of a release."""
    about: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for statement in statements:
        about[statement.subject.value][statement.predicate.value].append(statement.object)  # type: ignore[union-attr]
    terms, rules, labels = {}, {}, {}
    for iri, said in about.items():
        kinds = [_KINDS[kind] for kind in _iris(said, RDF + "type") if kind in _KINDS]
        if iri.startswith(ZWGK) and kinds:
            terms[iri] = _term(iri, kinds[0], said)
        elif iri.startswith(SHAPES) and _texts(said, DCT + "identifier"):
            rules[iri] = _rule(iri, said)
        elif RDFS + "label" in said or DCT + "title" in said:
            labels[iri] = _texts(said, RDFS + "label") or _texts(said, DCT + "title")
    return Vocabulary(terms, rules, labels)


def _term(iri: str, kind: str, said: Mapping[str, list[Any]]) -> Term:
    sources = [value.value for value in said.get(DCT + "source", ()) if not isinstance(value, ox.Triple)]
    return Term(
        iri,
        kind,
        _texts(said, RDFS + "label"),
        _texts(said, SKOS + "definition"),
        tuple(_iris(said, RDFS + "subClassOf") + _iris(said, RDFS + "subPropertyOf")),
        sources[0] if sources else None,
    )


def _rule(iri: str, said: Mapping[str, list[Any]]) -> Rule:
    paths = _iris(said, SH + "path")
    orders = [int(order.value) for order in said.get(SH + "order", ()) if _WHOLE.fullmatch(getattr(order, "value", ""))]
    said_severities = _iris(said, SH + "severity")
    return Rule(
        iri,
        next(iter(_texts(said, DCT + "identifier").values())),
        _texts(said, SH + "name") or _texts(said, RDFS + "label"),
        _texts(said, SH + "message"),
        next((level for level in _SEVERITIES if SH + level.capitalize() in said_severities), "violation"),
        min(orders, default=0),
        tuple(_iris(said, SH + "targetClass")),
        paths[0] if paths and "/genid/" not in paths[0] else None,
        tuple(_iris(said, SH + "property") + _iris(said, SH + "sparql")),
        tuple(_iris(said, SH + "class") + _iris(said, SH + "datatype")),
    )


def _texts(said: Mapping[str, list[Any]], predicate: str) -> Texts:
    return {value.language or "": value.value for value in said.get(predicate, ()) if isinstance(value, ox.Literal)}


def _iris(said: Mapping[str, list[Any]], predicate: str) -> list[str]:
    return sorted(value.value for value in said.get(predicate, ()) if isinstance(value, ox.NamedNode | ox.BlankNode))
