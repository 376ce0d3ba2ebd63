"""`/responsibilities`: who answers for what: the parties and domains of Annex 5 as a graph, and as the table behind it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from ohai_kg.web.http.asking import saved_rows
from ohai_kg.web.http.pages import language, render
from ohai_kg.web.pictures.drawing import svg_file, two_columns
from ohai_kg.web.pictures.matrix import Matrix, cross, stages_by_domain

if TYPE_CHECKING:
    from markupsafe import Markup

router = APIRouter()

QUERY: Final = "unit-domain-matrix"


async def parties_by_domain(request: Request) -> Matrix:
    """The matrix of responsible parties and domains; domains in the document's order."""
    domains = dict.fromkeys(row["domain"] for row in await saved_rows(request, "domain-stage-matrix"))
    return cross(await saved_rows(request, QUERY), "unit", "domain", across_order=tuple(domains))


@router.get("/responsibilities", response_class=HTMLResponse, summary="Responsible parties and domains")
async def page(request: Request) -> HTMLResponse:
    """The picture with its table."""
    matrix = await parties_by_domain(request)
    duties = (await stages_by_domain(request)).total
    drawn = await asyncio.to_thread(_draw, matrix, request)
    context = {"matrix": matrix, "picture": drawn, "duties": duties, "slug": QUERY}
    return await asyncio.to_thread(render, request, "responsibilities.html", context)


@router.get("/responsibilities.svg", response_class=Response, summary="Responsible parties and domains as a picture")
async def picture(request: Request) -> Response:
    """The graph as SVG."""
    return svg_file(_draw(await parties_by_domain(request), request), "responsibilities")


def _draw(matrix: Matrix, request: Request) -> Markup:
    english = language(request) == "en"
    return two_columns(matrix, "Responsible parties and domains" if english else "责任主体与领域")
