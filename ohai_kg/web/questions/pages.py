"""`/queries`: the saved queries as pages, each with its answer; `api` gives the same in every format."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from ohai_kg.formats import RDF_FORMATS, RESULT_FORMATS
from ohai_kg.sparql.requests import QueryRequest
from ohai_kg.web.http.pages import render
from ohai_kg.web.questions import api
from ohai_kg.web.questions.interface import parameters
from ohai_kg.web.questions.places import names_and_places, things
from ohai_kg.web.questions.sentences import sentence
from ohai_kg.web.questions.view import chart, view

if TYPE_CHECKING:
    from ohai_kg.questions.collection import SavedQueries
    from ohai_kg.questions.model import Bilingual, SavedQuery
    from ohai_kg.web.questions.api import Asked

MOST: Final = 2000
"""Rows that a page shows; the files have them all."""
TAGS = (
    ("units", "单位", "units"),
    ("duties", "职责", "duties"),
    ("domains", "领域", "domains"),
    ("stages", "阶段", "stages"),
    ("joint", "联合责任", "joint duties"),
    ("levels", "层级", "levels"),
    ("groups", "小组", "groups"),
    ("people", "人员", "people"),
    ("mandates", "部门职责", "mandates"),
    ("aliases", "别称", "aliases"),
    ("deadlines", "期限", "deadlines"),
    ("innovations", "创新", "innovations"),
    ("items", "公开事项", "items"),
    ("channels", "渠道", "channels"),
    ("documents", "文件", "documents"),
    ("forms", "表单", "forms"),
    ("standards", "标准", "standards"),
    ("powers", "权力", "powers"),
    ("consistency", "前后一致", "consistency"),
    ("quality", "数据质量", "quality"),
    ("catalogues", "目录", "catalogues"),
)
"""Tags in the order of the list, with their names; a tag of a project's own is shown as it is."""


def make_router(queries: SavedQueries) -> APIRouter:
    """The routes; each query has one of its own in /openapi.json, with its parameters."""
    router = APIRouter()
    router.add_api_route("/queries", _list_page, response_class=HTMLResponse, summary="All saved queries")
    router.add_api_route("/queries", _list_page, methods=["HEAD"], include_in_schema=False)
    for query in queries.all:
        path = f"/queries/{query.slug}.{{extension}}"
        router.add_api_route(
            path,
            _endpoint(query),
            name=query.slug,
            summary=query.title.en,
            description=f"{query.title.zh}\n\n{query.description.zh}\n\n{query.description.en}",
            openapi_extra={"parameters": parameters(query, {})},
            response_class=Response,
        )
        router.add_api_route(path, _endpoint(query), methods=["HEAD"], include_in_schema=False)
    router.add_api_route("/queries/{slug}", _question_page, response_class=HTMLResponse, summary="One saved query")
    router.add_api_route("/queries/{slug}", _question_page, methods=["HEAD"], include_in_schema=False)
    return router


async def describe_choices(request: Request, paths: dict[str, Any]) -> None:
    """Say in the paths of an interface description which values the graph has for the parameters of the saved queries."""
    queries: SavedQueries = request.app.state.queries
    for query in queries.all:
        operation = paths[f"/queries/{query.slug}.{{extension}}"]["get"]
        operation["parameters"] = parameters(query, await api.choices_of(request, query))


def warm_requests(queries: SavedQueries) -> tuple[QueryRequest, ...]:
    """What the pages and the API ask of every saved query without parameters."""
    formats = [RESULT_FORMATS[0], *(form for form in RESULT_FORMATS if form.name == "csv")]
    return tuple(QueryRequest(queries.sparql(query, {}), form, RDF_FORMATS[0]) for query in queries.all for form in formats)


def _endpoint(query: SavedQuery) -> Any:
    async def answer(extension: str, request: Request) -> Response:
        return await api.answer(query, extension, request)

    return answer


async def _list_page(request: Request, q: str = "", tag: str = "") -> Response:
    headers, known = api.not_modified(request)
    if known is not None:
        return known
    queries: SavedQueries = request.app.state.queries
    words = set(q.lower().split())
    shown = [query for query in queries.all if (not tag or tag in query.tags) and _holds(query, words)]
    used = {name for query in queries.all for name in query.tags}
    named = [row for row in TAGS if row[0] in used]
    own = [(name, name, name) for name in sorted(used - {row[0] for row in TAGS})]
    page = render(request, "queries.html", {"queries": shown, "tags": [*named, *own], "q": q, "tag": tag})
    page.headers.update(headers)
    return page


def _holds(query: SavedQuery, words: set[str]) -> bool:
    """Whether a query's texts hold every word."""
    texts: list[Bilingual] = [query.title, query.description]
    text = " ".join([query.slug, *query.tags, *(text.zh for text in texts), *(text.en for text in texts)]).lower()
    return all(word in text for word in words)


async def _question_page(slug: str, request: Request) -> Response:
    queries: SavedQueries = request.app.state.queries
    query = queries.get(slug)
    asked = api.read(request)
    sparql = await api.bound(request, query, asked)
    headers, known = api.not_modified(request)
    if known is not None:
        return known
    table = await api.answer_table(request, sparql)
    known_names, places = await names_and_places(request.app.state.service, things(table), asked.lang)
    base = request.app.state.project.settings.base
    shown = replace(table, rows=table.rows[:MOST])
    context = {
        "query": query,
        "answer": await asyncio.to_thread(sentence, query, table, asked.lang),
        "view": await asyncio.to_thread(view, query, shown, asked.lang, base, known_names),
        "rows": len(table.rows),
        "chart": chart(query),
        "places": places,
        "sparql": sparql,
        "asked": asked,
        "choices": await api.choices_of(request, query),
        "related": queries.related(query),
        "extensions": api.EXTENSIONS,
        "given": given(request, asked),
        "address": f"{str(request.base_url).rstrip('/')}/queries/{slug}",
    }
    inline_styles = query.chart.type != "none"
    page = await asyncio.to_thread(render, request, "question.html", context, inline_styles=inline_styles)
    page.headers.update(headers)
    return page


def given(request: Request, asked: Asked) -> str:
    """The client's parameters as they follow the question mark, without paging and empty ones."""
    pairs = [(name, value) for name, value in asked.values.items() if value]
    if "lang" in request.query_params:
        pairs.append(("lang", asked.lang))
    return urlencode(pairs)
