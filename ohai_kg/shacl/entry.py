"""The ways in: a graph, a store, a file, and two Turtle files with any shapes."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox
import rdflib
from rdflib import Graph
from rdflib.plugins.stores.memory import Memory, SimpleMemory

from ohai_kg.files import read_regular
from ohai_kg.namespaces import RDF, ZWGK
from ohai_kg.shacl.dataset import DataGraph, Dataset
from ohai_kg.shacl.findings import report_of
from ohai_kg.shacl.loading import dataset_of, read_dataset
from ohai_kg.shacl.machine import SMALL, Machine
from ohai_kg.shacl.profiles import machine_for, read_shapes
from ohai_kg.shacl.reading import read_bytes
from ohai_kg.shacl.rendering.turtle import to_turtle
from ohai_kg.shacl.results import Results
from ohai_kg.shacl.terms import fill, plain, quiet_literals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rdflib.term import Node

    from ohai_kg.shacl.profiles import Profile
    from ohai_kg.shacl.report import Report, Source

_TYPE: Final = ox.NamedNode(RDF + "type")
_ITEM: Final = ox.NamedNode(ZWGK + "InformationItem")


def validate_graph(data: Graph, profiles: Sequence[Profile], source: Source | None = None) -> Report:
    """The triples of `data` (of a Dataset: of all its graphs) against the profiles together. `data` is not changed."""
    graph = _data_graph(data)
    machine = machine_for(profiles)
    dataset = None if len(graph) <= SMALL else dataset_of(graph)
    results = machine.whole(graph) if dataset is None else machine.set_based(dataset)
    return report_of(results, profiles, graph, source)


def validate_store(
    store: ox.Store,
    profiles: Sequence[Profile],
    source: Source | None = None,
    *,
    context: Sequence[ox.Quad] = (),
) -> Report:
    """The quads of all graphs of `store` as one data graph.

    `context`: what is known besides, such as the registry and the code lists; it is looked at and not reported on.
    """
    return _validate(_among(Dataset(store), context), profiles, source, context)


def validate_first(
    store: ox.Store, profiles: Sequence[Profile], *, most: int, is_wanted: Callable[[Node], bool]
) -> tuple[Report, int]:
    """What `validate_store` finds about wanted things, until there are `most` violations; and how many suspects are left.

    A store that breaks the rules in very many places is so judged in the time of one that breaks them in `most`.
    """
    machine = machine_for(profiles)
    data = Dataset(store)
    if len(store) > SMALL and not machine.engine.has_custom_components:
        results, left = machine.first(data, most, is_wanted)
        return report_of(results, profiles, data.view(), None), left
    graph = data.in_memory()
    whole = machine.whole(graph)
    entries = tuple(entry for entry in whole.entries if is_wanted(entry.focus))
    return report_of(Results(entries, whole.details), profiles, graph, None), 0


def validate_quads(
    quads: Iterable[ox.Quad],
    profiles: Sequence[Profile],
    source: Source | None = None,
    *,
    context: Sequence[ox.Quad] = (),
) -> Report:
    """As `validate_store`, for quads that are in no store yet."""
    return _validate(Dataset(_store_of(chain(quads, context))), profiles, source, context)


def report_on_graphs(whole: Report, store: ox.Store, graphs: Sequence[str]) -> Report:
    """What the report on all of `store` says of the things described in some of its graphs (IRIs)."""
    things: set[str] = set()
    items = 0
    for graph in graphs:
        for quad in store.quads_for_pattern(None, _TYPE, None, ox.NamedNode(graph)):
            if isinstance(quad.subject, ox.NamedNode):
                things.add(quad.subject.value)
                items += quad.object == _ITEM
    return whole.about(things, items)


def validate_file(
    file: Path | bytes,
    profiles: Sequence[Profile],
    *,
    name: str | None = None,
    format: str | None = None,  # noqa: A002  the word users type
    max_bytes: int | None = None,
    max_statements: int | None = None,
    context: Sequence[ox.Quad] = (),
) -> Report:
    """An RDF file in any syntax. `format`: a name, extension or media type; without it, the name's extension decides.

    `context`: see validate_store. Raises FileUnreadable, DataUnreadable, UploadTooLarge (`max_bytes`,
    `max_statements`), UnsupportedMediaType.
    """
    content, source = read_bytes(file, name, max_bytes)
    data = read_dataset(content, source.name, format, max_statements=max_statements)
    del content  # a large file need not stay in memory beside its triples
    return _validate(_among(data, context), profiles, source, context)


def report_turtle(data_path: str | Path, shapes_path: str | Path) -> str:
    """The `sh:ValidationReport` in Turtle for two Turtle files with any shapes, SHACL Core and SHACL-SPARQL.

    Raises FileUnreadable, DataUnreadable, ShapesInvalid.
    """
    data_path, shapes_path = Path(data_path), Path(shapes_path)
    shapes = Graph(bind_namespaces="core")
    read_shapes(read_regular(shapes_path), shapes_path.name, shapes, base=shapes_path.resolve().as_uri())
    data = read_dataset(read_regular(data_path), data_path.name, "ttl", base=data_path.resolve().as_uri())
    machine = Machine(shapes)
    return to_turtle(machine.whole(data.in_memory()) if len(data.store) <= SMALL else machine.set_based(data))


def _validate(data: Dataset, profiles: Sequence[Profile], source: Source | None, context: Sequence[ox.Quad]) -> Report:
    machine = machine_for(profiles)
    whole = len(data.store) <= SMALL
    graph = data.in_memory() if whole else data.view()
    results = machine.whole(graph) if whole else machine.set_based(data)
    if context:
        known = {data.convert(quad.subject) for quad in context}
        entries = tuple(entry for entry in results.entries if entry.focus not in known)
        results = Results(entries, results.details)
    return report_of(results, profiles, graph, source)


def _among(data: Dataset, context: Sequence[ox.Quad]) -> Dataset:
    """The data with the context; the caller's store stays as it is."""
    if not context:
        return data
    return replace(data, store=_store_of(chain(data.store, context)))


def _store_of(quads: Iterable[ox.Quad]) -> ox.Store:
    """All of them as one graph."""
    store = ox.Store()
    fill(store, quads)
    return store


def _data_graph(data: Graph) -> DataGraph:
    """`data` as the engine wants it: one graph in rdflib's own memory, where plain strings are plain."""
    if isinstance(data, DataGraph):
        return data
    if isinstance(data.store, Memory | SimpleMemory) and not isinstance(data, rdflib.Dataset):
        return DataGraph(data.store, data.identifier, data.namespace_manager, bind_namespaces="none")
    graph = DataGraph(bind_namespaces="none")
    for prefix, namespace in data.namespaces():
        graph.bind(prefix, namespace)
    triples = (quad[:3] for quad in data.quads()) if isinstance(data, rdflib.Dataset) else iter(data)
    with quiet_literals():
        for subject, predicate, value in triples:
            graph.add((subject, predicate, plain(value)))
    return graph
