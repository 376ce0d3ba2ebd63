"""`/changes?since=`: what changed between two releases, as RDF Patch, as N-Quads of one side, as JSON, as a page."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from ohai_kg.errors import NotAcceptable, ParameterInvalid
from ohai_kg.formats import HTML, Format, by_name, negotiate
from ohai_kg.publication.changes import ADDED_NAME, PATCH, REMOVED_NAME, SUMMARY
from ohai_kg.publication.patch import MEDIA_TYPE
from ohai_kg.web.harvest.files import send_file
from ohai_kg.web.http.caching import matches
from ohai_kg.web.http.endpoints import Endpoint
from ohai_kg.web.http.pages import language, render
from ohai_kg.web.http.parameters import parse

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Send

    from ohai_kg.serving.service import QueryService
    from ohai_kg.web.harvest.packaging import Packaging

PATH: Final = "/changes"
CURRENT: Final = "current"
_NQUADS: Final = "application/n-quads"
_FORMATS: Final = (Format("patch", MEDIA_TYPE, "rdfp"), Format("json", "application/json", "json"), HTML)
_SIDES: Final = (Format("added", _NQUADS, "added"), Format("removed", _NQUADS, "removed"))
_NAMES: Final = {"patch": PATCH, "json": SUMMARY, "added": ADDED_NAME, "removed": REMOVED_NAME}


@dataclass(frozen=True, slots=True)
class _Asked:
    since: str
    until: str
    moving: bool
    """Whether `current` stood in the address, so that the same address will say something else."""


class ChangesEndpoint(Endpoint):
    """One address for all forms of a change."""

    methods = "GET, HEAD, OPTIONS"

    def __init__(self, service: QueryService, packaging: Packaging) -> None:
        self._service = service
        self._packaging = packaging

    async def answer(self, request: Request, send: Send) -> None:
        """See `Endpoint.answer`."""
        form = _format(request)
        since = parse(request.scope["query_string"]).one("since")
        if not since:
            if form is not HTML:
                raise ParameterInvalid("since", "", (), "要给出版本编号", "the id of a release is needed")
            await self._page(request, send, None, None)
            return
        asked = self._read(request, since)
        folder = await self._packaging.difference(asked.since, asked.until)
        if form is HTML:
            told = await asyncio.to_thread(lambda: json.loads((folder / SUMMARY).read_text(encoding="utf-8")))
            await self._page(request, send, asked, told)
            return
        address = f"{PATH}?{urlencode({'since': asked.since, 'until': asked.until})}"
        links = [f'<{address}&format={other.name}>; rel="alternate"; type="{other.media_type}"' for other in _ALL]
        headers = {"Vary": "Accept", "X-Release": asked.until, "Link": ", ".join(links)}
        if asked.moving:
            headers["Cache-Control"] = "no-cache"
        await send_file(
            request,
            send,
            folder / _NAMES[form.name],
            tag=f"{asked.since}-{asked.until}-{form.name}",
            content_type=form.content_type,
            headers=headers,
        )

    def _read(self, request: Request, since: str) -> _Asked:
        current = self._service.release.id
        until = parse(request.scope["query_string"]).one("until") or CURRENT
        ids = [current if name == CURRENT else name for name in (since, until)]
        return _Asked(ids[0], ids[1], moving=CURRENT in {since, until})

    async def _page(self, request: Request, send: Send, asked: _Asked | None, told: dict[str, Any] | None) -> None:
        history = [release.id for release in await asyncio.to_thread(self._service.releases.history)]
        pair = f"{asked.since}-{asked.until}" if asked else ""
        tag = f'W/"{self._service.release.id}-{len(history)}-{pair}-{language(request)}"'.encode()
        if matches(request.headers.get("if-none-match", "").encode() or b'""', tag):
            await self.whole(send, 304, [(b"etag", tag), (b"vary", b"Accept")], b"")
            return
        page = render(request, "changes.html", {"asked": asked, "told": told, "history": history})
        page.headers["Vary"] = "Accept"
        page.headers["ETag"] = tag.decode()
        await self.respond(page, request, send)


_ALL: Final = (*_FORMATS, *_SIDES)


def _format(request: Request) -> Format:
    name = parse(request.scope["query_string"]).one("format")
    chosen = by_name(name, _ALL) if name else negotiate(request.headers.get("accept"), _FORMATS)
    if chosen is None:
        raise NotAcceptable(
            "变化可取 RDF Patch（format=patch）、JSON（json）、HTML（html）；N-Quads 分增、删两份（added、removed）。",
            "Changes come as format=patch (RDF Patch), json or html; as N-Quads in two parts, added and removed.",
        )
    return chosen
