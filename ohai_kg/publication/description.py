"""A small graph written by hand: IRIs, predicates and classes as prefixed names, values; for DCAT and VoID."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from ohai_kg.engine.store import graph_text
from ohai_kg.namespaces import PREFIXES, XSD

if TYPE_CHECKING:
    from ohai_kg.formats import Format

NAMES: Final = {
    **PREFIXES,
    "dcatap": "http://data.europa.eu/r5r/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
}

Value = ox.NamedNode | ox.Literal


def term(name: str) -> str:
    """The IRI of a prefixed name, such as `dct:title`; a KeyError is a mistake of ours."""
    prefix, _, local = name.partition(":")
    return NAMES[prefix] + local


def said(text: str, lang: str) -> ox.Literal:
    """Text in a language."""
    return ox.Literal(text, language=lang)


def typed(text: str | int, datatype: str) -> ox.Literal:
    """A literal of an XSD datatype, by its local name."""
    return ox.Literal(str(text), datatype=ox.NamedNode(XSD + datatype))


class Description:
    """Statements in the order they were made, each once."""

    def __init__(self) -> None:
        self._triples: dict[ox.Triple, None] = {}

    @property
    def triples(self) -> list[ox.Triple]:
        """All statements."""
        return list(self._triples)

    def add(self, subject: str, predicate: str, *values: Value | str | None) -> None:
        """State each value: a `str` is an IRI, whatever it looks like; None and '' are passed over.

        Only `predicate` is a prefixed name: what a name of the data looks like decides nothing.
        """
        node, named = ox.NamedNode(subject), ox.NamedNode(term(predicate))
        for value in values:
            if value is not None and value != "":
                self._triples[ox.Triple(node, named, ox.NamedNode(value) if isinstance(value, str) else value)] = None

    def classify(self, subject: str, *classes: str) -> None:
        """State the classes, which are prefixed names."""
        self.add(subject, "rdf:type", *map(term, classes))

    def describe(self, subject: str, *classes: str, zh: str = "", en: str = "", naming: str = "dct:title") -> str:
        """State the classes (prefixed names) and the name in both languages; returns `subject`."""
        self.classify(subject, *classes)
        self.add(subject, naming, said(zh, "zh") if zh else None, said(en, "en") if en else None)
        return subject

    def serialize(self, syntax: Format) -> bytes:
        """The graph in `syntax`, with the prefixes it uses. Raises FormatInsufficient."""
        used = {
            predicate.value
            for triple in self._triples
            for predicate in (triple.predicate, triple.object)
            if isinstance(predicate, ox.NamedNode)
        }
        prefixes = {name: space for name, space in NAMES.items() if any(value.startswith(space) for value in used)}
        return graph_text(self._triples, syntax, prefixes)
