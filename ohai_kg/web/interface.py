"""/openapi.json: FastAPI's description, and the SPARQL protocols' addresses, which are answered beside it."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse

from ohai_kg.formats import RDF_FORMATS, RESULT_FORMATS
from ohai_kg.web.questions.pages import describe_choices

_TEXT: Final = {"type": "string"}
_PROBLEM: Final = {"description": "Problem document (RFC 9457)", "content": {"application/problem+json": {}}}
_REFUSED: Final = {str(status): _PROBLEM for status in (400, 401, 403, 404, 405, 406, 413, 415, 422, 503, 507)}


router = APIRouter()


@router.get("/openapi.json", include_in_schema=False)
async def description(request: Request) -> JSONResponse:
    """The description of every address; saved queries say which values the current release has for their parameters."""
    app = request.app
    schema = get_openapi(title=app.title, version=app.version, routes=app.routes)
    schema["servers"] = [{"url": str(request.base_url).rstrip("/")}]
    schema["paths"] |= _protocols()
    await describe_choices(request, schema["paths"])
    return JSONResponse(schema)


def _protocols() -> dict[str, Any]:
    formats: dict[str, Any] = {form.media_type: {} for form in (*RESULT_FORMATS, *RDF_FORMATS)}
    answer = {"200": {"description": "The answer, by Accept or `format`", "content": formats}, **_REFUSED}
    done = {"200": {"description": "Done"}, "201": {"description": "Made"}, "204": {"description": "Done"}, **_REFUSED}
    dataset = [_parameter("default-graph-uri"), _parameter("named-graph-uri")]
    graph = [_parameter("graph"), _parameter("default")]
    rdf = {form.media_type: {"schema": _TEXT} for form in RDF_FORMATS}
    return {
        "/sparql": {
            "get": _operation("SPARQL query", answer, [_parameter("query"), _parameter("format"), *dataset]),
            "post": _operation("SPARQL query", answer, dataset, _body("query", "application/sparql-query")),
        },
        "/update": {"post": _operation("SPARQL update (token)", done, [], _body("update", "application/sparql-update"))},
        "/graphs": {
            "get": _operation("One graph", answer, graph),
            "put": _operation("Replace a graph (token)", done, graph, {"content": rdf}),
            "post": _operation("Add to a graph (token)", done, graph, {"content": rdf}),
            "delete": _operation("Delete a graph (token)", done, graph),
        },
    }


def _parameter(name: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": _TEXT}


def _body(name: str, direct: str) -> dict[str, Any]:
    form = {"schema": {"type": "object", "properties": {name: _TEXT}, "required": [name]}}
    return {"content": {"application/x-www-form-urlencoded": form, direct: {"schema": _TEXT}}, "required": True}


def _operation(
    summary: str, responses: dict[str, Any], parameters: list[dict[str, Any]], body: dict[str, Any] | None = None
) -> dict[str, Any]:
    operation: dict[str, Any] = {"summary": summary, "parameters": parameters, "responses": responses}
    return operation if body is None else {**operation, "requestBody": body}
