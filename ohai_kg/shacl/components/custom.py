"""SPARQL-based constraint components (SHACL 6): each value that fails an ASK, each solution of a SELECT once a focus node."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pyshacl.constraints.constraint_component import ConstraintComponent
from pyshacl.errors import ReportableRuntimeError
from rdflib import RDF, Literal, URIRef

from ohai_kg.shacl.components.sparql import PREBOUND, result_of, solutions
from ohai_kg.shacl.queries import query_of
from ohai_kg.shacl.results import SH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pyshacl.pytypes import SHACLExecutor
    from pyshacl.shape import Shape
    from rdflib import Graph
    from rdflib.term import Node

    from ohai_kg.shacl.components.values import Values

_LOCAL_NAME: Final = re.compile(r"[^\W\d][\w.\-·]*$")
_VARIABLE: Final = re.compile(r"\w+")
_RESERVED: Final = frozenset({"this", "shapesGraph", "currentShape", "path", "PATH", "value"})


class CustomConstraint(ConstraintComponent):
    """One constraint of a component that the shapes graph declares, with the values of its parameters."""

    shacl_constraint_component = SH.ConstraintComponent

    def __init__(self, shape: Shape, component: Node, validator: Node, parameters: Mapping[str, Node], *, asks: bool) -> None:
        super().__init__(shape)
        graph = shape.sg.graph
        self._component = component
        self._parameters = parameters
        self._asks = asks
        prebound = (*PREBOUND, *parameters, *(["value"] if asks else []))
        self._query = query_of(graph, validator, SH.ask if asks else SH.select, None if asks else shape.path(), prebound)
        own = sorted(graph.objects(validator, SH.message), key=str)
        self._messages = own or sorted(graph.objects(component, SH.message), key=str)

    @classmethod
    def constraint_parameters(cls) -> list[URIRef]:
        """See pySHACL."""
        return []

    @classmethod
    def constraint_name(cls) -> str:
        """See pySHACL."""
        return "ConstraintComponent"

    def make_generic_messages(self, *_: Any) -> list[Literal]:
        """As pySHACL's."""
        return [Literal("Parameterised SHACL Query generated constraint validation reports.")]

    def evaluate(
        self, executor: SHACLExecutor, target_graph: Graph, focus_value_nodes: Values, _evaluation_path: list[Any]
    ) -> tuple[bool, list[Any]]:
        """See pySHACL."""
        path = self.shape.path()
        known = self._parameters if path is None else {**self._parameters, "path": path}
        found = [
            result_of(self, target_graph, solution, self._messages, parameters=known, constraint_component=self._component)
            for solution in self._solutions(target_graph, focus_value_nodes)
        ]
        return not found, found

    def _solutions(self, data: Graph, values: Values) -> Iterator[dict[str, Node]]:
        for focus, nodes in values.items():
            bound = {"this": focus, "currentShape": self.shape.node, **self._parameters}
            if not self._asks:
                yield from ({"this": focus} | solution for solution in solutions(data, self._query, bound))
                continue
            for value in nodes:
                if data.query(self._query, initBindings={**bound, "value": value}).askAnswer is False:  # type: ignore[dict-item]
                    yield {"this": focus, "value": value}


def custom_constraints(shape: Shape) -> Iterator[CustomConstraint]:
    """The constraints of declared components on the shape. Raises ReportableRuntimeError for ill-formed ones."""
    for component in sorted(shape.sg.custom_constraints, key=lambda component: str(component.node)):
        given = {_name(p.path()): sorted(shape.objects(p.path()), key=str) for p in component.parameters}
        if len(given) != len(component.parameters):
            raise ReportableRuntimeError(f"{component.node} has two parameters of one name (SHACL 6.2.1).")
        if not all(given[_name(p.path())] for p in component.parameters if not p.optional):
            continue
        if len(given) > 1 and any(len(values) > 1 for values in given.values()):
            raise ReportableRuntimeError(f"{shape.node} has several values for a parameter of {component.node} (SHACL 2.1.4).")
        asks, candidates = True, component.validators
        if special := component.property_validators if shape.is_property_shape else component.node_validators:
            asks, candidates = False, special
        usable = sorted((v for v in candidates if (v, RDF.type, SH.JSValidator) not in shape.sg.graph), key=str)
        if not usable:
            continue
        (first, values), *others = given.items()
        rest = {name: found[0] for name, found in others if found}
        for value in values or [None]:
            parameters = rest if value is None else {first: value, **rest}
            yield CustomConstraint(shape, component.node, usable[0], parameters, asks=asks)


def _name(path: Node) -> str:
    match = _LOCAL_NAME.search(str(path))
    if match is None or not _VARIABLE.fullmatch(match[0]) or match[0] in _RESERVED:
        raise ReportableRuntimeError(f"{path} cannot be a parameter: its local name is no name of a variable (SHACL 6.2.1).")
    return match[0]
