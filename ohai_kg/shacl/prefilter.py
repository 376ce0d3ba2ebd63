"""Set-based validation: queries over pyoxigraph find the focus nodes that may fail, the engine checks those again.

The report is the same as the engine's over everything, because the engine writes it; left out are the nodes no query found.
"""

from __future__ import annotations

import os
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox
from rdflib import RDFS

from ohai_kg.shacl.compiler import Check, compile_checks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rdflib import Graph
    from rdflib.term import Node

    from ohai_kg.shacl.dataset import Dataset

_MANY_QUADS: Final = 50_000
_SUBCLASS: Final = ox.NamedNode(str(RDFS.subClassOf))


class Prefilter:
    """The compiled checks of one shapes graph; they depend on the data's class hierarchy and are made once for each."""

    def __init__(self, shapes: Graph) -> None:
        self._shapes = shapes
        self._compiled: dict[frozenset[tuple[str, str]], list[Check]] = {}

    def checks(self, data: Dataset) -> list[Check]:
        """The checks for the class hierarchy of `data`."""
        pairs = frozenset(
            (_name(quad.subject), _name(quad.object))
            for quad in data.store.quads_for_pattern(None, _SUBCLASS, None, None)
            if not isinstance(quad.object, ox.Literal)
        )
        if pairs not in self._compiled:
            below: dict[str, set[str]] = defaultdict(set)
            for lower, upper in pairs:
                below[upper].add(lower)
            self._compiled[pairs] = compile_checks(self._shapes, lambda name: _closure(name, below))
        return self._compiled[pairs]


def failing(checks: Sequence[Check], data: Dataset) -> Iterator[tuple[Check, list[Node]]]:
    """The checks that have focus nodes which may fail, with these nodes."""
    for check, found in zip(checks, _found(checks, data.store), strict=True):
        if found or check.nodes:
            yield check, [*check.nodes, *(data.convert(node) for node in sorted(found, key=str))]


def _found(checks: Sequence[Check], store: ox.Store) -> Iterator[set[Any]]:
    """What the queries of each check find, in order. The engine leaves Python's lock, so threads help on large data."""

    def run(check: Check) -> set[Any]:
        queries = (check.focus,) if check.queries is None else check.queries
        return {solution[0] for query in queries for solution in _solutions(store, query)}

    if len(store) < _MANY_QUADS:
        yield from map(run, checks)
        return
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        yield from pool.map(run, checks)


def _solutions(store: ox.Store, query: str) -> Iterator[ox.QuerySolution]:
    solutions = store.query(query, use_default_graph_as_union=True)
    if not isinstance(solutions, ox.QuerySolutions):
        raise TypeError("a check is a SELECT")
    return solutions


def _name(term: Any) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)


def _closure(name: str, below: Mapping[str, set[str]]) -> list[str] | None:
    """The class and every class below it, see Subclasses; a hierarchy that runs in a circle ends too."""
    found, pending = {name}, [name]
    while pending:
        for lower in below.get(pending.pop(), ()):
            if lower not in found:
                found.add(lower)
                pending.append(lower)
    return None if any(lower.startswith("_:") for lower in found) else [name, *sorted(found - {name})]
