"""`sh:lessThan` and `sh:lessThanOrEquals` (SHACL 4.5): one result for each pair out of order or without one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyshacl.constraints.core.property_pair_constraints import (
    LessThanConstraintComponent,
    LessThanOrEqualsConstraintComponent,
)

from ohai_kg.shacl.xsd import compare

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rdflib import Graph
    from rdflib.term import Node


def _out_of_order(
    component: Any, focus: Node, pairs: Iterable[tuple[Node, Node]], data: Graph, orders: set[int]
) -> tuple[bool, list[Any]]:
    found = [component.make_v_result(data, focus, value_node=v) for v, other in pairs if compare(v, other) not in orders]
    return bool(found), found


class LessThan(LessThanConstraintComponent):
    """`sh:lessThan`."""

    def _compare_lt(
        self, value_node_set: Iterable[Node], compare_values: set[Node], datagraph: Graph, f: Node
    ) -> tuple[bool, list[Any]]:
        pairs = ((value, other) for value in value_node_set for other in compare_values)
        return _out_of_order(self, f, pairs, datagraph, {-1})


class LessThanOrEquals(LessThanOrEqualsConstraintComponent):
    """`sh:lessThanOrEquals`."""

    def _compare_ltoe(
        self, value_node_set: Iterable[Node], compare_values: set[Node], datagraph: Graph, f: Node
    ) -> tuple[bool, list[Any]]:
        pairs = ((value, other) for value in value_node_set for other in compare_values)
        return _out_of_order(self, f, pairs, datagraph, {-1, 0})
