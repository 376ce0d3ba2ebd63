"""`sh:and`, `sh:or` and `sh:xone` (SHACL 4.6), of empty lists too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyshacl.constraints.core.logical_constraints import (
    AndConstraintComponent,
    OrConstraintComponent,
    XoneConstraintComponent,
)

from ohai_kg.shacl.components.values import failing
from ohai_kg.shacl.lists import list_members

if TYPE_CHECKING:
    from collections.abc import Callable

    from rdflib import Graph
    from rdflib.term import Node

    from ohai_kg.shacl.components.values import Values


def _judged(
    component: Any, holds: Callable[[list[bool]], bool], executor: Any, head: Node, data: Graph, values: Values, path: list[Any]
) -> tuple[bool, list[Any]]:
    """Results for the value nodes where `holds` is not true of the members they conform to."""
    shape = component.shape
    members = [shape.sg.lookup_shape_from_node(member) for member in list_members(shape.sg.graph, head)]

    def is_right(value: Node) -> bool:
        return holds([member.validate(executor, data, focus=value, _evaluation_path=path[:])[0] for member in members])

    found = failing(component, data, values, is_right)
    return bool(found), found


class All(AndConstraintComponent):
    """`sh:and`."""

    def _evaluate_and_constraint(self, *given: Any) -> tuple[bool, list[Any]]:
        return _judged(self, all, *given)


class Any_(OrConstraintComponent):  # noqa: N801
    """`sh:or`."""

    def _evaluate_or_constraint(self, *given: Any) -> tuple[bool, list[Any]]:
        return _judged(self, any, *given)


class One(XoneConstraintComponent):
    """`sh:xone`."""

    def _evaluate_xone_constraint(self, *given: Any) -> tuple[bool, list[Any]]:
        return _judged(self, lambda conforming: sum(conforming) == 1, *given)
