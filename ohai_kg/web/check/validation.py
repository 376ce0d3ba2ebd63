"""`/validate`: a file against profiles, by form or by API; the report keeps an address of its own for an hour."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from python_multipart.multipart import parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from ohai_kg.catalogues import DEFAULT_PROFILES
from ohai_kg.errors import (
    FormatNotFound,
    NotAcceptable,
    ProfileNotFound,
    RequestError,
    ShapesRefused,
    SubmissionNotFound,
    UploadTooLarge,
)
from ohai_kg.ingest.workbooks import ROLE_WORDS
from ohai_kg.mediatypes import HTML, Format, negotiate
from ohai_kg.validation import load_profile
from ohai_kg.web.check.reports import WORDS, read_page
from ohai_kg.web.check.submissions import SentFile
from ohai_kg.web.pages import localized, render
from ohai_kg.web.sparql.parameters import content_type, read_body

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from starlette.types import Message, Receive

    from ohai_kg.project import Project
    from ohai_kg.web.check.submissions import Submission, Submissions

router = APIRouter()

_XLSX: Final = Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx")
_FORMATS: Final = (
    Format("json", "application/json", "json"),
    Format("ttl", "text/turtle", "ttl", charset=True),
    HTML,
    Format("csv", "text/csv", "csv", charset=True),
    _XLSX,
)
_FIRST: Final = ("elements", "national2019")
"""Profiles that people who send a catalogue look for."""
_DOWNLOADS: Final = (
    ("xlsx", ("标出问题单元格的工作簿（xlsx）", "workbook with the cells marked (xlsx)")),
    ("csv", ("表格（CSV）", "table (CSV)")),
    ("json", ("JSON", "JSON")),
    ("ttl", ("SHACL 报告（Turtle）", "SHACL report (Turtle)")),
)
_FORM_EXTRA: Final = 1_000_000
"""Bytes a form may take besides the file."""
_PATIENCE_S: Final = 2.0
"""A browser is sent to the report's own address after this time, whether it is ready or not."""


@router.get("/validate", response_class=HTMLResponse, summary="Form to validate a file")
async def form(request: Request) -> HTMLResponse:
    """The form, with every profile in one line."""
    project: Project = request.app.state.project
    names = sorted(project.profiles(), key=lambda name: (_FIRST.index(name) if name in _FIRST else len(_FIRST), name))
    profiles = [load_profile(project.shapes_root(name), name) for name in names]
    context = {"profiles": profiles, "limit_mb": project.settings.max_upload_mb, "address": str(request.url_for("validate"))}
    return render(request, "validate.html", context)


@router.post("/validate", summary="Validate a file", response_class=Response)
async def validate(request: Request) -> Response:
    """Body or multipart `file` → report by Accept in JSON, Turtle, HTML, CSV, for a workbook itself marked (xlsx).

    `profile` may be repeated.
    """
    chosen = _negotiated(request, _FORMATS)
    file, names = await _read(request)
    if chosen is _XLSX and not file.is_workbook:
        chosen = _negotiated(request, _FORMATS[:-1])
    file = replace(file, is_marked=chosen in {HTML, _XLSX})
    project: Project = request.app.state.project
    submissions: Submissions = request.app.state.submissions
    profiles = _profiles(project, names or [DEFAULT_PROFILES[file.is_workbook]])
    submission = submissions.submit(file, profiles, request.app.state.service.release)
    if chosen is HTML:
        return await _to_page(submission, request)
    await submission.done.wait()
    return _answer(submission, chosen)


def _negotiated(request: Request, offered: Sequence[Format]) -> Format:
    """The format that the client prefers. Raises NotAcceptable."""
    chosen = negotiate(request.headers.get("accept"), offered)
    if chosen is None:
        raise NotAcceptable(
            "报告可取 JSON、Turtle、HTML、CSV，工作簿还可取 xlsx。",
            "The report comes as JSON, Turtle, HTML or CSV, for a workbook as xlsx too.",
        )
    return chosen


@router.get("/validate/reports/{submission_id}.{extension}", summary="A kept report in one format", response_class=Response)
async def download(submission_id: str, extension: str, request: Request) -> Response:
    """The report as a file."""
    submissions: Submissions = request.app.state.submissions
    submission = submissions.get(submission_id)
    chosen = next((item for item in _FORMATS if item.extension == extension and item is not HTML), None)
    if chosen is None:
        raise FormatNotFound("报告可取 json、ttl、csv、xlsx。", "The report comes as json, ttl, csv or xlsx.")
    await submission.done.wait()
    return _answer(submission, chosen)


@router.get("/validate/reports/{submission_id}", summary="The page of a kept report", response_class=HTMLResponse)
async def report(submission_id: str, request: Request, rule: str = "", office: str = "", offset: int = 0) -> HTMLResponse:
    """The report; while it is being made, a page that asks again by itself."""
    submissions: Submissions = request.app.state.submissions
    submission = submissions.get(submission_id)
    context = {
        "submission": submission,
        "is_done": submission.done.is_set(),
        "roles": ROLE_WORDS,
        "downloads": _DOWNLOADS,
        **WORDS,
    }
    if submission.error is not None:
        return render(request, "report.html", context, status=submission.error.status)
    if submission.renderings is not None:
        text = str(submission.renderings["json"])
        context["page"] = await run_in_threadpool(read_page, text, rule=rule, office=office, offset=max(0, offset))
    return render(request, "report.html", context)


