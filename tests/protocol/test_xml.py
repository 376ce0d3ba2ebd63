"""What XML cannot hold, over a real server: refused before the first byte, broken after it, never ill-formed and whole."""

import http.client
import json
import xml.etree.ElementTree as ET
from contextlib import closing
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest

from tests.served import serve

BASE = "https://w3id.org/zwgk/id/"
NAMES = (
    "x%2Fy",
    "x%25",
    "x?b=c",
    "x#y",
    "x/政务",
    "x/'(a)",
    "x.",
    "x.ttl",
    "x/",
    "//x",
    "a:b",
    "x%E5%8C%BA",
    "x&amp;y",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    lines = [f'<{BASE}{name}> <{BASE}p> "{number}" .' for number, name in enumerate(NAMES)]
    lines.append(f'<{BASE}c> <{BASE}p> "a\\u0008b" , "\\uFFFE", "\\r" .')
    with serve(tmp_path_factory.mktemp("served"), "\n".join(lines), workers=1) as server:
        yield server


@pytest.mark.parametrize("accept", ["application/sparql-results+xml", "application/rdf+xml"])
@pytest.mark.parametrize("text", ["\\u0008", "\\u001B", "\\uFFFF"])
def test_an_answer_that_xml_cannot_hold_is_406_and_names_what_can(server, accept, text):
    query = f'SELECT ?x {{ BIND("{text}" AS ?x) }}' if "sparql" in accept else f'CONSTRUCT {{ <a:b> <a:b> "{text}" }} {{}}'
    answer = server.query(query, accept=accept)
    assert (answer.status, json.loads(answer.body)["code"]) == (406, "format-insufficient")
    other = server.query(query, accept="application/json" if "sparql" in accept else "text/turtle")
    assert other.status == 200


def test_a_stored_control_character_is_406_as_xml_and_whole_otherwise(server):
    assert server.request("GET", "/doc/c.rdf").status == 406
    turtle = server.request("GET", "/doc/c.ttl")
    assert {q.object.value for q in ox.parse(turtle.body, format=ox.RdfFormat.TURTLE)} == {"a\bb", "\ufffe", "\r"}


def test_a_carriage_return_survives_in_both(server):
    answer = server.query("SELECT ?x { BIND('a\\rb' AS ?x) }", accept="application/sparql-results+xml")
    assert [node.text for node in ET.fromstring(answer.body).iter() if node.tag.endswith("literal")] == ["a\rb"]
    answer = server.query("CONSTRUCT { <a:b> <a:b> 'a\\rb' } {}", accept="application/rdf+xml")
    assert [q.object.value for q in ox.parse(answer.body, format=ox.RdfFormat.RDF_XML)] == ["a\rb"]


def test_an_answer_that_had_begun_is_broken_off(server):
    values = " ".join(f"VALUES ?{name} {{ 0 1 2 3 4 5 6 7 8 9 }}" for name in "abcde")
    query = f'SELECT ?a (IF(?a + ?b + ?c + ?d + ?e = 45, "\\u0008", "x") AS ?z) {{ {values} }} LIMIT 200000'
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)) as connection:
        headers = {"Accept": "application/sparql-results+xml"}
        connection.request("GET", "/sparql?" + urlencode({"query": query}), headers=headers)
        answer = connection.getresponse()
        assert answer.status == 200
        with pytest.raises(http.client.IncompleteRead):
            answer.read()


@pytest.mark.parametrize("name", NAMES)
def test_the_address_of_a_thing_of_any_name_leads_to_it(server, name):
    from ohai_kg.web.http.addresses import described_at

    path = described_at(BASE + name, "https://w3id.org/zwgk/")
    answer = server.request("GET", path, headers={"Accept": "application/n-triples"})
    assert answer.status == 200
    assert {q.subject.value for q in ox.parse(answer.body, format=ox.RdfFormat.N_TRIPLES)} == {BASE + name}
    assert answer.headers["link"].isascii()
    page = server.request("GET", path, headers={"Accept": "text/html"})
    assert page.status == 200
    for link in answer.headers["link"].split(", "):
        target, _, relation = link.partition(">; ")
        if 'rel="alternate"' in relation:
            assert server.request("GET", target[1:]).status == 200, target


def test_no_path_is_made_of_a_name_that_clients_take_for_steps():
    from ohai_kg.web.http.addresses import described_at

    assert described_at(BASE + "x/../y", "https://w3id.org/zwgk/") is None
    assert described_at(BASE + "x/.", "https://w3id.org/zwgk/") is None
    assert described_at(BASE + "x/..y", "https://w3id.org/zwgk/") == "/doc/x/..y"
