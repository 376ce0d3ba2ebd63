"""The page at `/sparql` for people: a form that needs no script, the answer beneath; a script makes it an editor."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from ohai_kg.formats import RDF_FORMATS, RESULT_FORMATS
from ohai_kg.office.answers import read_json_results
from ohai_kg.serving.preview import CHARACTERS
from ohai_kg.sparql.requests import QueryRequest
from ohai_kg.web.http.pages import language, render

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from ohai_kg.questions.collection import SavedQueries

FIRST_QUERY: Final = """PREFIX zwgk: <https://w3id.org/zwgk/ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?duty ?label WHERE {
  ?duty a zwgk:Duty ; zwgk:order ?order ; rdfs:label ?label
  FILTER(LANG(?label) = "zh")
}
ORDER BY ?order LIMIT 100
"""
_JSON: Final = RESULT_FORMATS[0]


def form_page(request: Request) -> Response:
    """The form, holding the query of `draft`, or the saved query that `example` names, or a first one; nothing is run."""
    queries: SavedQueries = request.app.state.queries
    text = request.query_params.get("draft") or FIRST_QUERY
    example = request.query_params.get("example")
    if example:
        text = queries.sparql(queries.get(example), {}, language(request))
    return _page(request, text)


async def answer_page(request: Request, text: str) -> Response:
    """The form with the query and the beginning of its answer. Raises the error of the query.

    Nothing here grows with the answer: the worker makes the beginning, and the page is written in a thread.
    """
    answer = await request.app.state.service.run(QueryRequest(text, _JSON, RDF_FORMATS[0], preview=True))
    told: dict[str, Any] = {"is_cut": answer.truncated}
    if answer.format is not _JSON:
        told["graph"] = answer.body.decode()
        told["is_shortened"] = "…" in told["graph"]
    elif b'"boolean":' in answer.body[:100]:
        told["truth"] = b"true" in answer.body
    else:
        told["table"] = table = read_json_results(answer.body)
        told["is_shortened"] = any(
            len(cell.text) > CHARACTERS and not cell.is_iri for row in table.rows for cell in row if cell
        )
    return await asyncio.to_thread(_page, request, text, **told)


def _page(request: Request, text: str, **answer: Any) -> Response:
    """`inline_styles`: the editor's script writes style attributes."""
    told = {"table": None, "graph": None, "truth": None, "is_cut": False, "is_shortened": False, **answer}
    whole = "/sparql?" + urlencode({"query": text, "format": "ttl" if told["graph"] is not None else "csv"})
    context = {"query": text, "examples": request.app.state.queries.all, "whole": whole, "characters": CHARACTERS, **told}
    return render(request, "sparql.html", context, inline_styles=True)
