"""The ways in: a graph, a store, a file, and two Turtle files with any shapes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rdflib import Dataset, Graph
from rdflib.plugins.stores.memory import Memory, SimpleMemory

from ohai_kg.validation.dataset import DataGraph
from ohai_kg.validation.engine import Engine
from ohai_kg.validation.findings import report_of
from ohai_kg.validation.profiles import engine_for, read_shapes
from ohai_kg.validation.reading import read_bytes, read_rdf
from ohai_kg.validation.recursion import refuse_recursion
from ohai_kg.validation.rendering.turtle import to_turtle
from ohai_kg.validation.terms import graph_of, plain, quiet_literals

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyoxigraph as ox

    from ohai_kg.validation.profiles import Profile
    from ohai_kg.validation.report import Report, Source


def validate_graph(data: Graph, profiles: Sequence[Profile], source: Source | None = None) -> Report:
    """The triples of `data` (of a Dataset: of all its graphs) against the profiles together. `data` is not changed."""
    graph = _data_graph(data)
    return report_of(engine_for(profiles).validate(graph), profiles, graph, source)


def validate_store(store: ox.Store, profiles: Sequence[Profile], source: Source | None = None) -> Report:
    """The quads of all graphs of `store` as one data graph."""
    graph = DataGraph(bind_namespaces="none")
    graph_of(store, into=graph)
    return validate_graph(graph, profiles, source)


def validate_file(
    file: Path | bytes,
    profiles: Sequence[Profile],
    *,
    name: str | None = None,
    format: str | None = None,  # noqa: A002  the word users type
    max_bytes: int | None = None,
) -> Report:
    """An RDF file in any syntax. `format`: a name, extension or media type; without it, the name's extension decides.

    Raises DataUnreadable, UploadTooLarge (`max_bytes`), UnsupportedMediaType.
    """
    content, source = read_bytes(file, name, max_bytes)
    graph = DataGraph(bind_namespaces="core")
    read_rdf(content, source.name, format, into=graph)
    return validate_graph(graph, profiles, source)


def report_turtle(data_path: str | Path, shapes_path: str | Path) -> str:
    """The `sh:ValidationReport` in Turtle for two Turtle files with any shapes, SHACL Core and SHACL-SPARQL.

    Raises DataUnreadable, ShapesInvalid.
    """
    data_path, shapes_path = Path(data_path), Path(shapes_path)
    shapes = Graph(bind_namespaces="core")
    read_shapes(shapes_path.read_bytes(), shapes_path.name, shapes, base=shapes_path.resolve().as_uri())
    refuse_recursion(shapes)
    data = DataGraph(bind_namespaces="core")
    read_rdf(data_path.read_bytes(), data_path.name, "ttl", into=data, base=data_path.resolve().as_uri())
    return to_turtle(Engine(shapes).validate(data))


def _data_graph(data: Graph) -> DataGraph:
    """`data` as the engine wants it: one graph in rdflib's own memory, where plain strings are plain."""
    if isinstance(data, DataGraph):
        return data
    if isinstance(data.store, Memory | SimpleMemory) and not isinstance(data, Dataset):
        return DataGraph(data.store, data.identifier, data.namespace_manager, bind_namespaces="none")
    graph = DataGraph(bind_namespaces="none")
    for prefix, namespace in data.namespaces():
        graph.bind(prefix, namespace)
    triples = (quad[:3] for quad in data.quads()) if isinstance(data, Dataset) else iter(data)
    with quiet_literals():
        for subject, predicate, value in triples:
            graph.add((subject, predicate, plain(value)))
    return graph
