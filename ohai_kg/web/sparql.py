"""`/sparql`: SPARQL 1.1 Protocol, query operation, as a bare ASGI application.

A cached answer is found by the raw query string before anything is parsed; everything else goes through the worker pool.
"""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import Response

from ohai_kg.errors import MethodNotAllowed, NotAcceptable, OhaiError, RequestError
from ohai_kg.mediatypes import HTML, RDF_FORMATS, RESULT_FORMATS, Format, by_name, negotiate
from ohai_kg.query.pool import Opening, new_query_id
from ohai_kg.web import problems
from ohai_kg.web.caching import LARGEST, AnswerCache, CachedAnswer, entity_tag, matches
from ohai_kg.web.parameters import Parameters, parse, read_operation
from ohai_kg.web.service_description import describe

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.applications import Starlette
    from starlette.types import Receive, Scope, Send

    from ohai_kg.query.service import QueryService

ALLOWED: Final = "GET, HEAD, POST, OPTIONS"
FIRST_QUERY: Final = """PREFIX zwgk: <https://w3id.org/zwgk/ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?duty ?label WHERE {
  ?duty a zwgk:Duty ; zwgk:order ?order ; rdfs:label ?label
  FILTER(LANG(?label) = "zh")
}
ORDER BY ?order LIMIT 100
"""
_WATCH_AFTER_S: Final = 0.05
"""A client's leaving is only watched for from then on: most answers are complete by then."""
_BY_NAME: Final = {item.name: item for item in (*RESULT_FORMATS, *RDF_FORMATS)}


class SparqlEndpoint:
    """The query endpoint of an application; its service and cache are read from `app.state` at each request."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; the boundary at which every error becomes a problem document."""
        app: Starlette = scope["app"]
        try:
            if not await _send_kept(scope, send, app.state.cache, app.state.service):
                await _Exchange(scope, receive, send, app).answer()
        except OhaiError as error:
            await problems.problem(error)(scope, receive, send)
        except Exception as error:
            await problems.unforeseen(error)(scope, receive, send)


async def _send_kept(scope: Scope, send: Send, cache: AnswerCache, service: QueryService) -> bool:
    """Answer a GET from the cache, or with 304 where the client has the answer already; False where it cannot be."""
    if scope["method"] != "GET" or not scope["query_string"]:
        return False
    accept = if_none_match = b""
    for name, value in scope["headers"]:
        if name == b"accept":
            accept = value
        elif name == b"if-none-match":
            if_none_match = value
    kept = cache.get((scope["query_string"], accept))
    if kept is None:
        return False
    if if_none_match and matches(if_none_match, entity_tag(service.release.id, scope["query_string"], accept)):
        headers = [pair for pair in kept.headers if pair[0] not in {b"content-length", b"content-type"}]
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return True
    await send({"type": "http.response.start", "status": 200, "headers": list(kept.headers)})
    await send({"type": "http.response.body", "body": kept.body})
    return True


