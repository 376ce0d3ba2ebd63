"""`/queries`: every saved query as a page and as an API, with parameters checked and pages linked."""

import csv
import io
import zipfile

import pytest
from starlette.testclient import TestClient

from ohai_kg.web.app import create_app
from tests.conftest import ROOT

SLUGS = sorted(path.stem for path in (ROOT / "queries").glob("*.rq"))


@pytest.fixture(scope="module")
def client(plan_project, plan_release):
    with TestClient(create_app(plan_project)) as client:
        yield client


@pytest.mark.parametrize("slug", SLUGS)
def test_the_csv_of_every_query_is_its_answer_in_full(client, slug):
    expected = list(
        csv.reader(io.StringIO((ROOT / "tests" / "queries" / f"{slug}.csv").read_text(encoding="utf-8"), newline=""))
    )
    answer = client.get(f"/queries/{slug}.csv")
    assert answer.status_code == 200
    assert list(csv.reader(io.StringIO(answer.text, newline=""))) == expected


@pytest.mark.parametrize("slug", SLUGS)
def test_every_query_has_a_page_and_is_in_the_list(client, slug):
    assert f'href="/queries/{slug}"' in client.get("/queries").text
    assert client.get(f"/queries/{slug}").status_code == 200


def test_every_query_is_in_the_interface_description_with_its_parameters(client):
    paths = client.get("/openapi.json").json()["paths"]
    assert {f"/queries/{slug}.{{extension}}" for slug in SLUGS} <= set(paths)
    parameters = {p["name"] for p in paths["/queries/units-by-domain-count.{extension}"]["get"]["parameters"]}
    assert {"stage", "lang", "limit", "offset", "bom"} <= parameters


def test_pages_are_linked_and_add_up_to_the_whole(client):
    whole = client.get("/queries/document-numbers.csv").text.splitlines()
    rows, address = [], "/queries/document-numbers.csv?limit=3"
    while address:
        answer = client.get(address)
        assert answer.headers["x-total-count"] == str(len(whole) - 1)
        rows += answer.text.splitlines()[1:]
        address = answer.links.get("next", {}).get("url")
    assert rows == whole[1:]


def test_a_parameter_narrows_the_answer(client):
    rows = client.get("/queries/units-by-domain-count.json", params={"stage": "A"}).json()["results"]["bindings"]
    assert rows[0]["domains"]["value"] == "4"


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"stage": "A> } DROP ALL"}, "parameter-invalid"),
        ({"nothing": "1"}, "parameter-invalid"),
        ({"limit": "-1"}, "parameter-invalid"),
        ({"lang": "fr"}, "parameter-invalid"),
    ],
)
def test_a_wrong_parameter_is_told(client, parameters, code):
    answer = client.get("/queries/units-by-domain-count.csv", params=parameters)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_labels_come_in_the_language_asked_for(client):
    rows = client.get("/queries/stage-totals.json", params={"lang": "en"}).json()["results"]["bindings"]
    assert rows[0]["stageLabel"]["value"] == "implementation"


def test_a_csv_for_spreadsheets_has_a_byte_order_mark(client):
    assert client.get("/queries/stage-totals.csv?bom=1").content.startswith(b"\xef\xbb\xbf")
    assert not client.get("/queries/stage-totals.csv").content.startswith(b"\xef\xbb\xbf")


def test_the_workbook_has_typed_cells_links_and_a_sheet_about_itself(client, plan_release):
    answer = client.get("/queries/units-by-domain-count.xlsx")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        first = book.read("xl/worksheets/sheet1.xml").decode()
        strings = book.read("xl/sharedStrings.xml").decode()
    assert '<c r="C2"><v>7</v></c>' in first
    assert "<hyperlink " in first
    assert plan_release.id in strings
    assert "哪些单位承担职责的领域最多？" in strings


def test_an_unknown_query_or_format_is_told(client):
    assert client.get("/queries/nothing").json()["code"] == "saved-query-not-found"
    assert client.get("/queries/stage-totals.pdf").json()["code"] == "format-not-found"


def test_the_query_itself_can_be_had_and_run_elsewhere(client):
    text = client.get("/queries/units-by-domain-count.rq?stage=A").text
    answer = client.post("/sparql", data={"query": text}, headers={"Accept": "text/csv"})
    assert answer.text == client.get("/queries/units-by-domain-count.csv?stage=A").text


def test_the_list_can_be_searched(client):
    page = client.get("/queries", params={"q": "联络员"}).text
    assert 'href="/queries/liaisons"' in page
    assert 'href="/queries/stage-totals"' not in page
