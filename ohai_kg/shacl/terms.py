"""Terms between pyoxigraph, which parses and stores, and rdflib, on which pySHACL works.

The two differ where a report would show it: pyoxigraph writes plain strings as `xsd:string` and language tags in lower
case. Here a plain string stays plain, so that `sh:in` and `sh:hasValue` compare as the shapes wrote them, and a tag
gets back the spelling of its file.

A value node is an RDF term: its lexical form and datatype, not its value (SHACL 3.6.2.4). pyoxigraph's store keeps the
value of numbers and times ("007" becomes "7", `xsd:int` becomes `xsd:integer`), so a literal that it would change is
stored under a datatype of ours, which no query takes for a number or a time.
"""

from __future__ import annotations

import logging
import re
import warnings
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef

from ohai_kg.namespaces import XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rdflib.term import Node

warnings.filterwarnings("ignore", message="Parsing weird boolean", category=UserWarning)  # rdflib; it is a finding here

OxTerm = ox.NamedNode | ox.BlankNode | ox.Literal
_STRING: Final = XSD + "string"
_AS_WRITTEN: Final = "urn:x-as-written:"
_ANY: Final = re.compile("")
_STABLE: Final = {
    _STRING: _ANY,
    XSD + "anyURI": _ANY,
    XSD + "integer": re.compile("0|-?[1-9][0-9]{0,17}"),
    XSD + "boolean": re.compile("true|false"),
    XSD + "date": re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}"),
}
"""Literals that a store gives back as they are, by datatype."""
_TAGS: Final = re.compile(rb"@([A-Za-z]+(?:-[A-Za-z0-9]+)*)")
_TAG_VALUES: Final = re.compile(rb"""(?:xml:lang|@language)["']?\s*[=:]\s*["']([A-Za-z0-9-]+)""")


class Converter:
    """pyoxigraph's terms as rdflib's, each made once and exactly as written.

    `spellings` maps lower-case language tags to the file's.
    """

    def __init__(self, spellings: Mapping[str, str] | None = None) -> None:
        self._spellings = spellings or {}
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
            datatype = term.datatype.value.removeprefix(_AS_WRITTEN)
            if datatype == _STRING:
                return Literal(term.value)
            return Literal(term.value, datatype=URIRef(datatype), normalize=False)
        raise TypeError(f"no RDF 1.1 term: {term!r}")


def fill(store: ox.Store, quads: Iterable[ox.Quad]) -> None:
    """Add the quads to the default graph of `store`, every literal so that its spelling and datatype are kept."""
    held: list[ox.Quad] = []

    def surely_kept() -> Iterator[ox.Quad]:
        for quad in quads:
            value = quad.object
            if isinstance(value, ox.Literal) and not _is_stable(value):
                held.append(quad)
            else:
                yield ox.Quad(quad.subject, quad.predicate, value)

    store.bulk_extend(surely_kept())
    if held:
        kept = _kept(list({quad.object for quad in held}))  # type: ignore[misc]
        store.bulk_extend(ox.Quad(quad.subject, quad.predicate, kept[quad.object]) for quad in held)  # type: ignore[index]


@lru_cache(maxsize=4096)
def stored(literal: ox.Literal) -> ox.Literal:
    """The literal as `fill` stores it."""
    return literal if _is_stable(literal) else _kept([literal])[literal]


def _is_stable(literal: ox.Literal) -> bool:
    """Whether it is known without trying that the store changes nothing."""
    if literal.language:
        return True
    stable = _STABLE.get(literal.datatype.value)
    return stable is not None and (stable is _ANY or stable.fullmatch(literal.value) is not None)


def _kept(literals: Sequence[ox.Literal]) -> dict[ox.Literal, ox.Literal]:
    """The literals by what stands for them in a store: themselves where it gives them back."""
    scratch, predicate = ox.Store(), ox.NamedNode("urn:p")
    scratch.bulk_extend(ox.Quad(ox.NamedNode(f"urn:{n}"), predicate, literal) for n, literal in enumerate(literals))
    found = {literals[int(quad.subject.value[4:])]: quad.object for quad in scratch}
    return {
        literal: literal
        if found[literal] == literal
        else ox.Literal(literal.value, datatype=ox.NamedNode(_AS_WRITTEN + literal.datatype.value))
        for literal in literals
    }


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
