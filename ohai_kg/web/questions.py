"""`/queries`: the saved queries as pages, and as an API in every format."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from ohai_kg.errors import FormatNotFound, ParameterInvalid
from ohai_kg.export.tables import AnswerTable, read_json_results
from ohai_kg.mediatypes import RDF_FORMATS, RESULT_FORMATS, XLSX, by_name
from ohai_kg.query.analysis import Analysis
from ohai_kg.query.requests import QueryRequest
from ohai_kg.web.pages import render

if TYPE_CHECKING:
    from ohai_kg.query.collection import SavedQueries
    from ohai_kg.query.saved import SavedQuery
    from ohai_kg.query.service import QueryService

_JSON: Final = RESULT_FORMATS[0]
EXTENSIONS: Final = ("csv", "tsv", "json", "xml", "xlsx", "rq")
_PAGING: Final = ("lang", "limit", "offset", "bom")
_BOM: Final = "\ufeff".encode()


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a client asks of a saved query."""

    values: dict[str, str]
    lang: str
    limit: int | None
    offset: int
    bom: bool


def make_router(queries: SavedQueries) -> APIRouter:
    """The routes; each query has one of its own in /openapi.json, with its parameters."""
    router = APIRouter()
    router.add_api_route("/queries", _list_page, response_class=HTMLResponse, summary="All saved queries")
    for query in queries.all:
        router.add_api_route(
            f"/queries/{query.slug}.{{extension}}",
            _endpoint(query),
            name=query.slug,
            summary=query.title.en,
            description=f"{query.title.zh}\n\n{query.description.zh}\n\n{query.description.en}",
            openapi_extra={"parameters": _openapi_parameters(query)},
            response_class=Response,
        )
    router.add_api_route("/queries/{slug}", _question_page, response_class=HTMLResponse, summary="One saved query")
    return router


def warm_requests(queries: SavedQueries) -> tuple[QueryRequest, ...]:
    """What the pages and the API ask of every saved query without parameters."""
    formats = [_JSON, *(form for form in RESULT_FORMATS if form.name == "csv")]
    return tuple(QueryRequest(queries.sparql(query, {}), form, RDF_FORMATS[0]) for query in queries.all for form in formats)


def _endpoint(query: SavedQuery) -> Any:
    async def answer(extension: str, request: Request) -> Response:
        return await _answer(query, extension, request)

    return answer


def _openapi_parameters(query: SavedQuery) -> list[dict[str, Any]]:
    own = [
        {
            "name": parameter.name,
            "in": "query",
            "required": False,
            "description": f"{parameter.label.zh} / {parameter.label.en}",
            "schema": {"type": "integer" if parameter.type == "integer" else "string", "default": parameter.default},
        }
        for parameter in query.parameters
    ]
    whole = {"type": "integer", "minimum": 0}
    return [
        {"name": "extension", "in": "path", "required": True, "schema": {"type": "string", "enum": list(EXTENSIONS)}},
        *own,
        {"name": "lang", "in": "query", "schema": {"type": "string", "enum": ["zh", "en"], "default": "zh"}},
        {"name": "limit", "in": "query", "schema": whole},
        {"name": "offset", "in": "query", "schema": whole},
        {"name": "bom", "in": "query", "schema": {"type": "boolean", "default": False}},
    ]


def _read(request: Request) -> _Asked:
    """The client's parameters. Raises ParameterInvalid naming the first that is wrong."""
    given = dict(request.query_params)
    return _Asked(
        values={name: value for name, value in given.items() if name not in _PAGING},
        lang=given.get("lang", "zh"),
        limit=_whole(given, "limit"),
        offset=_whole(given, "offset") or 0,
        bom=given.get("bom", "").lower() in {"1", "true"},
    )


def _whole(given: dict[str, str], name: str) -> int | None:
    text = given.get(name)
    if text is None or text == "":
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ParameterInvalid(name, text, (), "应为不小于 0 的整数", "a whole number is expected")
    return int(text)


