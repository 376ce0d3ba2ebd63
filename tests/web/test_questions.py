"""`/queries`: every saved query as a page and as an API, with parameters checked and pages linked."""

import csv
import html
import io
import json
import re
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


def test_the_interface_description_lists_the_codes_that_the_graph_has(client):
    paths = client.get("/openapi.json").json()["paths"]
    told = {p["name"]: p for p in paths["/queries/units-by-domain-count.{extension}"]["get"]["parameters"]}
    assert told["stage"]["schema"]["enum"] == ["A", "B", "C", "D", "E"]
    assert "A 决策" in told["stage"]["description"]
    pairs = {p["name"]: p for p in paths["/queries/joint-unit-pairs.{extension}"]["get"]["parameters"]}
    assert "enum" not in pairs["unit"]["schema"]
    assert client.get("/queries/joint-unit-pairs.csv", params={"unit": pairs["unit"]["example"]}).status_code == 200
    people = {p["name"]: p for p in paths["/queries/people-in-most-groups.{extension}"]["get"]["parameters"]}
    assert people["atLeast"]["schema"] == {"type": "integer", "default": 2}


def test_a_value_that_the_graph_does_not_have_is_answered_with_what_comes_near(client):
    answer = client.get("/queries/joint-unit-pairs.csv", params={"unit": "区财正局"})
    assert answer.status_code == 400
    assert "区财政局" in answer.json()["detail"]
    answer = client.get("/queries/stage-totals.csv", params={"domain": "XXXX"})
    assert (answer.status_code, "CQAZ（拆迁安置）" in answer.json()["detail"]) == (400, True)


def test_a_value_may_be_a_name(client):
    by_name = client.get("/queries/joint-unit-pairs.csv", params={"unit": "区财政局"}).text
    assert by_name == client.get("/queries/joint-unit-pairs.csv", params={"unit": "unit/330304-qu-caizhengju"}).text
    assert len(by_name.splitlines()) == 9


SENTENCES = [
    ("units-by-domain-count", "", "区财政局承担职责的领域最多，共 7 个。"),
    (
        "widest-joint-duties",
        "",
        "责任单位最多的职责有 5 个单位：农村困难群众危房改造竣工验收及发证管理、倒损住房恢复重建补助。",
    ),
    ("people-in-most-groups", "", "兼任小组最多的是李秀洪、周桂林，共 5 个小组。"),
    ("index-suffix-mismatch", "", "没有：无一相符。"),
    ("stage-totals", "domain=ZDBC", "职责最多的阶段是执行，共 8 条；最少的是结果，共 1 条。"),
    (
        "document-numbers",
        "",
        "文中引用的文号共 4 个：国办发〔2017〕42号、浙政办发〔2017〕82号、温瓯教基办〔2015〕1号、温瓯教办民〔2014〕42号。",
    ),
]


@pytest.mark.parametrize(("slug", "parameters", "sentence"), SENTENCES)
def test_a_page_says_the_answer_in_a_sentence_that_knows_ties_and_nothing(client, slug, parameters, sentence):
    assert f'id="sentence">{sentence}</p>' in client.get(f"/queries/{slug}?{parameters}").text


def test_a_page_shows_names_that_lead_into_the_site_and_never_an_iri(client):
    for slug in SLUGS:
        page = client.get(f"/queries/{slug}").text
        table = page[page.find("<table") : page.find("</table>")]
        assert ">http" not in table, slug
        assert 'href="http' not in table, slug
    page = client.get("/queries/units-by-domain-count").text
    assert '<a href="/doc/unit/330304-qu-caizhengju">区财政局</a>' in page
    assert '<th scope="col" data-column="unitLabel" class="text">单位</th>' in page
    english = client.get("/queries/units-by-domain-count", params={"lang": "en"}).text
    assert '<th scope="col" data-column="unitLabel" class="text">unit</th>' in english
    assert "/doc/unit/330304-qu-caizhengju?lang=en" in english


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_column_has_a_heading_in_words(client, lang):
    for slug in SLUGS:
        page = client.get(f"/queries/{slug}", params={"lang": lang}).text
        for column, text in re.findall(r'data-column="(\w+)" class="\w+">([^<]+)</th>', page):
            assert not re.search(r"[a-z][A-Z]", text), (slug, column)
            assert lang == "en" or re.search(r"[\u4e00-\u9fff]", text), (slug, column)


def test_a_chart_is_told_by_its_table_in_columns_that_the_table_has(client):
    drawn = 0
    for slug in SLUGS:
        page = client.get(f"/queries/{slug}").text
        told = re.search(r'<table id="answer" data-chart="([^"]*)"', page)
        if told:
            chart = json.loads(html.unescape(told[1]))
            heads = set(re.findall(r'data-column="(\w+)"', page))
            axes = {
                "bar": {"x", "y"},
                "pie": {"x", "y"},
                "heatmap": {"x", "y", "value"},
                "graph": {"source", "target", "value"},
            }
            assert set(chart) - {"type"} == axes[chart["type"]], slug
            assert {chart[axis] for axis in axes[chart["type"]]} <= heads, slug
            drawn += 1
    assert drawn >= 12


def test_a_form_offers_what_the_graph_has(client):
    page = client.get("/queries/units-by-domain-count", params={"stage": "B"}).text
    assert '<option value="B" selected>执行</option>' in page
    page = client.get("/queries/joint-unit-pairs", params={"unit": "unit/330304-qu-caizhengju"}).text
    assert 'list="l-unit" value="区财政局"' in page
    assert '<option value="各镇街"></option>' in page


def test_a_page_says_where_in_the_document_its_rows_stand(client):
    page = client.get("/queries/duties-that-are-documents").text
    assert '<dd class="place">附件5 义务教育 教师管理 决策 2</dd>' in page


def test_questions_lead_to_others_of_their_tags_and_to_the_editor(client):
    page = client.get("/queries/liaisons").text
    assert 'href="/queries/heads-of-several-groups"' in page
    assert re.search(r'href="/sparql\?draft=PREFIX', page)


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
