"""The site as a browser meets it: its page types, a server over the plan, a Chromium that talks to nobody else."""

import threading
import time
from contextlib import contextmanager

import httpx2
import uvicorn

from ohai_kg.web.app import create_app
from tests.conftest import ROOT

PAGES = {
    "home": "/",
    "queries": "/queries",
    "question": "/queries/units-by-domain-count",
    "question-long": "/queries/duties",
    "question-empty": "/queries/duties?domain=CQAZ&stage=A&unit=unit/330304-qu-fuban",
    "question-heatmap": "/queries/domain-stage-matrix",
    "question-graph": "/queries/unit-domain-matrix",
    "question-pairs": "/queries/joint-unit-pairs",
    "matrix": "/matrix",
    "responsibilities": "/responsibilities",
    "standard-system": "/standard-system",
    "duty": "/doc/duty/FP-E-003",
    "unit": "/doc/unit/330304-qu-jiaoyuju",
    "unit-all": "/doc/unit/330304-qu-jiaoyuju?all=zwgk:responsibleParty,zwgk:Duty",
    "person": "/doc/person/chen-min-1",
    "group": "/doc/group/zt-02",
    "document": "/doc/doc/wzoh-zbf-2017-107",
    "item": "/doc/item/plan-2017-107-100",
    "defect": "/doc/defect/D-SHIFT-1",
    "concept": "/doc/def/stage/A",
    "scheme": "/doc/def/scope",
    "graph": "/doc/graph/registry",
    "search": "/search?q=%E6%95%99%E8%82%B2",
    "search-empty": "/search?q=%E7%81%AB%E6%98%9F",
    "search-blank": "/search",
    "vocabulary": "/ns",
    "shapes": "/shapes",
    "catalogues": "/catalogues",
    "catalogue": "/catalogues/proactive-CQAZ-330304-qu-zhengshouban",
    "catalog": "/catalog",
    "downloads": "/downloads",
    "changes": "/changes",
    "sparql": "/sparql",
    "sparql-draft": "/sparql?draft=SELECT%20*%20WHERE%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20LIMIT%205",
    "validate": "/validate",
    "about": "/about",
    "defects": "/defects",
    "error": "/no-such-page",
    "error-resource": "/doc/unit/none",
    "error-query": "/sparql?query=SELEKT",
}
"""Every type of page by name: what the screenshots show and axe looks at. Add a page type here."""

UPLOADS = {
    "report": ("workbooks/01-two-level-head.xlsx", "elements"),
    "report-sheets": ("workbooks/12-several-sheets.xlsx", "elements"),
    "report-rdf": ("invalid/plan-2017-107-items.ttl", "elements"),
}
"""Pages that stand only once a file of the examples was sent in: the file and the profile it is held against."""

REFUSED = {"error": 404, "error-resource": 404, "error-query": 400}
"""Pages that answer with an error, which the browser notes in its console."""


def addressed(path: str, lang: str) -> str:
    """The path of a page in a language."""
    return path + (("&" if "?" in path else "?") + "lang=en" if lang == "en" else "")


def send_in(address: str, name: str) -> str:
    """Send in a file of UPLOADS; the path of its report, which is done."""
    file, profile = UPLOADS[name]
    source = ROOT / "examples" / file
    with httpx2.Client(base_url=address, headers={"Accept": "text/html"}, timeout=120) as client:
        sent = client.post("/validate", params={"profile": profile}, files={"file": (source.name, source.read_bytes())})
        path = sent.headers["location"]
        client.get(f"{path}.json").raise_for_status()
    return path


CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
]


@contextmanager
def serving(project):
    """The address of a server over the project's current release."""
    server = uvicorn.Server(uvicorn.Config(create_app(project), host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("the server did not start")
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)


@contextmanager
def browsing():
    """A browser."""
    # only `make browser` installs it; the other tests are collected without
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()
