"""Linked data: `/id/...` and `/def/...` lead to `/doc/...`, which describes one thing in every RDF syntax and as a page.

303 and negotiation follow "Cool URIs for the Semantic Web", section 4.2 (W3C Interest Group Note, 2008).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from ohai_kg import __version__
from ohai_kg.errors import GraphNotFound, ResourceNotFound
from ohai_kg.formats import HTML, RDF_FORMATS, Format, negotiate
from ohai_kg.namespaces import graph_iri
from ohai_kg.resources import description as describing
from ohai_kg.resources.vocabulary import Vocabulary, read_vocabulary
from ohai_kg.sparql.requests import GraphRequest
from ohai_kg.web.http.addresses import described_at, iri_described, path_of
from ohai_kg.web.http.caching import entity_tag, matches
from ohai_kg.web.http.pages import language, render
from ohai_kg.web.resources.links import Links, link_groups, listed
from ohai_kg.web.resources.page import Reader
from ohai_kg.web.resources.search import near

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ohai_kg.resources.description import Description
    from ohai_kg.serving.service import QueryService

router = APIRouter()

FORMS: Final = (RDF_FORMATS[0], HTML, *RDF_FORMATS[1:])
"""What a description comes in; a client that takes anything gets Turtle."""
_REPORT: Final = re.compile(r"reports/[^/]+\.json")
_STREAMED: Final = 100_000
"""Graphs of more statements come from `/graphs`, which keeps nothing of them in memory."""
_URI_CHARACTERS: Final = "%/:?#[]@!$&'()*+,;=~"
"""What an IRI keeps when it is written as a URI (RFC 3987 section 3.1)."""
_SEE_OTHER: Final[dict[int | str, dict[str, Any]]] = {303: {"description": "The description is elsewhere"}}
_DESCRIBED: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {form.media_type: {} for form in FORMS}},
    404: {"description": "Nothing is said about it"},
}


def split_extension(path: str) -> tuple[str, Format | None]:
    """A path without the extension that asks for a format, and that format."""
    stem, dot, extension = path.rpartition(".")
    form = next((form for form in FORMS if form.extension == extension), None) if dot else None
    return (path, None) if form is None or not stem or "/" in extension else (stem, form)


@router.get("/id/{path:path}", summary="A thing: leads to its description", responses=_SEE_OTHER, status_code=303)
async def thing(path: str, request: Request) -> Response:
    """303 to the description."""
    return see_other(request, f"/doc/{path}")


@router.get(
    "/def/{path:path}", summary="A code list or a code: leads to its description", responses=_SEE_OTHER, status_code=303
)
async def concept(path: str, request: Request) -> Response:
    """303 to the description."""
    return see_other(request, f"/doc/def/{path}")


@router.get("/graph/{path:path}", summary="A named graph: leads to its statements", responses=_SEE_OTHER, status_code=303)
async def graph(path: str, request: Request) -> Response:
    """303 to the graph's statements."""
    return see_other(request, f"/doc/graph/{path}")


@router.get(
    "/.well-known/genid/{path:path}", summary="A node that has no name in its source", responses=_SEE_OTHER, status_code=303
)
async def unnamed(path: str, request: Request) -> Response:
    """303 to the description (RDF 1.1 Concepts, section 3.5)."""
    return see_other(request, f"/doc/.well-known/genid/{path}")


def see_other(request: Request, path: str) -> Response:
    """The answer of an IRI that is a thing, not a document."""
    query = request.url.query
    target = quote(path, safe="/:@!$&'()*+,;=~") + (f"?{query}" if query else "")
    return RedirectResponse(target, 303, headers={"Link": f'<{target}>; rel="describedby"', "Cache-Control": "no-cache"})


@router.get("/doc/{path:path}", summary="The description of a thing", responses=_DESCRIBED, response_class=Response)
async def document(path: str, request: Request) -> Response:
    """What the release says about one thing. Raises ResourceNotFound."""
    service: QueryService = request.app.state.service
    stem, form = split_extension(path)
    iri = iri_described(stem, service.release.manifest.base)
    body = _graph_body if stem.startswith("graph/") else described_body
    try:
        return await answer(request, iri, form, lambda kind: body(request, iri, kind))
    except ResourceNotFound:
        if form is not None:  # an IRI may itself end in what looks like an extension
            whole = iri_described(path, service.release.manifest.base)
            with contextlib.suppress(ResourceNotFound):
                return await answer(request, whole, None, lambda kind: body(request, whole, kind))
        raise ResourceNotFound(iri, await near(request, stem)) from None


async def answer(request: Request, iri: str, form: Format | None, make: Callable[[Format], Awaitable[Response]]) -> Response:
    """Negotiate, validate what the client has, and let `make` answer in the format that was chosen."""
    chosen = form or negotiate(request.headers.get("accept"), FORMS) or FORMS[0]
    service: QueryService = request.app.state.service
    tag = entity_tag(service.release.id, f"{__version__} {path_of(request)}?{request.url.query}".encode(), chosen.name.encode())
    headers = {
        "ETag": tag.decode(),
        "Vary": "Accept",
        "Cache-Control": f"public, max-age={service.project.settings.cache_max_age_s}",
        "X-Release": service.release.id,
    }
    if matches(request.headers.get("if-none-match", "").encode(), tag):
        return Response(status_code=304, headers=headers)
    path = path_of(request)
    request.state.described_path = path if form is None else split_extension(path)[0]
    response = await make(chosen)
    response.headers.update(headers)
    response.headers["Link"] = _links(iri, request.state.described_path)
    return response


