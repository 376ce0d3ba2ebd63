"""A small graph written by hand: subjects, predicates as prefixed names, values; for DCAT and VoID."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from ohai_kg.namespaces import PREFIXES, XSD
from ohai_kg.store.embedded import RDF_SYNTAXES

if TYPE_CHECKING:
    from ohai_kg.mediatypes import Format

NAMES: Final = {
    **PREFIXES,
    "dcatap": "http://data.europa.eu/r5r/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
}
_ABSOLUTE: Final = ("http://", "https://", "mailto:", "urn:")

Value = ox.NamedNode | ox.Literal


def iri(name: str) -> ox.NamedNode:
    """The node of an IRI or of a prefixed name, such as `dct:title`."""
    if name.startswith(_ABSOLUTE):
        return ox.NamedNode(name)
    prefix, _, local = name.partition(":")
    return ox.NamedNode(NAMES[prefix] + local)


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
        """State each value; a `str` is an IRI or prefixed name, None and '' are passed over."""
        for value in values:
            if value is not None and value != "":
                node = iri(value) if isinstance(value, str) else value
                self._triples[ox.Triple(iri(subject), iri(predicate), node)] = None

    def describe(self, subject: str, *classes: str, zh: str = "", en: str = "", naming: str = "dct:title") -> str:
        """State the classes and the name in both languages; returns `subject`."""
        self.add(subject, "rdf:type", *classes)
        self.add(subject, naming, said(zh, "zh") if zh else None, said(en, "en") if en else None)
        return subject

    def serialize(self, syntax: Format) -> bytes:
        """The graph in `syntax`, with the prefixes it uses."""
        used = {
            predicate.value
            for triple in self._triples
            for predicate in (triple.predicate, triple.object)
            if isinstance(predicate, ox.NamedNode)
        }
        prefixes = {name: space for name, space in NAMES.items() if any(value.startswith(space) for value in used)}
        return ox.serialize(self._triples, format=RDF_SYNTAXES[syntax.name], prefixes=prefixes) or b""
