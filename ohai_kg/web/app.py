"""The web application: the release, the query runner, and the routers of each family of addresses."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates

from ohai_kg import __version__
from ohai_kg.query.runner import ThreadRunner
from ohai_kg.store import EmbeddedStore, Releases
from ohai_kg.web import health, home, problems, sparql

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ohai_kg.project import Project

_FOLDER = Path(__file__).parent


def create_app(project: Project) -> FastAPI:
    """The application over the current release of `project`. Raises NoRelease when it starts and there is none."""

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        release = Releases(project.home).current()
        store = EmbeddedStore.load(release.nquads, union_default_graph=project.settings.union_default_graph)
        app.state.runner = ThreadRunner(store)
        app.state.release = release
        yield

    app = FastAPI(
        title=project.settings.title_zh, version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None
    )
    app.state.project = project
    app.state.templates = Jinja2Templates(
        env=jinja2.Environment(
            loader=jinja2.FileSystemLoader(_FOLDER / "templates"), autoescape=True, undefined=jinja2.StrictUndefined
        )
    )
    problems.install(app)
    for module in (home, health, sparql):
        app.include_router(module.router)
    app.mount("/static", StaticFiles(directory=_FOLDER / "static"), name="static")
    return app
