"""`sh:sparql` (SHACL 5): one result for each different solution, with the messages of the query or the constraint."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pyshacl.constraints.constraint_component import ConstraintComponent
from pyshacl.errors import ReportableRuntimeError
from rdflib import Literal, URIRef

from ohai_kg.shacl.queries import query_of
from ohai_kg.shacl.results import SH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pyshacl.pytypes import SHACLExecutor
    from pyshacl.shape import Shape
    from rdflib import Graph
    from rdflib.term import Node

    from ohai_kg.shacl.components.values import Values

    Solution = dict[str, Node]

PREBOUND: Final = ("currentShape", "shapesGraph")
_PLACEHOLDER: Final = re.compile(r"\{[?$](\w+)\}")


class SparqlConstraint(ConstraintComponent):
    """See the module."""

    shacl_constraint_component = SH.SPARQLConstraintComponent

    def __init__(self, shape: Shape) -> None:
        super().__init__(shape)
        graph = shape.sg.graph
        self._queries = [
            (node, query_of(graph, node, SH.select, shape.path(), PREBOUND), sorted(graph.objects(node, SH.message), key=str))
            for node in sorted(shape.objects(SH.sparql), key=str)
            if not any(str(flag) == "true" for flag in graph.objects(node, SH.deactivated))
        ]

    @classmethod
    def constraint_parameters(cls) -> list[URIRef]:
        """See pySHACL."""
        return [SH.sparql]

    @classmethod
    def constraint_name(cls) -> str:
        """See pySHACL."""
        return "SPARQLConstraintComponent"

    def evaluate(
        self, executor: SHACLExecutor, target_graph: Graph, focus_value_nodes: Values, _evaluation_path: list[Any]
    ) -> tuple[bool, list[Any]]:
        """See pySHACL."""
        found = [
            result_of(self, target_graph, {"this": focus} | solution, messages, source_constraint=node)
            for node, query, messages in self._queries
            for focus in focus_value_nodes
            for solution in solutions(target_graph, query, {"this": focus, "currentShape": self.shape.node})
        ]
        return not found, found


def solutions(data: Graph, query: str, bindings: Solution) -> Iterator[Solution]:
    """The different solutions of a SELECT. Raises ReportableRuntimeError where one says that it failed (SHACL 5.3)."""
    seen: set[frozenset[tuple[str, Node]]] = set()
    for row in data.query(query, initBindings=bindings):  # type: ignore[arg-type]
        solution: Solution = dict(row.asdict())  # type: ignore[union-attr]
        failure = solution.pop("failure", None)
        if isinstance(failure, Literal) and failure.value is True:
            raise ReportableRuntimeError("A solution of a query binds ?failure to true (SHACL 5.3).")
        key = frozenset(solution.items())
        if key not in seen:
            seen.add(key)
            yield solution


def result_of(
    component: Any,
    data: Graph,
    solution: Solution,
    messages: Sequence[Node],
    *,
    parameters: Mapping[str, Node] | None = None,
    **origin: Node,
) -> Any:
    """The result of one solution (SHACL 5.3.2). `origin`: the constraint or the component that it comes from."""
    shape = component.shape
    focus, path, said = solution["this"], solution.get("path"), solution.get("message")
    value = solution.get("value", None if shape.is_property_shape else focus)
    own = isinstance(said, Literal) and (said.language or said.datatype is None)
    description, node, triples = component.make_v_result(
        data,
        focus,
        value_node=value,
        result_path=path if isinstance(path, URIRef) else None,
        extra_messages=[] if own else messages,
        **origin,
    )
    bound = {**(parameters or {}), **solution} | ({} if value is None else {"value": value})
    filled = [(s, p, fill(o, bound) if p == SH.resultMessage else o) for s, p, o in triples]
    if own:
        filled.append((node, SH.resultMessage, said))
    return description, node, filled


def fill(message: Node, bound: Mapping[str, Node]) -> Node:
    """The message with `{?name}` and `{$name}` replaced, and its language kept."""
    if not isinstance(message, Literal):
        return message
    text = _PLACEHOLDER.sub(lambda match: str(bound.get(match[1], match[0])), str(message))
    return Literal(text, lang=message.language)
