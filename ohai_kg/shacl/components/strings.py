"""String constraints (SHACL 4.4): XPath's regular expressions, SPARQL's langMatches, blank nodes without a length."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyshacl.constraints.core.string_based_constraints import (
    LanguageInConstraintComponent,
    MinLengthConstraintComponent,
    PatternConstraintComponent,
    StringBasedConstraintBase,
)
from pyshacl.errors import ReportableRuntimeError
from rdflib import BNode, Literal

from ohai_kg.shacl.components.values import failing
from ohai_kg.shacl.lists import list_members
from ohai_kg.shacl.regex import PatternIllFormed, compiled
from ohai_kg.shacl.results import SH

if TYPE_CHECKING:
    from pyshacl.shape import Shape
    from rdflib import Graph
    from rdflib.term import Node

    from ohai_kg.shacl.components.values import Values


class MinLength(MinLengthConstraintComponent):
    """`sh:minLength`: a blank node fails, whatever the length."""

    def _evaluate_string_rule(self, r: Literal, target_graph: Graph, f_v_dict: Values) -> tuple[bool, list[Any]]:
        least = int(r)
        found = failing(self, target_graph, f_v_dict, lambda v: not isinstance(v, BNode) and len(str(v)) >= least)
        return bool(found), found


class Pattern(PatternConstraintComponent):
    """`sh:pattern` with `sh:flags`."""

    def __init__(self, shape: Shape) -> None:
        StringBasedConstraintBase.__init__(self, shape)  # pySHACL compiles the pattern as Python's
        self.string_rules = list(shape.objects(SH.pattern))
        self.flags = next(iter(shape.objects(SH.flags)), None)
        try:
            self._pattern = compiled(str(self.string_rules[0]), str(self.flags or ""))
        except PatternIllFormed as error:
            raise ReportableRuntimeError(f"sh:pattern {error} (SHACL 4.4.3)") from None

    def _evaluate_string_rule(self, r: Node, target_graph: Graph, f_v_dict: Values) -> tuple[bool, list[Any]]:
        search = self._pattern.search
        found = failing(self, target_graph, f_v_dict, lambda v: not isinstance(v, BNode) and search(str(v)) is not None)
        return bool(found), found


class LanguageIn(LanguageInConstraintComponent):
    """`sh:languageIn`: basic filtering of language ranges (RFC 4647, 3.3.1)."""

    def _evaluate_string_rule(self, r: Node, target_graph: Graph, f_v_dict: Values) -> tuple[bool, list[Any]]:
        ranges = [str(member).lower() for member in list_members(self.shape.sg.graph, r)]

        def is_in(value: Node) -> bool:
            tag = str(value.language).lower() if isinstance(value, Literal) and value.language else ""
            return tag != "" and any(basic in {"*", tag} or tag.startswith(f"{basic}-") for basic in ranges)

        found = failing(self, target_graph, f_v_dict, is_in)
        return bool(found), found
