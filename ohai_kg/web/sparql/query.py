"""`/sparql`: SPARQL 1.1 Protocol, query operation.

A cached answer is found by the raw query string before anything is parsed; everything else goes through the worker pool.
"""

from __future__ import annotations

import asyncio
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from starlette.responses import Response

from ohai_kg.errors import RequestError
from ohai_kg.formats import HTML, RDF_FORMATS, RESULT_FORMATS, Format, by_name, negotiate
from ohai_kg.serving.evaluation import not_acceptable
from ohai_kg.sparql.requests import QueryRequest
from ohai_kg.web.http.caching import CachedAnswer, entity_tag, matches
from ohai_kg.web.http.endpoints import Endpoint, accepts_gzip, address_of, header_values
from ohai_kg.web.http.parameters import Parameters, parse, read_operation
from ohai_kg.web.sparql.form import answer_page, form_page
from ohai_kg.web.sparql.service_description import describe

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from ohai_kg.serving.service import QueryService
    from ohai_kg.sparql.requests import Head
    from ohai_kg.web.http.caching import AnswerCache, Key
    from ohai_kg.web.http.endpoints import Headers

_BY_NAME: Final = {item.name: item for item in (*RESULT_FORMATS, *RDF_FORMATS)}
_PROTOCOL: Final = ("query", "update", "default-graph-uri", "named-graph-uri", "format")
# What people write who want the format of the other kind.
_RDF_SYNONYMS: Final = {"json": "jsonld", "xml": "rdf"}
_LONGEST_LINK: Final = 4000


