"""A release with hostile IRIs wherever an IRI can stand: beside every real statement of a kind stands one about each of them."""

from collections import defaultdict
from itertools import cycle

import pyoxigraph as ox

from ohai_kg.namespaces import RDF, RDFS, ZWGK

BASE = "https://w3id.org/zwgk/"
FOREIGN = (
    "javascript:alert(1)",
    "data:text/html,<b>".replace("<b>", "b"),
    "a:b",
    "a:",
    "urn:",
    "urn:p",
    "tag:x,2020:y",
    "info:class",
    "mailto:a@example.cn",
    "http:",
    "http://",
    "http://[::1]/a",
    "http://@/",
    "http://x:99999/",
    "http://x/",
    "http://x/123",
    "http://x/a.",
    "http://x/a?b=c&d#e",
    "http://x/%2F%22%3C",
    "http://x/'(a)",
    "http://例子/政务#公开",
    "http://x/../..",
    "rdf:type",
    "dct:title",
    "zwgk:Duty",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#li",
    "http://x/" + "l" * 4000,
    "http://x/" + "L" * 200_000,
)
OWN = tuple(
    BASE + "id/" + key
    for key in ("", "a:b", "x/", "x/123", "x.", "x?b=c", "x#y", "x%2Fy", "x%25", "x/'(a)", "x/政务", "x/../y", "x.ttl", "//x", "x.html")
)  # fmt: skip
_KIND = ox.NamedNode(RDF + "type")
_REIFIES = ox.NamedNode(RDF + "reifies")
_LABEL = ox.NamedNode(RDFS + "label")
_DUTY = ox.NamedNode(ZWGK + "Duty")
HOSTILE = (*FOREIGN, *OWN)
_REPEATED = 5000
"""Characters: a longer IRI stands once in each position, or a join of the lists has gigabytes."""


def spoil(quads: list[ox.Quad]) -> list[ox.Quad]:
    """The quads and, for every class and predicate of them, statements with hostile IRIs, and terms that are no IRI."""
    nodes = [ox.NamedNode(iri) for iri in HOSTILE if len(iri) <= _REPEATED]
    triple = ox.Triple(*nodes[:3])
    turns = cycle(nodes)
    said: dict[ox.NamedNode, list[ox.Quad]] = defaultdict(list)
    for quad in quads:
        said[quad.subject].append(quad)
    examples = {quad.predicate: quad for quad in quads if not isinstance(quad.object, ox.Literal)}
    instances = {quad.object: quad.subject for quad in quads if quad.predicate == _KIND}
    spoilt = list(quads)
    for quad in examples.values():
        strange = (next(turns), next(turns), ox.Literal("no thing"), ox.BlankNode("nobody"), triple)
        spoilt += [ox.Quad(quad.subject, quad.predicate, value, quad.graph_name) for value in strange]
    for instance in instances.values():
        subject = next(turns)
        spoilt.append(ox.Quad(subject, _REIFIES, triple, nodes[0]))
        spoilt += [ox.Quad(subject, quad.predicate, quad.object, quad.graph_name) for quad in said[instance][:30]]
    for node in map(ox.NamedNode, HOSTILE):
        spoilt += _everywhere(node, instances[_DUTY])
    return list(dict.fromkeys(spoilt))


def _everywhere(node: ox.NamedNode, duty: ox.NamedNode) -> list[ox.Quad]:
    """Statements with a node in each position of a quad, about itself and about a duty that pages show."""
    return [
        ox.Quad(duty, node, node, node),
        ox.Quad(node, node, node, ox.DefaultGraph()),
        ox.Quad(duty, _KIND, node, node),
        ox.Quad(node, _KIND, _DUTY, node),
        ox.Quad(node, node, ox.Literal("1", datatype=node), node),
        ox.Quad(node, _LABEL, ox.Literal(f"{node.value[:40]} 公开", language="zh"), node),
    ]
