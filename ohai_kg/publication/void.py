"""The current release in VoID (W3C Interest Group Note): sizes, partitions by class and property, graphs, dumps, endpoint.

The counts are of the default graph that queries see, the union of all named graphs; those of a subset are of its graph.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ohai_kg.namespaces import ZWGK
from ohai_kg.publication.dcat import codes
from ohai_kg.publication.dcat.site_catalog import make_frame
from ohai_kg.publication.description import NAMES, Description, said, typed
from ohai_kg.publication.distributions import release_iri

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ohai_kg.publication.dcat.site import Site
    from ohai_kg.publication.disclosure_lists import Row
    from ohai_kg.releases import Manifest

_EXAMPLES: Final = ("PolicyDocument", "Duty", "PublicUnit", "InformationItem", "DisclosureCatalogue")
_RDF_DUMPS: Final = frozenset({"application/n-quads", "application/trig", "application/ld+json", "application/rdf+xml"})


def counting(base: str) -> dict[str, str]:
    """The queries whose answers the description rests on, by name; they read everything, so ask them off the event loop."""
    own = f'FILTER(STRSTARTS(STR(?s), "{base}id/"))'
    examples = " ".join(f"<{ZWGK}{name}>" for name in _EXAMPLES)
    distinct = "(COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)"
    classes = "SELECT ?class (COUNT(DISTINCT ?s) AS ?entities) WHERE { ?s a ?class FILTER(isIRI(?class)) }"
    shown = f"SELECT ?class (MIN(STR(?s)) AS ?example) WHERE {{ VALUES ?class {{ {examples} }} ?s a ?class FILTER(isIRI(?s)) }}"
    return {
        "sizes": f"SELECT {distinct} WHERE {{ ?s ?p ?o }}",
        "entities": f"SELECT (COUNT(DISTINCT ?s) AS ?entities) WHERE {{ ?s ?p ?o {own} }}",
        "classes": f"{classes} GROUP BY ?class ORDER BY ?class",
        "properties": f"SELECT ?property {distinct} WHERE {{ ?s ?property ?o }} GROUP BY ?property ORDER BY ?property",
        "examples": f"{shown} GROUP BY ?class ORDER BY ?class",
    }


def describe_void(site: Site, manifest: Manifest, counts: Mapping[str, Sequence[Row]]) -> Description:
    """The description at /.well-known/void; `counts` are the answers of `counting`."""
    frame = make_frame(site)
    graph = frame.graph
    dataset = release_iri(site.settings.base, manifest.id)
    graph.classify(site.root + ".well-known/void", "void:DatasetDescription")
    graph.add(site.root + ".well-known/void", "foaf:primaryTopic", dataset)
    graph.describe(dataset, "void:Dataset", "dcat:Dataset", zh=site.settings.title_zh, en=site.settings.title_en)
    zh, en = f"版本 {manifest.id}：{manifest.quads} 条语句。", f"Release {manifest.id}: {manifest.quads} statements."
    graph.add(dataset, "dct:description", said(zh, "zh"), said(en, "en"))
    graph.add(dataset, "dct:publisher", frame.publisher)
    graph.add(dataset, "dct:modified", typed(manifest.created, "dateTime"))
    graph.add(dataset, "foaf:homepage", codes.document(graph, site.root))
    graph.add(dataset, "void:sparqlEndpoint", f"{site.root}sparql")
    graph.add(dataset, "void:uriSpace", typed(f"{site.settings.base}id/", "string"))
    frame.license_of(dataset)
    _describe_sizes(graph, dataset, counts)
    _describe_partitions(graph, dataset, counts)
    _describe_graphs(graph, dataset, manifest)
    for file in site.files.get(manifest.id, ()):
        if file.media_type in _RDF_DUMPS and file.graph is None:
            graph.add(dataset, "void:dataDump", f"{site.root}downloads/{manifest.id}/{file.path}")
    return graph


def _describe_sizes(graph: Description, dataset: str, counts: Mapping[str, Sequence[Row]]) -> None:
    sizes = counts["sizes"][0]
    graph.add(dataset, "void:triples", typed(sizes["triples"], "integer"))
    graph.add(dataset, "void:entities", typed(counts["entities"][0]["entities"], "integer"))
    graph.add(dataset, "void:distinctSubjects", typed(sizes["subjects"], "integer"))
    graph.add(dataset, "void:distinctObjects", typed(sizes["objects"], "integer"))
    graph.add(dataset, "void:classes", typed(len(counts["classes"]), "integer"))
    graph.add(dataset, "void:properties", typed(len(counts["properties"]), "integer"))
    graph.add(dataset, "void:exampleResource", *(row["example"] for row in counts["examples"] if row["example"]))


def _describe_partitions(graph: Description, dataset: str, counts: Mapping[str, Sequence[Row]]) -> None:
    spaces: set[str] = set()
    for number, row in enumerate(counts["classes"], start=1):
        part = f"{dataset}#class-{number}"
        graph.add(dataset, "void:classPartition", part)
        graph.add(part, "void:class", row["class"])
        graph.add(part, "void:entities", typed(row["entities"], "integer"))
        spaces |= _space(row["class"])
    for number, row in enumerate(counts["properties"], start=1):
        part = f"{dataset}#property-{number}"
        graph.add(dataset, "void:propertyPartition", part)
        graph.add(part, "void:property", row["property"])
        graph.add(part, "void:triples", typed(row["triples"], "integer"))
        graph.add(part, "void:distinctSubjects", typed(row["subjects"], "integer"))
        graph.add(part, "void:distinctObjects", typed(row["objects"], "integer"))
        spaces |= _space(row["property"])
    graph.add(dataset, "void:vocabulary", *sorted(spaces))


def _describe_graphs(graph: Description, dataset: str, manifest: Manifest) -> None:
    """Each named graph as a subset; its IRI is the name by which SPARQL knows it."""
    for name, quads in manifest.graphs.items():
        if name:
            graph.add(dataset, "void:subset", name)
            graph.classify(name, "void:Dataset")
            graph.add(name, "void:triples", typed(quads, "integer"))


def _space(term: str) -> set[str]:
    """The namespace of a term, where it is one of those we know."""
    return {space for space in NAMES.values() if term.startswith(space) and not set("/#") & set(term[len(space) :])}
