"""One server and one browser for all tests here, and a page that keeps what went wrong on it."""

import pytest

from ohai_kg.web.http.assets import FOLDER
from tests.browser.site import PAGES, UPLOADS, browsing, send_in, serving


def pytest_collection_modifyitems(items):
    """Everything here needs the browser."""
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker("browser")


@pytest.fixture(scope="session")
def address(plan_project, plan_release):
    assert (FOLDER / "vendor" / ".stamp").is_file(), "the scripts are not built: make frontend"
    with serving(plan_project) as address:
        yield address


@pytest.fixture(scope="session")
def paths(address):
    """The path of every page type by name."""
    return PAGES | {name: send_in(address, name) for name in UPLOADS}


@pytest.fixture(scope="session")
def browser():
    with browsing() as browser:
        yield browser


class Visit:
    """A page with its faults: messages of the console, requests to other hosts, bytes received."""

    def __init__(self, page, address):
        self.page, self.address = page, address
        self.faults, self.foreign, self.answered = [], [], []
        page.on("console", lambda message: message.type in {"error", "warning"} and self.faults.append(message.text))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", self._note)
        page.on("requestfinished", self._keep)

    def _keep(self, request):
        self.answered.append(request)

    def received(self):
        """Bytes of all answers so far, as sent (compressed), heads included."""
        return sum(request.sizes()[part] for request in self.answered for part in ("responseBodySize", "responseHeadersSize"))

    def _note(self, request):
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.foreign.append(request.url)

    def open(self, path):
        self.page.goto(self.address + path)
        self.page.wait_for_load_state("networkidle")
        return self.page


@pytest.fixture
def visit(browser, address):
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    yield Visit(page, address)
    page.close()
