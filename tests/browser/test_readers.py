"""What each of the three readers comes for, done in the browser as they do it: by links, by keyboard, by downloads."""

import hashlib
import json
import re

import openpyxl

from tests.conftest import ROOT

WORKBOOK = ROOT / "examples" / "workbooks" / "01-two-level-head.xlsx"


def _kept(page, link, folder):
    with page.expect_download() as kept:
        link.click()
    path = folder / kept.value.suggested_filename
    kept.value.save_as(path)
    return path


def _tab_to(page, wanted):
    """Press Tab until the element that matches the selector has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", wanted):
            return
    raise AssertionError(f"the keyboard does not reach {wanted}")


def _switch_languages(page):
    """To English and back: the same page each time."""
    path, heading = page.evaluate("location.pathname"), page.locator("h1").first.text_content()
    for lang, search in (("en", "lang=en"), ("zh-CN", "")):
        page.locator("a.language").click()
        assert page.evaluate("document.documentElement.lang") == lang
        assert page.evaluate("location.pathname") == path
        assert (search in page.url) if search else ("lang=" not in page.url)
    assert page.locator("h1").first.text_content() == heading


def test_an_analyst_asks_changes_a_parameter_and_takes_the_rows_along(visit, tmp_path):
    page = visit.open("/")
    page.get_by_role("link", name="哪些单位承担职责的领域最多？").click()
    rows = page.locator("#answer tbody tr")
    whole = rows.count()
    page.get_by_label("阶段").select_option(label="决策")
    page.get_by_role("button", name="重新查询").click()
    assert "stage=" in page.url
    assert 0 < rows.count() < whole
    written = (
        _kept(page, page.get_by_role("link", name="csv", exact=True), tmp_path).read_text(encoding="utf-8-sig").splitlines()
    )
    assert len(written) == rows.count() + 1
    assert written[0] == "unit,unitLabel,domains,domainLabels"
    book = openpyxl.load_workbook(_kept(page, page.get_by_role("link", name="xlsx", exact=True), tmp_path))
    named = {cell.value for row in book.worksheets[0].iter_rows() for cell in row}
    assert rows.first.locator("td").first.text_content() in named
    _switch_languages(page)


def test_an_analyst_runs_a_query_and_sees_table_and_chart(visit):
    page = visit.open("/sparql?example=stage-totals")
    page.get_by_role("button", name="运行", exact=True).click()
    page.locator("#results table").get_by_text("执行").first.wait_for()
    page.locator("#results").get_by_role("button", name="图", exact=True).click()
    drawn = page.locator("#results figure.chart svg")
    drawn.wait_for()
    assert "执行" in drawn.text_content()
    _switch_languages(page)


def test_a_standards_body_checks_a_workbook_by_keyboard_and_takes_it_back_marked(visit, tmp_path):
    page = visit.open("/validate")
    _tab_to(page, "#file")
    page.locator("#file").set_input_files(WORKBOOK)  # the dialog itself is the browser's
    _tab_to(page, "main form button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/validate/reports/*")
    page.locator(".verdict").wait_for(timeout=60_000)
    first = page.url
    _tab_to(page, "section[aria-labelledby=understood] summary")
    column = page.locator("section[aria-labelledby=understood] select").last
    if not column.is_visible():
        page.keyboard.press("Enter")
    column.focus()
    letters = column.get_attribute("id").partition("-")[2]
    page.keyboard.press("End")
    chosen = column.input_value()
    assert chosen.startswith(f"{letters}=")
    _tab_to(page, "section[aria-labelledby=understood] form button")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/validate/reports/" in url and url.partition("#")[0] != first.partition("#")[0])
    page.locator(".verdict").wait_for(timeout=60_000)
    again = page.locator(f"section[aria-labelledby=understood] select[id$='-{letters}']").first
    assert again.input_value() == chosen
    marked = _kept(page, page.locator("main .actions a[href$='.xlsx']"), tmp_path)
    sheets = openpyxl.load_workbook(marked).worksheets
    assert [cell.comment.text for sheet in sheets for row in sheet.iter_rows() for cell in row if cell.comment]
    _switch_languages(page)


def test_anyone_follows_a_duty_to_its_unit_group_head_and_place(visit):
    page = visit.open("/queries/duties?domain=CQAZ")
    page.locator("#answer tbody a[href^='/id/duty/'], #answer tbody a[href^='/doc/duty/']").first.click()
    place = page.locator("p.place").text_content()
    assert "附件5 拆迁安置" in place
    _switch_languages(page)
    page.locator("dl.facts a[href^='/doc/unit/']").first.click()
    unit = page.locator("h1").text_content()
    assert "承担的职责" in page.locator("main").text_content()
    _switch_languages(page)
    page.locator("main a[href^='/doc/membership/'], main a[href^='/doc/member/']").first.click()
    assert unit in page.locator("main").text_content()
    page.locator("main a[href^='/doc/group/']").first.click()
    assert page.locator("p.kind").text_content().strip() == "工作小组"
    _switch_languages(page)
    page.locator("main table.records tbody tr", has_text="组长").first.locator("a[href^='/doc/person/']").click()
    assert page.locator("p.kind").text_content().strip() == "人员"


def test_anyone_finds_a_word_of_two_characters(visit):
    page = visit.open("/")
    page.get_by_role("searchbox").first.fill("教育")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?*")
    _switch_languages(page)
    page.locator(".results").get_by_role("link", name="区教育局", exact=True).click()
    assert page.locator("h1").text_content() == "区教育局"


def test_a_platform_takes_a_file_with_its_checksum(visit, tmp_path):
    page = visit.open("/downloads")
    row = page.locator("main table").first.locator("tbody tr").first
    wanted = row.locator("code").get_attribute("title")
    taken = _kept(page, row.locator("a").first, tmp_path)
    assert hashlib.sha256(taken.read_bytes()).hexdigest() == wanted
    _switch_languages(page)


def test_every_question_is_two_clicks_from_home(visit):
    page = visit.open("/")
    page.get_by_role("navigation").get_by_role("link", name="问答").click()
    linked = set(page.locator("main li a").evaluate_all("links => links.map((link) => link.pathname)"))
    told = page.evaluate("fetch('/openapi.json').then((answer) => answer.text())")
    described = {found.group() for found in re.finditer(r"/queries/[a-z0-9-]+(?=\.)", " ".join(json.loads(told)["paths"]))}
    assert described <= linked
    assert len(linked) >= 48
