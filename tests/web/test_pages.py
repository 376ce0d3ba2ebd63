"""What every page keeps: its language, its policy, the way to the other language, and errors as pages for people."""

import re
from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

from ohai_kg.web.app import create_app
from tests.conftest import ROOT

HAN = re.compile(r"[\u3400-\u9fff]")
BILINGUAL = (
    "/no-such-page",
    "/sparql",
    "/sparql?query=ASK%20%7B%7D&format=html",
    "/doc/unit/330304-qu-jiaoyuju",
    "/doc/unit/330304-qu-jiaoyuju?all=zwgk:responsibleParty,zwgk:Duty",
    "/doc/duty/FP-E-003",
    "/doc/group/zt-02",
    "/doc/person/chen-min-1",
    "/doc/item/plan-2017-107-100",
    "/doc/defect/D-SHIFT-1",
    "/doc/doc/wzoh-zbf-2017-107",
    "/doc/def/stage/A",
    "/doc/def/scope",
    "/doc/graph/registry",
    "/doc/unit/none",
    "/ns",
    "/shapes",
    "/catalogues",
    "/catalogues/proactive-CQAZ-330304-qu-zhengshouban",
    "/catalog",
    "/downloads",
    "/changes",
    "/search?q=教育",
    "/search?q=zzzz",
    "/search?type=zwgk:WorkingGroup",
    "/sparql?query=SELEKT",
    "/search",
    "/",
    "/matrix",
    "/responsibilities",
    "/standard-system",
    "/about",
    "/defects",
    "/validate",
    "/queries",
    "/queries/units-by-domain-count",
    "/queries/duties",
    "/queries/duties?domain=CQAZ&stage=A&unit=unit/330304-qu-fuban",
    "/queries/joint-unit-pairs",
    "/queries/deadlines-by-month",
)
"""Pages whose every text has an English form; each new page is added here."""


@pytest.fixture(scope="module")
def client(plan_project, plan_release):
    with TestClient(create_app(plan_project)) as client:
        client.headers["Accept"] = "text/html,application/xhtml+xml,*/*;q=0.8"
        yield client


class _Untranslated(HTMLParser):
    """Collects Han text, and Han in attributes that people meet, outside elements marked as Chinese."""

    _VOID = frozenset({"meta", "link", "input", "br", "img", "hr", "col", "wbr"})

    def __init__(self) -> None:
        super().__init__()
        self.languages = ["en"]
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        language = given.get("lang") or self.languages[-1]
        if tag in {"script", "style"}:
            language = "code"
        if language == "en":
            told = [given.get(name) or "" for name in ("title", "placeholder", "aria-label", "alt")]
            self.found += [text for text in told if HAN.search(text)]
        if tag not in self._VOID:
            self.languages.append(language)

    def handle_endtag(self, tag):
        if tag not in self._VOID:
            self.languages.pop()

    def handle_data(self, data):
        if self.languages[-1] == "en" and HAN.search(data):
            self.found.append(data.strip())


@pytest.mark.parametrize("path", BILINGUAL)
def test_an_english_page_has_no_text_left_in_chinese(client, path):
    page = client.get(f"{path}{'&' if '?' in path else '?'}lang=en")
    assert '<html lang="en">' in page.text
    reader = _Untranslated()
    reader.feed(page.text)
    assert reader.found == []


@pytest.fixture(scope="module", params=["workbooks/12-several-sheets.xlsx", "invalid/plan-2017-107-items.ttl"])
def report(client, request):
    path = ROOT / "examples" / request.param
    files = {"file": (path.name, path.read_bytes())}
    address = client.post("/validate?profile=elements", files=files, follow_redirects=False).headers["location"]
    client.get(f"{address}.json")
    return address


def test_an_english_report_has_no_text_left_in_chinese(client, report):
    test_an_english_page_has_no_text_left_in_chinese(client, report)


@pytest.mark.parametrize("path", ["/", "/queries", "/validate", "/sparql", "/no-such-page"])
def test_a_page_says_its_language_and_policy(client, path):
    page = client.get(path)
    assert page.headers["content-language"] == "zh-CN"
    assert "script-src 'self';" in page.headers["content-security-policy"]
    assert "unsafe-eval" not in page.headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == "nosniff"


def test_a_page_leads_to_itself_in_the_other_language(client):
    page = client.get("/queries", params={"tag": "units", "lang": "en"})
    assert '<a class="language" href="/queries?tag=units" hreflang="zh-CN" lang="zh-CN">中文</a>' in page.text
    page = client.get("/queries", params={"tag": "units"})
    assert '<a class="language" href="/queries?tag=units&amp;lang=en" hreflang="en" lang="en">English</a>' in page.text


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/no-such-page", 404, "没有此页"),
        ("/queries/no-such-question", 404, "没有名为 no-such-question"),
        ("/sparql?query=SELEKT", 400, "第 1 行"),
    ],
)
def test_an_error_is_a_page_for_people_and_a_document_for_programs(client, path, status, words):
    page = client.get(path)
    assert (page.status_code, page.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert words in page.text
    document = client.get(path, headers={"Accept": "*/*"})
    assert (document.status_code, document.headers["content-type"]) == (status, "application/problem+json")
    assert "Accept" in document.headers["vary"]
