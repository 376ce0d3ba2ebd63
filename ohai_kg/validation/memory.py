"""What pySHACL found of a value node it meets again: ten thousand rows name the same few offices.

Whether a node conforms to a node shape depends on the data alone, so within one run it is worked out once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pyshacl.constraints.constraint_component import ConstraintComponent
from pyshacl.pytypes import SHACLExecutor
from pyshacl.shape import Shape
from rdflib import BNode, URIRef

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rdflib import Graph
    from rdflib.term import Node

    Outcome = tuple[bool, list[Any]]


@dataclass
class Run(SHACLExecutor):
    """One run over one data graph; `known` are outcomes by shape, value node and depth, which pySHACL limits."""

    known: dict[tuple[Node, Node, int], Outcome] = field(default_factory=dict)


class _RememberingShape(Shape):
    """A node shape that looks at a value node once a run. Literals are not remembered: two spellings can be equal."""

    __slots__ = ()

    def validate(
        self,
        executor: SHACLExecutor,
        target_graph: Graph,
        focus: Any = None,
        _evaluation_path: list[Any] | None = None,
    ) -> Outcome:
        """See `pyshacl.shape.Shape.validate`."""
        if _evaluation_path is None or not isinstance(executor, Run) or not isinstance(focus, URIRef | BNode):
            outcome: Outcome = super().validate(executor, target_graph, focus, _evaluation_path)
            return outcome
        key = (self.node, focus, len(_evaluation_path))
        found = executor.known.get(key)
        if found is None:
            found = executor.known[key] = super().validate(executor, target_graph, focus, _evaluation_path)
        return found


def remember(shapes: Iterable[Shape]) -> None:
    """Make node shapes remember; property shapes have a focus node for each of their results."""
    for shape in shapes:
        if not shape.is_property_shape:
            shape.__class__ = _RememberingShape


def _no_description(*_: Any, **__: Any) -> str:
    return ""


# the text for a terminal takes half the time of a result, and our reports have their own
ConstraintComponent.make_v_result_description = _no_description  # type: ignore[method-assign]
