"""What rdflib evaluates in Python's way, for the queries of shapes: regular expressions and the order of literals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from rdflib import XSD, Literal
from rdflib.plugins.sparql.operators import RelationalExpression
from rdflib.plugins.sparql.sparql import SPARQLError

from ohai_kg.shacl.regex import PatternIllFormed, compiled
from ohai_kg.shacl.xsd import compare, is_nan

if TYPE_CHECKING:
    from collections.abc import Callable

_ORDERED: Final = {"<": {-1}, "<=": {-1, 0}, "=": {0}, ">=": {0, 1}, ">": {1}, "!=": {-1, 1}}
_GROUP: Final = re.compile(r"\\([\\$])|\$([0-9]+)|([\\$])")


def _regex(expression: Any, _: Any) -> Literal:
    """SPARQL 1.1, 17.4.3.14."""
    pattern = _compiled(expression)
    return Literal(pattern.search(_text(expression.text)) is not None)


def _replace(expression: Any, _: Any) -> Literal:
    """SPARQL 1.1, 17.4.3.15; `$1` is a group, `\\$` a dollar sign."""
    pattern, argument = _compiled(expression), expression.arg
    replacement = _text(expression.replacement)
    if pattern.search("") is not None:
        raise SPARQLError("REPLACE of a pattern that matches nothing (err:FORX0003)")
    for group in _GROUP.finditer(replacement):
        if group[3]:
            raise SPARQLError("no replacement string of XPath (err:FORX0004)")

    def expand(match: re.Match[str]) -> str:
        def one(group: re.Match[str]) -> str:
            return group[1] or (match[int(group[2])] or "" if int(group[2]) <= pattern.groups else "")

        return _GROUP.sub(one, replacement)

    return Literal(pattern.sub(expand, _text(argument)), lang=argument.language, datatype=argument.datatype)


def _relational(expression: Any, context: Any) -> Literal:
    """SPARQL 1.1, 17.3: literals with an order by it, of ill-typed ones and of other kinds none."""
    holds = _ORDERED.get(str(expression.op))
    if holds is None:
        return RelationalExpression(expression, context)
    left, right = expression.expr, expression.other
    order = compare(left, right)
    if order is not None:
        return Literal(order in holds)
    if is_nan(left) or is_nan(right):
        return Literal(expression.op == "!=")
    if expression.op in {"=", "!="}:
        return RelationalExpression(expression, context)
    raise SPARQLError(f"{left!r} and {right!r} have no order")


def _compiled(expression: Any) -> re.Pattern[str]:
    try:
        return compiled(_text(expression.pattern), _text(expression.flags) if expression.flags else "")
    except PatternIllFormed as error:
        raise SPARQLError(str(error)) from None


def _text(term: Any) -> str:
    if isinstance(term, Literal) and (term.language or term.datatype in {None, XSD.string}):
        return str(term)
    raise SPARQLError(f"no string: {term!r}")


FUNCTIONS: Final[dict[str, Callable[[Any, Any], Literal]]] = {
    "Builtin_REGEX": _regex,
    "Builtin_REPLACE": _replace,
    "RelationalExpression": _relational,
}
