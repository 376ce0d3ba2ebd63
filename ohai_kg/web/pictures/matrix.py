"""`/matrix`: how many duties each domain has in each stage; every cell leads to its duties, and the table is a picture too."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from math import ceil, sqrt
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from ohai_kg.web.http.asking import saved_rows
from ohai_kg.web.http.pages import language, render
from ohai_kg.web.pictures.drawing import heat_map, svg_file

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ohai_kg.web.http.asking import Row

router = APIRouter()

QUERY: Final = "domain-stage-matrix"
_SHADES: Final = 4


@dataclass(frozen=True, slots=True)
class Heading:
    """A row's or column's head; `key` stands for its IRI in an address."""

    key: str
    label: str
    total: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; `shade` from 0 (none) to 4 (most)."""

    count: int
    shade: int
    column: Heading


@dataclass(frozen=True, slots=True)
class Line:
    """One row."""

    head: Heading
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Counts of duties by two things."""

    columns: tuple[Heading, ...]
    lines: tuple[Line, ...]
    total: int

    @property
    def most(self) -> Heading | None:
        """The column with the most."""
        return max(self.columns, key=lambda column: column.total, default=None)

    @property
    def least(self) -> Heading | None:
        """The column with the least."""
        return min(self.columns, key=lambda column: column.total, default=None)


def cross(rows: Iterable[Row], down: str, across: str, *, across_order: tuple[str, ...] = ()) -> Matrix:
    """The rows of a query (columns `down`, `downLabel`, `across`, `acrossLabel`, `duties`) as a table of two ways.

    Rows stay in the query's order, and so do columns unless `across_order` gives their IRIs. Shades go by the square root,
    so that one large cell does not bleach the others.
    """
    counts: dict[tuple[str, str], int] = {}
    labels: dict[str, str] = {}
    for row in rows:
        counts[row[down], row[across]] = int(row["duties"])
        labels[row[down]] = row[f"{down}Label"]
        labels[row[across]] = row[f"{across}Label"]
    largest = max(counts.values(), default=0)
    lines = list(dict.fromkeys(first for first, _ in counts))
    columns = [iri for iri in across_order if iri in labels] or list(dict.fromkeys(second for _, second in counts))
    heads = [Heading(key_of(c), labels[c], sum(counts.get((line, c), 0) for line in lines)) for c in columns]

    def cell(line: str, column: str, head: Heading) -> Cell:
        count = counts.get((line, column), 0)
        return Cell(count, ceil(_SHADES * sqrt(count / largest)) if largest else 0, head)

    return Matrix(
        tuple(heads),
        tuple(
            Line(
                Heading(key_of(line), labels[line], sum(counts.get((line, c), 0) for c in columns)),
                tuple(cell(line, column, head) for column, head in zip(columns, heads, strict=True)),
            )
            for line in lines
        ),
        sum(counts.values()),
    )


def key_of(iri: str) -> str:
    """What stands for a concept or thing in an address: its notation, or what follows `/id/`."""
    _, is_thing, key = iri.partition("/id/")
    return key if is_thing else iri.rpartition("/")[2]


async def stages_by_domain(request: Request) -> Matrix:
    """The matrix of domains and stages."""
    return await asyncio.to_thread(cross, await saved_rows(request, QUERY), "domain", "stage")


@router.get("/matrix", response_class=HTMLResponse, summary="Duties by domain and stage")
async def page(request: Request) -> HTMLResponse:
    """The matrix with what can be read off it."""
    context = {"matrix": await stages_by_domain(request), "slug": QUERY}
    return await asyncio.to_thread(render, request, "matrix.html", context)


@router.get("/matrix.svg", response_class=Response, summary="The matrix as a picture")
async def picture(request: Request) -> Response:
    """The matrix as SVG, for documents and slides."""
    title = "Duties by domain and stage" if language(request) == "en" else "各领域各阶段的职责"
    return svg_file(heat_map(await stages_by_domain(request), title), "matrix")
