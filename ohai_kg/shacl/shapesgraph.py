"""The shapes graph as the engine works on it, and the rules that every shapes graph must keep (SHACL appendix B)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pyshacl.errors import ReportableRuntimeError
from pyshacl.shapes_graph import ShapesGraph
from rdflib import OWL, RDF, RDFS, XSD, BNode, Graph, Literal, URIRef

from ohai_kg.shacl.components import components_of
from ohai_kg.shacl.lists import list_members
from ohai_kg.shacl.paths import PathIllFormed, parse_path
from ohai_kg.shacl.results import SH
from ohai_kg.shacl.xsd import matches_datatype

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pyshacl.constraints.constraint_component import ConstraintComponent
    from pyshacl.shape import Shape
    from rdflib.term import Node

_KINDS: Final = (
    SH.NodeShape, SH.PropertyShape, SH.ConstraintComponent, SH.SPARQLAskValidator, SH.SPARQLSelectValidator, RDFS.Class,
)  # fmt: skip
_FLAGS: Final = (SH.uniqueLang, SH.closed, SH.deactivated, SH.qualifiedValueShapesDisjoint, SH.optional)
_LISTS_OF_SHAPES: Final = (SH["and"], SH["or"], SH.xone)
_NODE_KINDS: Final = frozenset(
    SH[name] for name in ("BlankNode", "IRI", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")
)


class CompleteShapesGraph(ShapesGraph):
    """pySHACL's shapes graph with each shape's constraint components made once."""

    def __init__(self, graph: Graph, **options: Any) -> None:
        super().__init__(graph, **options)
        self._made: dict[Node, list[ConstraintComponent]] = {}

    def components(self, shape: Shape) -> list[ConstraintComponent]:
        """The constraints the shape declares, see `components_of`."""
        if shape.node not in self._made:
            self._made[shape.node] = components_of(shape)
        return self._made[shape.node]

    def _build_node_shape_cache(self) -> None:
        """As pySHACL's, which takes an empty list of shapes for an error."""
        empty = [(s, p, RDF.nil) for p in _LISTS_OF_SHAPES for s in self.graph.subjects(p, RDF.nil)]
        for triple in empty:
            self.graph.remove(triple)
        super()._build_node_shape_cache()
        for triple in empty:
            self.graph.add(triple)


def completed(shapes: Graph) -> Graph:
    """A copy with the prefixes, in which everything has all its SHACL types (rdfs:subClassOf* included, SHACL 1.1).

    Only the literal `true` turns a flag on (SHACL 4.4.5, 4.8.1, 2.1.7), but rdflib also reads "1"^^xsd:boolean as true.
    """
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in shapes.namespaces():
        graph.bind(prefix, namespace)
    for triple in shapes:
        if triple[1] not in _FLAGS or str(triple[2]) != "1":
            graph.add(triple)
    graph.add((OWL.Class, RDFS.subClassOf, RDFS.Class))
    for kind in _KINDS:
        for below in set(graph.transitive_subjects(RDFS.subClassOf, kind)) - {kind}:
            for instance in list(graph.subjects(RDF.type, below)):
                graph.add((instance, RDF.type, kind))
    return graph


def refuse_ill_formed(graph: Graph) -> None:
    """Raise ReportableRuntimeError for shapes that break a rule; ShapesInvalid for lists that do."""
    _check_values(graph)
    _check_counts(graph)
    _check_references(graph)
    for shape, path in graph.subject_objects(SH.path):
        try:
            parse_path(graph, path)
        except PathIllFormed as error:
            _refuse(graph, shape, SH.path, str(error))


def _check_values(graph: Graph) -> None:
    for predicate, (described, holds) in _VALUES.items():
        for shape, value in graph.subject_objects(predicate):
            if not holds(value):
                _refuse(graph, shape, predicate, f"its value must be {described}")
    for predicate, (described, holds) in _MEMBERS.items():
        for shape, head in graph.subject_objects(predicate):
            if not all(holds(member) for member in list_members(graph, head)):
                _refuse(graph, shape, predicate, f"its members must be {described}")


def _check_counts(graph: Graph) -> None:
    for predicate in _AT_MOST_ONE:
        for shape in set(graph.subjects(predicate, None)):
            if len(set(graph.objects(shape, predicate))) > 1:
                _refuse(graph, shape, predicate, "it has at most one value")
    for predicate in _OF_PROPERTY_SHAPES:
        for shape in graph.subjects(predicate, None):
            if (shape, SH.path, None) not in graph:
                _refuse(graph, shape, predicate, "only property shapes have it")


