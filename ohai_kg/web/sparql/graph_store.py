"""`/graphs`: SPARQL 1.1 Graph Store HTTP Protocol. Reading is open, writing needs the token.

A graph is named indirectly (`/graphs?graph=IRI`, `/graphs?default`) or directly: `/graphs/...` is the graph whose IRI is
that address.
"""

from __future__ import annotations

import uuid
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import Response

from ohai_kg.engine.store import resolve
from ohai_kg.engine.writing import Payload
from ohai_kg.errors import RequestError, UnsupportedMediaType
from ohai_kg.formats import RDF_FORMATS, by_name, negotiate
from ohai_kg.serving.evaluation import not_acceptable
from ohai_kg.sparql.requests import GraphRequest
from ohai_kg.web.http.authorization import require_token
from ohai_kg.web.http.caching import entity_tag, matches
from ohai_kg.web.http.endpoints import Endpoint, accepts_gzip, address_of
from ohai_kg.web.http.parameters import content_type, parse, read_body, too_large

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Send

    from ohai_kg.formats import Format
    from ohai_kg.serving.service import QueryService

PATH: Final = "/graphs"
_MULTIPART: Final = "multipart/form-data"
_MOST_PARTS: Final = 100
# Types that say nothing of the syntax; the file's name decides.
_VAGUE: Final = frozenset({"", "application/octet-stream", "text/plain"})


class GraphStoreEndpoint(Endpoint):
    """All graphs of the store."""

    methods = "GET, HEAD, PUT, POST, DELETE, OPTIONS"

    def __init__(self, service: QueryService) -> None:
        self._service = service

    async def answer(self, request: Request, send: Send) -> None:
        """See `Endpoint.answer`."""
        if request.method in {"GET", "HEAD"}:
            await self._read(request, send, _named(request))
            return
        require_token(request.headers.get("authorization"), self._service.project.settings)
        if request.method == "DELETE":
            told = {"kind": "delete", "base": "", "graph": _named(request)}
            await self._service.pool.write(told, [])
            await self._done(request, send, 204)
        else:
            await self._write(request, send)

    async def _read(self, request: Request, send: Send, graph: str | None) -> None:
        chosen = self._format(request)
        accept = chosen.name.encode()
        release = self._service.release.id
        tag = entity_tag(release, request.scope["path"].encode() + b"?" + request.scope["query_string"], accept)
        known = request.headers.get("if-none-match", "").encode()
        if known.strip() != b"*" and matches(known, tag):
            await self.whole(send, 304, [(b"etag", tag), (b"vary", b"Accept, Accept-Encoding")], b"")
            return
        gzip = accepts_gzip(request.headers.get("accept-encoding", "").encode())
        reply = await self._service.pool.ask(GraphRequest(graph, chosen), gzip=gzip, receive=request.receive)
        try:
            headers = [
                (b"content-type", chosen.content_type.encode()),
                (b"content-length", b"%d" % (reply.head.length or 0)),
                (b"vary", b"Accept, Accept-Encoding"),
                (b"x-release", reply.running.release.encode()),
            ]
            if reply.running.release == release:
                headers.append((b"etag", tag))
            if reply.head.gzip:
                headers.append((b"content-encoding", b"gzip"))
            head = request.method == "HEAD"
            if reply.streamed:
                await self.stream(send, headers, reply, head=head)
            else:
                await self.whole(send, 200, headers, reply.first, head=head)
        finally:
            reply.close()

    async def _write(self, request: Request, send: Send) -> None:
        fresh = request.method == "POST" and request.scope["path"] == PATH and not request.scope["query_string"]
        graph = f"{address_of(request)}/{uuid.uuid4()}" if fresh else _named(request)
        payloads = await self._payloads(request)
        base = graph or address_of(request)
        told = {"kind": request.method.lower(), "base": base, "graph": graph}
        created = await self._service.pool.write(told, payloads)
        location = graph if fresh else f"{PATH}?graph={quote(graph, safe='')}" if created and graph else None
        await self._done(request, send, 201 if created else 204, location)

    async def _done(self, request: Request, send: Send, status: int, location: str | None = None) -> None:
        headers = {"X-Release": self._service.release.id}
        if location is not None:
            headers["Location"] = location
        await self.respond(Response(status_code=status, headers=headers), request, send)

    def _format(self, request: Request) -> Format:
        name = parse(request.scope["query_string"]).one("format")
        chosen = by_name(name, RDF_FORMATS) if name else negotiate(request.headers.get("accept"), RDF_FORMATS)
        if chosen is None:
            raise not_acceptable()
        return chosen

    async def _payloads(self, request: Request) -> list[Payload]:
        """The RDF documents of the body. Raises UnsupportedMediaType, UploadTooLarge, RequestError."""
        limit = self._service.project.settings.max_upload_mb << 20
        media_type = content_type(request)
        if media_type == _MULTIPART:
            return await _parts(request, limit)
        body = await read_body(request, limit)
        if not body and not media_type:
            return []
        return [Payload(_syntax(media_type, ""), body)]


async def _parts(request: Request, limit: int) -> list[Payload]:
    """Every file of a form; its type, or else its name, says the syntax."""
    payloads: list[Payload] = []
    try:
        form = await request.form(max_files=_MOST_PARTS, max_fields=_MOST_PARTS, max_part_size=limit)
    except HTTPException as error:
        raise RequestError(f"表单不能读入：{error.detail}。", f"The form cannot be read: {error.detail}.") from None
    try:
        for _, part in form.multi_items():
            if isinstance(part, UploadFile):
                if part.size is not None and part.size > limit:
                    raise too_large(limit)
                kind = (part.content_type or "").partition(";")[0].strip().lower()
                payloads.append(Payload(_syntax(kind, part.filename or ""), await part.read()))
    finally:
        await form.close()
    if not payloads:
        raise RequestError("表单里没有文件。", "The form holds no file.")
    return payloads


def _syntax(media_type: str, file_name: str) -> str:
    extension = PurePosixPath(file_name).suffix.removeprefix(".")
    if media_type in _VAGUE and (by_extension := by_name(extension, RDF_FORMATS)):
        return by_extension.name
    found = by_name(media_type, RDF_FORMATS) if "/" in media_type else None
    if found is None:
        raise UnsupportedMediaType(
            "请以 Turtle、N-Triples、JSON-LD、RDF/XML 提交，并注明 Content-Type。",
            "Send Turtle, N-Triples, JSON-LD or RDF/XML, and say which in Content-Type.",
        )
    return found.name


def _named(request: Request) -> str | None:
    """The graph's IRI; None for the default graph. Raises RequestError where the request names none, or two."""
    parameters: Any = parse(request.scope["query_string"])
    graph, default = parameters.one("graph"), parameters.one("default")
    path = request.scope["path"]
    if path != PATH and path != PATH + "/":
        if graph is not None or default is not None:
            raise RequestError("图只能用一种方式指定。", "Name the graph in one way only.")
        return resolve("", address_of(request))
    if (graph is None) == (default is None):
        raise RequestError("请用参数 graph=IRI 或 default 指定一个图。", "Name one graph by `graph=IRI` or `default`.")
    return resolve(graph, address_of(request)) if graph is not None else None
