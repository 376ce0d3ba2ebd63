"""Constraints on one value as SPARQL expressions that are true where the value may break them.

May: the prefilter's answer is checked again, so a value too many costs time and a value too few is a bug. Wherever
Oxigraph could disagree with the specifications (lexical forms, regular expressions, comparisons) the expression is true.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from rdflib import RDF, RDFS, XSD, BNode, Literal, URIRef

from ohai_kg.shacl.lists import list_members
from ohai_kg.shacl.results import SH
from ohai_kg.shacl.terms import to_ox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rdflib import Graph
    from rdflib.term import Node

    Subclasses = Callable[[str], list[str] | None]
    """A class and those below it in the data; None where one of them is a blank node, which no query can name."""


class Unsupported(Exception):
    """The construct cannot be turned into a query that finds every failing node; pySHACL takes all of them."""


ANY: Final = "true"
INSTANCE_PATH: Final = f"<{RDF.type}>/<{RDFS.subClassOf}>*"
_PLAIN: Final = (XSD.string, RDF.langString)
_INTEGERS: Final = frozenset(
    XSD[name]
    for name in (
        "integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger",
        "negativeInteger", "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte",
    )
)  # fmt: skip
_WELL_FORMED: Final = {XSD.integer: "^-?[0-9]+$", XSD.decimal: r"^-?[0-9]+(\\.[0-9]+)?$", XSD.boolean: "^(true|false)$"}
_DAY: Final = "^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$"
_PUNCTUATION: Final = re.compile(r"\\[.+*?()\[\]{}^$|-]")
_DIALECT: Final = re.compile(r"\\|\(\?|\[[^\]]*(?:\[|&&|--|~~)")
_RANGES: Final = (
    (SH.minInclusive, ">="),
    (SH.maxInclusive, "<="),
    (SH.minExclusive, ">"),
    (SH.maxExclusive, "<"),
)
_KINDS: Final = {"IRI": "isIRI", "BlankNode": "isBLANK", "Literal": "isLITERAL"}


class Conditions:
    """The value constraints of the shapes in `graph`. `subclasses`: see Subclasses."""

    def __init__(self, graph: Graph, subclasses: Subclasses) -> None:
        self.graph = graph
        self._subclasses = subclasses

    def of(self, shape: Node, v: str) -> Iterator[str]:
        """The conditions for the constraints of `shape` that look at one value alone."""
        yield from self._types(shape, v)
        yield from self._strings(shape, v)
        for members in self.graph.objects(shape, SH["in"]):
            allowed = ", ".join(self.term(member) for member in list_members(self.graph, members))
            yield f"!COALESCE({v} IN ({allowed}), false)" if allowed else ANY  # an ill-typed literal is an error
        for predicate, operator in _RANGES:
            for bound in self.graph.objects(shape, predicate):
                yield _out_of_range(v, operator, bound)

    def _instance(self, v: str, class_: Node) -> str:
        """An expression: `v` is an instance of the class or of one below it."""
        names = self._subclasses(str(class_))
        if names is None:
            return f"EXISTS {{ {v} {INSTANCE_PATH} <{class_}> }}"
        return "(" + " || ".join(f"EXISTS {{ {v} a <{name}> }}" for name in names) + ")"

    def term(self, term: Node) -> str:
        """The term in SPARQL. Raises Unsupported where equal values may be different terms."""
        if isinstance(term, BNode):
            raise Unsupported("a blank node is compared")
        if isinstance(term, Literal) and term.datatype is not None and term.datatype not in _PLAIN:
            raise Unsupported("a literal with several spellings is compared")
        return str(to_ox(term))

    def _types(self, shape: Node, v: str) -> Iterator[str]:
        for class_ in self.graph.objects(shape, SH["class"]):
            yield f"!{self._instance(v, class_)}"
        for datatype in self.graph.objects(shape, SH.datatype):
            yield _not_of_datatype(v, datatype)
        for kind in self.graph.objects(shape, SH.nodeKind):
            name = str(kind).rsplit("#", 1)[-1]
            tests = [f"{test}({v})" for part, test in _KINDS.items() if part in name]
            yield f"!({' || '.join(tests)})" if tests else ANY

    def _strings(self, shape: Node, v: str) -> Iterator[str]:
        for predicate, operator in ((SH.minLength, "<"), (SH.maxLength, ">")):
            for bound in self.graph.objects(shape, predicate):
                yield f"isBLANK({v}) || STRLEN(STR({v})) {operator} {number(bound)}"
        for pattern in self.graph.objects(shape, SH.pattern):
            if not _is_simple(str(pattern)) or self.graph.value(shape, SH.flags) is not None:
                yield ANY
            else:
                regex = f"REGEX(STR({v}), {to_ox(Literal(str(pattern)))})"
                yield f"isBLANK({v}) || !COALESCE({regex}, false)"
        for ranges in self.graph.objects(shape, SH.languageIn):
            tests = [f"LANGMATCHES(LANG({v}), {to_ox(Literal(str(r)))})" for r in list_members(self.graph, ranges)]
            yield f"!COALESCE(LANG({v}) != '' && ({' || '.join(tests)}), false)" if tests else ANY


def _is_simple(pattern: str) -> bool:
    """Whether the pattern means the same in the store's regular expressions as in XPath's."""
    return _DIALECT.search(_PUNCTUATION.sub("_", pattern)) is None


def _not_of_datatype(v: str, datatype: Node) -> str:
    """Another datatype, or a spelling of which it is not sure that rdflib reads it."""
    if not isinstance(datatype, URIRef) or datatype in {RDFS.Literal, RDFS.Datatype}:
        return ANY
    other = f"!isLITERAL({v}) || datatype({v}) != <{datatype}>"
    if datatype in _PLAIN:
        return other
    if datatype == XSD.date:
        return f"{other} || !REGEX(STR({v}), '{_DAY}') || !COALESCE(isLITERAL(<{datatype}>(STR({v}))), false)"
    spelling = _WELL_FORMED.get(datatype)
    return ANY if spelling is None else f"{other} || !REGEX(STR({v}), '{spelling}')"


def _out_of_range(v: str, operator: str, bound: Node) -> str:
    datatype = bound.datatype if isinstance(bound, Literal) else None
    if datatype in _INTEGERS or datatype == XSD.decimal:
        return f"!COALESCE(isNUMERIC({v}) && {v} {operator} {to_ox(bound)}, false)"
    if datatype == XSD.date and re.fullmatch(_DAY, str(bound)):
        return f"!COALESCE({is_day(v)} && {v} {operator} {to_ox(bound)}, false)"
    return ANY


def is_day(v: str) -> str:
    """An expression: `v` is an `xsd:date` without a time zone, which every engine orders alike."""
    return f"(datatype({v}) = <{XSD.date}> && REGEX(STR({v}), '{_DAY}'))"


def number(bound: Node) -> int:
    """The integer a parameter gives. Raises Unsupported."""
    try:
        return int(str(bound))
    except ValueError:
        raise Unsupported(f"{bound} is no number") from None
