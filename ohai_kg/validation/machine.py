"""One shapes graph made ready to validate: pySHACL alone for little data, behind the set-based prefilter for more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ohai_kg.validation.engine import Engine
from ohai_kg.validation.prefilter import Prefilter, failing

if TYPE_CHECKING:
    from rdflib import Graph

    from ohai_kg.validation.dataset import DataGraph, Dataset
    from ohai_kg.validation.results import Results

SMALL: Final = 1_000
"""Triples up to which pySHACL alone is as fast as the queries."""


class Machine:
    """The engine and the prefilter of one shapes graph. One per thread."""

    def __init__(self, shapes: Graph) -> None:
        self.engine = Engine(shapes)
        self._prefilter = Prefilter(self.engine.graph)
        self._checked = False

    def whole(self, graph: DataGraph) -> Results:
        """The results of pySHACL alone. Raises ShapesInvalid."""
        return self.engine.validate(graph)

    def set_based(self, data: Dataset) -> Results:
        """The same results, with pySHACL looking only at what a query found. Raises ShapesInvalid."""
        if self.engine.has_custom_components or not data.distinct:
            return self.engine.validate(data.in_memory())
        if not self._checked:
            self.engine.check_shapes()
            self._checked = True
        return self.engine.recheck(data.view(), failing(self._prefilter.checks(data), data))
