"""SHACL property paths (SHACL section 2.3.1): read, written in SPARQL's syntax, and walked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rdflib import RDF, Literal, URIRef

from ohai_kg.namespaces import PREFIXES
from ohai_kg.shacl.lists import list_members
from ohai_kg.shacl.results import SH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rdflib import Graph
    from rdflib.term import Node

Path = Any
"""An IRI, or a sign of SPARQL's paths with what it is about."""
_SIGNS: Final = ((SH.inversePath, "^"), (SH.zeroOrMorePath, "*"), (SH.oneOrMorePath, "+"), (SH.zeroOrOnePath, "?"))
_MAX_DEPTH: Final = 30


class PathIllFormed(ValueError):
    """A node of the shapes graph is no property path."""


def curie(iri: str) -> str:
    """The IRI with one of the project's prefixes, or in angle brackets.

    >>> curie("https://w3id.org/zwgk/ns#basis")
    'zwgk:basis'
    """
    for prefix, namespace in PREFIXES.items():
        local = iri[len(namespace) :]
        if iri.startswith(namespace) and local.replace("_", "a").replace("-", "a").isalnum():
            return f"{prefix}:{local}"
    return f"<{iri}>"


def full(iri: str) -> str:
    """The IRI in angle brackets, for queries."""
    return f"<{iri}>"


def sparql_path(graph: Graph, path: Node, name: Callable[[str], str] = curie) -> str:
    """The path `path` of the shapes graph `graph` as a SPARQL property path. Raises PathIllFormed."""
    return _text(parse_path(graph, path), name)


def parse_path(graph: Graph, path: Node, within: tuple[Node, ...] = ()) -> Path:
    """The path as a tree. Raises PathIllFormed."""
    if isinstance(path, URIRef):
        return path
    if isinstance(path, Literal) or path in within or len(within) > _MAX_DEPTH:
        raise PathIllFormed("a path is a literal, part of itself, or too deep")

    def steps(head: Node) -> Path:
        members = list_members(graph, head)
        if len(members) < 2:
            raise PathIllFormed("a sequence or alternative path has fewer than two steps")
        return tuple(parse_path(graph, step, (*within, path)) for step in members)

    if (path, RDF.first, None) in graph:
        return "/", *steps(path)
    alternatives = graph.value(path, SH.alternativePath)
    if alternatives is not None:
        return "|", *steps(alternatives)
    for predicate, sign in _SIGNS:
        inner = graph.value(path, predicate)
        if inner is not None:
            return sign, parse_path(graph, inner, (*within, path))
    raise PathIllFormed(f"{path!r} is no property path")


def walk(graph: Graph, starts: Iterable[Node], path: Path, *, inverse: bool = False) -> set[Node]:
    """The nodes at the end of `path` in the data graph (SHACL 2.3.1, SPARQL 9.1)."""
    if isinstance(path, URIRef):
        return {node for start in starts for node in (graph.subjects(path, start) if inverse else graph.objects(start, path))}
    sign, *inner = path
    if sign == "^":
        return walk(graph, starts, inner[0], inverse=not inverse)
    if sign == "|":
        starts = list(starts)
        return {node for step in inner for node in walk(graph, starts, step, inverse=inverse)}
    if sign == "/":
        for step in reversed(inner) if inverse else inner:
            starts = walk(graph, starts, step, inverse=inverse)
        return set(starts)
    starts = set(starts)
    edge = walk(graph, starts, inner[0], inverse=inverse)
    if sign == "?":
        return starts | edge
    found: set[Node] = starts if sign == "*" else set()
    while edge := edge - found:
        found = found | edge
        edge = walk(graph, edge, inner[0], inverse=inverse)
    return found


def _text(path: Path, name: Callable[[str], str]) -> str:
    if isinstance(path, URIRef):
        return name(str(path))
    sign, *inner = path
    texts = [_text(step, name) if isinstance(step, URIRef) else f"({_text(step, name)})" for step in inner]
    if sign == "^":
        return f"^{texts[0]}"
    return sign.join(texts) if sign in "/|" else f"{texts[0]}{sign}"
