"""Results for the value nodes that fail a test, which is what most components are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rdflib import Graph
    from rdflib.term import Node

    Values = Mapping[Node, Iterable[Node]]


def failing(component: Any, data: Graph, values: Values, holds: Callable[[Node], bool]) -> list[Any]:
    """One result for each value node that `holds` is not true of."""
    return [
        component.make_v_result(data, focus, value_node=value)
        for focus, nodes in values.items()
        for value in nodes
        if not holds(value)
    ]
