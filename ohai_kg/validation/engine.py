"""The reference engine: pySHACL writes every result, on an rdflib graph that parses each query once.

pySHACL is driven below `pyshacl.validate()`, because that function switches rdflib's literal parsing for the whole
process while it runs, and parses the text of a SHACL-SPARQL constraint again for every focus node.
"""

from __future__ import annotations

import contextlib
import logging
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import pyparsing
import pyshacl.shape
from pyshacl.constraints import ALL_CONSTRAINT_PARAMETERS, CONSTRAINT_PARAMETERS_MAP
from pyshacl.constraints.core.shape_based_constraints import PropertyConstraintComponent
from pyshacl.constraints.sparql.sparql_based_constraint_components import SPARQLConstraintComponentValidator
from pyshacl.errors import ConstraintLoadWarning, ReportableRuntimeError
from pyshacl.pytypes import SHACLExecutor
from pyshacl.rdfutil.clone import clone_blank_node
from pyshacl.shapes_graph import ShapesGraph
from rdflib import RDF, BNode, Graph, Literal, URIRef

from ohai_kg.errors import ShapesInvalid
from ohai_kg.validation.memory import Run, remember
from ohai_kg.validation.messages import restore_tags
from ohai_kg.validation.results import SH, Result, Results
from ohai_kg.validation.terms import quiet_literals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pyshacl.shape import Shape
    from rdflib.term import Node

    from ohai_kg.validation.compiler import Check

RawResult = tuple[str, BNode, list[tuple[Any, Any, Any]]]
_Origin = tuple["Node | None", "Node", "Node"]
_PARAMETERS: Final = frozenset(CONSTRAINT_PARAMETERS_MAP)
_CANNOT: Final = (
    pyparsing.ParseException,
    re.error,
    NotImplementedError,
    RecursionError,
    AssertionError,
    ArithmeticError,  # rdflib orders a NaN against a decimal
    TypeError,  # and refuses to order some pairs of literals
)
_MAX_DEPTH: Final = 15
_FLAGS: Final = (SH.uniqueLang, SH.closed, SH.deactivated, SH.qualifiedValueShapesDisjoint, SH.optional)
_SILENT: Final = logging.getLogger("ohai_kg.validation.pyshacl")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False
_SILENT.setLevel(logging.CRITICAL)


class _Parameters(list[Any]):
    """pySHACL's list of constraint parameters, which it searches for every triple of every shape it evaluates."""

    def __contains__(self, parameter: object) -> bool:
        return parameter in _PARAMETERS


# pyshacl.shape keeps the pair in this attribute from its first use on
vars(pyshacl.shape)["CONSTRAINT_PARAMS"] = (_Parameters(ALL_CONSTRAINT_PARAMETERS), CONSTRAINT_PARAMETERS_MAP)


