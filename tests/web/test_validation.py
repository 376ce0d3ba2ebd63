"""`/validate`: the same report by form and by API; bad files are told; reports keep an address of their own."""

import json

import pytest
from starlette.testclient import TestClient

from ohai_kg.web.app import create_app
from tests.conftest import ROOT

ITEMS = ROOT / "examples" / "invalid" / "plan-2017-107-items.ttl"
GOLDEN = json.loads((ROOT / "examples" / "invalid" / "plan-2017-107-items.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def client(plan_project, plan_release):
    with TestClient(create_app(plan_project), follow_redirects=False) as client:
        yield client


def post(client, content=None, *, accept="application/json", media_type="text/turtle", **parameters):
    return client.post(
        "/validate",
        params={"profile": "elements", "name": ITEMS.name, **parameters},
        content=ITEMS.read_bytes() if content is None else content,
        headers={"Content-Type": media_type, "Accept": accept},
    )


def test_a_body_gives_the_golden_report(client):
    answer = post(client)
    assert answer.status_code == 200
    assert answer.json() == GOLDEN


def test_a_form_gives_the_same_report_under_its_own_address(client):
    answer = client.post(
        "/validate",
        files={"file": (ITEMS.name, ITEMS.read_bytes())},
        data={"profile": "elements"},
        headers={"Accept": "text/html"},
    )
    assert answer.status_code == 303
    address = answer.headers["location"]
    assert client.get(f"{address}.json").json() == GOLDEN
    page = client.get(address)
    assert page.status_code == 200
    assert "ELM-02" in page.text


@pytest.mark.parametrize(
    ("accept", "start"),
    [("text/turtle", "@prefix"), ("text/csv", "severity,"), ("application/json", "{")],
)
def test_the_report_comes_in_the_format_asked_for(client, accept, start):
    answer = post(client, accept=accept)
    assert answer.headers["content-type"].partition(";")[0] == accept
    assert answer.text.lstrip("\ufeff").startswith(start)


@pytest.mark.parametrize(
    ("content", "media_type", "status", "code"),
    [
        (b"this is no turtle", "text/turtle", 422, "data-unreadable"),
        (b"", "text/turtle", 422, "data-unreadable"),
        ('<a> <b> "中" .'.encode("gb18030"), "text/turtle", 422, "data-unreadable"),
        (b"x", "image/png", 415, "unsupported-media-type"),
        (b'<!DOCTYPE x [<!ENTITY a "aaaa">]><rdf/>', "application/rdf+xml", 422, "data-unreadable"),
    ],
    ids=["no RDF", "empty", "wrong encoding", "a photo", "XML entities"],
)
def test_a_bad_file_is_told(client, content, media_type, status, code):
    answer = post(client, content, media_type=media_type)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_an_unknown_profile_is_told_with_those_there_are(client):
    answer = post(client, profile="nothing")
    assert answer.json()["code"] == "profile-not-found"
    assert "elements" in answer.json()["detail"]


def test_shapes_of_a_users_own_are_refused(client):
    assert post(client, shapes="x").json()["code"] == "shapes-refused"


def test_a_forgotten_report_is_told(client):
    assert client.get("/validate/reports/nothing.json").json()["code"] == "report-not-found"


def test_an_upload_over_the_limit_is_refused(plan_project, plan_release):
    import dataclasses

    small = dataclasses.replace(plan_project, settings=plan_project.settings.model_copy(update={"max_upload_mb": 1}))
    with TestClient(create_app(small)) as client:
        answer = post(client, b"#" * (1024 * 1024 + 1))
        assert (answer.status_code, answer.json()["code"]) == (413, "upload-too-large")
        form = client.post(
            "/validate", files={"file": ("a.ttl", b"#" * (3 * 1024 * 1024))}, headers={"Accept": "application/json"}
        )
        assert (form.status_code, form.json()["code"]) == (413, "upload-too-large")
