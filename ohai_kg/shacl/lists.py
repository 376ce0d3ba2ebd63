"""SHACL lists (SHACL 1.1): RDF lists that end, with one member and one rest at each step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdflib import RDF

from ohai_kg.errors import ShapesInvalid

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node


def list_members(shapes: Graph, head: Node) -> list[Node]:
    """The members of a SHACL list. Raises ShapesInvalid where it is none, or has no end."""
    seen: set[Node] = set()
    members: list[Node] = []
    node = head
    while node != RDF.nil:
        if node in seen:
            raise ShapesInvalid("形状中的列表首尾相接，没有终点。", "A list in the shapes runs in a circle and has no end.")
        seen.add(node)
        first, rest = list(shapes.objects(node, RDF.first)), list(shapes.objects(node, RDF.rest))
        if len(first) != 1 or len(rest) != 1:
            raise ShapesInvalid(
                "形状中的列表不完整：每一节应恰有一个 rdf:first 和一个 rdf:rest，以 rdf:nil 结尾。",
                "A list in the shapes is ill-formed: every step has one rdf:first and one rdf:rest, the last rdf:nil.",
            )
        members += first
        node = rest[0]
    return members
