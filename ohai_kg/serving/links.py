"""One worker process as the server's event loop sees it: a socket, at most one query on it, a pid to kill."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import time
from collections import deque
from typing import TYPE_CHECKING, Final, cast

from ohai_kg.errors import OhaiError, QueryMemoryExceeded, QueryTooDeep, WorkerLost, from_wire
from ohai_kg.serving import frames

if TYPE_CHECKING:
    from collections.abc import Callable

    from ohai_kg.serving.generation import Generation
    from ohai_kg.sparql.requests import Head

_HIGH_BYTES: Final = 1024 * 1024
"""A worker is held up while this much of its answer waits for the client."""
_BUFFER_BYTES: Final = 320 * 1024
"""Room for the longest usual frame; it grows for a longer one."""
_EXIT_NOTICE_S: Final = 0.5


class WorkerLink(asyncio.BufferedProtocol):
    """Speaks frames with one worker."""

    def __init__(self, generation: Generation, on_lost: Callable[[WorkerLink], None]) -> None:
        self.generation = generation
        self.born = time.monotonic()
        self.pid = 0
        self.alive = True
        self.paused = False
        self._on_lost = on_lost
        self._transport: asyncio.Transport | None = None
        self._buffer = memoryview(bytearray(_BUFFER_BYTES))
        self._filled = 0
        self._head: asyncio.Future[tuple[bytes, Head, bytes]] | None = None
        self._chunks: deque[bytes] = deque()
        self._waiting = 0
        self._ended = True
        self._failure: OhaiError | None = None
        self._more: asyncio.Event = asyncio.Event()

    # asyncio.BufferedProtocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is connected."""
        self._transport = cast("asyncio.Transport", transport)

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002
        """Where the next bytes go."""
        return self._buffer[self._filled :]

    def buffer_updated(self, nbytes: int) -> None:
        """Take frames apart."""
        buffer = self._buffer
        filled = self._filled + nbytes
        start = 0
        while filled - start >= frames.FRAME.size:
            kind, size = frames.FRAME.unpack_from(buffer, start)
            body = start + frames.FRAME.size
            if filled < body + size:
                if body + size - start > len(buffer):
                    self._buffer = memoryview(bytearray(body + size - start))
                break
            start = body + size
            self._frame(kind, bytes(buffer[body:start]))
        if start or self._buffer is not buffer:
            self._buffer[: filled - start] = buffer[start:filled]
        self._filled = filled - start

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """The process is gone; why, its loader tells in a moment."""
        self.alive = False
        self._on_lost(self)
        if self._failure is not None:
            self._give_up(self._failure)
        else:
            asyncio.get_running_loop().call_later(_EXIT_NOTICE_S, self.exited, 0)

    # the query on it

    def ask(self, request: bytes) -> asyncio.Future[tuple[bytes, Head, bytes]]:
        """Send a request; the future has the kind of the first frame, the head and the first bytes."""
        self._head = asyncio.get_running_loop().create_future()
        self._ended = False
        self._failure = None
        if self._transport is None or not self.alive:
            self._give_up(_lost())
        else:
            self._transport.write(request)
        return self._head

    async def next_chunk(self) -> bytes | None:
        """The next part of a streamed body, None at its end. Raises QueryEnded where it will never be whole."""
        while not self._chunks:
            if self._failure is not None:
                raise self._failure
            if self._ended:
                return None
            self._more.clear()
            await self._more.wait()
        chunk = self._chunks.popleft()
        self._waiting -= len(chunk)
        if self.paused and self._waiting < _HIGH_BYTES // 2 and self._transport is not None and self.alive:
            self.paused = False
            self._transport.resume_reading()
        return chunk

    @property
    def backlog(self) -> int:
        """Bytes of the answer that are here and that nobody has taken yet."""
        return self._waiting

    @property
    def idle(self) -> bool:
        """Whether it can take a query: alive and done with the last one."""
        return self.alive and self._ended and not self._chunks

    def stop(self, reason: OhaiError) -> None:
        """Kill the process; whoever waits for its answer gets `reason`."""
        self._failure = reason
        self._chunks.clear()
        self._waiting = 0
        if self.alive and self.pid:
            # Its socket is open, so the process lives and the pid is its own.
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        self._give_up(reason)
        self.close()

    def close(self) -> None:
        """Let the worker go: an idle one ends when its socket does."""
        if self._transport is not None:
            self._transport.close()

    def exited(self, by_signal: int) -> None:
        """The loader tells how the process ended."""
        if self._ended:
            return
        if by_signal == signal.SIGABRT:
            # The engine ends its process when memory is refused.
            self._give_up(
                QueryMemoryExceeded(
                    "查询超过内存上限，已终止；请缩小范围或加条件。",
                    "The query took more memory than the limit and was stopped; narrow it down.",
                )
            )
        elif by_signal == signal.SIGSEGV:
            # Its stack was full, though `depth.py` had thought it would do.
            self._give_up(QueryTooDeep())
        elif not self.alive:
            self._give_up(_lost())

    def _frame(self, kind: bytes, payload: bytes) -> None:
        if kind in {frames.COMPLETE, frames.START}:
            head, body = frames.unpack_head(payload)
            self._ended = kind == frames.COMPLETE
            if self._head is not None and not self._head.done():
                self._head.set_result((kind, head, body))
        elif kind == frames.DATA:
            self._chunks.append(payload)
            self._waiting += len(payload)
            if self._waiting > _HIGH_BYTES and not self.paused and self._transport is not None:
                self.paused = True
                self._transport.pause_reading()
            self._more.set()
        elif kind == frames.END:
            self._ended = True
            self._more.set()
        elif kind == frames.ERROR:
            self._give_up(from_wire(json.loads(payload)))
            self._failure = None
        else:
            self._give_up(_lost())

    def _give_up(self, reason: OhaiError) -> None:
        self._failure = self._failure or reason
        self._ended = True
        if self._head is not None and not self._head.done():
            self._head.set_exception(reason)
        self._more.set()


def _lost() -> WorkerLost:
    return WorkerLost("处理该查询的进程意外终止，请重试。", "The process that evaluated the query died; try again.")
