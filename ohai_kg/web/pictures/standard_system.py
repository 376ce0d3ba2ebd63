"""`/standard-system`: the tree of standards the plan orders, drawn from the data and never as the lost picture of Annex 8."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from ohai_kg.web.http.asking import query, rows, saved_rows
from ohai_kg.web.http.pages import language, render
from ohai_kg.web.pictures.drawing import svg_file
from ohai_kg.web.pictures.tree_drawing import draw_tree

if TYPE_CHECKING:
    from ohai_kg.web.http.asking import Row

router = APIRouter()

QUERY: Final = "standards"
_SYSTEM: Final = """SELECT ?system ?systemLabel ?note ?defect ?defectLabel ?explicit WHERE {
  ?system a zwgk:StandardSystem ; zwgk:explicit ?explicit .
  {label system}
  OPTIONAL { ?system zwgk:explainedBy ?defect . ?defect rdfs:label ?defectLabel FILTER(LANG(?defectLabel) = "zh") }
  OPTIONAL { ?system skos:note ?note FILTER(LANG(?note) = "{lang}") }
}
ORDER BY ?system LIMIT 1
"""
_NODES: Final = """SELECT ?node ?nodeLabel ?parent ?levelLabel ?rests ?restsLabel ?explicit ?place WHERE {
  ?node a zwgk:SystemNode ; zwgk:order ?order ; zwgk:explicit ?explicit .
  OPTIONAL { ?node zwgk:parentNode ?parent }
  {label node}
  OPTIONAL { ?node zwgk:level ?level . {label level} }
  OPTIONAL { ?node dct:references ?rests . {label rests} }
  OPTIONAL { SELECT ?node (GROUP_CONCAT(DISTINCT ?location; SEPARATOR="、") AS ?place) WHERE {
    ?node a zwgk:SystemNode ; zwgk:sourceLocation ?location } GROUP BY ?node }
}
ORDER BY ?order ?node
"""


@dataclass(frozen=True, slots=True)
class Node:
    """One node of the tree with its standards (rows of the saved query) and the nodes below it."""

    iri: str
    label: str
    level: str
    rests: str
    rests_label: str
    place: str
    is_stated: bool
    standards: list[Row] = field(default_factory=list)
    below: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class System:
    """The whole tree and what it rests on; `counts` are the standards by status."""

    label: str
    note: str
    defect: str
    defect_label: str
    is_stated: bool
    roots: list[Node]
    standards: list[Row]
    counts: dict[str, int]


async def read_system(request: Request) -> System | None:
    """The standard system of the release; None where it has none."""
    lang = language(request)
    found = await rows(request, query(_SYSTEM, lang))
    if not found:
        return None
    nodes = await rows(request, query(_NODES, lang))
    standards = await saved_rows(request, QUERY)
    by_iri = {row["node"]: _node(row) for row in nodes}
    for row in standards:
        if row["node"] in by_iri:
            by_iri[row["node"]].standards.append(row)
    roots: list[Node] = []
    for row in nodes:
        (by_iri[row["parent"]].below if row["parent"] in by_iri else roots).append(by_iri[row["node"]])
    counts: dict[str, int] = {}
    for row in standards:
        counts[row["statusLabel"]] = counts.get(row["statusLabel"], 0) + 1
    told = found[0]
    return System(
        told["systemLabel"],
        told["note"],
        told["defect"],
        told["defectLabel"],
        told["explicit"] == "true",
        roots,
        standards,
        counts,
    )


def state(row: Row) -> str:
    """The class that marks a standard's status by its shape."""
    return row["status"].rpartition("/")[2]


@router.get("/standard-system", response_class=HTMLResponse, summary="The standard system")
async def page(request: Request) -> HTMLResponse:
    """The tree as a nested list, and as a table."""
    context = {"system": await read_system(request), "slug": QUERY, "state": state}
    return await asyncio.to_thread(render, request, "standard_system.html", context)


@router.get("/standard-system.svg", response_class=Response, summary="The standard system as a picture")
async def picture(request: Request) -> Response:
    """The tree as SVG; it fits a page of A4."""
    system = await read_system(request)
    return svg_file(draw_tree(system, language(request)), "standard-system")


def _node(row: Row) -> Node:
    return Node(
        row["node"],
        row["nodeLabel"],
        row["levelLabel"],
        row["rests"],
        row["restsLabel"],
        row["place"],
        row["explicit"] == "true",
    )
