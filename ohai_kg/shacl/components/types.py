"""`sh:datatype` (SHACL 4.1.2): ill-typed literals by the lexical spaces of XSD, not by what Python reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyshacl.constraints.core.value_constraints import DatatypeConstraintComponent

from ohai_kg.shacl.components.values import failing
from ohai_kg.shacl.xsd import matches_datatype

if TYPE_CHECKING:
    from pyshacl.pytypes import SHACLExecutor
    from rdflib import Graph

    from ohai_kg.shacl.components.values import Values


class Datatype(DatatypeConstraintComponent):
    """See the module."""

    def evaluate(
        self, executor: SHACLExecutor, target_graph: Graph, focus_value_nodes: Values, _evaluation_path: list[Any]
    ) -> tuple[bool, list[Any]]:
        """See pySHACL."""
        found = failing(self, target_graph, focus_value_nodes, lambda value: matches_datatype(value, self.datatype_rule))
        return not found, found
