"""`/.well-known/void`: the current release in VoID, by Accept or extension; counted by the query workers, remembered."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ohai_kg.errors import FormatNotFound, NotAcceptable
from ohai_kg.formats import RESULT_FORMATS, Format, negotiate
from ohai_kg.publication.void import counting, describe_void
from ohai_kg.sparql.requests import QueryRequest
from ohai_kg.web.harvest.catalog import SYNTAXES, read_site, tagged

if TYPE_CHECKING:
    from ohai_kg.serving.service import QueryService

router = APIRouter()


def warm_requests(base: str) -> tuple[QueryRequest, ...]:
    """What the description asks, to be asked once at every publication."""
    return tuple(QueryRequest(query, RESULT_FORMATS[0], SYNTAXES[0]) for query in counting(base).values())


@router.get("/.well-known/void", response_class=Response, summary="VoID description of the current release")
async def negotiated(request: Request) -> Response:
    """The description by Accept: Turtle, N-Triples, JSON-LD, RDF/XML; Turtle for browsers."""
    accept = request.headers.get("accept")
    chosen = negotiate(accept, SYNTAXES)
    if chosen is None and "text/html" not in (accept or ""):
        raise NotAcceptable("可取 Turtle、N-Triples、JSON-LD、RDF/XML。", "It comes as Turtle, N-Triples, JSON-LD or RDF/XML.")
    answer = await _answer(request, chosen or SYNTAXES[0])
    answer.headers["Vary"] = "Accept"
    return answer


@router.get("/.well-known/void.{extension}", response_class=Response, summary="VoID description in one format")
async def by_extension(extension: str, request: Request) -> Response:
    """The description in the format of its extension."""
    for form in SYNTAXES:
        if form.extension == extension:
            return await _answer(request, form)
    names = [form.extension for form in SYNTAXES]
    raise FormatNotFound(
        f"没有 .{extension} 格式；可用 {'、'.join(names)}。", f"There is no .{extension}; use {', '.join(names)}."
    )


async def _answer(request: Request, chosen: Format) -> Response:
    service: QueryService = request.app.state.service
    site = await read_site(request)
    manifest = service.release.manifest
    counts = {name: await service.select(query) for name, query in counting(site.settings.base).items()}
    body = await asyncio.to_thread(lambda: describe_void(site, manifest, counts).serialize(chosen))
    answer = tagged(request, body, chosen)
    answer.headers["X-Release"] = manifest.id
    return answer
