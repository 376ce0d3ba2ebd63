"""Shapes that validate by the specification, and remember what they found: ten thousand rows name the same few offices.

pySHACL's `Shape` limits the depth of shapes, walks inverse sequences in the wrong order and makes every constraint
component again for each value node. Whether a node conforms to a node shape depends on the data alone, so within one
run it is worked out once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pyshacl.constraints.constraint_component import ConstraintComponent
from pyshacl.pytypes import SHACLExecutor
from pyshacl.shape import Shape
from rdflib.term import Node

from ohai_kg.shacl.compiler import is_implicit_target
from ohai_kg.shacl.paths import parse_path, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rdflib import Graph

    Outcome = tuple[bool, list[Any]]


@dataclass
class Run(SHACLExecutor):
    """One run over one data graph; `known` are outcomes by shape and value node."""

    known: dict[tuple[Node, Node], Outcome] = field(default_factory=dict)


class SpecifiedShape(Shape):
    """See the module. Every shape of a graph is turned into one."""

    __slots__ = ()

    def implicit_class_targets(self) -> list[Node]:
        """See pySHACL."""
        return [self.node] if is_implicit_target(self.sg.graph, self.node) else []

    def value_nodes(self, target_graph: Graph, focus: Iterable[Node], *_: Any, **__: Any) -> Mapping[Node, set[Node]]:
        """The value nodes of each focus node (SHACL 3.4.1)."""
        if not self.is_property_shape:
            return {node: {node} for node in focus}
        path = parse_path(self.sg.graph, self.path())
        return {node: walk(target_graph, [node], path) for node in focus}

    def validate(
        self,
        executor: SHACLExecutor,
        target_graph: Graph,
        focus: Any = None,
        _evaluation_path: list[Any] | None = None,
    ) -> Outcome:
        """The results for the focus nodes given, or for those that the shape has for its target."""
        if self.deactivated:
            return True, []
        if not isinstance(focus, Node):
            nodes = self.focus_nodes(target_graph) if focus is None else focus
            return self._evaluate(executor, target_graph, list(nodes), _evaluation_path or [])
        # property shapes have a focus node for each of their results
        if self.is_property_shape or not isinstance(executor, Run):
            return self._evaluate(executor, target_graph, [focus], _evaluation_path or [])
        key = (self.node, focus)
        if key not in executor.known:
            executor.known[key] = self._evaluate(executor, target_graph, [focus], _evaluation_path or [])
        return executor.known[key]

    def _evaluate(self, executor: SHACLExecutor, data: Graph, nodes: list[Node], path: list[Any]) -> Outcome:
        values = self.value_nodes(data, nodes)
        found: list[Any] = []
        for component in self.sg.components(self) if nodes else ():  # type: ignore[attr-defined]
            found += component.evaluate(executor, data, values, [*path, self, component])[1]
        return not found, found


def _no_description(*_: Any, **__: Any) -> str:
    return ""


# the text for a terminal takes half the time of a result, and our reports have their own
ConstraintComponent.make_v_result_description = _no_description  # type: ignore[method-assign]
