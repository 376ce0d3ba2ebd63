"""Recursive shapes: SHACL leaves their meaning open (section 3.4.3), so they are refused before anything runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rdflib import BNode

from ohai_kg.errors import ShapesInvalid
from ohai_kg.shacl.lists import list_members
from ohai_kg.shacl.paths import curie
from ohai_kg.shacl.results import SH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rdflib import Graph
    from rdflib.term import Node

_SINGLE: Final = (SH.node, SH.property, SH["not"], SH.qualifiedValueShape)
_LISTS: Final = (SH["and"], SH["or"], SH.xone)


def refuse_recursion(shapes: Graph) -> None:
    """Raise ShapesInvalid where a shape refers to itself, directly or through others, or a list has no end."""
    done: set[Node] = set()
    for start in sorted({s for p in (*_SINGLE, *_LISTS) for s in shapes.subjects(p, None)}, key=str):
        _visit(shapes, start, done)


def references(shapes: Graph, shape: Node) -> Iterator[Node]:
    """The shapes that `shape` refers to. Raises ShapesInvalid for a list without end."""
    for predicate in _SINGLE:
        yield from shapes.objects(shape, predicate)
    for predicate in _LISTS:
        for head in shapes.objects(shape, predicate):
            yield from list_members(shapes, head)


def _visit(shapes: Graph, start: Node, done: set[Node]) -> None:
    """Depth first without Python's recursion, so that a long chain of shapes cannot exhaust the stack."""
    trail: dict[Node, None] = {}
    stack: list[tuple[Node, Iterator[Node]]] = []

    def enter(node: Node) -> None:
        trail[node] = None
        stack.append((node, iter(sorted(set(references(shapes, node)), key=str))))

    if start not in done:
        enter(start)
    while stack:
        node, pending = stack[-1]
        following = next(pending, None)
        if following is None:
            stack.pop()
            del trail[node]
            done.add(node)
        elif following in trail:
            way = list(trail)
            _refuse([*way[way.index(following) :], following])
        elif following not in done:
            enter(following)


def _refuse(cycle: list[Node]) -> None:
    shown = " → ".join("[]" if isinstance(node, BNode) else curie(str(node)) for node in cycle)
    raise ShapesInvalid(
        f"形状循环引用：{shown}。SHACL 未规定其含义，请改为不循环的形状。",
        f"Recursive shapes: {shown}. SHACL does not define what they mean; rewrite them without a cycle.",
    )
