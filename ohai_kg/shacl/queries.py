"""The SPARQL of shapes as it is run: prefixes (SHACL 5.2.1), `$PATH`, and what pre-binding forbids (appendix A)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox
from pyshacl.errors import ReportableRuntimeError
from rdflib import OWL, RDF, RDFS, Literal, Variable
from rdflib.plugins.sparql.parser import parseQuery

from ohai_kg.shacl.dataset import parts
from ohai_kg.shacl.paths import full, sparql_path
from ohai_kg.shacl.results import SH

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rdflib import Graph
    from rdflib.plugins.sparql.parserutils import CompValue
    from rdflib.term import Node

_QUOTED: Final = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*\'\'\'|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\''
    r'|<[^<>"{}|^`\\\s]*>|#[^\n]*',
    re.DOTALL,
)
_PATH: Final = re.compile(r"[?$]PATH\b")
_SUSPICIOUS: Final = re.compile(r"\b(?:MINUS|VALUES|SERVICE|FROM)\b|\bSELECT\b.*\bSELECT\b", re.IGNORECASE | re.DOTALL)
_BOUND: Final = re.compile(r"\bAS\s*[?$](\w+)", re.IGNORECASE)
_FORBIDDEN: Final = {
    "MinusGraphPattern": "MINUS",
    "InlineData": "VALUES",
    "ValuesClause": "VALUES",
    "ServiceGraphPattern": "SERVICE",
}
_OPTIONAL: Final = frozenset({"shapesGraph", "currentShape"})
DEFAULT_PREFIXES: Final = {"rdf": str(RDF), "rdfs": str(RDFS), "owl": str(OWL)}
"""Known without a declaration, as in pySHACL."""


def masked(text: str) -> str:
    """The query with strings, IRIs and comments blanked out, everything else in its place."""
    return _QUOTED.sub(lambda match: " " * len(match[0]), text)


def without_comments(text: str) -> str:
    """The query without its comments."""
    return _QUOTED.sub(lambda match: " " if match[0].startswith("#") else match[0], text)


def strings(text: str) -> list[str]:
    """What stands between quotes in the query, escapes and all."""
    return [match[0].strip(match[0][0]) for match in _QUOTED.finditer(text) if match[0][0] in "\"'"]


def prefixes_of(graph: Graph, node: Node) -> dict[str, str]:
    """The prefixes a constraint or validator may use. Raises ReportableRuntimeError for ill-formed declarations."""
    found: dict[str, str] = {}
    owners = {owner for start in graph.objects(node, SH.prefixes) for owner in graph.transitive_objects(start, OWL.imports)}
    for declaration in {declared for owner in owners for declared in graph.objects(owner, SH.declare)}:
        prefixes, namespaces = set(graph.objects(declaration, SH.prefix)), set(graph.objects(declaration, SH.namespace))
        if len(prefixes) != 1 or len(namespaces) != 1 or not all(isinstance(t, Literal) for t in prefixes | namespaces):
            raise ReportableRuntimeError("A prefix declaration has one sh:prefix and one sh:namespace, texts (SHACL 5.2.1).")
        prefix, namespace = str(prefixes.pop()), str(namespaces.pop())
        if found.setdefault(prefix, namespace) != namespace:
            raise ReportableRuntimeError(f"The prefix {prefix}: is declared with several namespaces (SHACL 5.2.1).")
    return DEFAULT_PREFIXES | found


def query_of(graph: Graph, node: Node, predicate: Node, path: Node | None, prebound: Iterable[str]) -> str:
    """The query of a constraint or validator, complete. `prebound`: the variables that may have a value beforehand.

    Raises ReportableRuntimeError where the shapes are ill-formed or the query cannot be run with variables bound.
    """
    texts = set(graph.objects(node, predicate))
    text = texts.pop() if len(texts) == 1 else None
    name = str(predicate).rsplit("#", 1)[-1]
    if not isinstance(text, Literal) or text.datatype is not None or text.language:
        raise ReportableRuntimeError(f"Exactly one text is needed as sh:{name} (SHACL 5.2, 6.2.3).")
    head = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in sorted(prefixes_of(graph, node).items()))
    query = head + _with_path(graph, str(text), path)
    _check(query, {"this", *prebound}, select=predicate == SH.select)
    return query


def _with_path(graph: Graph, text: str, path: Node | None) -> str:
    spans = [match.span() for match in _PATH.finditer(masked(text))]
    if spans and path is None:
        raise ReportableRuntimeError("A query uses $PATH, and its shape has no path (SHACL 5.2).")
    for start, end in reversed(spans):
        text = f"{text[:start]}({sparql_path(graph, path, full)}){text[end:]}"  # type: ignore[arg-type]
    return text


def _check(query: str, prebound: set[str], *, select: bool) -> None:
    bare = masked(query)
    if re.search(r"[?$]shapesGraph\b", bare):
        raise ReportableRuntimeError("The optional variable $shapesGraph is not supported (SHACL 5.3.1).")
    suspicious = _SUSPICIOUS.search(bare) is not None or not prebound.isdisjoint(_BOUND.findall(bare))
    try:
        found = ox.Store().query(query)
        if not isinstance(found, ox.QuerySolutions if select else ox.QueryBoolean):
            raise ReportableRuntimeError("sh:select holds a SELECT query and sh:ask an ASK query (SHACL 5.2, 6.2.3).")
        if isinstance(found, ox.QuerySolutions) and ox.Variable("this") not in found.variables:
            raise ReportableRuntimeError("The SELECT query of a shape projects the variable this (SHACL 5.2, 6.2.3).")
    except SyntaxError:
        suspicious = True  # the parser that will run it has the last word
    if not suspicious:
        return  # the parser that will run it is slow
    tree = parseQuery(query)
    for part in parts(tree):
        _check_part(part, prebound)


def _check_part(part: CompValue, prebound: set[str]) -> None:
    if part.name in _FORBIDDEN:
        raise ReportableRuntimeError(f"A query of shapes must not use {_FORBIDDEN[part.name]} (SHACL appendix A).")
    named = part.get("evar") if "evar" in part else part.get("var") if part.name in {"Bind", "GroupAs"} else None
    if named is not None and str(named) in prebound:
        raise ReportableRuntimeError(f"A query of shapes must not bind ?{named} itself (SHACL appendix A).")
    needed = prebound - _OPTIONAL
    if part.name == "SubSelect" and not needed <= _projected(part):
        listed = ", ".join(f"?{name}" for name in sorted(needed))
        raise ReportableRuntimeError(f"A subquery must select {listed} (SHACL appendix A).")


def _projected(select: CompValue) -> set[str]:
    chosen: Any = select.get("projection") or ()
    return {str(part[key]) for part in chosen for key in ("var", "evar") if key in part and isinstance(part[key], Variable)}
