"""`/catalog`: the site as a DCAT 3 catalogue, as a page and in RDF, by Accept or extension, in pages."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ohai_kg.errors import FormatNotFound, NotAcceptable, ParameterInvalid, StoreError
from ohai_kg.formats import HTML, RDF_FORMATS, RESULT_FORMATS, XLSX, Format, negotiate
from ohai_kg.publication.dcat.site import Site, questions
from ohai_kg.publication.dcat.site_catalog import describe_site
from ohai_kg.publication.distributions import distributions
from ohai_kg.publication.packages import Packages
from ohai_kg.publication.resource_tables import FLAT_TABLES, list_resources, render_flat
from ohai_kg.web.http.pages import for_people, render

if TYPE_CHECKING:
    from ohai_kg.publication.distributions import Distribution
    from ohai_kg.releases import Release, Releases
    from ohai_kg.serving.service import QueryService

router = APIRouter()

_DIGITS: Final = 9
SYNTAXES: Final = RDF_FORMATS[:4]


@router.get("/catalog", response_class=Response, summary="DCAT 3 catalogue of the site")
async def negotiated(request: Request) -> Response:
    """The catalogue by Accept: Turtle, N-Triples, JSON-LD, RDF/XML, or a page."""
    chosen = negotiate(request.headers.get("accept"), (*SYNTAXES, HTML))
    if chosen is None:
        raise NotAcceptable(
            "目录可取 Turtle、N-Triples、JSON-LD、RDF/XML、HTML。",
            "The catalogue comes as Turtle, N-Triples, JSON-LD, RDF/XML or HTML.",
        )
    return await _answer(request, chosen)


@router.get("/catalog.{extension}", response_class=Response, summary="DCAT 3 catalogue in one format")
async def by_extension(extension: str, request: Request) -> Response:
    """The catalogue in the format of its extension."""
    return await _answer(request, find_format(extension))


@router.get("/catalog/{name}.{extension}", response_class=Response, summary="Flat tables: resources, open-data")
async def flat(name: str, extension: str, request: Request) -> Response:
    """政务信息资源目录 (`resources`) or 公共数据开放目录 (`open-data`) as xlsx or csv (`bom=1` for spreadsheet programs)."""
    if name not in FLAT_TABLES or extension not in {"csv", "xlsx"}:
        raise FormatNotFound(
            "可用 /catalog/resources 和 /catalog/open-data，后缀 .xlsx 或 .csv。",
            "There are /catalog/resources and /catalog/open-data, as .xlsx or .csv.",
        )
    site = await read_site(request)
    manifest = request.app.state.service.release.manifest
    data = request.app.state.project.data
    people = for_people(request)

    def make() -> bytes:
        resources = list_resources(site, manifest, data)
        return render_flat(name, extension, resources, site.settings, manifest.id, people=people)

    body = await asyncio.to_thread(make)
    form = XLSX if extension == "xlsx" else next(form for form in RESULT_FORMATS if form.name == "csv")
    headers = {"Content-Disposition": f'inline; filename="{name}.{extension}"', "X-Release": manifest.id}
    return Response(body, media_type=form.content_type, headers=headers)


def find_format(extension: str) -> Format:
    """The syntax or page of an extension. Raises FormatNotFound."""
    for form in (*SYNTAXES, HTML):
        if form.extension == extension:
            return form
    names = [form.extension for form in (*SYNTAXES, HTML)]
    raise FormatNotFound(
        f"没有 .{extension} 格式；可用 {'、'.join(names)}。", f"There is no .{extension}; use {', '.join(names)}."
    )


async def _answer(request: Request, chosen: Format) -> Response:
    site = await read_site(request)
    page = _page(request, site.pages)
    if chosen is HTML:
        releases, lists, catalogues = site.page(page)
        context = {
            "described": site, "page": page, "releases": releases, "lists": lists, "catalogues": catalogues,
            "forms": [form.extension for form in SYNTAXES],
        }  # fmt: skip
        answer: Response = render(request, "catalog.html", context)
    else:
        body = await asyncio.to_thread(lambda: describe_site(site, page).serialize(chosen))
        answer = tagged(request, body, chosen)
    answer.headers["Vary"] = "Accept"
    answer.headers["X-Release"] = site.current or ""
    if links := _links(request, page, site.pages):
        answer.headers["Link"] = links
    return answer


def tagged(request: Request, body: bytes, form: Format) -> Response:
    """The body with its ETag, or 304 where the client has it."""
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"ETag": tag})
    return Response(body, media_type=form.content_type, headers={"ETag": tag})


async def read_site(request: Request) -> Site:
    """What is described, as the current release has it."""
    service: QueryService = request.app.state.service
    settings = request.app.state.project.settings
    answers = {name: await service.select(query) for name, query in questions(settings).items()}
    with contextlib.suppress(StoreError):  # without room on the disk the catalogue still describes the rest
        await request.app.state.packaging.package(service.release.id)
    releases, files = await asyncio.to_thread(_read_files, service.releases)
    return Site(settings, str(request.base_url), releases, files, answers, service.release.id)


def _read_files(releases: Releases) -> tuple[list[Release], dict[str, tuple[Distribution, ...]]]:
    """All releases, newest first, and the files of those that are packaged."""
    packages, history = Packages(releases), releases.history()
    found = {release.id: packages.find(release.id) for release in history}
    return history, {name: distributions(package) for name, package in found.items() if package is not None}


def _page(request: Request, pages: int) -> int:
    text = request.query_params.get("page", "1")
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS and 1 <= int(text) <= pages):
        raise ParameterInvalid("page", text, (), f"应为 1 至 {pages} 的整数", f"a whole number from 1 to {pages} is expected")
    return int(text)


def _links(request: Request, page: int, pages: int) -> str:
    """Links to the other pages (RFC 8288)."""
    if pages == 1:
        return ""
    wanted = {"first": 1, "prev": page - 1, "next": page + 1, "last": pages}
    return ", ".join(f'<{request.url.path}?page={n}>; rel="{rel}"' for rel, n in wanted.items() if 1 <= n <= pages)