class _Exchange:
    """One request that the cache could not answer."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, app: Starlette) -> None:
        self._request = Request(scope, receive)
        self._scope, self._receive, self._send = scope, receive, send
        self._service: QueryService = app.state.service
        self._cache: AnswerCache = app.state.cache
        self._app = app

    async def answer(self) -> None:
        """Choose by method (SPARQL 1.1 Protocol 2.1)."""
        method = self._request.method
        settings = self._service.project.settings
        if method in {"GET", "HEAD"}:
            parameters = parse(self._scope["query_string"])
            if not parameters.all("query"):
                await self._answer_without_query()
                return
            await self._answer_query(parameters, head=method == "HEAD")
        elif method == "POST":
            limit = settings.max_query_kb * 1024
            parameters = await read_operation(self._request, "query", "application/sparql-query", limit)
            await self._answer_query(parameters)
        elif method == "OPTIONS":
            await self._respond(Response(status_code=204, headers={"Allow": ALLOWED}))
        else:
            await self._respond(not_allowed(ALLOWED))

    async def _answer_without_query(self) -> None:
        """The form for people, the service description for programs (SPARQL 1.1 Service Description, section 2)."""
        accept = self._request.headers.get("accept")
        chosen = negotiate(accept, (RDF_FORMATS[0], HTML, *RDF_FORMATS[1:]))
        if self._scope["query_string"]:
            raise RequestError("请用参数 query 给出一个 SPARQL 查询。", "Give one SPARQL query in the parameter `query`.")
        if chosen is HTML:
            context = {
                "release": asdict(self._service.release.manifest),
                "settings": self._service.project.settings,
                "query": FIRST_QUERY,
            }
            await self._respond(self._app.state.templates.TemplateResponse(self._request, "sparql.html", context))
            return
        if chosen is None:
            raise _not_acceptable()
        address = str(self._request.url.replace(query=""))
        body = describe(address, self._service.project.settings, self._service.release.manifest, chosen)
        await self._respond(Response(body, media_type=chosen.content_type, headers={"Vary": "Accept"}))

    async def _answer_query(self, parameters: Parameters, *, head: bool = False) -> None:
        query = parameters.one("query")
        if query is None or not query.strip():
            raise RequestError("请用参数 query 给出一个 SPARQL 查询。", "Give one SPARQL query in the parameter `query`.")
        results, rdf = _formats(parameters, self._request.headers.get("accept"))
        query_id = new_query_id()
        release_id = self._service.release.id
        request = {
            "query": query,
            "results": results and results.name,
            "rdf": rdf and rdf.name,
            **_dataset(parameters),
        }
        parts = self._service.query(request, query_id)
        watch = _DisconnectWatch(self._receive, lambda: self._service.pool.cancel(query_id))
        try:
            opening = await anext(parts)
            assert isinstance(opening, Opening)  # noqa: S101  what the pool promises
            headers = self._headers(opening, query_id, release_id)
            if opening.size is not None:
                body = b"".join([part async for part in parts if isinstance(part, bytes)])
                self._keep(headers, body, release_id)
                await self._send({"type": "http.response.start", "status": 200, "headers": headers})
                await self._send({"type": "http.response.body", "body": b"" if head else body})
                return
            await self._send({"type": "http.response.start", "status": 200, "headers": headers})
            if head:
                await self._send({"type": "http.response.body", "body": b""})
            else:
                await self._stream(parts)
        finally:
            watch.stop()
            await parts.aclose()  # type: ignore[attr-defined]  an async generator

    async def _stream(self, parts: AsyncIterator[Opening | bytes]) -> None:
        """Send the parts as they come; where the answer fails, the body is left without its end, so nobody takes it for whole."""
        try:
            async for part in parts:
                await self._send({"type": "http.response.body", "body": part, "more_body": True})
        except OhaiError:
            return
        await self._send({"type": "http.response.body", "body": b""})

    def _headers(self, opening: Opening, query_id: str, release_id: str) -> list[tuple[bytes, bytes]]:
        settings = self._service.project.settings
        headers = [
            (b"content-type", _BY_NAME[opening.format].content_type.encode()),
            (b"vary", b"Accept"),
            (b"x-query-id", query_id.encode()),
            (b"x-release", release_id.encode()),
        ]
        if opening.size is not None:
            headers.append((b"content-length", str(opening.size).encode()))
        if opening.truncated:
            headers.append((b"x-truncated", b"rows; limit=%d" % settings.max_rows))
            headers.append((b"link", b'</sparql>; rel="describedby"; title="answer cut at %d rows"' % settings.max_rows))
        if self._request.method in {"GET", "HEAD"}:
            accept = self._request.headers.get("accept", "").encode("latin-1")
            headers.append((b"etag", entity_tag(release_id, self._scope["query_string"], accept)))
            headers.append((b"cache-control", b"public, max-age=%d" % settings.cache_max_age_s))
        return headers

    def _keep(self, headers: list[tuple[bytes, bytes]], body: bytes, release_id: str) -> None:
        if self._request.method == "GET" and len(body) <= LARGEST and release_id == self._service.release.id:
            accept = self._request.headers.get("accept", "").encode("latin-1")
            kept = tuple(pair for pair in headers if pair[0] != b"x-query-id")
            self._cache.put((self._scope["query_string"], accept), CachedAnswer(kept, body))

    async def _respond(self, response: Response) -> None:
        await response(self._scope, self._receive, self._send)


class _DisconnectWatch:
    """Kills the query of a client that has gone."""

    def __init__(self, receive: Receive, kill: Any) -> None:
        self._receive = receive
        self._kill = kill
        self._task: asyncio.Task[None] | None = None
        self._timer = asyncio.get_running_loop().call_later(_WATCH_AFTER_S, self._start)

    def _start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._watch())

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._kill()

    def stop(self) -> None:
        """Stop watching: the answer is complete."""
        self._timer.cancel()
        if self._task is not None:
            self._task.cancel()


def _dataset(parameters: Parameters) -> dict[str, list[str] | None]:
    default, named = parameters.all("default-graph-uri"), parameters.all("named-graph-uri")
    return {"default_graphs": default, "named_graphs": named} if default or named else {}


def _formats(parameters: Parameters, accept: str | None) -> tuple[Format | None, Format | None]:
    """The formats for a table and for a graph; None where the client excludes all of a kind. Raises NotAcceptable."""
    name = parameters.one("format")
    if name:
        results, rdf = by_name(name, RESULT_FORMATS), by_name(name, RDF_FORMATS)
    else:
        results, rdf = negotiate(accept, RESULT_FORMATS), negotiate(accept, RDF_FORMATS)
    if results is None and rdf is None:
        raise _not_acceptable()
    return results, rdf


def _not_acceptable() -> NotAcceptable:
    return NotAcceptable(
        "没有所要的格式；表可取 JSON、XML、CSV、TSV，图可取 Turtle、N-Triples、JSON-LD、RDF/XML、TriG、N-Quads。",
        "No such format; tables come as JSON, XML, CSV, TSV, graphs as Turtle, N-Triples, JSON-LD, RDF/XML, TriG, N-Quads.",
    )


def not_allowed(allowed: str) -> Response:
    """405 with the methods that are."""
    response = problems.problem(MethodNotAllowed(f"此网址只支持 {allowed}。", f"This address takes {allowed} only."))
    response.headers["Allow"] = allowed
    return response
