"""HTTP/1.1 for strangers: uvicorn's httptools protocol, with limits of size and time around the parser.

httptools has none: it collects a header of any length, in quadratic time, and waits for ever.
"""

from __future__ import annotations

import contextlib
import math
import re
import struct
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import httptools
import uvicorn
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from ohai_kg.errors import AddressTooLong, HeadersTooLarge, MalformedRequest, OhaiError, RequestTimedOut
from ohai_kg.web.http import problems

if sys.platform == "linux":
    import fcntl
    import termios

if TYPE_CHECKING:
    import asyncio

    from uvicorn._types import ASGI3Application
    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

    from ohai_kg.web.http.connections import Connections

_MOST_HEADERS: Final = 200
_FIELD_EXTRA: Final = 4
"""Bytes of a header besides name and value: colon, blank, line end."""
_LEAST_RATE: Final = 1000
"""Bytes a second of a body, on average, after the first `timeout_s`: a tenth of the slowest modem's rate."""
_MOST_DRAINED: Final = 1 << 20
"""Bytes of a body still read after its answer, so that the connection can be kept."""
_LINGER_S: Final = 2.0
"""Seconds in which what a refused client still sends is thrown away; closed at once it would not see why (RFC 9112 9.6)."""
_BLANK: Final = 32
_NOT_ASCII: Final = re.compile(rb"[\x80-\xff]")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one connection may take: bytes of a head, seconds for it and between parts of a body or of an answer."""

    head_bytes: int
    timeout_s: float


class GuardedConfig(uvicorn.Config):
    """uvicorn's settings and ours."""

    def __init__(self, app: ASGI3Application, limits: Limits, connections: Connections[Guard], **settings: Any) -> None:
        super().__init__(app, http=Guard, ws="none", **settings)
        self.limits = limits
        self.open_connections = connections


