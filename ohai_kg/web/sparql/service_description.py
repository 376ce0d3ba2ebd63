"""What this endpoint says of itself (SPARQL 1.1 Service Description, and VoID for the sizes), true to its configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from ohai_kg.engine.store import graph_text
from ohai_kg.namespaces import PREFIXES, RDF, XSD

if TYPE_CHECKING:
    from ohai_kg.formats import Format
    from ohai_kg.releases import Manifest
    from ohai_kg.settings import Settings

_SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS: Final = "http://www.w3.org/ns/formats/"
_RESULT_FORMATS: Final = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
_RDF_FORMATS: Final = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML", "TriG", "N-Quads")


def describe(address: str, settings: Settings, manifest: Manifest, syntax: Format) -> bytes:
    """The description of the service at `address` in `syntax`."""
    triples = list(_triples(address, settings, manifest))
    prefixes = {"sd": _SD, "void": PREFIXES["void"], "dct": PREFIXES["dct"], "xsd": XSD}
    return graph_text(triples, syntax, prefixes)


def _triples(address: str, settings: Settings, manifest: Manifest) -> list[ox.Triple]:
    service, dataset, default = ox.NamedNode(address), ox.BlankNode("dataset"), ox.BlankNode("default")
    void = PREFIXES["void"]
    triples = [
        _triple(service, RDF + "type", _sd("Service")),
        _triple(service, _SD + "endpoint", service),
        _triple(service, _SD + "supportedLanguage", _sd("SPARQL11Query")),
        _triple(service, PREFIXES["dct"] + "title", ox.Literal(settings.title_zh, language="zh")),
        _triple(service, PREFIXES["dct"] + "description", ox.Literal(_limits(settings), language="en")),
        _triple(service, _SD + "defaultDataset", dataset),
        _triple(dataset, RDF + "type", _sd("Dataset")),
        _triple(dataset, _SD + "defaultGraph", default),
        _triple(default, RDF + "type", _sd("Graph")),
    ]
    if settings.write_token is not None:
        triples.append(_triple(service, _SD + "supportedLanguage", _sd("SPARQL11Update")))
    if settings.union_default_graph:
        triples.append(_triple(service, _SD + "feature", _sd("UnionDefaultGraph")))
        triples.append(_triple(default, void + "triples", _integer(manifest.quads)))
    triples += [
        _triple(service, _SD + "resultFormat", ox.NamedNode(_FORMATS + name)) for name in (*_RESULT_FORMATS, *_RDF_FORMATS)
    ]
    for number, (graph, count) in enumerate(manifest.graphs.items()):
        if not graph:
            continue  # the default graph, which has no name
        named, content = ox.BlankNode(f"named{number}"), ox.BlankNode(f"graph{number}")
        triples += [
            _triple(dataset, _SD + "namedGraph", named),
            _triple(named, RDF + "type", _sd("NamedGraph")),
            _triple(named, _SD + "name", ox.NamedNode(graph)),
            _triple(named, _SD + "graph", content),
            _triple(content, RDF + "type", _sd("Graph")),
            _triple(content, void + "triples", _integer(count)),
        ]
    return triples


def _limits(settings: Settings) -> str:
    return (
        f"Limits of one query: {settings.query_timeout_s:g} s, {settings.query_memory_mb} MB, {settings.max_rows} rows. "
        "SERVICE and LOAD are refused; FROM names graphs of this store only."
    )


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(_SD + name)


def _integer(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=ox.NamedNode(XSD + "integer"))


def _triple(subject: ox.NamedNode | ox.BlankNode, predicate: str, value: ox.NamedNode | ox.BlankNode | ox.Literal) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(predicate), value)
