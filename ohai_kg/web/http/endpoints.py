"""What the endpoints of the SPARQL protocols share: the boundary for errors, CORS, and sending.

They are bare ASGI applications that answer before the site's middleware: half of the cost of a small query would be there.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Final

from starlette.requests import ClientDisconnect, Request

from ohai_kg.errors import MethodNotAllowed, OhaiError
from ohai_kg.web.http import problems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.responses import Response
    from starlette.types import Receive, Scope, Send

    from ohai_kg.serving.running import Reply

    Headers = list[tuple[bytes, bytes]]

LEAST_RATE: Final = 20_000
"""Bytes a second that a reader of a long answer must take in the long run."""
CREDIT_S: Final = 60.0
"""Seconds; as long a slow but steady reader may seem to take nothing, because the kernel sends on in lumps of over 1 MB."""
EXPOSED: Final = b"ETag, Link, Location, X-Query-Id, X-Release, X-Truncated"
CORS: Final[tuple[tuple[bytes, bytes], ...]] = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", EXPOSED),
)
POLICY: Final = (
    b"content-security-policy",
    (
        b"default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
)
"""Of every answer that is no page: opened in a browser it is no program, whatever it holds."""
_PREFLIGHT_S: Final = b"86400"
_ALLOWED_HEADERS: Final = b"Accept, Cache-Control, Content-Type, If-None-Match"


class Endpoint:
    """A bare ASGI application for one address, reading or writing."""

    methods: str = "GET, HEAD, POST, OPTIONS"
    cors: bool = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; here every error becomes a problem document."""
        request = Request(scope, receive)
        try:
            await self._dispatch(request, send)
        except ClientDisconnect:
            return
        except OhaiError as error:
            await self.respond(problems.respond(request, problems.problem(error, allow=self.methods)), request, send)
        except Exception as error:  # noqa: BLE001  the boundary
            await self.respond(problems.respond(request, problems.unforeseen(error)), request, send)

    async def _dispatch(self, request: Request, send: Send) -> None:
        if request.method == "OPTIONS":
            await self._options(request.scope, send)
        elif request.method not in self.methods.split(", "):
            raise MethodNotAllowed(f"此网址只支持 {self.methods}。", f"This address takes {self.methods} only.")
        else:
            await self.answer(request, send)

    async def answer(self, request: Request, send: Send) -> None:
        """Answer a request of one of `methods`. Raises OhaiError."""
        raise NotImplementedError

    async def respond(self, response: Response, request: Request, send: Send) -> None:
        """Send a response that is whole already."""
        headers = list(response.raw_headers)
        await self.whole(send, response.status_code, headers, bytes(response.body), head=request.method == "HEAD")

    async def whole(self, send: Send, status: int, headers: Headers, body: bytes, *, head: bool = False) -> None:
        """Send an answer in one piece."""
        headers = with_policy([*headers, *(CORS if self.cors else ())])
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if head else body})

    async def stream(self, send: Send, headers: Headers, reply: Reply, *, head: bool) -> None:
        """Send a streamed answer. Where it fails the body stays without its end, so that nobody takes it for whole.

        A reader has `query_timeout_s` of patience; every `LEAST_RATE` bytes it takes add a second, up to `CREDIT_S` in all.
        """
        headers = with_policy([*headers, *(CORS if self.cors else ())])
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        if head:
            await send({"type": "http.response.body", "body": b""})
            return
        chunk: bytes | None = reply.first
        patience = limit_s = reply.pool.settings.query_timeout_s
        try:
            while chunk is not None:
                if chunk:
                    started = time.monotonic()
                    async with asyncio.timeout(patience):
                        await send({"type": "http.response.body", "body": chunk, "more_body": True})
                    taken_s = time.monotonic() - started
                    patience = min(patience - taken_s + len(chunk) / LEAST_RATE, limit_s + CREDIT_S)
                chunk = await reply.next_chunk()
        except (OhaiError, TimeoutError):
            return
        await send({"type": "http.response.body", "body": b""})

    async def _options(self, scope: Scope, send: Send) -> None:
        allow = self.methods.encode()
        headers = [(b"allow", allow), (b"vary", b"Origin")]
        if self.cors and any(name == b"access-control-request-method" for name, _ in scope["headers"]):
            headers += [
                (b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"),
                (b"access-control-allow-headers", _ALLOWED_HEADERS),
                (b"access-control-max-age", _PREFLIGHT_S),
            ]
        await self.whole(send, 204, headers, b"")


def with_policy(headers: Headers) -> Headers:
    """The headers of an answer, with POLICY where they have none."""
    return headers if any(name == POLICY[0] for name, _ in headers) else [*headers, POLICY]


def header_values(headers: Sequence[tuple[bytes, bytes]], *names: bytes) -> list[bytes]:
    """The values of a few request headers, empty where absent."""
    found = dict.fromkeys(names, b"")
    for name, value in headers:
        if name in found:
            found[name] = found[name] + b"," + value if found[name] else value
    return list(found.values())


def accepts_gzip(accept_encoding: bytes) -> bool:
    """Whether a client takes gzip (RFC 9110 section 12.5.3)."""
    for item in accept_encoding.lower().split(b","):
        coding, _, parameters = item.partition(b";")
        if coding.strip() in {b"gzip", b"*"}:
            return parameters.replace(b" ", b"") not in {b"q=0", b"q=0.0", b"q=0.00", b"q=0.000"}
    return False


def address_of(request: Request) -> str:
    """The request's own address as the client wrote it, percent-escapes kept, without the query string."""
    scope: Any = request.scope
    raw = scope.get("raw_path") or scope["path"].encode()
    return str(request.base_url).rstrip("/") + str(raw.decode("ascii", "replace"))