async def _answer(query: SavedQuery, extension: str, request: Request) -> Response:
    queries: SavedQueries = request.app.state.queries
    asked = _read(request)
    sparql = queries.sparql(query, asked.values, asked.lang)
    if extension == "rq":
        return Response(sparql, media_type="application/sparql-query; charset=utf-8")
    form = by_name(extension, (*RESULT_FORMATS, XLSX))
    if form is None or extension not in EXTENSIONS:
        raise FormatNotFound(
            f"没有 .{extension} 格式；可用 {'、'.join(EXTENSIONS)}。", f"There is no .{extension}; use {', '.join(EXTENSIONS)}."
        )
    service: QueryService = request.app.state.service
    headers = {"X-Release": service.release.id}
    if asked.limit is not None or asked.offset:
        total = len((await _table(service, sparql)).rows)
        headers |= _paging_headers(request, asked, total)
        sparql = Analysis(sparql).paged(limit=asked.limit if asked.limit is not None else total, offset=asked.offset)
    if form is XLSX:
        body = _workbook(await _table(service, sparql), query, sparql, request)
    else:
        body = (await service.run(QueryRequest(sparql, form, RDF_FORMATS[0]))).body
        if asked.bom and form.name == "csv":
            body = _BOM + body
    headers["Content-Disposition"] = f'inline; filename="{query.slug}.{extension}"'
    return Response(body, media_type=form.content_type, headers=headers)


async def _table(service: QueryService, sparql: str) -> AnswerTable:
    return read_json_results((await service.run(QueryRequest(sparql, _JSON, RDF_FORMATS[0]))).body)


def _paging_headers(request: Request, asked: _Asked, total: int) -> dict[str, str]:
    """The total, and links to the pages before and after (RFC 8288)."""
    links = []
    step = asked.limit or 0
    if step and asked.offset + step < total:
        links.append(("next", asked.offset + step))
    if asked.offset:
        links.append(("prev", max(0, asked.offset - step) if step else 0))
    parameters = dict(request.query_params)
    written = [
        f'<{request.url.path}?{urlencode({**parameters, "offset": str(offset)})}>; rel="{relation}"'
        for relation, offset in links
    ]
    return {"X-Total-Count": str(total)} | ({"Link": ", ".join(written)} if written else {})


def _workbook(table: AnswerTable, query: SavedQuery, sparql: str, request: Request) -> bytes:
    from ohai_kg.export.spreadsheet import write_workbook

    release = request.app.state.service.release
    about = {
        "问题": query.title.zh,
        "说明": query.description.zh,
        "版本": release.id,
        "版本时间": release.manifest.created,
        "地址": str(request.url),
        "查询": sparql,
    }
    return write_workbook(table, about)


async def _list_page(request: Request, q: str = "", tag: str = "") -> HTMLResponse:
    queries: SavedQueries = request.app.state.queries
    wanted = q.strip().lower()
    shown = [
        query
        for query in queries.all
        if (not tag or tag in query.tags)
        and wanted in f"{query.slug} {query.title.zh} {query.title.en} {query.description.zh} {query.description.en}".lower()
    ]
    tags = sorted({name for query in queries.all for name in query.tags})
    return render(request, "queries.html", {"queries": shown, "tags": tags, "q": q, "tag": tag})


async def _question_page(slug: str, request: Request) -> HTMLResponse:
    queries: SavedQueries = request.app.state.queries
    query = queries.get(slug)
    asked = _read(request)
    sparql = queries.sparql(query, asked.values, asked.lang)
    table = await _table(request.app.state.service, sparql)
    given = {name: value for name, value in request.query_params.items() if value}
    suffix = f"?{urlencode(given)}" if given else ""
    context = {
        "query": query,
        "table": table,
        "numeric": _numeric_columns(table),
        "sparql": sparql,
        "asked": asked,
        "formats": [(name, f"/queries/{slug}.{name}{suffix}") for name in EXTENSIONS],
        "address": f"{str(request.base_url).rstrip('/')}/queries/{slug}",
        "suffix": suffix,
        "editor": f"/sparql?{urlencode({'draft': sparql})}",
    }
    return render(request, "question.html", context)


def _numeric_columns(table: AnswerTable) -> set[str]:
    """The columns whose every value is a number: they are set flush right."""
    return {
        column
        for number, column in enumerate(table.columns)
        if table.rows
        and all(row[number] is not None and isinstance(row[number].value, int | float | Decimal) for row in table.rows)  # type: ignore[union-attr]
    }
