"""What every page keeps in a real browser, and what the scripts do where there are any."""

import pytest

from ohai_kg.web.http.assets import FOLDER
from tests.browser.site import PAGES, REFUSED, UPLOADS, addressed
from tests.conftest import ROOT

AXE = ROOT / "ohai_kg" / "web" / "frontend" / "testing" / "axe.min.js"
LARGEST = 300_000
"""Bytes a first visit may receive, as sent (compressed), except on the editor's page."""


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", [*PAGES, *UPLOADS])
def test_a_page_is_sound(visit, paths, name, lang):
    page = visit.open(addressed(paths[name], lang))
    faults = [text for text in visit.faults if str(REFUSED.get(name)) not in text]
    assert (faults, visit.foreign) == ([], [])
    if not name.startswith("sparql"):
        assert visit.received() < LARGEST
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})")["violations"]
    assert [(fault["id"], [node["html"][:200] for node in fault["nodes"][:3]]) for fault in found] == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, "moves sideways on a phone"


def test_a_chart_is_drawn_from_its_table_and_can_be_kept(visit):
    page = visit.open("/queries/units-by-domain-count")
    drawn = page.locator("figure.chart svg")
    assert "区财政局" in drawn.text_content()
    with page.expect_download() as kept:
        page.get_by_role("button", name="下载图（SVG）").click()
    assert "区财政局" in kept.value.path().read_text(encoding="utf-8")


def test_a_chart_is_never_wider_than_its_place(visit):
    visit.page.add_init_script("window.ResizeObserver = class { observe() {} }")  # it stays as first drawn
    page = visit.open("/queries/domain-stage-matrix")
    assert page.locator("figure.chart svg").bounding_box()["width"] > 1000
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_chart_is_drawn_anew_for_a_narrower_window(visit):
    page = visit.open("/queries/domain-stage-matrix")
    page.set_viewport_size({"width": 360, "height": 740})
    page.wait_for_function("document.querySelector('figure.chart svg').getBoundingClientRect().width <= 360")


def test_the_editor_runs_a_query_and_shows_its_rows(visit):
    page = visit.open("/sparql?example=stage-totals")
    assert "zwgk:Stage" in page.locator(".CodeMirror").text_content()
    page.get_by_role("button", name="运行", exact=True).click()
    assert page.locator("#results table").get_by_text("执行").first.text_content()
    assert visit.faults == []


def test_the_editor_completes_our_own_terms(visit):
    page = visit.open("/sparql")
    terms = page.evaluate("fetch('/vocab/classes').then((answer) => answer.json())")
    assert terms[0].startswith("https://w3id.org/zwgk/ns#")
    assert "https://w3id.org/zwgk/ns#Duty" in terms


def test_a_draft_is_shown_and_not_run(visit):
    page = visit.open("/sparql?draft=ASK%20%7B%7D")
    assert "ASK {}" in page.locator(".CodeMirror").text_content()
    assert not page.locator("textarea#query").is_visible()
    assert page.locator("#results table").count() == 0


def test_without_script_the_form_answers_on_the_page(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "/sparql")
    page.get_by_role("button", name="运行").click()
    assert page.locator("#results tbody tr").count() == 100
    context.close()


def test_no_script_names_a_host_it_would_ask():
    for script in (FOLDER / "vendor").glob("*.js"):
        text = script.read_text(encoding="utf-8")
        for host in ("cdn.", "unpkg.com", "googleapis.com", "lov.linkeddata.es/dataset/lov/api/v2/prefix"):
            assert host not in text, (script.name, host)
