"""/catalog: every format by Accept and by extension says the same."""

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from starlette.testclient import TestClient

from ohai_kg.publication.packages import Packages
from ohai_kg.releases import Releases
from ohai_kg.web.app import create_app
from tests.export.dcat_ap import dcat_ap_shapes

FORMATS = {
    "ttl": ("text/turtle", ox.RdfFormat.TURTLE),
    "nt": ("application/n-triples", ox.RdfFormat.N_TRIPLES),
    "jsonld": ("application/ld+json", ox.RdfFormat.JSON_LD),
    "rdf": ("application/rdf+xml", ox.RdfFormat.RDF_XML),
}


@pytest.fixture(scope="module")
def client(plan_project, plan_release):
    with TestClient(create_app(plan_project)) as client:
        yield client


def test_every_format_says_the_same(client):
    graphs = set()
    for extension, (media_type, syntax) in FORMATS.items():
        asked = client.get("/catalog", headers={"Accept": media_type})
        named = client.get(f"/catalog.{extension}")
        assert asked.headers["content-type"].partition(";")[0] == named.headers["content-type"].partition(";")[0] == media_type
        assert asked.content == named.content
        assert "Accept" in asked.headers["vary"]
        graphs.add(frozenset(map(str, ox.parse(asked.content, format=syntax))))
    assert len(graphs) == 1


def test_addresses_are_under_the_root_the_client_used(client):
    text = client.get("/catalog.nt", headers={"Host": "data.example:8080"}).text
    assert "<http://data.example:8080/sparql>" in text
    assert "<http://testserver" not in text


def test_the_files_of_a_packaged_release_are_told(client, plan_project, plan_release):
    before = client.get("/catalog.nt").text
    Packages(Releases(plan_project.home)).make(plan_release)
    after = client.get("/catalog.nt").text
    url = f"<http://testserver/downloads/{plan_release.id}/data.nq.gz>"
    assert url in after
    assert "#sha256> <http://spdx.org/rdf/terms#checksumValue>" in after
    assert after.count("<http://www.w3.org/ns/dcat#byteSize>") > 50
    assert f"<http://rdfs.org/ns/void#dataDump> {url}" in client.get("/.well-known/void.nt").text
    assert len(before) <= len(after)


def test_the_catalogue_with_its_files_passes_the_dcat_ap_shapes(client, plan_project, plan_release):
    Packages(Releases(plan_project.home)).make(plan_release)
    graph = rdflib.Graph().parse(data=client.get("/catalog.nt").text, format="nt")
    conforms, _, text = pyshacl.validate(graph, shacl_graph=dcat_ap_shapes())
    assert conforms, text


def test_a_browser_gets_a_page(client, plan_release):
    page = client.get("/catalog", headers={"Accept": "text/html,*/*;q=0.8"})
    assert page.headers["content-type"].startswith("text/html")
    assert plan_release.id in page.text
    assert "拆迁安置领域政务公开负面清单（区征收办）" in page.text
    assert "发布单位没有声明" in page.text
    assert "none stated by the publisher" in client.get("/catalog.html?lang=en").text


def test_an_unchanged_catalogue_is_not_sent_again(client):
    tag = client.get("/catalog.ttl").headers["etag"]
    again = client.get("/catalog.ttl", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_what_does_not_exist_is_told(client):
    assert client.get("/catalog.pdf").json()["code"] == "format-not-found"
    assert client.get("/catalog", headers={"Accept": "image/png"}).json()["code"] == "not-acceptable"
    for page in ("0", "2", "x"):
        assert client.get(f"/catalog.ttl?page={page}").json()["code"] == "parameter-invalid"
