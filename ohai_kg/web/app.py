"""The web application: the query service, and the routes of each family of addresses."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

import jinja2
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Route

from ohai_kg import __version__
from ohai_kg.query.service import QueryService
from ohai_kg.web import health, home, problems, running
from ohai_kg.web.caching import AnswerCache
from ohai_kg.web.sparql import SparqlEndpoint

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ohai_kg.project import Project

_FOLDER: Final = Path(__file__).parent
_EXPOSED: Final = ("ETag", "Link", "Location", "X-Query-Id", "X-Release", "X-Truncated")
WRITER: Final = "ohai_kg.build:carry_out_write"


def create_app(project: Project) -> FastAPI:
    """The application over the current release of `project`. Raises NoRelease when it starts and there is none."""
    settings = project.settings

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await app.state.service.start()
        yield
        await app.state.service.close()

    app = FastAPI(title=settings.title_zh, version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.project = project
    app.state.service = QueryService(project, writer=WRITER if settings.write_token else None)
    app.state.cache = AnswerCache(settings.cache_mb * 1024 * 1024)
    app.state.service.on_change.append(lambda _: app.state.cache.clear())
    app.state.templates = Jinja2Templates(
        env=jinja2.Environment(
            loader=jinja2.FileSystemLoader(_FOLDER / "templates"), autoescape=True, undefined=jinja2.StrictUndefined
        )
    )
    app.router.routes.insert(0, Route("/sparql", SparqlEndpoint()))
    problems.install(app)
    for module in (running, home, health):
        app.include_router(module.router)
    app.mount("/static", StaticFiles(directory=_FOLDER / "static"), name="static")
    app.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=5)
    app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"], expose_headers=_EXPOSED)
    return app