def _links(iri: str, path: str) -> str:
    """The thing described, the address without an extension (`path`), and the other formats (RFC 8288, RFC 6892)."""
    alternates = [f'<{path}.{f.extension}>; rel="alternate"; type="{f.media_type}"' for f in FORMS]
    uri = quote(iri, safe=_URI_CHARACTERS)
    return ", ".join([f'<{uri}>; rel="describes"', f'<{path}>; rel="canonical"', *alternates])


async def described_body(request: Request, iri: str, form: Format) -> Response:
    service: QueryService = request.app.state.service
    described = await describe(service, iri)
    if form is HTML:
        return await _page(request, described)
    return Response(await asyncio.to_thread(described.serialize, form), media_type=form.content_type)


async def describe(service: QueryService, iri: str) -> Description:
    """The description of an IRI. Raises ResourceNotFound where the release does not name it."""
    if not describing.is_iri(iri):
        raise ResourceNotFound(iri)
    read = partial(describing.read_description, iri)
    found = await service.read(describing.description_query(iri), read)
    if not found.own:
        found = await service.read(describing.mentions_query(iri), read)
    if not found.quads:
        raise ResourceNotFound(iri)
    return found


async def _graph_body(request: Request, iri: str, form: Format) -> Response:
    """The statements of a graph; as a page, how many there are and where to get them."""
    service: QueryService = request.app.state.service
    count = service.release.manifest.graphs.get(iri)
    if count is None:
        raise ResourceNotFound(iri)
    if form is HTML:
        name = iri.removeprefix(service.release.manifest.base + "graph/")
        return render(request, "graph.html", {"iri": iri, "name": name, "count": count, "formats": formats(request)})
    if form.name in {"trig", "nq"}:
        # A dump of one graph leaves its name out; these syntaxes are asked for to see it.
        query = f"SELECT (<{iri}> AS ?g) ?s ?p ?o WHERE {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}"
        said = await service.read(describing.own_query(query), partial(describing.read_description, iri))
        return Response(await asyncio.to_thread(said.serialize, form), media_type=form.content_type)
    if count > _STREAMED:
        return RedirectResponse(f"/graphs?{urlencode({'graph': iri, 'format': form.name})}", 307)
    return Response(await whole_graph(service, iri, form), media_type=form.content_type)


async def whole_graph(service: QueryService, iri: str, form: Format) -> bytes:
    """All statements of a graph. Raises GraphNotFound, AnswerTooLarge."""
    return (await service.pool.run(GraphRequest(iri, form))).body


async def _page(request: Request, described: Description) -> Response:
    state = request.app.state
    service: QueryService = state.service
    base = service.release.manifest.base
    vocabulary: Vocabulary = await state.vocabulary.get()
    reader = Reader(described, vocabulary, base, language(request))
    links = Links(service, described.iri, vocabulary, language(request))
    wanted = request.query_params.get("all")
    if wanted:
        context = await listed(links, request)
        context = {"reader": reader, **_shared(request, described), **context}
        return await asyncio.to_thread(render, request, "resource_links.html", context)
    findings = await state.findings.get()
    context = {
        "reader": reader,
        **_shared(request, described),
        "groups": await link_groups(links),
        "unit": await links.unit_row() if described.types and described.types[0].endswith("ns#PublicUnit") else None,
        "findings": findings.get(described.iri, []),
    }
    return await asyncio.to_thread(render, request, "resource.html", context)


def _shared(request: Request, described: Description) -> dict[str, Any]:
    base = request.app.state.service.release.manifest.base
    path = described_at(described.iri, base) or path_of(request)
    return {"iri": described.iri, "path": path, "formats": formats(request)}


def formats(request: Request) -> list[tuple[str, str]]:
    """Names and addresses of the RDF forms of this page."""
    path = request.state.described_path
    names = {"ttl": "Turtle", "nt": "N-Triples", "jsonld": "JSON-LD", "rdf": "RDF/XML", "trig": "TriG", "nq": "N-Quads"}
    return [(names[form.name], f"{path}.{form.extension}") for form in RDF_FORMATS]


async def load_vocabulary(service: QueryService) -> Vocabulary:
    """The vocabulary of the release being served."""
    import pyoxigraph as ox

    base = service.release.manifest.base
    text = b""
    for name in ("ontology", "shapes", "schemes"):
        try:
            text += await whole_graph(service, graph_iri(base, name), RDF_FORMATS[1])
        except GraphNotFound:
            continue
    return await asyncio.to_thread(lambda: read_vocabulary(ox.parse(text, format=ox.RdfFormat.N_TRIPLES)))


async def load_findings(service: QueryService) -> dict[str, list[dict[str, Any]]]:
    """What the reports of the release being served find, by the thing; those of a build hold until the next one."""
    return await asyncio.to_thread(_read_findings, service)


def _read_findings(service: QueryService) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    release = service.release
    for name in sorted(name for name in release.manifest.files if _REPORT.fullmatch(name)):
        for finding in json.loads(release.read(name))["findings"]:
            found.setdefault(finding["focus"], []).append(finding)
    return found
