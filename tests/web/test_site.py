"""The site over the real release: the home page's figures, health, and the protocol's everyday path."""

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from ohai_kg.web.app import create_app

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?d a <https://w3id.org/zwgk/ns#Duty> }"


@pytest.fixture(scope="module")
def client(plan_project, plan_release):
    with TestClient(create_app(plan_project)) as client:
        yield client


def test_the_home_page_shows_the_figures_of_the_release(client, plan_release):
    page = client.get("/").text
    figures = dict(re.findall(r"<b>(\d+)</b> ([^<·]+?)(?:</a>|</span>)", page))
    assert {unit: count for count, unit in figures.items()} | {} == {
        "项职责": "263", "个责任主体": "52", "个领域": "10", "名人员": "143", "个工作小组": "13", "项期限": "24", "项标准": "20", "个公开事项": "6", "处源文缺陷": "110",
    }  # fmt: skip
    assert plan_release.id in page


def test_the_matrix_of_the_home_page_adds_up(client):
    page = client.get("/").text
    rows = [
        [int(n) for n in re.findall(r">(\d+)<", row)] for row in re.findall(r'<tr><th scope="row">.*?</tr>', page, re.DOTALL)
    ]
    assert len(rows) == 11
    assert all(sum(row[:5]) == row[5] for row in rows)
    assert rows[-1] == [38, 77, 63, 51, 34, 263]


def test_every_link_of_the_home_page_answers(client):
    for link in set(re.findall(r'href="(/[^"]*)"', client.get("/").text)):
        assert client.get(link.replace("&amp;", "&"), headers={"Accept": "text/html"}).status_code == 200, link


def test_the_home_page_asks_no_other_host_for_anything(client):
    assert re.findall(r'(?:src|href)="https?://', client.get("/").text) == []


def test_health_and_readiness_are_told(client, plan_release):
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready", "release": plan_release.id}


@pytest.mark.parametrize("send", ["get", "form", "direct"])
def test_a_query_is_answered_however_it_is_sent(client, send):
    if send == "get":
        answer = client.get("/sparql", params={"query": COUNT})
    elif send == "form":
        answer = client.post("/sparql", data={"query": COUNT})
    else:
        answer = client.post("/sparql", content=COUNT, headers={"Content-Type": "application/sparql-query"})
    assert answer.status_code == 200
    assert answer.json()["results"]["bindings"][0]["n"]["value"] == "263"


def test_tables_come_in_the_format_asked_for(client):
    def get(accept):
        return client.get("/sparql", params={"query": COUNT}, headers={"Accept": accept})

    assert json.loads(get("application/sparql-results+json").text)["head"] == {"vars": ["n"]}
    assert ET.fromstring(get("application/sparql-results+xml").text)[0][0].get("name") == "n"
    assert get("text/csv").text == "n\r\n263\r\n"
    assert get("text/tab-separated-values").text == "?n\n263\n"
    assert get("image/png").status_code == 406


@pytest.mark.parametrize(
    ("accept", "syntax"),
    [
        ("text/turtle", ox.RdfFormat.TURTLE),
        ("application/n-triples", ox.RdfFormat.N_TRIPLES),
        ("application/ld+json", ox.RdfFormat.JSON_LD),
        ("application/rdf+xml", ox.RdfFormat.RDF_XML),
    ],
)
def test_graphs_come_in_the_format_asked_for(client, accept, syntax):
    query = "CONSTRUCT { ?d ?p ?o } WHERE { ?d a <https://w3id.org/zwgk/ns#Delegation> ; ?p ?o }"
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": accept})
    assert answer.headers["content-type"].partition(";")[0] == accept
    triples = {quad.triple for quad in ox.parse(answer.content, format=syntax)}
    assert len({triple.subject for triple in triples}) == 3


def test_a_syntax_error_is_a_problem_document_with_its_place(client):
    answer = client.get("/sparql", params={"query": "SELECT *\nWHERE { ?s ?p }"})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.json()["code"], answer.json()["line"]) == ("query-syntax", 2)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "select * {service<http://127.0.0.1:9/>{?s ?p ?o}}",
    ],
)
def test_federation_is_refused(client, query):
    answer = client.get("/sparql", params={"query": query})
    assert (answer.status_code, answer.json()["code"]) == (400, "federation-refused")


@pytest.mark.parametrize(
    "query",
    [
        'SELECT ("SERVICE <x> {}" AS ?x) {}',
        "SELECT * { ?s <urn:SERVICE> ?SERVICE } # SERVICE",
        "PREFIX SERVICE: <urn:x:> SELECT * { ?s SERVICE:SERVICE ?o }",
    ],
)
def test_the_word_service_is_no_federation_in_itself(client, query):
    assert client.get("/sparql", params={"query": query}).status_code == 200


def test_another_release_of_python_sees_the_same_quads(plan_release, monkeypatch):
    import ohai_kg
    from tests.conftest import ROOT

    monkeypatch.setenv("OHAI_KG_HOME", str(plan_release.path.parent.parent))
    graph = ohai_kg.open(ROOT)
    rows = list(graph.query(COUNT))
    assert rows[0][0].toPython() == 263


def test_figures_for_prometheus_count_the_queries(client, plan_release):
    client.get("/sparql", params={"query": "ASK { FILTER(1 = 1) }"})
    text = client.get("/metrics").text
    assert int(float(re.search(r"^ohai_kg_queries_total (\S+)$", text, re.MULTILINE)[1])) >= 1
    assert f'ohai_kg_release_quads{{release="{plan_release.id}"}} {float(plan_release.manifest.quads)}' in text


def test_the_about_page_states_licence_and_contact_as_the_publisher_does(client, plan_project):
    page = client.get("/about").text
    assert "数据的许可：发布单位没有声明。" in page
    assert "对数据有疑问" not in page
    licence = "https://creativecommons.org/publicdomain/zero/1.0/"
    settings = plan_project.settings.model_copy(update={"license": licence, "contact": "data@example.cn"})
    with TestClient(create_app(replace(plan_project, settings=settings))) as stating:
        page = stating.get("/about").text
    assert f'数据的许可：<a href="{licence}" rel="license">' in page
    assert '<a href="mailto:data@example.cn">data@example.cn</a>' in page
