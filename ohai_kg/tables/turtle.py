"""Turtle and N-Quads files to quads, with blank nodes given stable IRIs.

A release holds no blank node: they cannot be linked, compared between releases or named by a report. Skolem IRIs follow
RDF 1.1 Concepts section 3.5 and count from the start of their file, so the same file always gives the same names.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from ohai_kg.errors import Fault, TableFaults
from ohai_kg.namespaces import CANONICAL_BASE, rebase

if TYPE_CHECKING:
    from pathlib import Path

_PLACE: Final = re.compile(r"(?:line|at) (\d+)")


def read_turtle(path: Path, label: str, graph: ox.NamedNode, base: str) -> list[ox.Quad]:
    """The statements of a Turtle file in `graph`. Raises TableFaults with the line where it does not parse."""
    return [
        ox.Quad(triple.subject, triple.predicate, triple.object, graph)
        for triple in _skolemised(path, label, ox.RdfFormat.TURTLE, base)
    ]


def read_nquads(path: Path, label: str, base: str) -> list[ox.Quad]:
    """The statements of an N-Quads file, each in the graph it names. Raises TableFaults."""
    quads = _skolemised(path, label, ox.RdfFormat.N_QUADS, base)
    if any(isinstance(quad.graph_name, ox.DefaultGraph) for quad in quads):
        raise TableFaults([Fault(label, None, None, "没有图名的语句", "每句都有图名", "every statement to name its graph")])
    return quads


def _skolemised(path: Path, label: str, syntax: ox.RdfFormat, base: str) -> list[ox.Quad]:
    names: dict[str, ox.NamedNode] = {}

    def name(term: ox.NamedNode | ox.BlankNode | ox.Triple) -> ox.NamedNode:
        if isinstance(term, ox.BlankNode):
            iri = f"{CANONICAL_BASE}.well-known/genid/{label.removesuffix(path.suffix)}/{len(names) + 1}"
            return names.setdefault(term.value, ox.NamedNode(iri))
        if isinstance(term, ox.NamedNode):
            return ox.NamedNode(rebase(term.value, base))
        raise TableFaults([Fault(label, None, None, str(term), "RDF 1.1 语句", "RDF 1.1 statements")])

    try:
        return [
            ox.Quad(
                name(quad.subject),
                quad.predicate,
                quad.object if isinstance(quad.object, ox.Literal) else name(quad.object),
                quad.graph_name if isinstance(quad.graph_name, ox.DefaultGraph) else name(quad.graph_name),
            )
            for quad in ox.parse(path=str(path), format=syntax)
        ]
    except SyntaxError as error:
        place = _PLACE.search(str(error))
        line = int(place[1]) if place else None
        raise TableFaults([Fault(label, line, None, str(error), "合乎语法的 RDF", "well-formed RDF")]) from None
    except MemoryError as error:  # how the parser says that something is longer than its buffer
        expected = ("每个文字和标识不超过 16 MB", "no literal or name of more than 16 MB")
        raise TableFaults([Fault(label, None, None, str(error), *expected)]) from None
