"""Value ranges (SHACL 4.3): SPARQL's order of literals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyshacl.constraints.core.value_range_constraints import (
    MaxExclusiveConstraintComponent,
    MaxInclusiveConstraintComponent,
    MinExclusiveConstraintComponent,
    MinInclusiveConstraintComponent,
)

from ohai_kg.shacl.components.values import failing
from ohai_kg.shacl.xsd import compare

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

    from ohai_kg.shacl.components.values import Values


def _outside(component: Any, bound: Node, data: Graph, values: Values, orders: set[int]) -> tuple[bool, list[Any]]:
    found = failing(component, data, values, lambda value: compare(value, bound) in orders)
    return bool(found), found


class MinExclusive(MinExclusiveConstraintComponent):
    """`sh:minExclusive`."""

    def _evaluate_min_rule(self, m_val: Node, target_graph: Graph, f_v_dict: Values) -> tuple[bool, list[Any]]:
        return _outside(self, m_val, target_graph, f_v_dict, {1})


class MinInclusive(MinInclusiveConstraintComponent):
    """`sh:minInclusive`."""

    def _evaluate_min_rule(self, m_val: Node, target_graph: Graph, f_v_dict: Values) -> tuple[bool, list[Any]]:
        return _outside(self, m_val, target_graph, f_v_dict, {0, 1})


class MaxExclusive(MaxExclusiveConstraintComponent):
    """`sh:maxExclusive`."""

    def _evaluate_max_rule(self, m_val: Node, target_graph: Graph, f_v_dict: Values) -> tuple[bool, list[Any]]:
        return _outside(self, m_val, target_graph, f_v_dict, {-1})


class MaxInclusive(MaxInclusiveConstraintComponent):
    """`sh:maxInclusive`."""

    def _evaluate_max_rule(self, m_val: Node, target_graph: Graph, f_v_dict: Values) -> tuple[bool, list[Any]]:
        return _outside(self, m_val, target_graph, f_v_dict, {-1, 0})
