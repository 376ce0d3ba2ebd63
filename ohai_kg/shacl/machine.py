"""One shapes graph made ready to validate: the engine alone for little data, behind the set-based prefilter for more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rdflib import Graph

from ohai_kg.shacl.engine import Engine
from ohai_kg.shacl.prefilter import Prefilter, failing
from ohai_kg.shacl.results import SH, Results

if TYPE_CHECKING:
    from collections.abc import Callable

    from rdflib.term import Node

    from ohai_kg.shacl.dataset import DataGraph, Dataset
    from ohai_kg.shacl.results import Result

_MILD: Final = (SH.Warning, SH.Info)
SMALL: Final = 1_000
"""Triples up to which the engine alone is as fast as the queries."""


class Machine:
    """The engine and the prefilter of one shapes graph. One per thread."""

    def __init__(self, shapes: Graph) -> None:
        self.engine = Engine(shapes)
        self._prefilter = Prefilter(self.engine.graph)

    def whole(self, graph: DataGraph) -> Results:
        """The results of the engine alone. Raises ShapesInvalid."""
        return self.engine.validate(graph)

    def set_based(self, data: Dataset) -> Results:
        """The same results, with the engine looking only at what a query found. Raises ShapesInvalid."""
        if self.engine.has_custom_components:
            return self.engine.validate(data.in_memory())
        return self.engine.recheck(data.view(), failing(self._prefilter.checks(data), data))

    def first(self, data: Dataset, most: int, is_wanted: Callable[[Node], bool]) -> tuple[Results, int]:
        """As `set_based` for wanted focus nodes only, until there are `most` violations; and how many nodes are left then.

        What a query found is likely to fail; what is left was neither looked at nor asked whether it is wanted. Raises
        ShapesInvalid.
        """
        view = data.view()
        entries: list[Result] = []
        details = Graph(bind_namespaces="none")
        violations = left = 0
        for check, nodes in failing(self._prefilter.checks(data), data):
            for start in range(0, len(nodes), most):
                if violations >= most:
                    left += len(nodes) - start
                    break
                wanted = [node for node in nodes[start : start + most] if is_wanted(node)]
                if not wanted:
                    continue
                part = self.engine.recheck(view, [(check, wanted)])
                violations += sum(entry.severity not in _MILD for entry in part.entries)
                entries += part.entries
                details += part.details
        return Results(tuple(entries), details), left
