"""`/about` and `/defects`: what this is and rests on, and what is wrong in the document itself."""

from __future__ import annotations

import asyncio
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ohai_kg.namespaces import CANONICAL_BASE
from ohai_kg.web.http.asking import draft, query, rows
from ohai_kg.web.http.pages import language, render

router = APIRouter()

_DOCUMENTS: Final = """SELECT ?document ?documentLabel ?number ?date ?issuer ?issuerLabel WHERE {
  ?document a zwgk:PolicyDocument ; zwgk:documentNumber ?number .
  OPTIONAL { ?document eli:date_document ?date }
  {label document}
  OPTIONAL { ?document eli:passed_by ?issuer . {label issuer} }
}
ORDER BY ?date
"""
_DEFECTS: Final = """SELECT ?defect ?code ?title ?description ?kindLabel ?handlingLabel ?places WHERE {
  ?defect a zwgk:SourceDefect ; zwgk:defectCode ?code ; zwgk:order ?order ; zwgk:defectKind ?kind ; zwgk:handling ?handling .
  OPTIONAL { ?defect dct:title ?title FILTER(LANG(?title) = "zh") }
  OPTIONAL { ?defect dct:description ?description FILTER(LANG(?description) = "{lang}") }
  OPTIONAL { SELECT ?defect (GROUP_CONCAT(DISTINCT ?place; SEPARATOR="、") AS ?places) WHERE {
    ?defect a zwgk:SourceDefect ; zwgk:sourceLocation ?place } GROUP BY ?defect }
  {label kind}
  {label handling}
}
ORDER BY ?order ?code
"""


@router.get("/about", response_class=HTMLResponse, summary="About this site")
async def about(request: Request) -> HTMLResponse:
    """What this is, what it rests on, where its limits are."""
    lang = language(request)
    settings = request.app.state.project.settings
    graphs = request.app.state.service.release.manifest.graphs
    context = {
        "documents": await rows(request, query(_DOCUMENTS, lang)),
        "graphs": sorted(graphs.items()),
        "root": str(request.base_url),
        "is_unregistered": settings.base == CANONICAL_BASE,
    }
    return render(request, "about.html", context)


@router.get("/defects", response_class=HTMLResponse, summary="Defects of the source document")
async def defects(request: Request) -> HTMLResponse:
    """Every defect found in the document, and how it was handled."""
    lang = language(request)
    sparql = query(_DEFECTS, lang)
    context = {"defects": await rows(request, sparql), "draft": draft(sparql)}
    return await asyncio.to_thread(render, request, "defects.html", context)
