"""Results as a `sh:ValidationReport` in Turtle (SHACL section 3.6).

Written here and not by rdflib, whose Turtle writer prints an ill-typed boolean as `none`. Blank nodes are numbered in
the order of the report, so equal reports are equal text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rdflib import RDF, BNode, URIRef

from ohai_kg.namespaces import PREFIXES
from ohai_kg.shacl.paths import curie
from ohai_kg.shacl.results import SH
from ohai_kg.shacl.terms import to_ox

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rdflib import Graph
    from rdflib.term import Node

    from ohai_kg.shacl.results import Result, Results

_FIELDS: Final = (
    ("focus", SH.focusNode),
    ("path", SH.resultPath),
    ("value", SH.value),
    ("severity", SH.resultSeverity),
    ("component", SH.sourceConstraintComponent),
    ("shape", SH.sourceShape),
    ("constraint", SH.sourceConstraint),
)


class _Names:
    """Labels of blank nodes in order of first use, and those whose description is still to be written."""

    def __init__(self) -> None:
        self._labels: dict[Node, str] = {}
        self.pending: list[Node] = []

    def __call__(self, term: Node) -> str:
        if isinstance(term, URIRef):
            return curie(str(term))
        if isinstance(term, BNode):
            if term not in self._labels:
                self._labels[term] = f"_:b{len(self._labels) + 1}"
                self.pending.append(term)
            return self._labels[term]
        return str(to_ox(term))


def to_turtle(results: Results) -> str:
    """The report; ends with a newline."""
    name = _Names()
    body: list[str] = []
    numbers = [_write(entry, name, body) for entry in sorted(results.entries, key=_order)]
    head = f"_:report a sh:ValidationReport ;\n  sh:conforms {'true' if results.conforms else 'false'}"
    if numbers:
        head += " ;\n  sh:result " + ", ".join(numbers)
    described = list(_descriptions(results.details, name))
    text = "\n".join([head + " .", *body, *described]) + "\n"
    used = [f"@prefix {p}: <{iri}> .\n" for p, iri in sorted(PREFIXES.items()) if p == "sh" or f" {p}:" in text]
    return "".join(used) + "\n" + text


def _write(entry: Result, name: _Names, body: list[str]) -> str:
    """Append the result and its details to `body`; returns its label."""
    label = f"_:r{len(body) + 1}"
    body.append("")
    position = len(body) - 1
    lines = [f"{label} a sh:ValidationResult"]
    for attribute, predicate in _FIELDS:
        term = getattr(entry, attribute)
        if term is not None:
            lines.append(f"  {curie(str(predicate))} {name(term)}")
    if entry.messages:
        lines.append("  sh:resultMessage " + ", ".join(name(message) for message in entry.messages))
    nested = [_write(detail, name, body) for detail in sorted(entry.details, key=_order)]
    if nested:
        lines.append("  sh:detail " + ", ".join(nested))
    body[position] = " ;\n".join(lines) + " ."
    return label


def _descriptions(details: Graph, name: _Names) -> Iterable[str]:
    """The triples of every blank node mentioned, and of those they mention."""
    while name.pending:
        node = name.pending.pop(0)
        triples = sorted(details.predicate_objects(node), key=lambda po: (str(po[0]), str(to_ox(po[1]))))
        if triples:
            pairs = [f"{'a' if p == RDF.type else curie(str(p))} {name(value)}" for p, value in triples]
            yield f"{name(node)} " + " ;\n  ".join(pairs) + " ."


def _order(entry: Result) -> tuple[str, ...]:
    terms = (entry.shape, entry.focus, entry.path, entry.component, entry.value, entry.constraint)
    return tuple("_:" if isinstance(term, BNode) else str(term) for term in (*terms, entry.messages))
