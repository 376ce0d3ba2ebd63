"""SHACL property paths (SHACL section 2.3.1) in SPARQL's syntax."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rdflib import RDF, URIRef
from rdflib.collection import Collection

from ohai_kg.namespaces import PREFIXES
from ohai_kg.validation.results import SH

if TYPE_CHECKING:
    from collections.abc import Callable

    from rdflib import Graph
    from rdflib.term import Node

_SUFFIXES: Final = ((SH.zeroOrMorePath, "*"), (SH.oneOrMorePath, "+"), (SH.zeroOrOnePath, "?"))
_MAX_DEPTH: Final = 10


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


def sparql_path(graph: Graph, path: Node, name: Callable[[str], str] = curie, depth: int = 0) -> str:
    """The path `path` of the shapes graph `graph` as a SPARQL property path. Raises PathIllFormed."""
    if isinstance(path, URIRef):
        return name(str(path))
    if depth > _MAX_DEPTH:
        raise PathIllFormed(f"a path is nested more than {_MAX_DEPTH} deep")
    if (path, RDF.first, None) in graph:
        return "/".join(_step(graph, step, name, depth) for step in _members(graph, path))
    inverse = graph.value(path, SH.inversePath)
    if inverse is not None:
        return "^" + _step(graph, inverse, name, depth)
    alternatives = graph.value(path, SH.alternativePath)
    if alternatives is not None:
        return "|".join(_step(graph, step, name, depth) for step in _members(graph, alternatives))
    for predicate, suffix in _SUFFIXES:
        repeated = graph.value(path, predicate)
        if repeated is not None:
            return _step(graph, repeated, name, depth) + suffix
    raise PathIllFormed(f"{path!r} is no property path")


def _step(graph: Graph, path: Node, name: Callable[[str], str], depth: int) -> str:
    text = sparql_path(graph, path, name, depth + 1)
    return text if isinstance(path, URIRef) else f"({text})"


def _members(graph: Graph, head: Node) -> list[Node]:
    members = list(Collection(graph, head))
    if len(members) < 2:
        raise PathIllFormed("a sequence or alternative path has fewer than two steps")
    return members
