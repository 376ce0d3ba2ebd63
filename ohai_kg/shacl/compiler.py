"""Shapes to set-at-a-time SPARQL: for each targeted shape, queries that find every focus node that may fail.

One `Check` is what the engine is asked again: a property shape, or the constraints a node shape has itself. A construct
that is not known here gives a Check without queries, whose focus nodes are all checked.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox
from rdflib import RDF, RDFS, URIRef

from ohai_kg.shacl.conditions import INSTANCE_PATH, Conditions, Unsupported, is_day, number
from ohai_kg.shacl.lists import list_members
from ohai_kg.shacl.paths import PathIllFormed, full, sparql_path
from ohai_kg.shacl.results import SH
from ohai_kg.shacl.rewriting import set_based

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rdflib import Graph
    from rdflib.term import Node

    from ohai_kg.shacl.conditions import Subclasses

TARGETS: Final = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
_UNKNOWN: Final = (SH.qualifiedValueShapesDisjoint, SH.js, SH.expression)
_THIS: Final = "?this"
_MAX_DEPTH: Final = 10


@dataclass(frozen=True, slots=True)
class Check:
    """`shape` over its focus nodes: `nodes` always, and those `queries` find (None: those `focus` finds, all of them).

    `own`: without the shapes of `sh:property`.
    """

    shape: Node
    own: bool
    focus: str
    queries: tuple[str, ...] | None
    nodes: tuple[Node, ...] = ()


def compile_checks(graph: Graph, subclasses: Subclasses) -> list[Check]:
    """The checks of every targeted shape of `graph`; see Conditions for the parameters."""
    compiler = _Compiler(graph, subclasses)
    return [check for shape in targeted(graph) for check in compiler.checks(shape)]


def targeted(graph: Graph) -> list[Node]:
    """The shapes that have targets, implicit class targets (SHACL 2.1.3.3) included."""
    found = {shape for target in TARGETS for shape in graph.subjects(target, None)}
    found.update(shape for shape in graph.subjects(RDF.type, RDFS.Class) if is_implicit_target(graph, shape))
    return sorted(found, key=str)


def is_implicit_target(graph: Graph, shape: Node) -> bool:
    """Whether the shape is a class too; the types of `graph` are complete, see `shapesgraph`."""
    return {RDFS.Class} < ({RDFS.Class, SH.NodeShape, SH.PropertyShape} & set(graph.objects(shape, RDF.type)))


class _Compiler:
    def __init__(self, graph: Graph, subclasses: Subclasses) -> None:
        self._graph = graph
        self._subclasses = subclasses
        self._conditions = Conditions(graph, subclasses)
        self._numbers = itertools.count()
        self._depth = 0

    def checks(self, shape: Node) -> Iterator[Check]:
        if self._is_off(shape):
            return
        target = self._target(shape)
        # they need not be in the data, and nodes that are not have no path of length zero in a store
        nodes = tuple(self._graph.objects(shape, SH.targetNode))
        yield self._check(shape, target, nodes, own=True)
        if (shape, SH.path, None) in self._graph:
            return
        for nested in sorted(set(self._graph.objects(shape, SH.property)), key=str):
            if not self._is_off(nested):
                yield self._check(nested, target, nodes, own=False)

    def _check(self, shape: Node, target: str, nodes: tuple[Node, ...], *, own: bool) -> Check:
        is_property = (shape, SH.path, None) in self._graph
        patterns: list[tuple[str, str]] | None
        self._depth = 0
        try:
            patterns = [("", pattern) for pattern in self._patterns(shape, _THIS, top=True, nested=is_property)]
            patterns += self._selects(shape)
        except (Unsupported, PathIllFormed):
            patterns = None
        queries = None
        if patterns is not None:
            queries = tuple(f"{prologue}SELECT DISTINCT ?this WHERE {{ {target} {pattern} }}" for prologue, pattern in patterns)
        return Check(shape, own and not is_property, f"SELECT DISTINCT ?this WHERE {{ {target} }}", queries, nodes)

    def _target(self, shape: Node) -> str:
        graph, parts = self._graph, []
        classes = set(graph.objects(shape, SH.targetClass))
        if is_implicit_target(graph, shape):
            classes.add(shape)
        if classes:
            parts.append(self._instances(classes))
        parts += [f"?this {full(str(p))} [] ." for p in graph.objects(shape, SH.targetSubjectsOf)]
        parts += [f"[] {full(str(p))} ?this ." for p in graph.objects(shape, SH.targetObjectsOf)]
        if not parts:
            return "FILTER(false)"
        return parts[0] if len(parts) == 1 else " UNION ".join(f"{{ {part} }}" for part in parts)

    def _instances(self, classes: set[Node]) -> str:
        below = [self._subclasses(str(class_)) for class_ in classes]
        if None in below:
            return f"VALUES ?type {{ {' '.join(sorted(full(str(c)) for c in classes))} }} ?this {INSTANCE_PATH} ?type ."
        names = sorted({full(name) for found in below if found for name in found})
        return f"?this a {names[0]} ." if len(names) == 1 else f"VALUES ?type {{ {' '.join(names)} }} ?this a ?type ."

    def _is_off(self, shape: Node) -> bool:
        return any(str(value) == "true" for value in self._graph.objects(shape, SH.deactivated))

    def _patterns(self, shape: Node, this: str, *, top: bool, nested: bool) -> Iterator[str]:
        """Graph patterns one of which has a solution where `this` may fail `shape`.

        `top`: in a query of its own, where sub-selects see `this`. `nested`: with the shapes of `sh:property`.
        """
        if any((shape, predicate, None) in self._graph for predicate in _UNKNOWN):
            raise Unsupported("a construct outside SHACL Core and SHACL-SPARQL, or disjoint qualified shapes")
        path = self._path(shape)
        value = self._new() if path else this
        reach = f"{this} {path} {value} . " if path else ""
        conditions = [*self._conditions.of(shape, value), *self._logic(shape, value, nested=nested)]
        if conditions:
            yield f"{reach}FILTER({' || '.join(f'({condition})' for condition in conditions)})"
        if path:
            yield from self._counts(shape, this, path, top=top)
        yield from self._pairs(shape, this, value, reach, top=top)
        yield from self._values(shape, this, value, reach)
        yield from self._closed(shape, value, reach)
        if not top and (shape, SH.sparql, None) in self._graph:
            raise Unsupported("SHACL-SPARQL in a nested shape")

    def _selects(self, shape: Node) -> Iterator[tuple[str, str]]:
        path = self._path(shape)
        for constraint in self._graph.objects(shape, SH.sparql):
            if not self._is_off(constraint):
                prologue, body = set_based(self._graph, constraint, path)
                try:
                    ox.Store().query(f"{prologue}SELECT * WHERE {{ {body} }}")
                except SyntaxError as error:
                    raise Unsupported(str(error)) from None
                yield prologue, body

    def _fails(self, shape: Node, v: str) -> str:
        """An expression: `v` may fail `shape`."""
        if self._is_off(shape):
            return "false"
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise Unsupported("shapes nested too deep for one query")
        tests = [_expression(pattern) for pattern in self._patterns(shape, v, top=False, nested=True)]
        self._depth -= 1
        return "(" + (" || ".join(tests) or "false") + ")"

    def _logic(self, shape: Node, v: str, *, nested: bool) -> Iterator[str]:
        graph = self._graph
        if any((shape, predicate, None) in graph for predicate in (SH["not"], SH.xone)):
            raise Unsupported("a negated shape: too many candidates inside would be too few outside")
        for inner in graph.objects(shape, SH.node):
            yield self._fails(inner, v)
        if nested:
            for inner in graph.objects(shape, SH.property):
                yield self._fails(inner, v)
        for members in graph.objects(shape, SH["or"]):
            yield " && ".join(self._fails(inner, v) for inner in list_members(graph, members)) or "true"
        for members in graph.objects(shape, SH["and"]):
            yield " || ".join(self._fails(inner, v) for inner in list_members(graph, members)) or "false"

    def _counts(self, shape: Node, this: str, path: str, *, top: bool) -> Iterator[str]:
        for bound in self._graph.objects(shape, SH.minCount):
            yield from self._fewer(this, path, "", number(bound), top=top)
        for bound in self._graph.objects(shape, SH.maxCount):
            yield self._more(this, path, number(bound), top=top)
        if (shape, SH.qualifiedValueShape, None) not in self._graph:
            return
        if (shape, SH.qualifiedMaxCount, None) in self._graph:
            raise Unsupported("qualifiedMaxCount: too many candidates inside would be too few outside")
        for bound in self._graph.objects(shape, SH.qualifiedMinCount):
            for inner in self._graph.objects(shape, SH.qualifiedValueShape):
                value = self._new()
                test = f"FILTER(!{self._fails(inner, value)})"
                yield from self._fewer(this, path, test, number(bound), top=top, value=value)

    def _fewer(self, this: str, path: str, test: str, bound: int, *, top: bool, value: str | None = None) -> Iterator[str]:
        """Fewer than `bound` values that pass `test`."""
        value = value or self._new()
        if bound == 1:
            yield f"FILTER NOT EXISTS {{ {this} {path} {value} {test} }}"
        elif bound > 1:
            if not top:
                raise Unsupported("a count in a nested shape")
            counted = f"SELECT ?this (COUNT(DISTINCT {value}) AS ?n) WHERE {{ ?this {path} {value} {test} }} GROUP BY ?this"
            yield f"OPTIONAL {{ {{ {counted} }} }} FILTER(COALESCE(?n, 0) < {bound})"

    def _more(self, this: str, path: str, bound: int, *, top: bool) -> str:
        """More than `bound` values."""
        value, other = self._new(), self._new()
        if bound == 0:
            return f"{this} {path} {value} ."
        if bound == 1:
            return f"{this} {path} {value} . {this} {path} {other} . FILTER(!sameTerm({value}, {other}))"
        if not top:
            raise Unsupported("a count in a nested shape")
        counted = f"SELECT ?this WHERE {{ ?this {path} {value} }} GROUP BY ?this"
        return f"{{ {counted} HAVING(COUNT(DISTINCT {value}) > {bound}) }}"

    def _pairs(self, shape: Node, this: str, value: str, reach: str, *, top: bool) -> Iterator[str]:
        """Constraints that compare the values of two properties (SHACL section 4.5)."""
        graph = self._graph
        for other in graph.objects(shape, SH.equals):
            name = full(str(other))
            yield f"{reach}FILTER NOT EXISTS {{ {this} {name} {value} }}"
            there = self._new()
            rest = reach.replace(value, there) or f"FILTER(sameTerm({this}, {there}))"
            # MINUS is set-based; NOT EXISTS over a sequence path is evaluated once a row
            lacks = f"MINUS {{ {rest} }}" if top and reach else f"FILTER NOT EXISTS {{ {rest} }}"
            yield f"{this} {name} {there} . {lacks}"
        for other in graph.objects(shape, SH.disjoint):
            yield f"{reach}FILTER EXISTS {{ {this} {full(str(other))} {value} }}"
        for predicate, operator in ((SH.lessThan, "<"), (SH.lessThanOrEquals, "<=")):
            for other in graph.objects(shape, predicate):
                there = self._new()
                numbers = f"isNUMERIC({value}) && isNUMERIC({there})"
                days = f"{is_day(value)} && {is_day(there)}"
                in_order = f"COALESCE((({numbers}) || ({days})) && {value} {operator} {there}, false)"
                yield f"{reach}{this} {full(str(other))} {there} . FILTER(!{in_order})"

    def _values(self, shape: Node, this: str, value: str, reach: str) -> Iterator[str]:
        for wanted in self._graph.objects(shape, SH.hasValue):
            term = self._conditions.term(wanted)
            if reach:
                yield f"FILTER NOT EXISTS {{ {reach}FILTER(sameTerm({value}, {term})) }}"
            else:
                yield f"FILTER(!sameTerm({this}, {term}))"
        if reach and any(str(flag) == "true" for flag in self._graph.objects(shape, SH.uniqueLang)):
            other = self._new()
            same = f"LCASE(LANG({value})) = LCASE(LANG({other})) && !sameTerm({value}, {other})"
            yield f"{reach}{reach.replace(value, other)}FILTER(LANG({value}) != '' && {same})"

    def _closed(self, shape: Node, value: str, reach: str) -> Iterator[str]:
        graph = self._graph
        if not any(str(flag) == "true" for flag in graph.objects(shape, SH.closed)):
            return
        allowed = {member for ignored in graph.objects(shape, SH.ignoredProperties) for member in graph.items(ignored)}
        allowed |= {path for nested in graph.objects(shape, SH.property) for path in graph.objects(nested, SH.path)}
        names = ", ".join(sorted(full(str(name)) for name in allowed if isinstance(name, URIRef)))
        predicate, there = self._new(), self._new()
        outside = f"FILTER({predicate} NOT IN ({names}))" if names else ""
        yield f"{reach}{value} {predicate} {there} . {outside}"

    def _path(self, shape: Node) -> str | None:
        path = self._graph.value(shape, SH.path)
        if path is None:
            return None
        text = sparql_path(self._graph, path, full)
        return text if isinstance(path, URIRef) else f"({text})"

    def _new(self) -> str:
        return f"?x{next(self._numbers)}_"


def _expression(pattern: str) -> str:
    """The pattern as an expression; a lone filter is one already."""
    return pattern.removeprefix("FILTER") if pattern.startswith("FILTER") else f"EXISTS {{ {pattern} }}"
