"""SHACL-SPARQL constraints for all focus nodes at once.

SHACL evaluates `sh:select` once for each focus node with `$this` bound beforehand (section 5.3.1). Joining the targets
in front gives the same nodes only where `$this` is bound at the top of a flat WHERE clause; other queries are refused.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from rdflib import OWL, RDF, RDFS

from ohai_kg.validation.conditions import Unsupported
from ohai_kg.validation.results import SH

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

_SELECT: Final = re.compile(r"\s*SELECT\s+(?:DISTINCT\s+)?(?:[$?]\w+\s*)+(?:WHERE\s*)?\{(.*)\}\s*", re.IGNORECASE | re.DOTALL)
_QUOTED: Final = re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|<[^<>"{}|^`\\\s]*>')
_REFUSED: Final = re.compile(
    r"\b(UNION|MINUS|SELECT|VALUES|SERVICE|GRAPH|GROUP|HAVING|LIMIT|OFFSET|ORDER)\b|[$?](shapesGraph|currentShape)\b|#",
    re.IGNORECASE,
)
_GROUP: Final = re.compile(r"(EXISTS|OPTIONAL)?\s*(\{)|(\})", re.IGNORECASE)
_THIS_FIRST: Final = re.compile(r"\s*[$?]this\s")
_DEFAULT_PREFIXES: Final = {"rdf": str(RDF), "rdfs": str(RDFS), "owl": str(OWL)}


def set_based(graph: Graph, constraint: Node, path: str | None) -> tuple[str, str]:
    """Prologue and WHERE body of the constraint's query, to be put behind the targets. Raises Unsupported."""
    text = graph.value(constraint, SH.select)
    match = _SELECT.fullmatch(str(text))
    if match is None:
        raise Unsupported("not a plain SELECT")
    body = match[1]
    bare = _QUOTED.sub(" ", body)
    if _REFUSED.search(bare) or not _THIS_FIRST.match(bare) or not _is_flat(bare):
        raise Unsupported("not provably the same for all nodes at once")
    if re.search(r"[$?]PATH\b", bare):
        if path is None:
            raise Unsupported("$PATH without a path")
        body = re.sub(r"[$?]PATH\b", lambda _: path, body)
    prefixes = _DEFAULT_PREFIXES | _declared(graph, constraint)
    prologue = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in sorted(prefixes.items()))
    return prologue, re.sub(r"\$(\w)", r"?\1", body)


def _is_flat(bare: str) -> bool:
    """Groups belong to EXISTS or OPTIONAL only, and no OPTIONAL stands inside another group."""
    depth = 0
    for match in _GROUP.finditer(bare):
        keyword, opened = match[1], match[2]
        if opened:
            if keyword is None or (keyword.upper() == "OPTIONAL" and depth):
                return False
            depth += 1
        else:
            depth -= 1
    return depth == 0


def _declared(graph: Graph, constraint: Node) -> dict[str, str]:
    """The prefixes of `sh:prefixes` (SHACL section 5.2.1)."""
    found: dict[str, str] = {}
    owners = [*graph.objects(constraint, SH.prefixes)]
    if owners:
        owners += graph.subjects(RDF.type, OWL.Ontology)
    for owner in owners:
        for declaration in graph.objects(owner, SH.declare):
            found[str(graph.value(declaration, SH.prefix))] = str(graph.value(declaration, SH.namespace))
    return found
