"""SHACL-SPARQL constraints for all focus nodes at once.

SHACL evaluates `sh:select` once for each focus node with `$this` bound beforehand (section 5.3.1). Joining the targets
in front gives the same nodes only where `$this` is bound at the top of a flat WHERE clause; other queries are refused.
Filters are widened: what is an error, or may be spelled or ordered otherwise in rdflib, counts as found.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from rdflib import RDF, XSD

from ohai_kg.shacl.conditions import Unsupported, is_day
from ohai_kg.shacl.queries import masked, prefixes_of, strings, without_comments
from ohai_kg.shacl.results import SH

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

_SELECT: Final = re.compile(r"\s*SELECT\s+(?:DISTINCT\s+)?(?:[$?]\w+\s*)+(?:WHERE\s*)?\{(.*)\}\s*", re.IGNORECASE | re.DOTALL)
_REFUSED: Final = re.compile(
    r"(?<![?$:\w])(UNION|MINUS|SELECT|VALUES|SERVICE|GRAPH|GROUP|HAVING|LIMIT|OFFSET|ORDER)\b|[$?](shapesGraph|currentShape)\b",
    re.IGNORECASE,
)
_REGEX: Final = re.compile(r"\b(REGEX|REPLACE)\b", re.IGNORECASE)
_DIALECT: Final = re.compile(r"\\|\(\?|\[[^\]]*(?:\[|&&|--|~~)|^[smixq]*[xq][smixq]*$")
_GROUP: Final = re.compile(r"(EXISTS|OPTIONAL)?\s*(\{)|(\})", re.IGNORECASE)
_FILTER: Final = re.compile(r"\b(?P<keyword>FILTER)\b[^({]*[({]", re.IGNORECASE)
_THIS_FIRST: Final = re.compile(r"\s*[$?]this\s")


def set_based(graph: Graph, constraint: Node, path: str | None) -> tuple[str, str]:
    """Prologue and WHERE body of the constraint's query, to be put behind the targets. Raises Unsupported."""
    match = _SELECT.fullmatch(without_comments(str(graph.value(constraint, SH.select))))
    if match is None:
        raise Unsupported("not a plain SELECT")
    body = match[1]
    bare = masked(body)
    if _REFUSED.search(bare) or not _THIS_FIRST.match(bare) or not _is_flat(bare):
        raise Unsupported("not provably the same for all nodes at once")
    if _REGEX.search(bare) and any(_DIALECT.search(text) for text in strings(body)):
        raise Unsupported("a regular expression that the store may read otherwise")
    body = _widened(body, bare)
    if re.search(r"[$?]PATH\b", bare):
        if path is None:
            raise Unsupported("$PATH without a path")
        body = re.sub(r"[$?]PATH\b", lambda _: path, body)
    prefixes = prefixes_of(graph, constraint)
    prologue = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in sorted(prefixes.items()))
    return prologue, re.sub(r"\$(\w)", r"?\1", body)


def _widened(body: str, bare: str) -> str:
    """The body with its top filters true also for errors and odd values. Raises Unsupported for filters further in."""
    parts: list[str] = []
    done = 0
    for match in _FILTER.finditer(bare):
        start = match.start()
        if start < done or bare.count("{", 0, start) > bare.count("}", 0, start):
            raise Unsupported("a filter inside another group")
        opening = match.end() - 1
        end = _closing(bare, opening)
        condition = body[match.end("keyword") : end]
        if "{" in bare[opening + 1 : end - 1]:
            raise Unsupported("a group inside an expression")
        variables = sorted(set(re.findall(r"[$?](\w+)", bare[match.end("keyword") : end])) - {"this"})
        odd = "".join(f" || COALESCE({_odd(f'?{name}')}, false)" for name in variables)
        parts += [body[done:start], f"FILTER(COALESCE({condition}, true){odd})"]
        done = end
    return "".join([*parts, body[done:]])


def _closing(bare: str, opening: int) -> int:
    """Where the bracket that opens at `opening` has closed."""
    closer = {"(": ")", "{": "}"}[bare[opening]]
    depth = 0
    for position in range(opening, len(bare)):
        depth += (bare[position] == bare[opening]) - (bare[position] == closer)
        if depth == 0:
            return position + 1
    raise Unsupported("brackets that do not match")


def _odd(v: str) -> str:
    """An expression: a literal whose spelling or order may differ between engines."""
    plain = f"datatype({v}) IN (<{XSD.string}>, <{RDF.langString}>, <{XSD.integer}>)"
    return f"(isLITERAL({v}) && !({plain} || {is_day(v)}))"


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
