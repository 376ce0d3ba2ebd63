"""The home page: what this is, the release in figures, the matrix, five questions, a catalogue to check, what to take along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ohai_kg.web.http.asking import query, rows
from ohai_kg.web.http.pages import render
from ohai_kg.web.pictures.matrix import stages_by_domain

if TYPE_CHECKING:
    from ohai_kg.questions.collection import SavedQueries
    from ohai_kg.questions.model import SavedQuery

router = APIRouter()

_QUESTIONS: Final = (
    "units-by-domain-count",
    "delegated-duties",
    "responsible-but-not-in-group",
    "deadlines-by-month",
    "missing-elements",
)


@dataclass(frozen=True, slots=True)
class _Counted:
    """Something the line of figures counts, with its words and the page that lists it."""

    name: str
    pattern: str
    zh: str
    en: str
    page: str


_COUNTED: Final = (
    _Counted("duties", "?x a zwgk:Duty", "项职责", "duties", "/queries/duties"),
    _Counted("parties", "?d a zwgk:Duty ; zwgk:responsibleParty ?x", "个责任主体", "responsible parties", "/responsibilities"),
    _Counted("domains", "?d a zwgk:Duty ; zwgk:domain ?x", "个领域", "domains", "/matrix"),
    _Counted("people", "?x a foaf:Person", "名人员", "people", "/search?type=foaf:Person"),
    _Counted("groups", "?x a zwgk:WorkingGroup", "个工作小组", "working groups", "/search?type=zwgk:WorkingGroup"),
    _Counted("deadlines", "?x a zwgk:Deadline", "项期限", "deadlines", "/queries/deadlines-by-month"),
    _Counted("standards", "?x a zwgk:Standard", "项标准", "standards", "/standard-system"),
    _Counted("items", "?x a zwgk:InformationItem", "个公开事项", "disclosure items", "/catalogues"),
    _Counted("defects", "?x a zwgk:SourceDefect", "处源文缺陷", "defects of the source", "/defects"),
)
_COUNTS: Final = "SELECT {names} WHERE {{\n{counts}\n}}".format(
    names=" ".join(f"?{it.name}" for it in _COUNTED),
    counts="\n".join(f"  {{ SELECT (COUNT(DISTINCT ?x) AS ?{it.name}) WHERE {{ {it.pattern} }} }}" for it in _COUNTED),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One count in words; `page` lists what was counted."""

    count: int
    zh: str
    en: str
    page: str


@router.get("/", response_class=HTMLResponse, summary="Home page")
async def home(request: Request) -> HTMLResponse:
    """The home page."""
    counts = (await rows(request, query(_COUNTS, "zh")))[0]
    context = {
        "figures": [Figure(int(counts[it.name]), it.zh, it.en, it.page) for it in _COUNTED if int(counts[it.name])],
        "matrix": await stages_by_domain(request),
        "questions": _questions(request.app.state.queries),
        "asked": len(request.app.state.queries.all),
        "limit_mb": request.app.state.project.settings.max_upload_mb,
        "endpoint": str(request.base_url) + "sparql",
    }
    return render(request, "home.html", context)


def _questions(queries: SavedQueries) -> list[SavedQuery]:
    """The five questions, those of them that the project has."""
    return [saved for saved in queries.all if saved.slug in _QUESTIONS]
