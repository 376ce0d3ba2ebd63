"""The engine: pySHACL's constraint components, corrected where they do not follow the specification, write every result.

pySHACL is driven below `pyshacl.validate()`, because that function switches rdflib's literal parsing for the whole
process while it runs, and parses the text of a SHACL-SPARQL constraint again for every focus node.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import pyparsing
from pyshacl.constraints.core.shape_based_constraints import PropertyConstraintComponent
from pyshacl.errors import ReportableRuntimeError
from pyshacl.rdfutil.clone import clone_blank_node
from rdflib import RDF, BNode, Graph, Literal, URIRef

from ohai_kg.errors import ShapesInvalid
from ohai_kg.shacl.recursion import refuse_recursion
from ohai_kg.shacl.results import SH, Result, Results
from ohai_kg.shacl.shape import Run, SpecifiedShape
from ohai_kg.shacl.shapesgraph import CompleteShapesGraph, completed, refuse_ill_formed
from ohai_kg.shacl.terms import quiet_literals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pyshacl.shape import Shape
    from rdflib.term import Node

    from ohai_kg.shacl.compiler import Check

RawResult = tuple[str, BNode, list[tuple[Any, Any, Any]]]
_CANNOT: Final = (
    pyparsing.ParseException,
    NotImplementedError,
    RecursionError,
    AssertionError,
    ArithmeticError,  # rdflib, in a query, orders a NaN against a decimal
    TypeError,  # and refuses to order some pairs of literals
)
_SILENT: Final = logging.getLogger("ohai_kg.shacl.pyshacl")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False
_SILENT.setLevel(logging.CRITICAL)


class Engine:
    """pySHACL over one shapes graph. One per thread: pySHACL and rdflib's query algebra keep state while they run."""

    def __init__(self, shapes: Graph) -> None:
        refuse_recursion(shapes)
        graph = completed(shapes)
        self._shapes = CompleteShapesGraph(graph, logger=_SILENT)
        with _pyshacl_errors():
            refuse_ill_formed(graph)
            self._by_node: dict[Node, Shape] = {shape.node: shape for shape in self._shapes.shapes}
            for shape in self._by_node.values():
                shape.__class__ = SpecifiedShape
                self._shapes.components(shape)  # what is ill-formed is told whether or not there are data for it

    @property
    def graph(self) -> Graph:
        """The shapes as pySHACL sees them."""
        graph: Graph = self._shapes.graph
        return graph

    def validate(self, data: Graph) -> Results:
        """Every targeted shape against every focus node. Raises ShapesInvalid."""
        run = Run()
        with _pyshacl_errors():
            return self._collect(shape.validate(run, data)[1] for shape in self._by_node.values())

    def recheck(self, data: Graph, failing: Iterable[tuple[Check, list[Node]]]) -> Results:
        """Each check over the given focus nodes only. Raises ShapesInvalid."""
        run = Run()
        with _pyshacl_errors():
            return self._collect(self._recheck(run, data, check, nodes) for check, nodes in failing)

    def _recheck(self, run: Run, data: Graph, check: Check, nodes: list[Node]) -> list[RawResult]:
        shape = self._by_node[check.shape]
        if not check.own:
            results: list[RawResult] = shape.validate(run, data, focus=nodes)[1]  # type: ignore[arg-type]
            return results
        found: list[RawResult] = []
        values = {node: {node} for node in nodes}
        for component in self._shapes.components(shape):
            if not isinstance(component, PropertyConstraintComponent):
                found += component.evaluate(run, data, values, [shape, component])[1]
        return found

    @property
    def has_custom_components(self) -> bool:
        """Whether the shapes declare constraint components of their own (SHACL section 6)."""
        return bool(self._shapes.custom_constraints)

    def _collect(self, batches: Iterable[list[RawResult]]) -> Results:
        details = Graph(bind_namespaces="none")
        entries: list[Result] = []
        with quiet_literals():
            for batch in batches:
                for _text, node, triples in batch:
                    statements: dict[Node, list[tuple[Node, Any]]] = {}
                    for subject, predicate, value in triples:
                        if predicate == RDF.type:  # the first of a result; one that is remembered can come twice
                            statements[subject] = []
                        statements[subject].append((predicate, value))
                    entries.append(_result(node, statements, details))
        return Results(tuple(entries), details)


def _result(node: Node, statements: Mapping[Node, Sequence[tuple[Node, Any]]], details: Graph) -> Result:
    found: dict[Node, Node] = {}
    messages: set[Literal] = set()
    nested: list[Result] = []
    for predicate, value in statements[node]:
        if predicate == SH.resultMessage:
            messages.add(value)
        elif predicate == SH.detail:
            nested.append(_result(value, statements, details))
        else:
            found[predicate] = _described(value, details)
    return Result(
        focus=found[SH.focusNode],
        path=found.get(SH.resultPath),
        value=found.get(SH.value),
        component=URIRef(str(found[SH.sourceConstraintComponent])),
        shape=found[SH.sourceShape],
        constraint=found.get(SH.sourceConstraint),
        severity=found[SH.resultSeverity],
        messages=tuple(sorted(messages, key=lambda message: (message.language or "", str(message)))),
        details=tuple(nested),
    )


def _described(value: Any, details: Graph) -> Node:
    """The term of one statement of a result; pySHACL gives most of them with the graph that describes them."""
    if not isinstance(value, tuple):
        term: Node = value
        return term
    source, term = value
    if isinstance(term, BNode) and (term, None, None) not in details:
        clone_blank_node(source, term, details, keepid=True)
    return term


@contextmanager
def _pyshacl_errors() -> Iterator[None]:
    """What pySHACL and rdflib raise for shapes they cannot use, as ShapesInvalid."""
    try:
        yield
    except ReportableRuntimeError as error:
        raise _invalid(str(error.message)) from error
    except _CANNOT as error:
        raise _invalid(f"{type(error).__name__}: {error}") from error


def _invalid(reason: str) -> ShapesInvalid:
    return ShapesInvalid(
        f"形状图有误，未作校验：{reason}。请改正形状后重试。",
        f"The shapes cannot be used; nothing was validated: {reason}. Correct the shapes and try again.",
    )
