"""Files under `/static`: sent compressed as the build left them, kept by browsers where the address names their content."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from ohai_kg.web.http.endpoints import accepts_gzip

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import Scope

FOLDER: Final = Path(__file__).parent.parent / "static"
_FOREVER: Final = "public, max-age=31536000, immutable"


def asset(name: str) -> str:
    """The address of the file `name` under static/, with what it holds in it; '' where it was not built.

    Templates write `asset("site.css")`.
    """
    path = FOLDER / name
    if not path.is_file():
        return ""
    return f"/static/{name}?v={_fingerprint(path, path.stat().st_mtime_ns)}"


@cache
def _fingerprint(path: Path, changed: int) -> str:  # noqa: ARG001  the key of the cache
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


class Assets(StaticFiles):
    """Serves static/; a file with a `.gz` beside it is sent as that to clients that take it."""

    def __init__(self) -> None:
        super().__init__(directory=FOLDER)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file as the client takes it. Raises HTTPException 404."""
        response = await self._compressed(path, scope) or await super().get_response(path, scope)
        response.headers["Vary"] = "Accept-Encoding"
        if b"v=" in scope["query_string"]:
            response.headers["Cache-Control"] = _FOREVER
        return response

    async def _compressed(self, path: str, scope: Scope) -> Response | None:
        if not accepts_gzip(Headers(scope=scope).get("accept-encoding", "").encode()):
            return None
        try:
            response = await super().get_response(path + ".gz", scope)
        except HTTPException:
            return None
        response.headers["Content-Encoding"] = "gzip"
        return response
