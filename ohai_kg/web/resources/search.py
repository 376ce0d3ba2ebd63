"""`/search`: what labels, other names and texts of the release hold a word, as a page and as JSON."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from ohai_kg.errors import ParameterInvalid, QueryTimeout
from ohai_kg.formats import HTML, Format, negotiate
from ohai_kg.resources.vocabulary import Vocabulary, expanded, named
from ohai_kg.search.finding import COUNTED, find
from ohai_kg.search.finding import near as find_near
from ohai_kg.web.http.addresses import described_at, linked_at
from ohai_kg.web.http.caching import entity_tag, matches
from ohai_kg.web.http.pages import language, render

if TYPE_CHECKING:
    from ohai_kg.search.finding import Found, Results
    from ohai_kg.search.upkeep import SearchIndex
    from ohai_kg.serving.service import QueryService

router = APIRouter()

PAGE: Final = 20
_MOST: Final = 100
_LAST_PAGE: Final = 50
_LONGEST: Final = 200
"""Letters of a key or a query; no name is longer."""
_JSON: Final = Format("json", "application/json", "json")
_WHERE: Final = {"label": ("名称", "name"), "alias": ("别称或代码", "other name or code"), "text": ("文字", "text")}


@router.get("/search", summary="Search names and texts", response_class=Response)
async def search(request: Request, q: str = "", type: str = "", page: int = 1) -> Response:  # noqa: A002
    """Results as a page, or JSON where the client asks for it."""
    if negotiate(request.headers.get("accept"), (HTML, _JSON)) is _JSON:
        return await search_json(request, q, type)
    asked = _Search(request, q, type)
    page = min(max(page, 1), _LAST_PAGE)
    results = await asked.run(PAGE + 1, (page - 1) * PAGE)
    context = {
        "q": q,
        "type": type,
        "results": [await asked.told(found) for found in results.things[:PAGE]],
        "facets": await asked.facets(results),
        "page": page,
        "more": len(results.things) > PAGE,
        "indexed": asked.indexed,
        "stale": asked.stale,
    }
    answer: Response = render(request, "search.html", context)
    answer.headers["Vary"] = "Accept"
    return answer


@router.get("/search.json", summary="Search names and texts", response_class=JSONResponse)
async def search_json(request: Request, q: str = "", type: str = "", limit: int = PAGE) -> Response:  # noqa: A002
    """Results as JSON, also for completion; `limit` up to 100. `current`: the index is of the release being served."""
    asked = _Search(request, q, type)
    if not 1 <= limit <= _MOST:
        raise ParameterInvalid("limit", str(limit), (), f"应为 1 至 {_MOST}", f"expected 1 to {_MOST}")
    results = await asked.run(limit, 0)
    tag = entity_tag(asked.indexed, f"{asked.stale}{request.url}".encode(), b"json")
    headers = {"ETag": tag.decode(), "Vary": "Accept", "Cache-Control": "no-cache"}
    if matches(request.headers.get("if-none-match", "").encode(), tag):
        return Response(status_code=304, headers=headers)
    body = {
        "query": q,
        "release": asked.indexed,
        "current": not asked.stale,
        "results": [await asked.told(found) for found in results.things],
        "types": await asked.facets(results),
    }
    return JSONResponse(body, headers=headers)


async def near(request: Request, key: str) -> list[tuple[str, str]]:
    """Things with a key or a label like `key`: their path and label."""
    index: SearchIndex = request.app.state.search
    if index.release is None or len(key) > _LONGEST:
        return []
    path = await index.path()
    lang, base = language(request), request.app.state.service.release.manifest.base
    found = await asyncio.to_thread(find_near, path, key)
    near = [(iri, (en or zh if lang == "en" else zh or en)) for iri, zh, en in found]
    if not near:
        with contextlib.suppress(QueryTimeout):
            results = await asyncio.to_thread(find, path, key.rpartition("/")[2], limit=8)
            near = [(thing.iri, thing.label(lang)) for thing in results.things]
    return [(address, label) for iri, label in near if (address := described_at(iri, base))]


class _Search:
    """One search: what was asked of which index, and how results are told."""

    def __init__(self, request: Request, query: str, kind: str) -> None:
        self._state = request.app.state
        self._query = query
        self._kind = kind
        self._lang = language(request)
        self.indexed = ""
        self.stale = False

    async def run(self, limit: int, offset: int) -> Results:
        """Search. Raises SearchNotReady, QueryTimeout, ParameterInvalid."""
        if len(self._query) > _LONGEST:
            start = self._query[:20] + "…"
            raise ParameterInvalid("q", start, (), f"最多 {_LONGEST} 个字", f"{_LONGEST} letters at most")
        index: SearchIndex = self._state.search
        service: QueryService = self._state.service
        path = await index.path()
        self.indexed = index.release or ""
        self.stale = self.indexed != service.release.id
        kind = expanded(self._kind) if self._kind else None
        seconds = service.project.settings.query_timeout_s
        return await asyncio.to_thread(find, path, self._query, kind=kind, limit=limit, offset=offset, seconds=seconds)

    async def told(self, found: Found) -> dict[str, Any]:
        """A result as JSON and the page show it."""
        vocabulary: Vocabulary = await self._state.vocabulary.get()
        return {
            "iri": found.iri,
            "path": linked_at(found.iri, self._state.service.release.manifest.base),
            "label": found.label(self._lang),
            "type": named(found.type) if found.type else "",
            "typeLabel": vocabulary.name(found.type, self._lang) if found.type else "",
            "place": found.place,
            "field": found.field,
            "fieldLabel": _WHERE[found.field][1 if self._lang == "en" else 0],
            "snippet": list(found.snippet),
        }

    async def facets(self, results: Results) -> list[dict[str, Any]]:
        """The classes of all results with their counts."""
        vocabulary: Vocabulary = await self._state.vocabulary.get()
        return [
            {
                "type": named(kind) if kind else "",
                "label": vocabulary.name(kind, self._lang) if kind else ("other" if self._lang == "en" else "其他"),
                "count": count,
                "more": count == COUNTED,
            }
            for kind, count in results.counts.items()
        ]
