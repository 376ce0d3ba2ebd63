"""A file that never changes, sent whole or in parts: RFC 9110 ranges, a strong tag, kept by caches for a year."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from starlette.responses import FileResponse

from ohai_kg.web.http.caching import matches
from ohai_kg.web.http.endpoints import CORS, POLICY

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request
    from starlette.types import Scope, Send

IMMUTABLE: Final = "public, max-age=31536000, immutable"
_RANGE: Final = r"(?:[0-9]{1,18}-(?:[0-9]{1,18})?|-[0-9]{1,18})"
"""Eighteen digits number the bytes of any file; a longer number is none that is taken."""
_RANGES: Final = re.compile(rf"\s*bytes\s*=\s*{_RANGE}(?:\s*,\s*{_RANGE})*\s*", re.IGNORECASE)
_BACKWARDS: Final = re.compile(r"([0-9]+)-([0-9]+)")
_EXPOSED: Final = b"Accept-Ranges, Content-Disposition, Content-Range, ETag, Link, Location, X-Release"


async def send_file(
    request: Request, send: Send, path: Path, *, tag: str, content_type: str, headers: dict[str, str], name: str = ""
) -> None:
    """Answer GET or HEAD with a file; `tag` is of its bytes, `name` (may be Han) what a browser saves it as."""
    etag = f'"{tag}"'
    headers = {"ETag": etag, "Cache-Control": IMMUTABLE, "X-Content-Type-Options": "nosniff", **headers}
    known = request.headers.get("if-none-match", "").encode()
    if known and matches(known, etag.encode()):
        kept = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": 304, "headers": [*kept, *_cors()]})
        await send({"type": "http.response.body", "body": b""})
        return
    response = FileResponse(path, headers={**headers, "Content-Type": content_type}, filename=name or None)
    response.raw_headers.extend(_cors())
    await response(_with_valid_range(request.scope), request.receive, send)


def _cors() -> list[tuple[bytes, bytes]]:
    origin, _ = CORS
    return [origin, POLICY, (b"access-control-expose-headers", _EXPOSED)]


def _with_valid_range(scope: Scope) -> Scope:
    """The request without a Range that is none: unknown units and nonsense are ignored (RFC 9110 section 14.2)."""
    asked = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"range"), None)
    if asked is None or (_RANGES.fullmatch(asked) and all(int(start) <= int(end) for start, end in _BACKWARDS.findall(asked))):
        return scope
    return {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"range"]}
