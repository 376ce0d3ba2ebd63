"""What the engine found, as RDF terms: one `Result` is one `sh:ValidationResult` (SHACL section 3.6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from rdflib import Graph, Namespace

if TYPE_CHECKING:
    from rdflib import Literal, URIRef
    from rdflib.term import Node

SH: Final = Namespace("http://www.w3.org/ns/shacl#")


@dataclass(frozen=True, slots=True)
class Result:
    """One result. `path` is a node of the shapes graph; blank nodes are described in `Results.details`.

    `details` are the results of the nested shape that made this one (`sh:detail`).
    """

    focus: Node
    path: Node | None
    value: Node | None
    component: URIRef
    shape: Node
    constraint: Node | None
    severity: Node
    messages: tuple[Literal, ...]
    details: tuple[Result, ...] = ()


@dataclass(frozen=True, slots=True)
class Results:
    """All results of one run; `details` describes the blank nodes they mention (paths, shapes, values)."""

    entries: tuple[Result, ...] = ()
    details: Graph = field(default_factory=Graph, compare=False, repr=False)

    @property
    def conforms(self) -> bool:
        """SHACL's verdict: no result at all, of whatever severity."""
        return not self.entries
