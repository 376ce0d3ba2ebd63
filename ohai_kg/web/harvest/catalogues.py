"""`/catalogues`: the catalogues the plan demands, as pages, workbooks, csv and RDF."""

from __future__ import annotations

import asyncio
from itertools import groupby
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from ohai_kg.errors import FormatNotFound
from ohai_kg.formats import RDF_FORMATS, RESULT_FORMATS, XLSX, by_name
from ohai_kg.publication.disclosure_lists import KINDS, LISTS, UNLISTED, entries_query, find_list, graph_query, read_lists
from ohai_kg.publication.disclosure_tables import render_table, set_out
from ohai_kg.sparql.requests import QueryRequest
from ohai_kg.web.http.pages import for_people, render

if TYPE_CHECKING:
    from ohai_kg.publication.disclosure_lists import DisclosureList
    from ohai_kg.serving.service import QueryService

router = APIRouter()

_CSV: Final = by_name("csv", RESULT_FORMATS) or RESULT_FORMATS[0]
_FORMATS: Final = (XLSX, _CSV, *RDF_FORMATS[:4])


@router.get("/catalogues", response_class=HTMLResponse, summary="Proactive and on-request catalogues and negative lists")
async def overview(request: Request) -> HTMLResponse:
    """All lists by domain and issuer, and how many items are in none."""
    service: QueryService = request.app.state.service
    lists = read_lists(await service.select(LISTS))
    groups = [
        (key, {one.kind: one for one in group}) for key, group in groupby(lists, key=lambda one: (one.domain, one.issuer))
    ]
    context = {
        "groups": [(next(iter(group.values())), group) for _, group in groups],
        "kinds": KINDS,
        "unlisted": await service.select(UNLISTED),
        "forms": ("xlsx", "csv", "ttl"),
    }
    return render(request, "catalogues.html", context)


@router.get("/catalogues/{slug}.{extension}", response_class=Response, summary="One catalogue in one format")
async def download(slug: str, extension: str, request: Request) -> Response:
    """The list as xlsx, csv (`bom=1` for spreadsheet programs), ttl, nt, jsonld or rdf."""
    service: QueryService = request.app.state.service
    one = await _find(service, slug)
    chosen = next((form for form in _FORMATS if form.extension == extension), None)
    if chosen is None:
        names = [form.extension for form in _FORMATS]
        raise FormatNotFound(
            f"没有 .{extension} 格式；可用 {'、'.join(names)}。", f"There is no .{extension}; use {', '.join(names)}."
        )
    if chosen in RDF_FORMATS:
        body = (await service.run(QueryRequest(graph_query(one.iri), _CSV, chosen))).body
    else:
        rows = await service.select(entries_query(one.iri))
        people = for_people(request)
        body = await asyncio.to_thread(
            lambda: render_table(one, set_out(one, rows), chosen.name, service.release.id, people=people)
        )
    headers = {
        "Content-Disposition": f'inline; filename="{slug if slug.isascii() else one.kind}.{extension}"',
        "X-Release": service.release.id,
    }
    return Response(body, media_type=chosen.content_type, headers=headers)


@router.get("/catalogues/{slug}", response_class=HTMLResponse, summary="One catalogue as a page")
async def page(slug: str, request: Request) -> HTMLResponse:
    """The list as a table."""
    service: QueryService = request.app.state.service
    one = await _find(service, slug)
    table = await asyncio.to_thread(set_out, one, await service.select(entries_query(one.iri)))
    context = {"one": one, "table": table, "forms": [form.extension for form in _FORMATS]}
    return await asyncio.to_thread(render, request, "catalogue.html", context)


async def _find(service: QueryService, slug: str) -> DisclosureList:
    return find_list(read_lists(await service.select(LISTS)), slug)
