"""`sh:and`, `sh:or` and `sh:xone` (SHACL 4.6), of empty lists too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyshacl.constraints.core.logical_constraints import (
    AndConstraintComponent,
    OrConstraintComponent,
    XoneConstraintComponent,
)

from ohai_kg.validation.components.values import failing
from ohai_kg.validation.lists import list_members

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyshacl.constraints.constraint_component import ConstraintComponent
    from pyshacl.pytypes import SHACLExecutor
    from rdflib import Graph
    from rdflib.term import Node

    from ohai_kg.validation.components.values import Values


def _judged(
    component: ConstraintComponent,
    executor: SHACLExecutor,
    head: Node,
    data: Graph,
    values: Values,
    path: list[Any],
    holds: Callable[[list[bool]], bool],
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

    def _evaluate_and_constraint(self, executor: Any, and_c: Node, *rest: Any) -> tuple[bool, list[Any]]:
        return _judged(self, executor, and_c, *rest, all)


class Any_(OrConstraintComponent):  # noqa: N801
    """`sh:or`."""

    def _evaluate_or_constraint(self, executor: Any, or_c: Node, *rest: Any) -> tuple[bool, list[Any]]:
        return _judged(self, executor, or_c, *rest, any)


class One(XoneConstraintComponent):
    """`sh:xone`."""

    def _evaluate_xone_constraint(self, executor: Any, xone_c: Node, *rest: Any) -> tuple[bool, list[Any]]:
        return _judged(self, executor, xone_c, *rest, lambda conforming: sum(conforming) == 1)
