"""Small shapes and data for tests, in Turtle without prefixes."""

import pyoxigraph as ox
from rdflib import Graph, Namespace

from ohai_kg.shacl.dataset import DataGraph
from ohai_kg.shacl.loading import dataset_of, read_dataset
from ohai_kg.shacl.machine import Machine
from ohai_kg.shacl.profiles import Profile, _rules, read_shapes
from ohai_kg.shacl.terms import Converter, graph_of, tag_spellings

EX = Namespace("http://e/")
PREFIXES = """
@prefix ex: <http://e/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix dct: <http://purl.org/dc/terms/> .
"""
DECLARED = 'ex:ns sh:declare [ sh:prefix "ex" ; sh:namespace "http://e/"^^xsd:anyURI ] .\n'


def shapes_of(text: str) -> Graph:
    return read_shapes((PREFIXES + DECLARED + text).encode(), "test", Graph(bind_namespaces="none"))


def data_of(text: str) -> DataGraph:
    """The triples in rdflib's memory, every literal as written."""
    content = (PREFIXES + text).encode()
    graph = DataGraph(bind_namespaces="none")
    parser = ox.parse(content, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    graph_of(parser, Converter(tag_spellings(content)), graph)
    for prefix, namespace in parser.prefixes.items():
        graph.bind(prefix, namespace)
    return graph


def machine(shapes: str) -> Machine:
    return Machine(shapes_of(shapes))


def profile_of(shapes: str) -> Profile:
    graph = shapes_of(shapes)
    return Profile("test", {}, {}, graph, _rules(graph), digest=shapes)


def rows(shapes: str, data: str, way: str):
    """The results, stable, of the engine alone (`whole`), behind the prefilter (`set_based`), and on a `file`."""
    one = machine(shapes)
    if way == "whole":
        results = one.whole(data_of(data))
    elif way == "set_based":
        results = one.set_based(dataset_of(data_of(data)))
    else:
        results = one.set_based(read_dataset((PREFIXES + data).encode(), "data.ttl", None))
    return sorted(results.entries, key=lambda r: (str(r.focus), str(r.shape), str(r.value), str(r.component)))
