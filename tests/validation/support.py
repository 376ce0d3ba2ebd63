"""Small shapes and data for tests, in Turtle without prefixes."""

from rdflib import Graph, Namespace

from ohai_kg.validation.dataset import DataGraph
from ohai_kg.validation.loading import dataset_of
from ohai_kg.validation.machine import Machine
from ohai_kg.validation.profiles import Profile, _rules, read_shapes

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
    graph = DataGraph(bind_namespaces="none")
    graph.parse(data=PREFIXES + text, format="turtle")
    return graph


def machine(shapes: str) -> Machine:
    return Machine(shapes_of(shapes))


def profile_of(shapes: str) -> Profile:
    graph = shapes_of(shapes)
    return Profile("test", {}, {}, graph, _rules(graph), digest=shapes)


def rows(shapes: str, data: str, way: str):
    """The results, stable, of pySHACL alone (`whole`) or behind the prefilter (`set_based`)."""
    graph = data_of(data)
    one = machine(shapes)
    results = one.whole(graph) if way == "whole" else one.set_based(dataset_of(graph))
    return sorted(results.entries, key=lambda r: (str(r.focus), str(r.shape), str(r.value), str(r.component)))
