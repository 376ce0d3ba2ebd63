"""No request leaves this server, and nothing that only looks like one is refused."""

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohai_kg.errors import FederationRefused
from ohai_kg.sparql.federation import neutralise
from ohai_kg.sparql.updates import prepare


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "select*{service<http://127.0.0.1:9/>{?s ?p ?o}}",
        "SELECT * { ?s ?p ?a, ?b FILTER(?a<?b)SERVICE#>\n<http://127.0.0.1:9/>{?s ?p ?o}}",
        "SELECT * { # comment\n SERVICE ?x { ?s ?p ?o } }",
        "SELECT * { BIND('''a\"''' AS ?x) SERVICE ex:p {} }",
        "LOAD <http://127.0.0.1:9/>",
        "INSERT DATA {} ; load <file:///etc/passwd> INTO GRAPH <urn:g>",
    ],
)
def test_federation_is_refused(text):
    with pytest.raises(FederationRefused):
        neutralise(text)


@pytest.mark.parametrize(
    "text",
    [
        'SELECT ("SERVICE <x> {}" AS ?x) {}',
        'SELECT ("""a "SERVICE" \\"""" AS ?x) {}',
        "SELECT * { ?s <urn:SERVICE> ?SERVICE } # SERVICE",
        "PREFIX SERVICE: <urn:x:> SELECT * { ?s SERVICE:SERVICE ?o }",
        "SELECT * { ?s <http://a/LOAD#service> 'LOAD'@en-LOAD }",
        "PREFIX : <urn:x:> SELECT * { ?s :load _:SERVICE ; :p-service $load }",
        "PREFIX 服务: <urn:x:> SELECT * { ?s 服务:SERVICE%20 ?LOAD值 }",
    ],
)
def test_the_words_alone_are_no_federation(text):
    assert neutralise(text) == text


def test_a_silent_service_is_one_empty_solution_and_keeps_its_variables():
    text = "SELECT * { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o SERVICE ?x { ?a ?b ?c } } }"
    solutions = ox.Store().query(neutralise(text))
    rows = list(solutions)
    assert {str(v) for v in solutions.variables} >= {"?s", "?p", "?o"}
    assert [[row[v] for v in solutions.variables] for row in rows] == [[None] * len(solutions.variables)]


def test_a_silent_load_changes_nothing_and_the_rest_is_done():
    store = ox.Store()
    store.update(neutralise("LOAD SILENT <http://127.0.0.1:9/> INTO GRAPH <urn:g> ; INSERT DATA { <urn:a> <urn:b> 1 }"))
    assert len(store) == 1


@given(st.text(max_size=60))
def test_a_keyword_inside_a_string_never_matters(text):
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r") + ' SERVICE LOAD"'
    query = f"SELECT ({quoted} AS ?x) {{}}"
    assert neutralise(query) == query


def test_the_dataset_of_the_protocol_becomes_using_clauses():
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:p"), ox.Literal("x"), ox.NamedNode("urn:g")))
    store.update(prepare("INSERT { <urn:r> ?p ?o } WHERE { ?s ?p ?o } ; DELETE WHERE { <urn:r> ?p 'y' }", ["urn:g"]))
    assert [q.object.value for q in store.quads_for_pattern(ox.NamedNode("urn:r"), None, None)] == ["x"]
