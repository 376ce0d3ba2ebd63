"""Every saved query against the answer that a reader of the document gives.

Each `<slug>.csv` beside this file is a full answer, read from the document; `places.md` says where. `test_changes.py`
asks what a changed document would answer.
"""

import re

import pytest

from ohai_kg.questions.loading import load_all, load_saved
from tests.queries.asking import ANSWERS, BASE, COLUMNS, FIRST_TWENTY, QUERIES, answer, ask, expected, read

# ---- the files ----


def test_all_forty_questions_have_a_query_and_keep_their_order():
    ordered = [query.slug for query in load_all(QUERIES.values())]
    assert ordered[: len(COLUMNS)] == list(COLUMNS)


def test_every_query_has_an_answer_and_its_places():
    assert {path.stem for path in ANSWERS.glob("*.csv")} == set(QUERIES)
    places = (ANSWERS / "places.md").read_text(encoding="utf-8")
    told = re.findall(r"^## ([a-z0-9-]+)$", places, re.MULTILINE)
    assert [slug for slug in FIRST_TWENTY if slug not in told] == []


@pytest.mark.parametrize("slug", COLUMNS)
def test_columns_are_those_of_the_question(slug):
    assert " ".join(load_saved(QUERIES[slug]).columns) == COLUMNS[slug]


@pytest.mark.parametrize("slug", QUERIES)
def test_header_and_text(slug):
    query = load_saved(QUERIES[slug])
    assert list(query.columns) == read(slug)[0]
    assert query.title.zh.endswith("？")
    assert query.title.en.endswith("?")
    assert query.tags
    text = re.sub(r"<[^>]*>|\"[^\"]*\"", "", query.sparql)
    assert not re.search(r"\b(GRAPH|FROM|SERVICE)\b", text, re.IGNORECASE), "a saved query names no graph and no service"
    assert "id/" not in query.sparql, "a saved query names no instance, so it works under every base"


# ---- the answers ----


@pytest.mark.parametrize("slug", QUERIES)
def test_answer(plan_store, slug):
    assert ask(plan_store, QUERIES[slug].read_text(encoding="utf-8")) == expected(slug)


@pytest.mark.parametrize("slug", QUERIES)
def test_binding_nothing_is_running_the_file(plan_store, slug):
    assert answer(plan_store, slug) == expected(slug)


@pytest.mark.parametrize("slug", QUERIES)
def test_english_answers_have_the_same_things(plan_store, slug):
    rows = answer(plan_store, slug, "en")
    things = [i for i, column in enumerate(load_saved(QUERIES[slug]).columns) if f"{column}Label" in read(slug)[0]]
    assert sorted([row[i] for i in things] for row in rows) == sorted([row[i] for i in things] for row in expected(slug))


def test_labels_are_english_where_there_are_english_ones(plan_store):
    assert [row[1] for row in answer(plan_store, "stage-totals", "en")] == [
        "implementation",
        "management",
        "service",
        "decision",
        "results",
    ]
    duty = answer(plan_store, "delegated-duties", "en")[0]
    assert (duty[1], duty[3]) == ("发布征收公告", "People's Government of Ouhai District")


def test_figures_of_the_matrix():
    cells = expected("domain-stage-matrix")
    assert len(cells) == 50
    assert sum(int(row[4]) for row in cells) == 263
    assert [sum(int(row[4]) for row in cells if row[2] == f"{BASE}def/stage/{stage}") for stage in "ABCDE"] == [
        38,
        77,
        63,
        51,
        34,
    ]


# ---- parameters ----


def rows_with(slug: str, column: str, wanted: str) -> list[list[str]]:
    index = COLUMNS[slug].split().index(column)
    return [row for row in expected(slug) if row[index] == wanted]


@pytest.mark.parametrize(
    "slug", ["missing-stages", "widest-joint-duties", "responsible-but-not-in-group", "in-group-without-duty"]
)
@pytest.mark.parametrize(("code", "label"), [("CQAZ", "拆迁安置"), ("WMSS", "为民办实事项目"), ("FPJZ", "扶贫救灾")])
def test_domain_chooses_rows(plan_store, slug, code, label):
    assert answer(plan_store, slug, domain=code) == rows_with(slug, "domainLabel", label)


@pytest.mark.parametrize("code", ["ZDBC", "GGZY", "WMSS"])
def test_stage_totals_of_a_domain_are_a_row_of_the_matrix(plan_store, code):
    cells = {row[2]: int(row[4]) for row in expected("domain-stage-matrix") if row[0] == f"{BASE}def/domain/{code}"}
    totals = answer(plan_store, "stage-totals", domain=code)
    assert [(row[0], int(row[2])) for row in totals] == sorted(cells.items(), key=lambda cell: (-cell[1], cell[0]))


def test_units_by_domain_and_stage(plan_store):
    decided = answer(plan_store, "units-by-duty-count", domain="ZDBC", stage="A")
    assert [(row[1], row[2]) for row in decided] == [("区府办", "1"), ("区国土资源分局", "1"), ("区发改局", "1")]
    results = answer(plan_store, "units-by-domain-count", stage="E")
    assert [row[1:] for row in results[:3]] == [
        ["区住建局", "3", "保障性住房、农村危房改造、公共资源交易"],
        ["区财政局", "2", "农村危房改造、公共资源交易"],
        ["各镇街", "2", "农村危房改造、救灾工作"],
    ]


def test_pairs_of_a_unit(plan_store):
    of_unit = [row for row in expected("joint-unit-pairs") if "区财政局" in (row[1], row[3])]
    assert len(of_unit) == 8
    assert answer(plan_store, "joint-unit-pairs", unit="unit/330304-qu-caizhengju") == of_unit


def test_thresholds(plan_store):
    assert answer(plan_store, "people-in-most-groups", atLeast="4") == expected("people-in-most-groups")[:4]
    assert answer(plan_store, "widest-joint-duties", atLeast="5") == expected("widest-joint-duties")[:2]
    assert len(answer(plan_store, "people-in-most-groups", atLeast="1")) == 143
    assert len(answer(plan_store, "widest-joint-duties", atLeast="1")) == 263


def test_deadlines_until_a_day(plan_store):
    assert answer(plan_store, "deadlines-by-month", until="2017-10-31") == expected("deadlines-by-month")[:4]
    assert answer(plan_store, "deadlines-by-month", until="2017-07-30") == []
