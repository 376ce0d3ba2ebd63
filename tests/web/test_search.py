"""The search page and its JSON over the real release, and that a write is found once its index is made."""

import time

import pytest
from starlette.testclient import TestClient

from ohai_kg.build import build
from ohai_kg.project import open_project
from ohai_kg.web.app import create_app
from tests.conftest import ROOT

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def client(plan_project, plan_release):
    with TestClient(create_app(plan_project)) as client:
        yield client


def test_results_have_label_type_place_and_reason(client, plan_release):
    answer = client.get("/search.json", params={"q": "区人力社保局", "limit": 1})
    body = answer.json()
    assert (body["release"], body["current"]) == (plan_release.id, True)
    (first,) = body["results"]
    assert first["path"] == "/doc/unit/330304-qu-rensheju"
    assert (first["label"], first["typeLabel"], first["field"]) == ("区人社局", "单位", "alias")
    assert first["place"].startswith("附件2")
    assert first["snippet"] == ["", "区人力社保局", ""]


def test_the_page_marks_what_matched_and_counts_by_type(client):
    page = client.get("/search", params={"q": "人力社保"}, headers=HTML).text
    assert "<mark>人力社保</mark>" in page
    assert '<a href="/search?q=%E4%BA%BA%E5%8A%9B%E7%A4%BE%E4%BF%9D&amp;type=zwgk%3APublicUnit">单位 1</a>' in page


def test_one_address_answers_programs_and_people(client):
    assert client.get("/search", params={"q": "教育"}, headers={"Accept": "application/json"}).json()["results"]
    assert client.get("/search", params={"q": "教育"}, headers=HTML).headers["content-type"].startswith("text/html")


def test_a_type_narrows_and_language_labels(client):
    found = client.get("/search.json", params={"q": "教育", "type": "zwgk:PublicUnit", "lang": "en"}).json()["results"]
    assert {item["typeLabel"] for item in found} == {"public unit"}
    assert "Ouhai District Education Bureau" in {item["label"] for item in found}


def test_a_type_alone_lists_all_its_things(client):
    body = client.get("/search.json", params={"type": "zwgk:WorkingGroup"}).json()
    assert [(facet["type"], facet["count"]) for facet in body["types"]] == [("zwgk:WorkingGroup", 13)]
    assert len(body["results"]) == 13
    assert {result["typeLabel"] for result in body["results"]} == {"工作小组"}
    pages = [client.get("/search", params={"type": "foaf:Person", "page": page}, headers=HTML).text for page in (1, 8)]
    assert "人员 143" in pages[0]
    assert [page.count('<a href="/doc/person/') for page in pages] == [20, 3]


def test_what_was_typed_is_never_markup(client):
    page = client.get("/search", params={"q": "<script>alert(1)</script>"}, headers=HTML).text
    assert "<script>alert" not in page


def test_nothing_typed_and_nothing_found_are_told(client):
    assert client.get("/search", headers=HTML).status_code == 200
    assert "没有找到" in client.get("/search", params={"q": "zzzz"}, headers=HTML).text


def test_an_answer_is_validated_by_its_tag(client):
    first = client.get("/search.json", params={"q": "教育"})
    again = client.get("/search.json", params={"q": "教育"}, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_limit_out_of_range_is_refused(client):
    assert client.get("/search.json", params={"q": "教育", "limit": 0}).json()["code"] == "parameter-invalid"


def test_a_write_is_found_and_until_then_the_index_says_which_release_it_is_of(tmp_path):
    project = open_project(ROOT, home=tmp_path, token="secret")
    first = build(project).release
    update = """INSERT DATA { GRAPH <https://w3id.org/zwgk/graph/local> {
      <https://w3id.org/zwgk/id/doc/xin> a <http://data.europa.eu/eli/ontology#LegalResource> ;
        <http://purl.org/dc/terms/title> "关于犀牛保护的通知"@zh ; <http://www.w3.org/2000/01/rdf-schema#label> "关于犀牛保护的通知"@zh ;
        <https://w3id.org/zwgk/ns#sourceLocation> "附件9" } }"""
    with TestClient(create_app(project)) as client:
        assert client.get("/search.json", params={"q": "犀牛"}).json()["results"] == []
        answer = client.post("/update", data={"update": update}, headers={"Authorization": "Bearer secret"})
        assert answer.status_code < 300, answer.text
        now = client.get("/search.json", params={"q": "犀牛"}).json()
        assert (now["release"], now["current"], now["results"]) == (first.id, False, [])
        assert "索引属版本" in client.get("/search", params={"q": "犀牛"}, headers=HTML).text
        for _ in range(600):
            now = client.get("/search.json", params={"q": "犀牛"}).json()
            if now["current"]:
                break
            time.sleep(0.1)
        assert [item["label"] for item in now["results"]] == ["关于犀牛保护的通知"]