def _unacknowledged(transport: asyncio.Transport) -> int:
    """Bytes the kernel holds that the client has not taken: they go down steadily where our buffer moves once in a while."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, ValueError):  # it was closed in the meantime
            held: bytes = fcntl.ioctl(transport.get_extra_info("socket").fileno(), termios.TIOCOUTQ, bytes(4))
            return int(struct.unpack("i", held)[0])
    return 0


class _RefusedError(Exception):
    """Ends the parser from one of its callbacks."""


class Guard(HttpToolsProtocol):
    """One connection. Whoever ticks calls `look` a few times a second."""

    config: GuardedConfig

    def __init__(self, config: GuardedConfig, *arguments: Any, **named: Any) -> None:
        super().__init__(config, *arguments, **named)
        self._limits = config.limits
        self._active: RequestResponseCycle | None = None
        self._deadline = math.inf
        self.heard = self.loop.time()
        """When the client last sent something."""
        self._is_closing = False
        self._fault: OhaiError | None = None
        # The request being received: its head has begun, its line is not ended, its head is whole and the body is not.
        self._in_head = self._in_line = self._in_body = self._has_ended = False
        self._head_fed = self._head_bytes = self._address_bytes = self._trailer_bytes = 0
        self._body_since, self._body_bytes, self._frame_bytes = 0.0, 0, 0
        # The answer: what the client has not taken, since when.
        self._unsent, self._unsent_since, self._has_sent = 0, 0.0, False

    # Connection

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Count it, and wait for a head."""
        super().connection_made(transport)
        self._deadline = self.heard + self._limits.timeout_s
        if not self.config.open_connections.admit(self, self.client[0] if self.client else ""):
            self.give_way()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the application, also where the answer under way is not that of the last request."""
        super().connection_lost(exc)
        self.config.open_connections.leave(self)
        if self._active is not None and not self._active.response_complete:
            self._active.disconnected = True
            self._active.message_event.set()

    def is_idle(self) -> bool:
        """See `Connection.is_idle`."""
        return not self._in_body and not self._is_answering()

    def is_receiving(self) -> bool:
        """See `Connection.is_receiving`."""
        return self._in_body and not self.flow.read_paused

    def is_sending(self) -> bool:
        """Whether the client has not taken all that was answered."""
        return self.transport.get_write_buffer_size() > 0

    def give_way(self) -> None:
        """See `Connection.give_way`."""
        self._is_closing = True
        self.transport.abort()

    # Receiving

    def data_received(self, data: bytes) -> None:
        """Parse what came, within the limits."""
        self._unset_keepalive_if_required()
        self.heard = self.loop.time()
        if self._is_closing:
            return
        body_before = self._body_bytes
        self._has_ended = False
        if not self._in_body and (self._in_line or not self._in_head):
            data = self._ascii_line(data)
        try:
            self._feed(data)
        except httptools.HttpParserError:
            self._refuse(self._fault or _malformed())
            return
        if self._in_body:
            self._frame_bytes = 0 if self._body_bytes > body_before else self._frame_bytes + len(data)
        elif not self._has_ended:
            self._head_fed += len(data)
        if max(self._head_fed, self._frame_bytes) > self._limits.head_bytes:
            self._refuse(self._too_large())
        elif self._in_body and self._body_bytes > body_before:
            self._body_came()
        elif not self._in_body:
            self._head_awaited()

    def _feed(self, data: bytes) -> None:
        """Parse; protocols a client would upgrade to are not spoken, and what follows is HTTP/1.1 as before."""
        rest: bytes | memoryview = data
        while rest:
            try:
                self.parser.feed_data(rest)
            except httptools.HttpParserUpgrade as upgrade:
                rest = memoryview(rest)[upgrade.args[0] :]
            else:
                return

    def _ascii_line(self, data: bytes) -> bytes:
        """`data` with its request line percent-encoded where it is not ASCII, as browsers write it (RFC 3987 3.1)."""
        end = data.find(b"\n", 0 if self._in_line or data[0] > _BLANK else len(data) - len(data.lstrip(b"\r\n")))
        self._in_line = end < 0
        if data.isascii():
            return data
        line = data[:end] if end >= 0 else data
        if line.isascii():
            return data
        if self._head_fed + len(line) > self._limits.head_bytes:
            self._address_bytes = len(line)
            self._fault = self._too_large()
            return data
        return _NOT_ASCII.sub(lambda octet: b"%%%02X" % octet[0][0], line) + data[len(line) :]

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._in_head = True
        self._head_bytes = self._address_bytes = self._trailer_bytes = 0

    def on_url(self, url: bytes) -> None:
        """Count the address."""
        self._head_bytes += len(url)
        self._address_bytes += len(url)
        if self._head_bytes > self._limits.head_bytes:
            self._stop(self._too_large())
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header; one that follows the body (a trailer) is no header of the request (RFC 9110 6.5.1)."""
        size = len(name) + len(value) + _FIELD_EXTRA
        if self._in_body:
            self._trailer_bytes += size
            if self._trailer_bytes > self._limits.head_bytes:
                self._stop(self._too_large())
            return
        self._head_bytes += size
        if self._head_bytes > self._limits.head_bytes or len(self.headers) >= _MOST_HEADERS:
            self._stop(self._too_large())
        # As uvicorn does it; its method would be called for every header of every request.
        name = name.lower()
        if name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._in_head = self._in_line = False
        self._in_body = True
        self._head_fed = self._frame_bytes = self._body_bytes = 0
        self._body_since = self.heard
        self._deadline = self.heard + self._limits.timeout_s
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Count a part of the body."""
        self._body_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._in_body = False
        self._has_ended = True
        self._head_fed = self._frame_bytes = 0
        self._deadline = math.inf
        super().on_message_complete()

    def _too_large(self) -> OhaiError:
        size = self._limits.head_bytes // 1024
        if 2 * self._address_bytes > self._limits.head_bytes and not self._in_body:
            return AddressTooLong(
                f"网址超过 {size} kB；长的查询请用 POST 发送。", f"The address is over {size} kB; send long queries by POST."
            )
        return HeadersTooLarge(
            f"请求头超过 {size} kB 或 {_MOST_HEADERS} 项。",
            f"The headers are over {size} kB or {_MOST_HEADERS}.",
        )

    def _stop(self, fault: OhaiError) -> None:
        self._fault = fault
        raise _RefusedError

    # Time

    def _head_awaited(self) -> None:
        if (self._in_head or not self._is_answering()) and self._deadline == math.inf:
            self._deadline = self.heard + self._limits.timeout_s

    def _body_came(self) -> None:
        if self.cycle.response_complete and self._body_bytes > _MOST_DRAINED:
            self._is_closing = True
            self._linger()
            return
        whole = self._body_since + self._limits.timeout_s + self._body_bytes / _LEAST_RATE
        self._deadline = min(self.heard + self._limits.timeout_s, whole)

    def look(self, now: float) -> None:
        """Close the connection where its client is too slow."""
        if now > self._deadline:
            self._expire(now)

    def look_at_answer(self, now: float) -> None:
        """Close the connection where its client takes nothing of what was answered."""
        unsent = self.transport.get_write_buffer_size()
        if unsent:
            unsent += _unacknowledged(self.transport)
        if not unsent or unsent != self._unsent or self._has_sent:
            self._unsent, self._unsent_since, self._has_sent = unsent, now, False
        elif now - self._unsent_since > self._limits.timeout_s:
            self.give_way()

    def resume_writing(self) -> None:
        """Remember that the client took something."""
        self._has_sent = True
        super().resume_writing()

    def _expire(self, now: float) -> None:
        if self._is_closing:
            self.transport.abort()
        elif self._in_body and (self.flow.read_paused or self.cycle.waiting_for_100_continue):
            # It is our turn: the application has not asked for more.
            self._body_since, self._body_bytes = now, 0
            self._deadline = now + self._limits.timeout_s
        elif self._in_body or (self._in_head and not self._is_answering()):
            seconds = self._limits.timeout_s
            self._refuse(
                RequestTimedOut(f"请求在 {seconds:g} 秒内没有发完。", f"The request did not come within {seconds:g} seconds.")
            )
        elif self._is_answering():
            self._deadline = now + self._limits.timeout_s
        else:
            self.transport.close()

    # Answering

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._active = cycle
        super()._start_asgi_task(cycle, app)

    def _is_answering(self) -> bool:
        return self._active is not None and not self._active.response_complete

    def on_response_complete(self) -> None:
        """Wait for the rest of a body that was not needed, or for the next head."""
        super().on_response_complete()
        if self._in_body:
            self._unset_keepalive_if_required()
        elif not self._is_closing:
            self._deadline = self.loop.time() + self._limits.timeout_s if self._in_head else math.inf

    def _refuse(self, error: OhaiError) -> None:
        """Answer with the error and close. Nothing is written into an answer under way: the connection ends after it."""
        self._is_closing = True
        self._deadline = math.inf
        active = self._active
        if active is not None and not active.response_complete:
            if not self._in_body and not self.pipeline:
                active.keep_alive = False
                return
            if active is not self.cycle or active.response_started:
                self.transport.abort()
                return
            active.disconnected = True
            active.message_event.set()
        answer = problems.problem(error)
        headers = [*self.server_state.default_headers, *answer.raw_headers, (b"connection", b"close")]
        fields = b"".join(b"%s: %s\r\n" % pair for pair in headers)
        self.transport.write(STATUS_LINE[answer.status_code] + fields + b"\r\n" + bytes(answer.body))
        self._linger()

    def _linger(self) -> None:
        """Say that no more will be sent, and throw away what still comes for a moment."""
        self._deadline = self.loop.time() + _LINGER_S
        self.flow.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        else:
            self.transport.close()


def _malformed() -> MalformedRequest:
    return MalformedRequest("请求不合 HTTP/1.1 的语法。", "The request is not HTTP/1.1 (RFC 9112).")
