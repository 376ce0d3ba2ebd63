"""Terms between pyoxigraph, which parses and stores, and rdflib, on which pySHACL works.

The two differ where a report would show it: pyoxigraph writes plain strings as `xsd:string` and language tags in lower
case. Here a plain string stays plain, so that `sh:in` and `sh:hasValue` compare as the shapes wrote them, and a tag
gets back the spelling of its file.
"""

from __future__ import annotations

import logging
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef

from ohai_kg.namespaces import XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rdflib.term import Node

OxTerm = ox.NamedNode | ox.BlankNode | ox.Literal
_STRING: Final = XSD + "string"
_TAGS: Final = re.compile(rb"@([A-Za-z]+(?:-[A-Za-z0-9]+)*)")
_TAG_VALUES: Final = re.compile(rb"""(?:xml:lang|@language)["']?\s*[=:]\s*["']([A-Za-z0-9-]+)""")


class Converter:
    """pyoxigraph's terms as rdflib's, each made once.

    `spellings` maps lower-case language tags to the file's. `verbatim` keeps numbers as written, which shapes need (a
    flag is on for the literal `true` only); data get rdflib's normal form, as with pySHACL's reader.
    """

    def __init__(self, spellings: Mapping[str, str] | None = None, *, verbatim: bool = False) -> None:
        self._spellings = spellings or {}
        self._normalize = not verbatim
        self._made: dict[object, URIRef | BNode | Literal] = {}

    def __call__(self, term: object) -> URIRef | BNode | Literal:
        made = self._made.get(term)
        if made is None:
            made = self._made[term] = self._make(term)
        return made

    def _make(self, term: object) -> URIRef | BNode | Literal:
        if isinstance(term, ox.NamedNode):
            return URIRef(term.value)
        if isinstance(term, ox.BlankNode):
            return BNode(term.value)
        if isinstance(term, ox.Literal):
            if term.language:
                return Literal(term.value, lang=self._spellings.get(term.language, term.language))
            datatype = term.datatype.value
            if datatype == _STRING:
                return Literal(term.value)
            return Literal(term.value, datatype=URIRef(datatype), normalize=self._normalize)
        raise TypeError(f"no RDF 1.1 term: {term!r}")


def to_ox(term: Node) -> OxTerm:
    """rdflib's term as pyoxigraph's, in the lexical form it has."""
    if isinstance(term, URIRef):
        return ox.NamedNode(str(term))
    if isinstance(term, BNode):
        return ox.BlankNode(str(term))
    if isinstance(term, Literal):
        if term.language:
            return ox.Literal(str(term), language=term.language)
        return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype)) if term.datatype else None)
    raise TypeError(f"no RDF 1.1 term: {term!r}")


def plain(term: Node) -> Node:
    """The term with `xsd:string` left off, which other stores write out."""
    if isinstance(term, Literal) and str(term.datatype) == _STRING:
        return Literal(str(term))
    return term


def tag_spellings(data: bytes) -> dict[str, str]:
    """Language tags as `data` spells them, by their lower-case form; only those that have upper-case letters."""
    found = {match[1] for match in _TAGS.finditer(data)}
    if b"xml:lang" in data or b"@language" in data:
        found.update(_TAG_VALUES.findall(data))
    return {tag.lower().decode("ascii"): tag.decode("ascii") for tag in sorted(found) if tag != tag.lower()}


def graph_of(quads: Iterable[ox.Quad | ox.Triple], convert: Converter | None = None, into: Graph | None = None) -> Graph:
    """All triples, of whatever named graph, as one rdflib graph."""
    convert = convert or Converter()
    graph = Graph(bind_namespaces="core") if into is None else into
    add = graph.store.add
    with quiet_literals():
        for quad in quads:
            add((convert(quad.subject), convert(quad.predicate), convert(quad.object)), graph)
    return graph


@contextmanager
def quiet_literals() -> Iterator[None]:
    """Ill-typed literals are findings here; rdflib would also log each of them with a traceback."""
    logger = logging.getLogger("rdflib.term")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
