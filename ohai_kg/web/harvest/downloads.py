"""`/downloads`: the page by reader, and every file of every release, with ranges and checksums."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import RedirectResponse

from ohai_kg.errors import DownloadNotFound, ReleaseNotFound
from ohai_kg.formats import HTML, Format, negotiate
from ohai_kg.publication.distributions import MANIFEST_NAME, SUMS_NAME
from ohai_kg.releases.release import RELEASE_ID
from ohai_kg.web.harvest.files import send_file
from ohai_kg.web.http.endpoints import Endpoint
from ohai_kg.web.http.pages import render

if TYPE_CHECKING:
    from starlette.types import Send

    from ohai_kg.publication.distributions import Distribution
    from ohai_kg.serving.service import QueryService
    from ohai_kg.web.harvest.packaging import Packaging

router = APIRouter()

PATH: Final = "/downloads"
CURRENT: Final = "current"
_MANIFEST: Final = Format("json", "application/json", "json")
_OWN_TYPES: Final = {MANIFEST_NAME: "application/json", SUMS_NAME: "text/plain; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class _Group:
    """Files for one kind of reader."""

    title_zh: str
    title_en: str
    files: list[Distribution]


class DownloadsEndpoint(Endpoint):
    """`/downloads/{release}/{path}`: bare, because the site's compression must not touch files with ranges."""

    methods = "GET, HEAD, OPTIONS"

    def __init__(self, service: QueryService, packaging: Packaging) -> None:
        self._service = service
        self._packaging = packaging

    async def answer(self, request: Request, send: Send) -> None:
        """See `Endpoint.answer`."""
        release_id, _, name = request.scope["path"].removeprefix(PATH + "/").partition("/")
        if release_id in {CURRENT, ""}:
            await self._redirect(request, send, name)
            return
        if not RELEASE_ID.fullmatch(release_id):
            raise ReleaseNotFound(
                f"没有编号为 {release_id} 的发布版本；{PATH} 列出现有版本。",
                f"There is no release {release_id}; {PATH} lists those there are.",
            )
        if not name:
            await self._overview(request, send, release_id)
        else:
            await self._file(request, send, release_id, name)

    async def _redirect(self, request: Request, send: Send, name: str) -> None:
        query = request.scope["query_string"].decode("latin-1")
        address = f"{PATH}/{self._service.release.id}/{quote(name)}" + (f"?{query}" if query else "")
        headers = {"Cache-Control": "no-cache", "X-Release": self._service.release.id}
        await self.respond(RedirectResponse(address, 307, headers), request, send)

    async def _overview(self, request: Request, send: Send, release_id: str) -> None:
        """The list of a release: a page for people, its manifest for others."""
        if negotiate(request.headers.get("accept"), (_MANIFEST, HTML)) is not HTML:
            await self._file(request, send, release_id, MANIFEST_NAME)
            return
        page = render(request, "downloads.html", await describe(self._packaging, self._service, release_id))
        page.headers["Vary"] = "Accept"
        await self.respond(page, request, send)

    async def _file(self, request: Request, send: Send, release_id: str, name: str) -> None:
        files = await self._packaging.files(release_id)
        path = self._packaging.packages.path(release_id) / name
        if name in _OWN_TYPES:
            tag = await asyncio.to_thread(lambda: hashlib.sha256(path.read_bytes()).hexdigest())
            content_type = _OWN_TYPES[name]
        elif name in files:
            tag, content_type = files[name].sha256, files[name].content_type
        else:
            raise DownloadNotFound(
                f"版本 {release_id} 中没有此文件；{PATH}/{release_id}/{MANIFEST_NAME} 列出全部文件。",
                f"Release {release_id} has no such file; {PATH}/{release_id}/{MANIFEST_NAME} lists all.",
            )
        headers = {"X-Release": release_id, "Link": f'<{PATH}/{release_id}/{MANIFEST_NAME}>; rel="index"'}
        saved_as = name.rpartition("/")[2]
        await send_file(request, send, path, tag=tag, content_type=content_type, headers=headers, name=saved_as)


@router.get(PATH, response_class=HTMLResponse, summary="Downloads by reader")
async def page(request: Request) -> HTMLResponse:
    """The files of the current release by reader, and older releases."""
    service: QueryService = request.app.state.service
    return render(request, "downloads.html", await describe(request.app.state.packaging, service, service.release.id))


async def describe(packaging: Packaging, service: QueryService, release_id: str) -> dict[str, Any]:
    """What the page shows of a release."""
    files = await packaging.files(release_id)
    whole = [file for path, file in files.items() if path.startswith("data.")]
    tables = [file for path, file in files.items() if path == "tables.xlsx" or path.endswith(".csv")]
    graphs = [file for path, file in files.items() if path.startswith("graphs/")]
    shown = {file.path for file in (*whole, *tables, *graphs)}
    history = await asyncio.to_thread(service.releases.history)
    return {
        "shown": release_id,
        "groups": [
            _Group("我要表格", "I want a table", sorted(tables, key=lambda file: file.path != "tables.xlsx")),
            _Group("我要整个图谱", "I want the whole graph", whole),
            _Group("我要其中一个图", "I want one of the graphs", graphs),
            _Group("报告、来历及其他", "Reports, provenance and more", [f for p, f in files.items() if p not in shown]),
        ],
        "history": [one.manifest for one in history],
        "is_current": release_id == service.release.id,
    }