@router.post("/validate/reports/{submission_id}", summary="Check a kept file again with columns set by hand")
async def check_again(submission_id: str, request: Request) -> RedirectResponse:
    """Form fields `columns` (`E=deadline`; empty ones are passed over) and `profile` → the page of a new report."""
    submissions: Submissions = request.app.state.submissions
    before = submissions.get(submission_id)
    if before.file is None:
        raise SubmissionNotFound("文件已不再保留，请重新上传。", "The file is no longer kept; send it again.")
    async with request.form() as fields:
        columns = _columns(str(value) for value in fields.getlist("columns") if value)
        names = [str(value) for value in fields.getlist("profile")] or list(before.profiles)
    file = replace(before.file, columns=columns)
    submission = submissions.submit(file, _profiles(request.app.state.project, names), request.app.state.service.release)
    return await _to_page(submission, request)


async def _to_page(submission: Submission, request: Request) -> RedirectResponse:
    """Send a browser to the report's own address, after a little patience."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(submission.done.wait(), _PATIENCE_S)
    return RedirectResponse(localized(request, f"/validate/reports/{submission.id}"), status_code=303)


async def _read(request: Request) -> tuple[SentFile, list[str]]:
    """The file and the profiles asked for.

    Raises RequestError, ShapesRefused, UploadTooLarge.
    """
    settings = request.app.state.project.settings
    limit = settings.max_upload_mb * 1024 * 1024
    names = request.query_params.getlist("profile")
    columns = _columns(request.query_params.getlist("columns"))
    if "shapes" in request.query_params:
        raise _shapes_refused()
    if content_type(request) != "multipart/form-data":
        syntax = request.query_params.get("format") or content_type(request) or None
        content = await read_body(request, limit)
        return SentFile(content, request.query_params.get("name") or _name_of(request), syntax, columns), names
    limited = Request(request.scope, _limited(request.receive, limit + _FORM_EXTRA, settings.max_upload_mb))
    async with limited.form() as fields:
        if "shapes" in fields:
            raise _shapes_refused()
        file = fields.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise RequestError("请选择一个文件（字段 file）。", "Choose a file (field `file`).")
        content = await file.read()
        if len(content) > limit:
            raise UploadTooLarge(
                f"文件超过 {settings.max_upload_mb} MB 的上限。", f"The file is over {settings.max_upload_mb} MB."
            )
        names += [str(value) for value in fields.getlist("profile")]
        columns += _columns(str(value) for value in fields.getlist("columns"))
        syntax = str(fields["format"]) if fields.get("format") else None
        return SentFile(content, file.filename, syntax, columns), names


def _name_of(request: Request) -> str:
    """The file name that a client gave in Content-Disposition, else a word for it."""
    _, parameters = parse_options_header(request.headers.get("content-disposition", ""))
    return parameters.get(b"filename", b"").decode("utf-8", errors="replace") or "data"


def _columns(given: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """`E=deadline` and its like, as pairs. Raises RequestError."""
    pairs: list[tuple[str, str]] = []
    for text in given:
        column, equals, role = text.rpartition("=")
        if not equals or not column.strip() or not role.strip():
            raise RequestError(
                f"columns 应写作 列=含义，如 E=deadline；现为 {text}。",
                f"`columns` is written column=role, such as E=deadline; found {text}.",
            )
        pairs.append((column.strip(), role.strip()))
    return tuple(pairs)


def _limited(receive: Receive, limit: int, limit_mb: int) -> Receive:
    """`receive` that gives up where more than `limit` bytes come, so that a form cannot fill the disk."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise UploadTooLarge(f"文件超过 {limit_mb} MB 的上限。", f"The file is over {limit_mb} MB.")
        return message

    return counted


def _profiles(project: Project, names: list[str]) -> list[tuple[str, str]]:
    known = project.profiles()
    for name in names:
        if name not in known:
            raise ProfileNotFound(
                f"没有名为 {name} 的规则集；现有：{'、'.join(known)}。",
                f"There is no profile {name}; there are: {', '.join(known)}.",
            )
    return [(str(project.shapes_root(name)), name) for name in dict.fromkeys(names)]


def _shapes_refused() -> ShapesRefused:
    return ShapesRefused(
        "网上不接受自带的形状；请在命令行用 ohai-kg validate --shapes。",
        "Shapes of your own are not taken here; use `ohai-kg validate --shapes` on the command line.",
    )


def _answer(submission: Submission, chosen: Format) -> Response:
    if submission.error is not None:
        raise submission.error
    body = (submission.renderings or {}).get(chosen.name)
    if body is None:
        raise FormatNotFound(
            "标记的工作簿只在提交工作簿并要求网页或 xlsx 时制作；请以 xlsx 重新提交。",
            "A marked workbook is made for a workbook sent for a page or for xlsx; send it again for xlsx.",
        )
    headers = {"Content-Location": f"/validate/reports/{submission.id}.{chosen.extension}", "Vary": "Accept"}
    if chosen is _XLSX:
        name = quote(f"{PurePath(submission.name).stem}-校验.xlsx")
        headers["Content-Disposition"] = f"attachment; filename=\"marked.xlsx\"; filename*=UTF-8''{name}"
    return Response(body, media_type=chosen.content_type, headers=headers)
