"""/.well-known/void: what it counts is what the release holds."""

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from ohai_kg.web.app import create_app

VOID = "http://rdfs.org/ns/void#"


@pytest.fixture(scope="module")
def client(plan_project, plan_release):
    with TestClient(create_app(plan_project)) as client:
        yield client


@pytest.fixture(scope="module")
def told(client):
    """The values of every subject by the local name of the property."""
    found: dict[str, dict[str, list[str]]] = {}
    for quad in ox.parse(client.get("/.well-known/void.nt").content, format=ox.RdfFormat.N_TRIPLES):
        values = found.setdefault(quad.subject.value, {})
        values.setdefault(quad.predicate.value.replace("#", "/").rpartition("/")[2], []).append(quad.object.value)
    return found


@pytest.fixture(scope="module")
def dataset(told, plan_release):
    return told[f"https://w3id.org/zwgk/id/release/{plan_release.id}"]


def _count(store, query):
    return next(iter(store.query(query, use_default_graph_as_union=True)))[0].value


def test_the_sizes_are_those_of_the_release(dataset, plan_store):
    assert dataset["triples"] == [_count(plan_store, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")]
    assert dataset["distinctSubjects"] == [_count(plan_store, "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }")]
    subjects = {q.subject.value for q in plan_store if q.subject.value.startswith("https://w3id.org/zwgk/id/")}
    assert dataset["entities"] == [str(len(subjects))]


def test_every_class_and_property_has_its_partition(told, dataset, plan_store):
    classes = {told[part]["class"][0]: told[part]["entities"][0] for part in dataset["classPartition"]}
    assert classes["https://w3id.org/zwgk/ns#Duty"] == "263"
    assert len(classes) == int(dataset["classes"][0])
    properties = {told[part]["property"][0]: told[part]["triples"][0] for part in dataset["propertyPartition"]}
    assert set(properties) == {quad.predicate.value for quad in plan_store}
    assert sum(map(int, properties.values())) == int(dataset["triples"][0])


def test_every_named_graph_is_a_subset(told, dataset, plan_release):
    graphs = plan_release.manifest.graphs
    assert {graph: int(told[graph]["triples"][0]) for graph in dataset["subset"]} == graphs


def test_vocabularies_examples_and_endpoint_are_told(dataset, client):
    assert "https://w3id.org/zwgk/ns#" in dataset["vocabulary"]
    assert "http://www.w3.org/ns/org#" in dataset["vocabulary"]
    assert dataset["uriSpace"] == ["https://w3id.org/zwgk/id/"]
    assert dataset["sparqlEndpoint"] == ["http://testserver/sparql"]
    assert len(dataset["exampleResource"]) == 4


@pytest.mark.parametrize("media_type", ["text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"])
def test_it_comes_in_the_syntax_asked_for(client, media_type):
    answer = client.get("/.well-known/void", headers={"Accept": media_type})
    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert "Accept" in answer.headers["vary"]


def test_a_browser_gets_turtle_and_nothing_else_is_offered(client):
    assert client.get("/.well-known/void", headers={"Accept": "text/html"}).headers["content-type"].startswith("text/turtle")
    assert client.get("/.well-known/void", headers={"Accept": "image/png"}).json()["code"] == "not-acceptable"
    assert client.get("/.well-known/void.pdf").json()["code"] == "format-not-found"
