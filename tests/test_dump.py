"""What holds for every individual of the release, whatever it is."""

import re

import pyoxigraph as ox
import pytest

RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
RDFS_LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
BASE = "https://w3id.org/zwgk/"
SOURCES = [
    ox.NamedNode(BASE + "ns#sourceLocation"),
    ox.NamedNode("http://purl.org/dc/terms/source"),
    ox.NamedNode("http://www.w3.org/ns/prov#hadPrimarySource"),
]


@pytest.fixture(scope="module")
def individuals(plan_store):
    """Everything with a class, outside the graphs of terms and shapes."""
    return {
        quad.subject
        for quad in plan_store.quads_for_pattern(None, RDF_TYPE, None, None)
        if not quad.graph_name.value.endswith(("/ontology", "/shapes"))
    }


def _values(store, subject, predicate):
    return [quad.object for quad in store.quads_for_pattern(subject, predicate, None, None)]


def test_nothing_is_a_blank_node(plan_store):
    assert [
        quad for quad in plan_store if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode)
    ] == []


def test_every_iri_is_ascii(plan_store):
    iris = {
        t.value for q in plan_store for t in (q.subject, q.predicate, q.object, q.graph_name) if isinstance(t, ox.NamedNode)
    }
    assert [iri for iri in iris if not iri.isascii() or "%" in iri] == []


def test_every_individual_has_exactly_one_chinese_label(plan_store, individuals):
    counts = {
        node.value: len([label for label in _values(plan_store, node, RDFS_LABEL) if label.language == "zh"])
        for node in individuals
    }
    assert {iri: count for iri, count in counts.items() if count != 1} == {}


def test_every_individual_says_where_it_comes_from(plan_store, individuals):
    without = [node.value for node in individuals if not any(_values(plan_store, node, predicate) for predicate in SOURCES)]
    assert without == []


def test_no_iri_of_ours_dangles(plan_store):
    subjects = {quad.subject.value for quad in plan_store if isinstance(quad.subject, ox.NamedNode)}
    ours = re.compile(re.escape(BASE) + r"(id/|def/|ns#|shapes#)")
    dangling = {
        quad.object.value
        for quad in plan_store
        if isinstance(quad.object, ox.NamedNode) and ours.match(quad.object.value) and quad.object.value not in subjects
    }
    assert dangling == set()


def test_every_class_is_of_the_model(plan_store, individuals):
    classes = {quad.object.value for node in individuals for quad in plan_store.quads_for_pattern(node, RDF_TYPE, None, None)}
    described = {
        quad.subject.value for quad in plan_store.quads_for_pattern(None, None, None, ox.NamedNode(BASE + "graph/ontology"))
    }
    assert {iri for iri in classes if iri not in described} <= {
        "http://www.w3.org/2004/02/skos/core#Concept",
        "http://www.w3.org/2004/02/skos/core#ConceptScheme",
        "http://www.w3.org/2004/02/skos/core#Collection",
        "http://www.w3.org/2004/02/skos/core#OrderedCollection",
        "http://data.europa.eu/eli/ontology#LegalResource",
        "http://www.w3.org/ns/dcat#Catalog",
        "http://www.w3.org/ns/org#OrganizationalUnit",
        "http://www.w3.org/ns/org#Post",
        "http://www.w3.org/ns/org#Membership",
        "http://xmlns.com/foaf/0.1/Person",
        "http://www.w3.org/ns/adms#Identifier",
        "http://www.w3.org/ns/oa#Annotation",
    }