class SparqlEndpoint(Endpoint):
    """The query endpoint."""

    def __init__(self, service: QueryService, cache: AnswerCache) -> None:
        self._service = service
        self._cache = cache

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from the cache where it can be."""
        if scope["method"] == "GET" and scope["query_string"]:
            accept, encoding, known, control = header_values(
                scope["headers"], b"accept", b"accept-encoding", b"if-none-match", b"cache-control"
            )
            kept = self._cache.get((scope["query_string"], accept, accepts_gzip(encoding)))
            if kept is not None and b"no-cache" not in control:
                if known and matches(known, kept.tag):
                    await self.whole(send, 304, list(kept.validators), b"")
                else:
                    await send(kept.start)
                    await send(kept.end)
                return
        await super().__call__(scope, receive, send)

    async def answer(self, request: Request, send: Send) -> None:
        """See `Endpoint.answer` (SPARQL 1.1 Protocol 2.1)."""
        settings = self._service.project.settings
        if request.method == "POST":
            limit = settings.max_query_kb * 1024
            parameters = await read_operation(request, "query", "application/sparql-query", limit)
            await self._query(request, send, parameters)
            return
        parameters = parse(request.scope["query_string"])
        if parameters.one("format") == "html" and parameters.one("query"):
            await self.respond(await answer_page(request, parameters.one("query") or ""), request, send)
        elif any(name in _PROTOCOL for name, _ in parameters.pairs):
            await self._query(request, send, parameters)
        else:
            await self._no_query(request, send)

    async def _no_query(self, request: Request, send: Send) -> None:
        """The form for people, the service description for programs (SPARQL 1.1 Service Description, section 2)."""
        chosen = negotiate(request.headers.get("accept"), (RDF_FORMATS[0], HTML, *RDF_FORMATS[1:]))
        release = self._service.release
        settings = self._service.project.settings
        if chosen is None:
            raise not_acceptable()
        if chosen is HTML:
            response: Response = form_page(request)
            response.headers["Vary"] = "Accept"
        else:
            tag = entity_tag(release.id, request.scope["query_string"], chosen.name.encode())
            headers = {"Vary": "Accept", "ETag": tag.decode()}
            if matches(request.headers.get("if-none-match", "").encode(), tag):
                response = Response(status_code=304, headers=headers)
            else:
                body = await asyncio.to_thread(describe, address_of(request), settings, release.manifest, chosen)
                response = Response(body, media_type=chosen.content_type, headers=headers)
        await self.respond(response, request, send)

    async def _query(self, request: Request, send: Send, parameters: Parameters) -> None:
        asked = _request(parameters, request.headers.get("accept"))
        accept, encoding, known = header_values(request.scope["headers"], b"accept", b"accept-encoding", b"if-none-match")
        gzip = accepts_gzip(encoding)
        key: Key = (request.scope["query_string"], accept, gzip)
        reads = request.method in {"GET", "HEAD"}
        if reads and known and known.strip() != b"*":
            tag = entity_tag(self._service.release.id, key[0], accept)
            if matches(known, tag):
                # The tag was given with an answer to this very request over this very release.
                await self.whole(send, 304, [(b"etag", tag), (b"vary", b"Accept, Accept-Encoding")], b"")
                return
        reply = await self._service.pool.ask(asked, gzip=gzip, receive=request.receive)
        try:
            release = reply.running.release
            tag = entity_tag(release, key[0], accept) if reads and not reply.head.volatile else b""
            headers = self._headers(reply.head, release, tag, key[0] if reads else b"")
            named = [*headers, (b"x-query-id", reply.running.id.encode())]
            if reply.streamed:
                await self.stream(send, named, reply, head=request.method == "HEAD")
                return
            if tag and request.method == "GET" and release == self._service.release.id:
                self._cache.put(key, CachedAnswer.make(tag, headers, reply.first))
        finally:
            reply.close()
        await self.whole(send, 200, named, reply.first, head=request.method == "HEAD")

    def _headers(self, head: Head, release: str, tag: bytes, query_string: bytes) -> Headers:
        settings = self._service.project.settings
        headers = [
            (b"content-type", _BY_NAME[head.format].content_type.encode()),
            (b"vary", b"Accept, Accept-Encoding"),
            (b"x-release", release.encode()),
        ]
        if head.length is not None:
            headers.append((b"content-length", b"%d" % head.length))
        if head.gzip:
            headers.append((b"content-encoding", b"gzip"))
        if head.truncated:
            unit = b"triples" if head.graph else b"rows"
            headers.append((b"x-truncated", b"%s; limit=%d" % (unit, settings.max_rows)))
            headers.append((b"link", _rest(head, query_string)))
        if tag:
            headers.append((b"etag", tag))
            headers.append((b"cache-control", b"public, max-age=%d" % settings.cache_max_age_s))
        elif query_string:
            headers.append((b"cache-control", b"no-store"))
        return headers


def _rest(head: Head, query_string: bytes) -> bytes:
    """Where the rest of a cut answer is: the next page, or, where there is no such address, what the limits are."""
    described = b'</sparql>; rel="describedby"; title="limits"'
    if head.following is None or not query_string:
        return described
    others = "".join(
        f"&{quote(name, safe='')}={quote(value, safe='')}" for name, value in parse(query_string).pairs if name != "query"
    )
    address = f"/sparql?query={quote(head.following, safe='')}{others}".encode()
    return b'<%s>; rel="next", %s' % (address, described) if len(address) <= _LONGEST_LINK else described


def _request(parameters: Parameters, accept: str | None) -> QueryRequest:
    """What is asked. Raises RequestError, NotAcceptable."""
    if parameters.all("update"):
        raise RequestError("更新请发往 /update；这里只接受查询。", "Send updates to /update; only queries are taken here.")
    query = parameters.one("query")
    if query is None or not query.strip():
        raise RequestError("请用参数 query 给出一个 SPARQL 查询。", "Give one SPARQL query in the parameter `query`.")
    results, rdf = _formats(parameters, accept)
    default, named = parameters.all("default-graph-uri"), parameters.all("named-graph-uri")
    given = bool(default or named)
    return QueryRequest(query, results, rdf, default if given else None, named if given else None)


def _formats(parameters: Parameters, accept: str | None) -> tuple[Format | None, Format | None]:
    """The formats for a table and for a graph; None where the client excludes all of a kind. Raises NotAcceptable."""
    return _chosen((parameters.one("format") or "").strip().lower(), accept)


@lru_cache(maxsize=64)
def _chosen(name: str, accept: str | None) -> tuple[Format | None, Format | None]:
    if name:
        results, rdf = by_name(name, RESULT_FORMATS), by_name(_RDF_SYNONYMS.get(name, name), RDF_FORMATS)
    else:
        results, rdf = negotiate(accept, RESULT_FORMATS), negotiate(accept, RDF_FORMATS)
    if results is None and rdf is None:
        raise not_acceptable()
    return results, rdf
