"""Errors as RFC 9457 problem documents, or as a page for people.

At this boundary an unforeseen error is caught and told without a traceback.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Final

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from ohai_kg.errors import MethodNotAllowed, OhaiError
from ohai_kg.formats import HTML, Format, negotiate
from ohai_kg.web.http.pages import ERROR_PAGE, render

if TYPE_CHECKING:
    from fastapi import FastAPI, Request, Response

MEDIA_TYPE: Final = "application/problem+json"
_FORMS: Final = (Format("problem", MEDIA_TYPE, "json", ("application/json",)), HTML)
_log = logging.getLogger("ohai_kg.web")

_HTTP: Final = {
    404: ("not-found", "没有此页", "Not found", "请核对网址。", "Check the address."),
    405: (
        "method-not-allowed",
        "不支持的方法",
        "Method not allowed",
        "此网址不支持该请求方法。",
        "This address does not take that method.",
    ),
}


def document(error: OhaiError) -> dict[str, object]:
    """The problem document of an error: `code`, titles and details in both languages, line and column of a query."""
    body: dict[str, object] = {
        "type": "about:blank",
        "code": error.code,
        "status": error.status,
        "title": error.title_zh,
        "title_en": error.title_en,
        "detail": error.zh,
        "detail_en": error.en,
    }
    return body | error.fields


def problem(error: OhaiError, *, allow: str = "") -> JSONResponse:
    """The answer for an error; `allow` are the methods of the address."""
    headers = {"Vary": "Accept", **error.headers}
    if isinstance(error, MethodNotAllowed) and allow:
        headers["Allow"] = allow
    return JSONResponse(document(error), status_code=error.status, media_type=MEDIA_TYPE, headers=headers)


def respond(request: Request, answer: JSONResponse) -> Response:
    """The answer as a page where a person asked for one, else as it is."""
    if negotiate(request.headers.get("accept"), _FORMS) is not HTML:
        return answer
    page = render(request, ERROR_PAGE, {"problem": json.loads(bytes(answer.body))}, status=answer.status_code)
    for name in ("Allow", "Retry-After", "WWW-Authenticate", "Vary"):
        if name in answer.headers:
            page.headers[name] = answer.headers[name]
    return page


def unforeseen(error: Exception) -> JSONResponse:
    """The answer for an error nobody foresaw; what it was goes to the log only."""
    _log.error("unforeseen error", exc_info=error)
    return problem(OhaiError("服务器内部错误，请稍后重试；若仍出现，请告知维护者。", "Internal error; try again later."))


def install(app: FastAPI) -> None:
    """Answer every error of `app` with a problem document."""

    async def expected(request: Request, error: Exception) -> Response:
        return respond(request, problem(error) if isinstance(error, OhaiError) else unforeseen(error))

    async def any_other(request: Request, error: Exception) -> Response:
        return respond(request, unforeseen(error))

    async def gone(_: Request, __: Exception) -> Response:
        return JSONResponse(None, status_code=400)  # to nobody: the client left before its request was whole

    async def http(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 422
        code, zh, en, detail_zh, detail_en = _HTTP.get(
            status, ("bad-request", "请求有误", "Bad request", str(error), str(error))
        )
        body = {"type": "about:blank", "code": code, "status": status, "title": zh, "title_en": en}
        headers = {"Vary": "Accept"} | (dict(error.headers or {}) if isinstance(error, HTTPException) else {})
        told = {**body, "detail": detail_zh, "detail_en": detail_en}
        return respond(request, JSONResponse(told, status_code=status, media_type=MEDIA_TYPE, headers=headers))

    app.add_exception_handler(OhaiError, expected)
    app.add_exception_handler(ClientDisconnect, gone)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, http)
    app.add_exception_handler(Exception, any_other)
