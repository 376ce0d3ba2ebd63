"""What a release says about one thing: its statements in every graph, those of its own dependent nodes, labels of the rest.

Dependent nodes are the n-ary relations that mean nothing without it: assignments, deadlines, posts, memberships, labels.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from ohai_kg.engine.store import graph_text, resolve
from ohai_kg.errors import RequestError
from ohai_kg.formats import RDF_FORMATS, RESULT_FORMATS
from ohai_kg.namespaces import PREFIXES, RDF, RDFS
from ohai_kg.sparql.requests import QueryRequest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ohai_kg.formats import Format

FORWARD: Final = (
    "zwgk:assignment",
    "zwgk:deadline",
    "zwgk:timeLimit",
    "org:holds",
    "skosxl:altLabel",
    "adms:identifier",
    "prov:qualifiedDelegation",
)
"""Properties from a thing to its dependent nodes."""
BACKWARD: Final = ("org:member", "org:organization", "zwgk:forDuty", "zwgk:columnOf")
"""Properties from dependent nodes to the thing they depend on."""
COUNTED: Final = 50_000
"""How many links to a thing are counted at most."""

_SAFE: Final = re.compile(r"[^\x00-\x20<>\"{}|^`\\]+")
_GRAPH: Final = {"trig", "nq"}
_TYPE: Final = ox.NamedNode(RDF + "type")
_LABEL: Final = ox.NamedNode(RDFS + "label")
_PROLOGUE: Final = "".join(
    f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in ("adms", "org", "prov", "rdfs", "skosxl", "zwgk")
)


def is_iri(text: str) -> bool:
    """Whether `text` can stand between angle brackets in a query."""
    if not _SAFE.fullmatch(text):
        return False
    try:
        return resolve(text, "x:") == text
    except RequestError:
        return False


@dataclass(frozen=True)
class Description:
    """The statements about `iri`. `graph_name` of a quad tells where a statement comes from."""

    iri: str
    quads: tuple[ox.Quad, ...]
    about: Mapping[str, list[ox.Quad]] = field(init=False)
    """The statements by their subject."""

    def __post_init__(self) -> None:
        about: dict[str, list[ox.Quad]] = {}
        for quad in self.quads:
            about.setdefault(quad.subject.value, []).append(quad)  # type: ignore[union-attr]
        object.__setattr__(self, "about", about)

    @property
    def own(self) -> list[ox.Quad]:
        """The statements with the thing itself as subject."""
        return self.about.get(self.iri, [])

    @property
    def types(self) -> list[str]:
        """The classes of the thing, those of this vocabulary first."""
        return self.types_of(self.iri)

    def types_of(self, iri: str) -> list[str]:
        """The classes of a node that is described here."""
        return sorted(
            {q.object.value for q in self.about.get(iri, ()) if q.predicate == _TYPE and isinstance(q.object, ox.NamedNode)},
            reverse=True,
        )

    def label(self, iri: str, lang: str) -> str | None:
        """The label of anything described here, in `lang` where there is one, else in any other language."""
        labels = {
            quad.object.language or "": quad.object.value
            for quad in self.about.get(iri, ())
            if quad.predicate == _LABEL and isinstance(quad.object, ox.Literal)
        }
        return labels.get(lang) or labels.get("zh") or next(iter(labels.values()), None)

    def serialize(self, form: Format) -> bytes:
        """The statements in an RDF syntax; those that know named graphs keep them. The same release gives the same bytes.

        Raises FormatInsufficient.
        """
        quads = sorted(self.quads, key=str)
        used = {prefix: iri for prefix, iri in PREFIXES.items() if any(f"<{iri}" in str(quad) for quad in quads)}
        statements = quads if form.name in _GRAPH else dict.fromkeys(quad.triple for quad in quads)
        return graph_text(statements, form, used)


def description_query(iri: str) -> QueryRequest:
    """The statements of a description, one a row: graph (unbound: the default graph), subject, predicate, object."""
    forward, backward = "|".join(FORWARD), "|".join(BACKWARD)
    node = f"<{iri}>"
    label = "GRAPH ?g { ?s rdfs:label ?o } BIND(rdfs:label AS ?p)"
    return _select(f"""SELECT DISTINCT ?g ?s ?p ?o WHERE {{
  {{ GRAPH ?g {{ {node} ?p ?o }} BIND({node} AS ?s) }}
  UNION {{ {node} ?p ?o FILTER NOT EXISTS {{ GRAPH ?any {{ {node} ?p ?o }} }} BIND({node} AS ?s) }}
  UNION {{ GRAPH ?a {{ {node} {forward} ?s }} GRAPH ?g {{ ?s ?p ?o }} }}
  UNION {{ GRAPH ?a {{ ?s {backward} {node} }} GRAPH ?g {{ ?s ?p ?o }} }}
  UNION {{ GRAPH ?a {{ {node} ?q ?s }} {label} }}
  UNION {{ GRAPH ?a {{ {node} {forward} ?d }} GRAPH ?b {{ ?d ?q ?s }} {label} }}
  UNION {{ GRAPH ?a {{ ?d {backward} {node} }} GRAPH ?b {{ ?d ?q ?s }} {label} }}
}}""")


def mentions_query(iri: str) -> QueryRequest:
    """Statements that name `iri` as object, predicate or graph, a few of them: what there is of an IRI that is no subject."""
    node = f"<{iri}>"
    return _select(f"""SELECT ?g ?s ?p ?o WHERE {{
  {{ GRAPH ?g {{ ?s ?p {node} }} BIND({node} AS ?o) }}
  UNION {{ GRAPH ?g {{ ?s {node} ?o }} BIND({node} AS ?p) }}
}} LIMIT 100""")


def read_description(iri: str, body: bytes) -> Description:
    """A description from the answer to its query."""
    rows = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    quads = [
        ox.Quad(row["s"], row["p"], row["o"], row["g"] or ox.DefaultGraph())
        for row in rows  # type: ignore[union-attr]
    ]
    return Description(iri, tuple(quads))


def link_counts_query(iri: str) -> QueryRequest:
    """How many things link to `iri`, by property and class; of several classes the one of this vocabulary counts."""
    return _select(f"""SELECT ?p ?type (COUNT(*) AS ?n) WHERE {{
  {{ SELECT ?s ?p (MAX(STR(?class)) AS ?type) WHERE {{
    {{ SELECT DISTINCT ?s ?p WHERE {{ GRAPH ?g {{ ?s ?p <{iri}> }} }} LIMIT {COUNTED} }}
    OPTIONAL {{ GRAPH ?h {{ ?s a ?class }} }}
  }} GROUP BY ?s ?p }}
}} GROUP BY ?p ?type""")


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """The things of one class (None: of none) that link to something by one property, and how many they are."""

    property: str
    type: str | None
    count: int


def read_link_counts(body: bytes) -> list[LinkGroup]:
    """The groups from the answer to `link_counts_query`."""
    rows = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    return [
        LinkGroup(row["p"].value, row["type"].value if row["type"] else None, int(row["n"].value))
        for row in rows  # type: ignore[union-attr]
    ]


def links_query(iri: str, groups: Iterable[LinkGroup], *, limit: int, offset: int = 0, where: str = "") -> QueryRequest:
    """The things of some groups in their order, with labels and place: ?p ?type ?s ?label ?place ?order.

    `where` is a further graph pattern about ?s.
    """
    parts = [_links(iri, group, limit, offset, where) for group in groups]
    return _select(f"""SELECT ?p ?type ?s ?label ?place ?order WHERE {{
  {" UNION ".join(parts)}
  OPTIONAL {{ GRAPH ?l {{ ?s rdfs:label ?label }} }}
}} ORDER BY ?p ?type ?order ?s""")


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One row of the answer to `links_query`: a thing, and its label in one language (None: it has none)."""

    property: str
    type: str | None
    iri: str
    label: str | None
    language: str
    place: str


