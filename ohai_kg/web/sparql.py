"""`/sparql`: SPARQL 1.1 Protocol, query operation (sections 2.1.1 to 2.1.3)."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ohai_kg.errors import NotAcceptable, RequestError, UnsupportedMediaType
from ohai_kg.mediatypes import HTML, RDF_FORMATS, RESULT_FORMATS, Format, by_name, negotiate
from ohai_kg.query.runner import QueryRequest

if TYPE_CHECKING:
    from ohai_kg.query.runner import QueryRunner

router = APIRouter()

FIRST_QUERY: Final = """PREFIX zwgk: <https://w3id.org/zwgk/ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?duty ?label WHERE {
  ?duty a zwgk:Duty ; zwgk:order ?order ; rdfs:label ?label
  FILTER(LANG(?label) = "zh")
}
ORDER BY ?order LIMIT 100
"""


@router.get("/sparql", summary="SPARQL query, by GET")
async def query_by_get(request: Request) -> Response:
    """Evaluate `query`; `format` or the Accept header chooses the format."""
    parameters = parse_qs(request.url.query, keep_blank_values=True)
    if "query" not in parameters and negotiate(request.headers.get("accept"), (*RDF_FORMATS, HTML)) is HTML:
        return _form(request)
    return await _answer(request, parameters)


def _form(request: Request) -> Response:
    """The page for people: a plain form that works without any script."""
    state = request.app.state
    context = {"release": asdict(state.release.manifest), "settings": state.project.settings, "query": FIRST_QUERY}
    page: Response = state.templates.TemplateResponse(request, "sparql.html", context)
    return page


@router.post("/sparql", summary="SPARQL query, by POST (form or direct)")
async def query_by_post(request: Request) -> Response:
    """Evaluate a form's `query`, or a body of type application/sparql-query."""
    parameters = parse_qs(request.url.query, keep_blank_values=True)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        body = (await request.body()).decode()
        if media_type == "application/sparql-query":
            return await _answer(request, {**parameters, "query": [body]})
        if media_type == "application/x-www-form-urlencoded":
            return await _answer(request, {**parameters, **parse_qs(body, keep_blank_values=True)})
    except UnicodeDecodeError:
        raise RequestError("请求正文不是 UTF-8 文本。", "The body is not UTF-8 text.") from None
    raise UnsupportedMediaType(
        "请以表单（application/x-www-form-urlencoded）或 application/sparql-query 提交查询。",
        "Send the query as a form (application/x-www-form-urlencoded) or as application/sparql-query.",
    )


async def _answer(request: Request, parameters: dict[str, list[str]]) -> Response:
    queries = parameters.get("query", [])
    if len(queries) != 1 or not queries[0].strip():
        raise RequestError("请用参数 query 给出一个 SPARQL 查询。", "Give one SPARQL query in the parameter `query`.")
    results, rdf = _formats(request, parameters)
    runner: QueryRunner = request.app.state.runner
    answer = await runner.run(
        QueryRequest(queries[0], results, rdf, parameters.get("default-graph-uri"), parameters.get("named-graph-uri"))
    )
    return Response(answer.body, media_type=answer.format.content_type, headers={"Vary": "Accept"})


def _formats(request: Request, parameters: dict[str, list[str]]) -> tuple[Format, Format]:
    """The formats for a table and for a graph; one may be a default where the client only asked for the other."""
    name = parameters.get("format", [""])[0]
    if name:
        results, rdf = by_name(name, RESULT_FORMATS), by_name(name, RDF_FORMATS)
    else:
        accept = request.headers.get("accept")
        results, rdf = negotiate(accept, RESULT_FORMATS), negotiate(accept, RDF_FORMATS)
    if results is None and rdf is None:
        raise NotAcceptable(
            "没有所要的格式；表可取 JSON、XML、CSV、TSV，图可取 Turtle、N-Triples、JSON-LD、RDF/XML、TriG、N-Quads。",
            "No such format; tables come as JSON, XML, CSV, TSV, "
            "graphs as Turtle, N-Triples, JSON-LD, RDF/XML, TriG, N-Quads.",
        )
    return results or RESULT_FORMATS[0], rdf or RDF_FORMATS[0]
