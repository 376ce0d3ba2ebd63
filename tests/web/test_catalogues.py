"""/catalogues: the plan's three kinds of catalogues as pages and files."""

import io

import openpyxl
import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from ohai_kg.web.app import create_app

SLUG = "negative-CQAZ-330304-qu-zhengshouban"


@pytest.fixture(scope="module")
def client(plan_project, plan_release):
    with TestClient(create_app(plan_project)) as client:
        yield client


def test_the_page_lists_every_catalogue_with_its_files(client):
    page = client.get("/catalogues").text
    for kind, count in (("proactive", 1), ("on-request", 4), ("negative", 1)):
        assert f'<a href="/catalogues/{kind}-CQAZ-330304-qu-zhengshouban">{count} 项</a>' in page
        for form in ("xlsx", "csv?bom=1", "ttl"):
            assert f'href="/catalogues/{kind}-CQAZ-330304-qu-zhengshouban.{form}"' in page
    assert "所有事项都写明了公开属性或公开方式" in page
    assert "1 item<" in client.get("/catalogues?lang=en").text


def test_one_catalogue_has_a_page_with_its_rows(client):
    page = client.get(f"/catalogues/{SLUG}").text
    assert "<h1>拆迁安置领域政务公开负面清单（区征收办）</h1>" in page
    assert "内部信息" in page
    english = client.get(f"/catalogues/{SLUG}?lang=en").text
    assert "<h1>Negative list, demolition and resettlement (Ouhai District Housing Expropriation Office)</h1>" in english


def test_the_files_come_in_their_formats(client, plan_release):
    answer = client.get(f"/catalogues/{SLUG}.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["x-release"] == plan_release.id
    assert answer.content.decode().splitlines()[0].startswith("序号,事项名称,")
    assert client.get(f"/catalogues/{SLUG}.csv?bom=1").content[:3] == b"\xef\xbb\xbf"
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/catalogues/{SLUG}.xlsx").content))
    assert book["结果"]["I2"].value == "内部信息"
    formats = {
        "ttl": ox.RdfFormat.TURTLE,
        "nt": ox.RdfFormat.N_TRIPLES,
        "jsonld": ox.RdfFormat.JSON_LD,
        "rdf": ox.RdfFormat.RDF_XML,
    }
    sizes = {
        len(set(ox.parse(client.get(f"/catalogues/{SLUG}.{name}").content, format=form))) for name, form in formats.items()
    }
    assert len(sizes) == 1
    assert sizes.pop() > 30


def test_what_does_not_exist_is_told(client):
    assert (client.get("/catalogues/x").status_code, client.get("/catalogues/x").json()["code"]) == (404, "catalogue-not-found")
    assert client.get(f"/catalogues/{SLUG}.pdf").json()["code"] == "format-not-found"