def _check_references(graph: Graph) -> None:
    for shape, other in graph.subject_objects(SH.property):
        if (other, SH.path, None) not in graph:
            _refuse(graph, shape, SH.property, f"{_shown(graph, other)} is no property shape: it has no sh:path")
    for shape, other in graph.subject_objects(SH.node):
        if (other, SH.path, None) in graph:
            _refuse(graph, shape, SH.node, f"{_shown(graph, other)} is no node shape: it has a sh:path")
    for shape in graph.subjects(RDF.type, RDFS.Class):
        if isinstance(shape, BNode) and {SH.NodeShape, SH.PropertyShape} & set(graph.objects(shape, RDF.type)):
            _refuse(graph, shape, RDF.type, "a shape that is a class must be an IRI")


def _refuse(graph: Graph, shape: Node, predicate: Node, why: str) -> None:
    raise ReportableRuntimeError(f"{_shown(graph, shape)} {_shown(graph, predicate)}: {why} (SHACL appendix B)")


def _shown(graph: Graph, node: Node) -> str:
    return "[]" if isinstance(node, BNode) else node.n3(graph.namespace_manager)


def _is_iri(term: Node) -> bool:
    return isinstance(term, URIRef)


def _is_literal(term: Node) -> bool:
    return isinstance(term, Literal)


def _is_resource(term: Node) -> bool:
    return isinstance(term, URIRef | BNode)


def _is_text(term: Node) -> bool:
    return isinstance(term, Literal) and (term.datatype is None or bool(term.language))


def _of(datatype: URIRef) -> Callable[[Node], bool]:
    return lambda term: matches_datatype(term, datatype)


_Rule = tuple[str, "Callable[[Node], bool]"]
_IRI: Final[_Rule] = ("an IRI", _is_iri)
_LITERAL: Final[_Rule] = ("a literal", _is_literal)
_SHAPE: Final[_Rule] = ("an IRI or a blank node", _is_resource)
_INTEGER: Final[_Rule] = ("an xsd:integer", _of(XSD.integer))
_BOOLEAN: Final[_Rule] = ("an xsd:boolean", _of(XSD.boolean))
_STRING: Final[_Rule] = ("an xsd:string", _of(XSD.string))


def _rules() -> Iterator[tuple[str, _Rule]]:
    of_iris = "targetClass targetSubjectsOf targetObjectsOf severity class datatype equals disjoint lessThan lessThanOrEquals"
    yield from ((name, _IRI) for name in of_iris.split())
    yield from ((name, _LITERAL) for name in ("minExclusive", "minInclusive", "maxExclusive", "maxInclusive"))
    of_integers = "minCount maxCount minLength maxLength qualifiedMinCount qualifiedMaxCount"
    yield from ((name, _INTEGER) for name in of_integers.split())
    yield from ((name, _BOOLEAN) for name in ("uniqueLang", "closed", "qualifiedValueShapesDisjoint", "deactivated"))
    yield from ((name, _STRING) for name in ("pattern", "flags"))
    yield from ((name, _SHAPE) for name in ("not", "node", "property", "qualifiedValueShape", "sparql", "prefixes"))
    yield "targetNode", ("an IRI or a literal", lambda term: isinstance(term, URIRef | Literal))
    yield "nodeKind", ("one of the six kinds of nodes", lambda term: term in _NODE_KINDS)
    yield "message", ("a string, with or without a language", _is_text)


_VALUES: Final[Mapping[Node, _Rule]] = {SH[name]: rule for name, rule in _rules()}
_MEMBERS: Final[Mapping[Node, _Rule]] = {
    **dict.fromkeys(_LISTS_OF_SHAPES, _SHAPE),
    SH["in"]: ("terms", lambda _: True),
    SH.languageIn: _STRING,
    SH.ignoredProperties: _IRI,
}
_AT_MOST_ONE: Final = tuple(
    SH[name]
    for name in (
        "path", "severity", "deactivated", "datatype", "nodeKind", "minCount", "maxCount", "minExclusive", "minInclusive",
        "maxExclusive", "maxInclusive", "minLength", "maxLength", "pattern", "flags", "languageIn", "uniqueLang", "in",
        "closed", "ignoredProperties", "qualifiedValueShape", "qualifiedMinCount", "qualifiedMaxCount",
        "qualifiedValueShapesDisjoint",
    )
)  # fmt: skip
_OF_PROPERTY_SHAPES: Final = tuple(
    SH[name] for name in ("minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals", "qualifiedValueShape")
)
