"""`/validate`: the same report by form and by API; bad files are told; reports keep an address of their own."""

import json

import pytest
from starlette.testclient import TestClient

from ohai_kg.web.app import create_app
from ohai_kg.web.check.reports import read_page
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


# ---- the page of a report ----

SHEETS = ROOT / "examples" / "workbooks" / "12-several-sheets.xlsx"


def send(client, path, **fields):
    """Send a file by the form and give the address of its report."""
    answer = client.post(
        "/validate", files={"file": (path.name, path.read_bytes())}, data=fields, headers={"Accept": "text/html"}
    )
    address = answer.headers["location"]
    client.get(f"{address.partition('?')[0]}.json")  # waits until the report is there
    return address


@pytest.fixture(scope="module")
def sheets(client):
    return send(client, SHEETS, profile="elements")


def test_the_page_says_in_one_line_what_came_out(client, sheets):
    counts = client.get(f"{sheets}.json").json()["counts"]
    line = f"{counts['items']} 项，{counts['violation']} 处不符合，{counts['warning']} 处提醒，{counts['info']} 处说明。"
    assert line in client.get(sheets).text


def test_the_page_shows_how_every_column_was_read(client, sheets):
    page = client.get(sheets).text
    understood = client.get(f"{sheets}.json").json()["understood"]
    assert page.count('name="columns"') == sum(len(table["columns"]) for table in understood["tables"])
    assert '<input type="hidden" name="profile" value="elements">' in page
    assert "1 列把握不大，请核对。" in page
    assert "没有这些要素的栏目：方式" in page


def test_columns_set_by_hand_make_a_new_report(client, sheets):
    answer = client.post(sheets, data={"columns": ["", "L=mode"], "profile": "elements"})
    assert answer.status_code == 303
    address = answer.headers["location"]
    report = client.get(f"{address}.json").json()
    (column,) = [c for c in report["understood"]["tables"][0]["columns"] if c["letters"] == "L"]
    assert (column["role"], column["reason"]) == ("mode", "mapping")
    assert "手工指定" in client.get(address).text
    assert address != sheets


def test_a_column_set_on_the_page_holds_for_its_own_sheet(client, sheets):
    tables = client.get(f"{sheets}.json").json()["understood"]["tables"]
    page = client.get(sheets).text
    assert len({table["sheet"] for table in tables}) > 1
    for table in tables:
        assert f'<option value="{table["sheet"]}!A=other">' in page
    sheet = tables[-1]["sheet"]
    answer = client.post(sheets, data={"columns": f"{sheet}!C=other", "profile": "elements"})
    report = client.get(f"{answer.headers['location']}.json").json()
    by_hand = [t["sheet"] for t in report["understood"]["tables"] for c in t["columns"] if c["reason"] == "mapping"]
    assert by_hand == [sheet]
    assert f'<option value="{sheet}!C=other" selected>' in client.get(answer.headers["location"]).text


def test_a_column_that_does_not_exist_is_told(client, sheets):
    answer = client.post(sheets, data={"columns": "E"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")


def test_rows_can_be_limited_to_one_rule_or_office(client, sheets):
    findings = client.get(f"{sheets}.json").json()["findings"]
    wanted = [f for f in findings if f["rule"] == "ELM-13"]
    page = client.get(sheets, params={"rule": "ELM-13"}).text
    assert page.count('<span class="code">ELM-13</span>') == len(wanted)
    assert page.count('<span class="code">') == len(wanted)
    office = wanted[0]["office"]
    page = client.get(sheets, params={"office": office}).text
    assert page.count('<span class="code">') == len([f for f in findings if f.get("office") == office])


def test_the_page_of_a_report_speaks_english_where_the_form_did(client):
    answer = client.post("/validate?lang=en", files={"file": (ITEMS.name, ITEMS.read_bytes())}, headers={"Accept": "text/html"})
    assert answer.headers["location"].endswith("?lang=en")


def test_a_report_of_thousands_of_rows_is_read_page_by_page():
    found = {
        "severity": "violation",
        "rule": "ELM-02",
        "component": "c",
        "focus": "x",
        "item": None,
        "message": {},
        "sheet": None,
    }
    findings = [{**found, "row": row} for row in range(1, 452)]
    pages = [read_page({}, findings, offset=offset) for offset in (0, 200, 400)]
    assert [len(page.rows) for page in pages] == [200, 200, 51]
    assert [(page.before, page.after) for page in pages] == [(None, 200), (0, 400), (200, None)]
    assert pages[0].total_rows == 451
