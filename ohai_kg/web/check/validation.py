"""`/validate`: a file against profiles, by form or by API; the report keeps an address of its own for a while."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
from pathlib import PurePath
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from ohai_kg.catalogues import DEFAULT_PROFILES, is_workbook
from ohai_kg.catalogues.layout import ROLE_WORDS
from ohai_kg.catalogues.recognition import HEAD
from ohai_kg.errors import (
    FormatNotFound,
    NotAcceptable,
    ProfileNotFound,
    RequestError,
    ShapesRefused,
    SubmissionNotFound,
)
from ohai_kg.formats import HTML, Format, negotiate
from ohai_kg.shacl import load_profile
from ohai_kg.web.check.judge import FILE
from ohai_kg.web.check.receiving import receive_fields, receive_file
from ohai_kg.web.check.reports import WORDS, read_page_in
from ohai_kg.web.check.spool import remove
from ohai_kg.web.check.submission import SentFile, sender_of
from ohai_kg.web.http.pages import localized, render

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from ohai_kg.project import Project
    from ohai_kg.web.check.submission import Submission
    from ohai_kg.web.check.submissions import Submissions

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
_PART_BYTES: Final = 1 << 18
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
    submissions: Submissions = request.app.state.submissions
    sender = _sender(request)
    submissions.make_room(sender)
    folder = submissions.spool.make()
    try:
        file, profiles, chosen = await _take(request, folder, chosen)
        submission = submissions.submit(file, profiles, sender)
    except BaseException:
        remove(folder)
        raise
    if chosen is HTML:
        return await _to_page(submission, request)
    await _until_done(submission, request)
    return _answer(submission, chosen, request)


async def _take(request: Request, folder: Path, chosen: Format) -> tuple[SentFile, list[tuple[str, str]], Format]:
    """The file of a request in `folder`, its profiles, and the form its report is wanted in.

    Raises RequestError, ShapesRefused, UploadTooLarge, NotAcceptable, ProfileNotFound.
    """
    if "shapes" in request.query_params:
        raise _shapes_refused()
    project: Project = request.app.state.project
    path = folder / FILE
    received = await receive_file(request, path, request.app.state.submissions.receiving, project.settings.max_upload_mb)
    if received.has_shapes:
        raise _shapes_refused()
    with path.open("rb") as stream:
        is_book = is_workbook(stream.read(HEAD), received.name, received.declared)
    if chosen is _XLSX and not is_book:
        chosen = _negotiated(request, _FORMATS[:-1])
    profiles = _profiles(project, received.profiles or [DEFAULT_PROFILES[is_book]])
    is_marked = is_book and chosen in {HTML, _XLSX}
    return SentFile(folder, received.name, received.declared, _columns(received.columns), is_marked), profiles, chosen


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
    return _answer(submission, chosen, request)


@router.get("/validate/reports/{submission_id}", summary="The page of a kept report", response_class=HTMLResponse)
async def report(submission_id: str, request: Request, rule: str = "", office: str = "", offset: int = 0) -> HTMLResponse:
    """The report; while it is being made, a page that asks again by itself."""
    submissions: Submissions = request.app.state.submissions
    submission = submissions.get(submission_id)
    context = {
        "submission": submission,
        "is_done": submission.is_done,
        "roles": ROLE_WORDS,
        "downloads": _DOWNLOADS,
        **WORDS,
    }
    if submission.error is not None:
        return render(request, "report.html", context, status=submission.error.status)
    if not submission.is_done:
        return render(request, "report.html", context)
    async with submissions.reading:
        try:
            page = await run_in_threadpool(
                read_page_in, submission.file.folder, rule=rule, office=office, offset=max(0, offset)
            )
        except FileNotFoundError:
            raise submissions.forgotten() from None
        return await run_in_threadpool(render, request, "report.html", context | {"page": page})


@router.post("/validate/reports/{submission_id}", summary="Check a kept file again with columns set by hand")
async def check_again(submission_id: str, request: Request) -> RedirectResponse:
    """Form fields `columns` (`E=deadline`; empty ones are passed over) and `profile` → the page of a new report."""
    submissions: Submissions = request.app.state.submissions
    before = submissions.get(submission_id)
    if before.error is not None or not before.is_done:
        raise SubmissionNotFound("没有可重新校验的文件，请重新上传。", "There is no file to check again; send it again.")
    fields = await receive_fields(request, submissions.receiving)
    columns = _columns(str(value) for value in fields.getlist("columns") if value)
    names = [str(value) for value in fields.getlist("profile")]
    await fields.close()
    profiles = _profiles(request.app.state.project, names) if names else before.profiles
    return await _to_page(submissions.submit_again(before, columns, profiles, _sender(request)), request)


async def _to_page(submission: Submission, request: Request) -> RedirectResponse:
    """Send a browser to the report's own address, after a little patience."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE_S):
            await _until_done(submission, request)
    return RedirectResponse(localized(request, f"/validate/reports/{submission.id}"), status_code=303)


async def _until_done(submission: Submission, request: Request) -> None:
    """Wait for the report; when the client goes before, it is not made."""

    async def gone() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        request.app.state.submissions.drop(submission)

    watching = asyncio.create_task(gone())
    try:
        await submission.done.wait()
    finally:
        watching.cancel()


def _sender(request: Request) -> str:
    return sender_of(request.client.host if request.client else "")


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


def _answer(submission: Submission, chosen: Format, request: Request) -> Response:
    if submission.error is not None:
        raise submission.error
    if chosen.extension not in submission.renderings:
        raise FormatNotFound(
            "标记的工作簿只在提交工作簿并要求网页或 xlsx 时制作；请以 xlsx 重新提交。",
            "A marked workbook is made for a workbook sent for a page or for xlsx; send it again for xlsx.",
        )
    path = submission.file.folder / f"report.{chosen.extension}"
    try:
        report = path.open("rb") if chosen is _XLSX else gzip.open(path)  # noqa: SIM115  the answer closes it
    except FileNotFoundError:
        raise request.app.state.submissions.forgotten() from None
    headers = {"Content-Location": f"/validate/reports/{submission.id}.{chosen.extension}", "Vary": "Accept"}
    if chosen is _XLSX:
        name = quote(f"{PurePath(submission.name).stem}-校验.xlsx")
        headers["Content-Disposition"] = f"attachment; filename=\"marked.xlsx\"; filename*=UTF-8''{name}"
    return StreamingResponse(_parts(report), media_type=chosen.content_type, headers=headers)


def _parts(file: BinaryIO | gzip.GzipFile) -> Iterator[bytes]:
    """What is in an open file, which stays readable when the report is forgotten meanwhile."""
    with file:
        while part := file.read(_PART_BYTES):
            yield part