class Engine:
    """pySHACL over one shapes graph. One per thread: pySHACL and rdflib's query algebra keep state while they run."""

    def __init__(self, shapes: Graph) -> None:
        graph = _own_copy(shapes)
        _forget_validators(graph)
        self._shapes = ShapesGraph(graph, logger=_SILENT)
        self._executor = SHACLExecutor(max_validation_depth=_MAX_DEPTH)
        with _pyshacl_errors():
            self._by_node: dict[Node, Shape] = {shape.node: shape for shape in self._shapes.shapes}
            _ = self._shapes.custom_constraints
        remember(self._by_node.values())

    @property
    def graph(self) -> Graph:
        """The shapes as pySHACL sees them."""
        graph: Graph = self._shapes.graph
        return graph

    def validate(self, data: Graph) -> Results:
        """Every targeted shape against every focus node. Raises ShapesInvalid."""
        with _pyshacl_errors():
            return self._collect(shape.validate(self._executor, data)[1] for shape in self._by_node.values())

    def recheck(self, data: Graph, failing: Iterable[tuple[Check, list[Node]]]) -> Results:
        """Each check over the given focus nodes only. Raises ShapesInvalid."""
        run = Run(max_validation_depth=_MAX_DEPTH)
        with _pyshacl_errors():
            return self._collect(self._recheck(run, data, check, nodes) for check, nodes in failing)

    def _recheck(self, run: Run, data: Graph, check: Check, nodes: list[Node]) -> list[RawResult]:
        shape = self._by_node[check.shape]
        if not check.own:
            results: list[RawResult] = shape.validate(run, data, focus=nodes)[1]  # type: ignore[arg-type]
            return results
        found: list[RawResult] = []
        for component in components_of(shape):
            if not isinstance(component, PropertyConstraintComponent):
                values = {node: {node} for node in nodes}
                found += component.evaluate(run, data, values, [shape, component])[1]
        return found

    def check_shapes(self) -> None:
        """Raise ShapesInvalid for ill-formed constraints, which pySHACL finds only when it has a focus node."""
        with _pyshacl_errors():
            for shape in self._by_node.values():
                for component in components_of(shape):
                    for query in getattr(component, "sparql_constraints", ()):
                        query.check_invalid_sparql(query.select_text)

    @property
    def has_custom_components(self) -> bool:
        """Whether the shapes declare constraint components of their own (SHACL section 6)."""
        return bool(self._shapes.custom_constraints)

    def _collect(self, batches: Iterable[list[RawResult]]) -> Results:
        details = Graph(bind_namespaces="none")
        templates: dict[_Origin, list[Literal]] = {}
        entries: list[Result] = []
        with quiet_literals():
            for batch in batches:
                for _text, node, triples in batch:
                    statements: dict[Node, list[tuple[Node, Any]]] = {}
                    for subject, predicate, value in triples:
                        if predicate == RDF.type:  # the first of a result; one that is remembered can come twice
                            statements[subject] = []
                        statements[subject].append((predicate, value))
                    entries.append(self._result(node, statements, details, templates))
        return Results(tuple(entries), details)

    def _result(
        self,
        node: Node,
        statements: Mapping[Node, Sequence[tuple[Node, Any]]],
        details: Graph,
        templates: dict[_Origin, list[Literal]],
    ) -> Result:
        found: dict[Node, Node] = {}
        messages: list[Literal] = []
        nested: list[Result] = []
        for predicate, value in statements[node]:
            if predicate == SH.resultMessage:
                messages.append(value)
            elif predicate == SH.detail:
                nested.append(self._result(value, statements, details, templates))
            else:
                found[predicate] = _described(value, details)
        origin = (found.get(SH.sourceConstraint), found[SH.sourceShape], found[SH.sourceConstraintComponent])
        if origin not in templates:
            templates[origin] = list(self._templates(*origin))
        return Result(
            focus=found[SH.focusNode],
            path=found.get(SH.resultPath),
            value=found.get(SH.value),
            component=URIRef(str(found[SH.sourceConstraintComponent])),
            shape=found[SH.sourceShape],
            constraint=found.get(SH.sourceConstraint),
            severity=found[SH.resultSeverity],
            messages=restore_tags(messages, templates[origin]),
            details=tuple(nested),
        )

    def _templates(self, constraint: Node | None, shape: Node, component: Node) -> Iterator[Literal]:
        """The `sh:message` texts that can have become a message of such a result."""
        sources = [shape, component] + ([constraint] if constraint is not None else [])
        for validator in (SH.validator, SH.nodeValidator, SH.propertyValidator):
            sources.extend(self.graph.objects(component, validator))
        for source in sources:
            yield from (m for m in self.graph.objects(source, SH.message) if isinstance(m, Literal))


def components_of(shape: Shape) -> list[Any]:
    """pySHACL's constraint components of one shape, each once, without custom ones."""
    given = sorted(set(shape.sg.graph.predicates(shape.node)) & _PARAMETERS, key=str)
    kinds = {CONSTRAINT_PARAMETERS_MAP[parameter]: None for parameter in given}
    made: list[Any] = []
    for kind in kinds:
        with contextlib.suppress(ConstraintLoadWarning):  # sh:qualifiedValueShape of a node shape means nothing
            made.append(kind(shape))
    return made


def _described(value: Any, details: Graph) -> Node:
    """The term of one statement of a result; pySHACL gives most of them with the graph that describes them."""
    if not isinstance(value, tuple):
        term: Node = value
        return term
    source, term = value
    if isinstance(term, BNode) and (term, None, None) not in details:
        clone_blank_node(source, term, details, keepid=True)
    return term


def _own_copy(shapes: Graph) -> Graph:
    """The shapes with the prefixes their default messages use; pySHACL adds triples of its own to what it is given.

    Only the literal `true` turns a flag on (SHACL 4.4.5, 4.8.1, 2.1.7), but rdflib also reads "1"^^xsd:boolean as true.
    """
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in shapes.namespaces():
        graph.bind(prefix, namespace)
    for triple in shapes:
        if triple[1] not in _FLAGS or str(triple[2]) != "1":
            graph.add(triple)
    return graph


def _forget_validators(graph: Graph) -> None:
    """Drop what pySHACL remembers of an earlier shapes graph that had the same address in memory."""
    cache = SPARQLConstraintComponentValidator.validator_cache
    for key in [key for key in list(cache) if key[0] == id(graph)]:
        cache.pop(key, None)


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
