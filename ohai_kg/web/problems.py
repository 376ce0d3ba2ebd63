"""Errors as RFC 9457 problem documents: at this boundary an unforeseen error is caught, told without a traceback."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from fastapi.responses import JSONResponse

from ohai_kg.errors import OhaiError, QuerySyntaxError

if TYPE_CHECKING:
    from fastapi import FastAPI, Request, Response

MEDIA_TYPE = "application/problem+json"


def problem(error: OhaiError) -> JSONResponse:
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
    if isinstance(error, QuerySyntaxError) and error.line is not None:
        body |= {"line": error.line, "column": error.column}
    return JSONResponse(body, status_code=error.status, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Answer every error of `app` with a problem document."""

    async def expected(_: Request, error: Exception) -> Response:
        assert isinstance(error, OhaiError)  # noqa: S101  registered for this class
        return problem(error)

    async def unforeseen(request: Request, error: Exception) -> Response:
        logging.getLogger("ohai_kg.web").error("%s %s failed", request.method, request.url.path, exc_info=error)
        return problem(
            OhaiError("服务器内部错误，请稍后重试；若仍出现，请告知维护者。", "Internal error; try again later.")
        )

    app.add_exception_handler(OhaiError, expected)
    app.add_exception_handler(Exception, unforeseen)
