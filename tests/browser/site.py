"""The site as a browser meets it: its page types, a server over the plan, a Chromium that talks to nobody else."""

import threading
import time
from contextlib import contextmanager

import uvicorn
from playwright.sync_api import sync_playwright

from ohai_kg.web.app import create_app

PAGES = {
    "home": "/",
    "queries": "/queries",
    "question": "/queries/units-by-domain-count",
    "question-long": "/queries/duties",
    "question-empty": "/queries/duties?domain=CQAZ&stage=A&unit=unit/330304-qu-fuban",
    "question-heatmap": "/queries/domain-stage-matrix",
    "question-graph": "/queries/unit-domain-matrix",
    "matrix": "/matrix",
    "responsibilities": "/responsibilities",
    "standard-system": "/standard-system",
    "sparql": "/sparql",
    "sparql-draft": "/sparql?draft=SELECT%20*%20WHERE%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20LIMIT%205",
    "validate": "/validate",
    "about": "/about",
    "defects": "/defects",
    "error": "/no-such-page",
}
"""Every type of page by name: what the screenshots show and axe looks at. Add a page type here."""

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
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()
