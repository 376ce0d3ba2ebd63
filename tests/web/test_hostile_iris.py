"""No stored IRI breaks a page: every address over a release with hostile IRIs, blank nodes and triple terms everywhere."""

import io
import re
import xml.etree.ElementTree as ET
from html import unescape
from urllib.parse import urlencode

import openpyxl
import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from ohai_kg.project import open_project
from ohai_kg.publication.packages import Packages
from ohai_kg.releases import Releases
from ohai_kg.web.app import create_app
from tests.conftest import ROOT
from tests.served import publish
from tests.web.hostile import FOREIGN, HOSTILE, spoil

SYNTAXES = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG,
    "nq": ox.RdfFormat.N_QUADS,
}
HTML = {"Accept": "text/html"}
_RESOLVED = {"http:", "http://", "http://x/../.."}
"""Names that resolving (Graph Store Protocol, section 4.2) makes others of."""


@pytest.fixture(scope="module")
def spoilt(plan_release, tmp_path_factory):
    """A home whose release is this repository's, spoilt."""
    home = tmp_path_factory.mktemp("spoilt")
    quads = spoil(list(ox.parse(path=str(plan_release.nquads), format=ox.RdfFormat.N_QUADS)))
    publish(home, b"".join(f"{quad} .\n".encode() for quad in quads), syntax=ox.RdfFormat.N_QUADS)
    return home


@pytest.fixture(scope="module")
def client(spoilt):
    with TestClient(create_app(open_project(ROOT, home=spoilt)), raise_server_exceptions=False) as client:
        yield client


def check(answer):
    """An answer is no failure of the server, and what it says to be well-formed is so."""
    assert answer.status_code < 500, (str(answer.url)[:200], answer.text[:500])
    kind = answer.headers.get("content-type", "")
    if answer.status_code == 200 and "xml" in kind and "openxml" not in kind:
        ET.fromstring(answer.content)
    if answer.status_code == 200 and "html" in kind:
        links = [unescape(link) for link in re.findall(r'(?:href|src|action)="([^"]*)"', answer.text)]
        assert [link for link in links if not link.startswith(("/", "#", "http://", "https://", "?", "data:image/"))] == []
    return answer


def test_every_page_without_a_parameter_answers(client):
    paths = [path for path in client.get("/openapi.json").json()["paths"] if "{" not in path]
    assert len(paths) > 20
    for path in paths:
        for address, headers in ((path, {}), (path, HTML), (path + "?lang=en", HTML)):
            check(client.get(address, headers=headers))


@pytest.mark.parametrize("document", ["/.well-known/void", "/catalog", "/ns", "/shapes"])
def test_every_description_comes_in_every_syntax_or_says_that_it_cannot(client, document):
    for extension, syntax in SYNTAXES.items():
        answer = check(client.get(f"{document}.{extension}"))
        if answer.status_code == 200:
            assert sum(1 for _ in ox.parse(answer.content, format=syntax)) > 10
        elif answer.status_code != 404:
            assert (answer.status_code, answer.json()["code"]) == (406, "format-insufficient")


def test_void_names_every_hostile_property_and_class_as_it_is(client):
    told = {
        (q.predicate.value, q.object.value)
        for q in ox.parse(client.get("/.well-known/void.nt").content, format=ox.RdfFormat.N_TRIPLES)
    }
    for local in ("property", "class"):
        assert set(HOSTILE) <= {value for name, value in told if name == f"http://rdfs.org/ns/void#{local}"}


def test_every_saved_query_answers_in_every_format(client):
    for query in client.app.state.queries.all:
        for ending in ("", "?lang=en", ".csv", ".csv?bom=1", ".json", ".json?shape=objects", ".xml"):
            check(client.get(f"/queries/{query.slug}{ending}"))
        book = check(client.get(f"/queries/{query.slug}.xlsx"))
        links = {
            cell.hyperlink.target
            for sheet in openpyxl.load_workbook(io.BytesIO(book.content))
            for row in sheet.iter_rows()
            for cell in row
            if cell.hyperlink
        }
        assert all(link.startswith(("http://", "https://")) for link in links)


@pytest.mark.parametrize("iri", [*FOREIGN[:-1]])
def test_a_search_finds_a_thing_of_any_name_and_links_to_what_is_said_of_it(client, iri):
    found = check(client.get("/search.json", params={"q": f"{iri[:40]} 公开", "limit": 100})).json()["results"]
    path = next((result["path"] for result in found if result["iri"] == iri), None)
    assert path is not None
    if not path.startswith("http"):
        assert "公开" in check(client.get(path, headers=HTML)).text


def test_a_facet_of_the_search_means_the_class_it_names(client):
    found = check(client.get("/search.json", params={"q": "公开"})).json()
    counted = {facet["type"]: facet["count"] for facet in found["types"]}
    assert "zwgk:Duty" in counted
    assert any(name.startswith("<") for name in counted)
    for name, count in counted.items():
        again = client.get("/search.json", params={"q": "公开", "type": name, "limit": 100}).json()["results"]
        assert {result["type"] for result in again} == {name}
        assert len(again) == min(count, 100)


def test_descriptions_of_things_come_in_every_syntax(client):
    things = ("unit/qu-jiao-yu-ju", "a:b", "x/", "x/123", "x.", "x/政务", "x.ttl", "x.html", "x/'(a)", "//x")
    for thing in things:
        for page in (f"/doc/{thing}", f"/doc/{thing}?lang=en"):
            check(client.get(page, headers=HTML))
        for extension, syntax in SYNTAXES.items():
            answer = check(client.get(f"/doc/{thing}.{extension}"))
            if answer.status_code == 200:
                assert list(ox.parse(answer.content, format=syntax))


def test_a_graph_of_any_name_is_given(client):
    for iri in {iri for iri in HOSTILE if len(iri) < 5000} - _RESOLVED:
        for accept in ("text/turtle", "application/rdf+xml", "application/ld+json"):
            answer = check(client.get("/graphs?" + urlencode({"graph": iri}), headers={"Accept": accept}))
            assert answer.status_code in {200, 406}, iri
            assert answer.status_code == 200 or accept != "text/turtle"


def test_the_dumps_hold_every_statement_or_count_what_they_lack(spoilt):
    releases = Releases(spoilt)
    package = Packages(releases).make(releases.current())
    whole = set(ox.parse(path=str(package / "data.nq"), format=ox.RdfFormat.N_QUADS))
    assert set(ox.parse(path=str(package / "data.trig"), format=ox.RdfFormat.TRIG)) == whole
    lacking = dict(re.findall(r"- (data\.\w+) lacks (\d+) statements", (package / "README.md").read_text(encoding="utf-8")))
    linked = set(ox.parse(path=str(package / "data.jsonld"), format=ox.RdfFormat.JSON_LD))
    assert linked < whole
    assert all(isinstance(quad.object, ox.Triple) for quad in whole - linked)
    assert len(whole - linked) == int(lacking["data.jsonld"])
    ET.parse(package / "data.rdf")
    triples, told = {quad.triple for quad in whole}, set(ox.parse(path=str(package / "data.rdf"), format=ox.RdfFormat.RDF_XML))
    assert {quad.triple for quad in told} < triples
    assert len(triples) - len(told) == int(lacking["data.rdf"])
