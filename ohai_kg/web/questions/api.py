"""`/queries/{slug}.{csv,tsv,json,xml,xlsx,rq}`: a saved query as an API, with parameters checked and pages linked."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from fastapi.responses import Response

from ohai_kg.errors import FormatNotFound, ParameterInvalid
from ohai_kg.formats import RDF_FORMATS, RESULT_FORMATS, XLSX, Format, by_name
from ohai_kg.office.answers import AnswerTable, csv_of, read_json_results
from ohai_kg.sparql.analysis import Analysis
from ohai_kg.sparql.requests import QueryRequest
from ohai_kg.web.http.caching import entity_tag, matches
from ohai_kg.web.http.pages import for_people
from ohai_kg.web.questions.columns import heading

if TYPE_CHECKING:
    from fastapi import Request

    from ohai_kg.questions.choices import Choices
    from ohai_kg.questions.collection import SavedQueries
    from ohai_kg.questions.model import SavedQuery
    from ohai_kg.serving.service import QueryService
    from ohai_kg.sparql.requests import Answer

EXTENSIONS: Final = ("csv", "tsv", "json", "xml", "xlsx", "rq")
PAGING: Final = ("lang", "limit", "offset", "bom")
_JSON: Final = RESULT_FORMATS[0]
_DIGITS: Final = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client asks of a saved query."""

    values: dict[str, str]
    lang: str
    limit: int | None
    offset: int
    people: bool


def read(request: Request) -> Asked:
    """The client's parameters. Raises ParameterInvalid naming the first that is wrong."""
    given = dict(request.query_params)
    return Asked(
        values={name: value for name, value in given.items() if name not in PAGING},
        lang=given.get("lang", "zh"),
        limit=_whole(given, "limit"),
        offset=_whole(given, "offset") or 0,
        people=for_people(request),
    )


def _whole(given: dict[str, str], name: str) -> int | None:
    text = given.get(name)
    if text is None or text == "":
        return None
    if not (text.isascii() and text.isdigit() and len(text) < _DIGITS):
        raise ParameterInvalid(name, text, (), "应为不小于 0 的整数", "a whole number is expected")
    return int(text)


async def choices_of(request: Request, query: SavedQuery, names: list[str] | None = None) -> dict[str, Choices]:
    """What the graph has for the parameters of a query (for those of `names`, if given)."""
    queries: SavedQueries = request.app.state.queries
    service: QueryService = request.app.state.service
    texts = queries.choice_queries(query, names)
    return {name: queries.read_choices(await service.select(text)) for name, text in texts.items()}


async def bound(request: Request, query: SavedQuery, asked: Asked) -> str:
    """The SPARQL with the client's values, which the graph must have. Raises ParameterInvalid."""
    queries: SavedQueries = request.app.state.queries
    given = [name for name, value in asked.values.items() if value]
    return queries.sparql(query, asked.values, asked.lang, await choices_of(request, query, given))


async def answer_table(request: Request, sparql: str) -> AnswerTable:
    """The whole answer in memory. Raises AnswerTooLarge."""
    service: QueryService = request.app.state.service
    return await service.read(QueryRequest(sparql, _JSON, RDF_FORMATS[0]), read_json_results)


def not_modified(request: Request) -> tuple[dict[str, str], Response | None]:
    """The validators of an answer that only the release and the address decide, and 304 where the client has it."""
    release: str = request.app.state.service.release.id
    address = f"{request.url.path}?{request.url.query}".encode()
    tag = entity_tag(release, address, b"").decode()
    headers = {"ETag": tag, "X-Release": release, "Cache-Control": "no-cache", "Vary": "Accept, Accept-Encoding"}
    known = request.headers.get("if-none-match")
    if known is not None and matches(known.encode(), tag.encode()):
        return headers, Response(status_code=304, headers=headers)
    return headers, None


async def answer(query: SavedQuery, extension: str, request: Request) -> Response:
    """The answer to a saved query in one of the formats. Raises ParameterInvalid, FormatNotFound."""
    form = _form(extension)
    asked = read(request)
    sparql = await bound(request, query, asked)
    headers, known = not_modified(request)
    if known is not None:
        return known
    headers["Content-Disposition"] = _disposition(query, extension, asked.lang)
    if form is None:
        return Response(sparql, media_type="application/sparql-query; charset=utf-8", headers=headers)
    if asked.limit is not None or asked.offset:
        total = len((await answer_table(request, sparql)).rows)
        headers |= paging_headers(request, asked, total)
        sparql = Analysis(sparql).paged(limit=asked.limit if asked.limit is not None else total, offset=asked.offset)
    if form is XLSX:
        return Response(await _workbook(request, query, sparql, asked), media_type=form.content_type, headers=headers)
    people = asked.people and form.name == "csv"
    found = await _run(request, sparql, _JSON if people else form)
    if found.truncated:
        headers["X-Truncated"] = "true"
    body = csv_of(read_json_results(found.body), people=True) if people else found.body
    return Response(body, media_type=form.content_type, headers=headers)


def _form(extension: str) -> Format | None:
    """The format of an extension; None for the query itself. Raises FormatNotFound."""
    if extension == "rq":
        return None
    form = by_name(extension, (*RESULT_FORMATS, XLSX))
    if form is None or extension not in EXTENSIONS:
        raise FormatNotFound(
            f"没有 .{extension} 格式；可用 {'、'.join(EXTENSIONS)}。", f"There is no .{extension}; use {', '.join(EXTENSIONS)}."
        )
    return form


async def _run(request: Request, sparql: str, form: Format) -> Answer:
    service: QueryService = request.app.state.service
    return await service.run(QueryRequest(sparql, form, RDF_FORMATS[0]))


def _disposition(query: SavedQuery, extension: str, lang: str) -> str:
    """A name for the file: the slug, and for programs that can (RFC 6266) the question itself."""
    kind = "attachment" if extension == "xlsx" else "inline"
    title = query.title.get(lang).rstrip("？?")
    return f"{kind}; filename=\"{query.slug}.{extension}\"; filename*=UTF-8''{quote(f'{title}.{extension}', safe='')}"


def paging_headers(request: Request, asked: Asked, total: int) -> dict[str, str]:
    """The total, and links to the first, previous, next and last page (RFC 8288)."""
    step = asked.limit or 0
    links = [("first", 0)] if step else []
    if asked.offset:
        links.append(("prev", max(0, asked.offset - step) if step else 0))
    if step and asked.offset + step < total:
        links.append(("next", asked.offset + step))
    if step and total:
        links.append(("last", (total - 1) // step * step))
    parameters = dict(request.query_params)
    written = [
        f'<{request.url.path}?{urlencode({**parameters, "offset": str(offset)})}>; rel="{relation}"'
        for relation, offset in links
    ]
    return {"X-Total-Count": str(total)} | ({"Link": ", ".join(written)} if written else {})


async def _workbook(request: Request, query: SavedQuery, sparql: str, asked: Asked) -> bytes:
    from ohai_kg.office.spreadsheet import write_workbook

    table = await answer_table(request, sparql)
    release = request.app.state.service.release
    columns = [f"{column}：{heading(query, column).get(asked.lang)}" for column in table.columns]
    about: dict[str, Any] = {
        "问题": query.title.get(asked.lang),
        "说明": query.description.get(asked.lang),
        "列": "\n".join(columns),
        "版本": release.id,
        "版本时间": release.manifest.created,
        "地址": f"{request.base_url}{request.url.path.lstrip('/')}" + (f"?{request.url.query}" if request.url.query else ""),
        "查询": sparql,
    }
    return await asyncio.to_thread(write_workbook, table, about)