def read_links(body: bytes) -> list[LinkRow]:
    """The rows of the answer to `links_query`."""
    rows = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    return [
        LinkRow(
            row["p"].value,
            row["type"].value if row["type"] else None,
            row["s"].value,
            row["label"].value if row["label"] else None,
            (row["label"].language or "") if row["label"] else "",
            row["place"].value if row["place"] else "",
        )
        for row in rows  # type: ignore[union-attr]
    ]


def _links(iri: str, group: LinkGroup, limit: int, offset: int, where: str) -> str:
    kind = (
        f'GRAPH ?h {{ ?s a <{group.type}> }} FILTER NOT EXISTS {{ GRAPH ?i {{ ?s a ?t }} FILTER(STR(?t) > "{group.type}") }}'
        if group.type
        else "FILTER NOT EXISTS { GRAPH ?h { ?s a ?t } }"
    )
    bound = f"BIND(<{group.property}> AS ?p) " + (f'BIND("{group.type}" AS ?type)' if group.type else "")
    return f"""{{ {{ SELECT ?s (MIN(?n) AS ?order) (MIN(?where) AS ?place) WHERE {{
    GRAPH ?g {{ ?s <{group.property}> <{iri}> }} {kind} {where}
    OPTIONAL {{ GRAPH ?j {{ ?s zwgk:order ?n }} }} OPTIONAL {{ GRAPH ?k {{ ?s zwgk:sourceLocation ?where }} }}
  }} GROUP BY ?s ORDER BY ?order ?s LIMIT {limit} OFFSET {offset} }} {bound} }}"""


def own_query(query: str) -> QueryRequest:
    """A query of our own for ?g ?s ?p ?o."""
    return _select(query)


def _select(query: str) -> QueryRequest:
    return QueryRequest(_PROLOGUE + query, RESULT_FORMATS[0], RDF_FORMATS[0])
