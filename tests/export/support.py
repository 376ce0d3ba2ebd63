"""Releases of any quads, made for a test."""

from collections import Counter

import pyoxigraph as ox
from hypothesis import strategies as st

from ohai_kg.releases import Releases

BASE = "https://w3id.org/zwgk/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"

_IRIS = st.sampled_from(
    [
        *("https://w3id.org/zwgk/id/duty/1", "https://w3id.org/zwgk/id//x", "https://w3id.org/zwgk/ns#Duty", "urn:a"),
        *("http://example.cn/公开?a=1&b=2", "http://purl.org/dc/terms/source", "http://purl.org/dc/terms//x"),
        *("org:x", "id:7", "dct:source", "https:x", "http://e/a#1"),
    ]
)
_PREDICATES = st.sampled_from(
    [
        *(RDF + "type", RDF + "_1", RDF + "li", "http://purl.org/dc/terms/source", "http://www.w3.org/ns/prov#source"),
        *("https://w3id.org/zwgk/ns#label", "http://www.w3.org/2000/01/rdf-schema#label", "urn:p/1", "org:member"),
        *("http://e/负责", "http://e/a?b=1&c=é", "https://w3id.org/zwgk/ns#id", "https://w3id.org/zwgk/ns#1"),
    ]
)
_GRAPHS = st.sampled_from(
    [
        *(None, BASE + "graph/plan", BASE + "graph/Plan", BASE + "graph/catalogue/330304/2020", BASE + "graph/../x"),
        *("org:graph", "urn:g", BASE + "graph/default"),
    ]
)
_TEXTS = st.text(
    st.one_of(st.sampled_from("\\\"'\n\r\t\x01\x7f<>& @^_:.公开\ufffe\U0001f600"), st.characters(exclude_categories=["Cs"])),
    max_size=8,
) | st.sampled_from(['a "b" <urn:g> .', "x _:b0 .", "@zh", "^^<urn:a>"])


def _literal(text: str, kind: str | None) -> ox.Literal:
    if kind is None:
        return ox.Literal(text)
    if kind.startswith("@"):
        return ox.Literal(text, language=kind[1:])
    return ox.Literal(text, datatype=ox.NamedNode(kind))


_LITERALS = st.builds(
    _literal,
    _TEXTS,
    st.sampled_from([None, "@zh", "@en", "@id", XSD + "integer", XSD + "date", RDF + "JSON", "org:x", "http://e/a&b"]),
)
_BLANK = st.sampled_from(["b0", "b1"]).map(ox.BlankNode)


def _quad(subject, predicate, value, graph) -> ox.Quad:
    return ox.Quad(subject, ox.NamedNode(predicate), value, ox.NamedNode(graph) if graph else ox.DefaultGraph())


def quads(*, blank: bool = False) -> st.SearchStrategy[list[ox.Quad]]:
    """A few quads, many of them hard to write."""
    nodes = _IRIS.map(ox.NamedNode)
    ends = nodes | _BLANK if blank else nodes
    return st.lists(st.builds(_quad, ends, _PREDICATES, ends | _LITERALS, _GRAPHS), max_size=12, unique_by=str)


def lines_of(found) -> list[str]:
    """Quads as sorted text, to compare."""
    return sorted(str(quad) for quad in found)


def publish(releases: Releases, found, *, graphs: tuple[str, ...] = ()):
    """Make these quads the current release; `graphs` exist too, empty."""
    store = ox.Store()
    store.extend(found)
    content = b"".join(sorted((store.dump(format=ox.RdfFormat.N_QUADS) or b"").splitlines(keepends=True)))
    counts = Counter(quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else "" for quad in store)
    with releases.stage() as staging:
        (staging / "data.nq").write_bytes(content)
        return releases.publish(
            staging,
            base=BASE,
            graphs={**dict.fromkeys(graphs, 0), **dict(sorted(counts.items()))},
            inputs={},
            parent=releases.current_id(),
        )
