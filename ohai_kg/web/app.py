"""The web application: the query service, and the routes of each family of addresses."""

from __future__ import annotations

import contextlib
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import jinja2
from fastapi import FastAPI
from fastapi.templating import Jinja2Templates
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.routing import Match

from ohai_kg import __version__
from ohai_kg.errors import OhaiError
from ohai_kg.questions.collection import SavedQueries
from ohai_kg.search.upkeep import SearchIndex
from ohai_kg.serving.service import QueryService
from ohai_kg.web import about, health, home, interface, metrics
from ohai_kg.web.check import validation
from ohai_kg.web.check.submissions import Submissions
from ohai_kg.web.harvest import catalog, catalogues, changes, downloads, void
from ohai_kg.web.harvest.changes import ChangesEndpoint
from ohai_kg.web.harvest.downloads import DownloadsEndpoint
from ohai_kg.web.harvest.packaging import Packaging
from ohai_kg.web.http import problems
from ohai_kg.web.http.assets import Assets, asset
from ohai_kg.web.http.caching import AnswerCache
from ohai_kg.web.http.clients import count_for_client
from ohai_kg.web.http.entrance import Entrance, with_policies
from ohai_kg.web.http.kept import PerRelease
from ohai_kg.web.pictures import matrix, responsibilities, standard_system
from ohai_kg.web.questions import pages as questions
from ohai_kg.web.resources import documents, search, vocabulary
from ohai_kg.web.sparql import completion, running
from ohai_kg.web.sparql.graph_store import PATH, GraphStoreEndpoint
from ohai_kg.web.sparql.query import SparqlEndpoint
from ohai_kg.web.sparql.update import UpdateEndpoint

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from starlette.types import Message, Receive, Scope, Send

    from ohai_kg.project import Project
    from ohai_kg.web.http.endpoints import Endpoint

_FOLDER: Final = Path(__file__).parent
_EXPOSED: Final = ("ETag", "Link", "Location", "X-Query-Id", "X-Release", "X-Total-Count", "X-Truncated")
_READING: Final = ("GET", "HEAD", "POST", "OPTIONS")
"""What pages of other sites may ask; POST sends a file to be validated."""
_FROM_ANYWHERE: Final = ("Accept", "Cache-Control", "Content-Disposition", "Content-Type", "If-None-Match", "Range")
"""Headers they may send; never the token."""
_GATE: Final = "ohai_kg.serving.gate:CoreGate"
_FAMILIES: Final = (
    running,
    home,
    matrix,
    responsibilities,
    standard_system,
    about,
    completion,
    health,
    metrics,
    validation,
    catalogues,
    catalog,
    void,
    documents,
    vocabulary,
    search,
    downloads,
)
_PREFIXES: Final = (PATH + "/", downloads.PATH + "/")
"""Where every address below has the same bare endpoint."""


class Site(FastAPI):
    """The application; the SPARQL protocols' addresses are answered before its middleware, which would halve their rate."""

    bare: Mapping[str, Endpoint] = MappingProxyType({})
    entrance: Entrance

    def has(self, address: str) -> bool:
        """Whether some page of this site answers at `address`; templates offer no link to one that does not exist."""
        path = address.partition("?")[0].partition("#")[0]
        if path in self.bare or path.startswith(_PREFIXES):
            return True
        scope = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
        return any(route.matches(scope)[0] is Match.FULL for route in self.routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        send = self.entrance.send_from(send)
        try:
            scope, receive = self.entrance.admit(scope, receive)
        except OhaiError as error:
            scope["app"] = self
            await problems.respond(Request(scope), problems.problem(error))(scope, receive, with_policies(send))
            return
        count_for_client(scope)
        path = scope["path"]
        below = next((prefix for prefix in _PREFIXES if path.startswith(prefix)), path)
        endpoint = self.bare.get(below)
        if endpoint is not None:
            scope["app"] = self
            await endpoint(scope, receive, send)
            return
        send = with_policies(send)
        if scope["method"] == "HEAD":
            # Every address that answers GET answers HEAD (RFC 9110 section 9.3.2): the same without the body.
            scope, send = {**scope, "method": "GET"}, _without_body(send)
        await super().__call__(scope, receive, send)


def _without_body(send: Send) -> Send:
    async def heads_only(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return heads_only


def create_app(project: Project) -> FastAPI:
    """The application over the current release of `project`; while none can be served its addresses answer 503."""
    settings = project.settings

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await app.state.service.start()
        app.state.submissions.spool.open()
        yield
        await app.state.submissions.close()
        await app.state.search.close()
        await app.state.packaging.close()
        await app.state.service.close()

    app = Site(title=settings.title_zh, version=__version__, lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None)
    app.entrance = Entrance(settings)
    app.state.project = project
    app.state.service = query_service(project)
    app.state.queries = SavedQueries(project)
    app.state.service.saved = (*questions.warm_requests(app.state.queries), *void.warm_requests(settings.base))
    app.state.packaging = Packaging(app.state.service)
    app.state.service.on_change.append(app.state.packaging.follow)
    app.state.submissions = Submissions(project, lambda: app.state.service.release)
    app.state.cache = AnswerCache(settings.cache_mb * 1024 * 1024)
    app.state.service.on_change.append(lambda _: app.state.cache.clear())
    app.state.search = SearchIndex(project.home)
    app.state.service.on_change.append(app.state.search.follow)
    app.state.vocabulary = PerRelease(app.state.service, documents.load_vocabulary)
    app.state.findings = PerRelease(app.state.service, documents.load_findings)
    app.state.templates = Jinja2Templates(
        env=jinja2.Environment(
            loader=jinja2.FileSystemLoader(_FOLDER / "templates"), autoescape=True, undefined=jinja2.StrictUndefined
        )
    )
    app.state.templates.env.globals |= {"asset": asset, "has": app.has}
    app.bare = {
        "/sparql": SparqlEndpoint(app.state.service, app.state.cache),
        "/update": UpdateEndpoint(app.state.service),
        **dict.fromkeys((PATH, PATH + "/"), GraphStoreEndpoint(app.state.service)),
        downloads.PATH + "/": DownloadsEndpoint(app.state.service, app.state.packaging),
        changes.PATH: ChangesEndpoint(app.state.service, app.state.packaging),
    }
    problems.install(app)
    for module in _FAMILIES:
        app.include_router(module.router)
    app.include_router(questions.make_router(app.state.queries))
    app.include_router(interface.router)
    app.mount("/static", Assets(), name="static")
    app.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=5)
    app.add_middleware(
        CORSMiddleware, allow_origins=["*"], allow_methods=_READING, allow_headers=_FROM_ANYWHERE, expose_headers=_EXPOSED
    )
    return app


def query_service(project: Project) -> QueryService:
    """The service whose writes, where a token allows any, pass the gate of profile core."""
    if project.settings.write_token is None:
        return QueryService(project)
    return QueryService(project, check=_GATE, check_arguments=(str(project.shapes_root("core")), project.settings.base))
