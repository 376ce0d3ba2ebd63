"""The home page: what this is, the figures of this release, the matrix of domains and stages, three first queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ohai_kg.web.pages import render

if TYPE_CHECKING:
    from ohai_kg.query.service import QueryService

router = APIRouter()

_PREFIXES: Final = """PREFIX zwgk: <https://w3id.org/zwgk/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
"""
_FIGURES: Final = (
    ("项职责", "?x a zwgk:Duty"),
    ("个责任主体", "?d a zwgk:Duty ; zwgk:responsibleParty ?x"),
    ("个领域", "?d a zwgk:Duty ; zwgk:domain ?x"),
    ("名人员", "?x a foaf:Person"),
    ("个工作小组", "?x a zwgk:WorkingGroup"),
    ("项期限", "?x a zwgk:Deadline"),
    ("处源文缺陷", "?x a zwgk:SourceDefect"),
)
_MATRIX: Final = """SELECT ?domain ?domainLabel ?stage ?stageLabel (COUNT(?duty) AS ?duties) WHERE {
  ?stage a zwgk:Stage ; zwgk:order ?stageOrder ; skos:prefLabel ?stageLabel .
  { SELECT DISTINCT ?domain WHERE { ?any a zwgk:Duty ; zwgk:domain ?domain } }
  ?domain zwgk:order ?domainOrder ; skos:prefLabel ?domainLabel .
  OPTIONAL { ?duty a zwgk:Duty ; zwgk:domain ?domain ; zwgk:stage ?stage }
  FILTER(LANG(?stageLabel) = "zh" && LANG(?domainLabel) = "zh")
}
GROUP BY ?domain ?domainLabel ?domainOrder ?stage ?stageLabel ?stageOrder
ORDER BY ?domainOrder ?stageOrder
"""
_EXAMPLES: Final = (
    (
        "哪些单位承担职责的领域最多？",
        """SELECT ?unit (COUNT(DISTINCT ?domain) AS ?domains) (COUNT(DISTINCT ?duty) AS ?duties) WHERE {
  ?duty a zwgk:Duty ; zwgk:domain ?domain ; zwgk:responsibleParty/skos:prefLabel ?unit .
  FILTER(LANG(?unit) = "zh")
}
GROUP BY ?unit ORDER BY DESC(?domains) DESC(?duties) LIMIT 20
""",
    ),
    (
        "哪些职责属委托实施？",
        """SELECT ?dutyLabel ?delegatorLabel ?delegateLabel WHERE {
  ?delegation zwgk:forDuty ?duty ; zwgk:delegator/skos:prefLabel ?delegatorLabel ;
    zwgk:delegate/skos:prefLabel ?delegateLabel .
  ?duty zwgk:order ?order ; rdfs:label ?dutyLabel .
  FILTER(LANG(?delegatorLabel) = "zh" && LANG(?delegateLabel) = "zh" && LANG(?dutyLabel) = "zh")
}
ORDER BY ?order
""",
    ),
    (
        "各阶段职责条数？",
        """SELECT ?stageLabel (COUNT(?duty) AS ?duties) WHERE {
  ?stage a zwgk:Stage ; zwgk:order ?order ; skos:prefLabel ?stageLabel .
  ?duty a zwgk:Duty ; zwgk:stage ?stage .
  FILTER(LANG(?stageLabel) = "zh")
}
GROUP BY ?stageLabel ?order ORDER BY ?order
""",
    ),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One count with its unit of counting and the query behind it."""

    count: int
    unit: str
    address: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the matrix; `shade` from 0 (none) to 4 (most)."""

    count: int
    shade: int
    address: str


@router.get("/", response_class=HTMLResponse, summary="Home page")
async def home(request: Request) -> HTMLResponse:
    """The home page in Chinese."""
    service: QueryService = request.app.state.service
    context = {
        "figures": [figure for figure in [await _figure(service, *it) for it in _FIGURES] if figure.count],
        "matrix": _matrix(await service.select(_PREFIXES + _MATRIX)),
        "examples": [
            {"title": title, "query": _PREFIXES + query, "address": _address(_PREFIXES + query)} for title, query in _EXAMPLES
        ],
        "endpoint": str(request.base_url) + "sparql",
    }
    return render(request, "home.html", context)


async def _figure(service: QueryService, unit: str, pattern: str) -> Figure:
    rows = await service.select(f"{_PREFIXES}SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ {pattern} }}")
    labels = f'{pattern} . ?x rdfs:label ?label FILTER(LANG(?label) = "zh")'
    listing = f"{_PREFIXES}SELECT DISTINCT ?x ?label WHERE {{ {labels} }}"
    return Figure(int(rows[0]["n"]), unit, _address(listing))


def _matrix(rows: list[dict[str, str]]) -> dict[str, object]:
    """The rows of the query as a table with sums; shades are quarters of the largest cell."""
    largest = max((int(row["duties"]) for row in rows), default=0)
    domains: dict[str, list[dict[str, str]]] = {}
    stages: dict[str, int] = {}
    for row in rows:
        domains.setdefault(row["domainLabel"], []).append(row)
        stages[row["stageLabel"]] = stages.get(row["stageLabel"], 0) + int(row["duties"])
    return {
        "stages": [{"label": label, "total": total} for label, total in stages.items()],
        "rows": [
            {
                "label": label,
                "cells": [_cell(cell, largest) for cell in cells],
                "total": sum(int(cell["duties"]) for cell in cells),
            }
            for label, cells in domains.items()
        ],
        "total": sum(stages.values()),
    }


def _cell(row: dict[str, str], largest: int) -> Cell:
    count = int(row["duties"])
    query = (
        f"{_PREFIXES}SELECT ?duty ?label WHERE {{ ?duty a zwgk:Duty ; zwgk:domain <{row['domain']}> ; "
        f"zwgk:stage <{row['stage']}> ; zwgk:order ?order ; rdfs:label ?label "
        'FILTER(LANG(?label) = "zh") } ORDER BY ?order'
    )
    return Cell(count, -(-4 * count // largest) if largest else 0, _address(query))


def _address(query: str) -> str:
    return f"/sparql?format=csv&query={quote(query, safe='')}"
