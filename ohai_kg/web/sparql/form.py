"""The page at `/sparql` for people: a form that needs no script, the answer beneath; a script makes it an editor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ohai_kg.export.tables import read_json_results
from ohai_kg.mediatypes import RDF_FORMATS, RESULT_FORMATS
from ohai_kg.query.analysis import Analysis
from ohai_kg.query.requests import QueryRequest
from ohai_kg.web.pages import language, render

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from ohai_kg.query.collection import SavedQueries

FIRST_QUERY: Final = """PREFIX zwgk: <https://w3id.org/zwgk/ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?duty ?label WHERE {
  ?duty a zwgk:Duty ; zwgk:order ?order ; rdfs:label ?label
  FILTER(LANG(?label) = "zh")
}
ORDER BY ?order LIMIT 100
"""
_JSON: Final = RESULT_FORMATS[0]
MOST: Final = 1000
"""Rows the page shows; a download has them all."""


def form_page(request: Request) -> Response:
    """The form, holding the query of `draft`, or the saved query that `example` names, or a first one; nothing is run."""
    queries: SavedQueries = request.app.state.queries
    text = request.query_params.get("draft") or FIRST_QUERY
    example = request.query_params.get("example")
    if example:
        text = queries.sparql(queries.get(example), {}, language(request))
    return _page(request, text)


async def answer_page(request: Request, text: str) -> Response:
    """The form with the query and its answer. Raises the error of the query."""
    analysis = Analysis(text)
    shown = analysis.paged(limit=MOST + 1) if analysis.form == "SELECT" else text
    answer = await request.app.state.service.run(QueryRequest(shown, _JSON, RDF_FORMATS[0]))
    if answer.format is not _JSON:
        return _page(request, text, graph=answer.body.decode())
    if analysis.form == "ASK":
        return _page(request, text, truth=b"true" in answer.body)
    table = read_json_results(answer.body)
    return _page(request, text, table=table, is_cut=len(table.rows) > MOST)


def _page(request: Request, text: str, **answer: Any) -> Response:
    """`inline_styles`: the editor's script writes style attributes."""
    told = {"table": None, "graph": None, "truth": None, "is_cut": False, "most": MOST, **answer}
    examples = request.app.state.queries.all
    return render(request, "sparql.html", {"query": text, "examples": examples, **told}, inline_styles=True)
