"""A worker process: one query at a time from its socket, until the socket closes or it is killed.

POSIX only. It is confined (`confinement.py`), so that nothing a query says reaches the disk or the network.
"""

from __future__ import annotations

import contextlib
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from ohai_kg.errors import GraphNotFound, OhaiError, QueryFailed, QueryMemoryExceeded
from ohai_kg.serving import frames
from ohai_kg.serving.evaluation import WHOLE_BYTES, Evaluation
from ohai_kg.sparql.requests import GraphRequest

if TYPE_CHECKING:
    import socket

    from ohai_kg.engine.store import EmbeddedStore
    from ohai_kg.sparql.requests import Head, Limits, QueryRequest

GZIP_BYTES: Final = 1000
_GZIP_LEVEL: Final = 5
_GZIP_FRAME: Final = 31
_REQUEST_BYTES: Final = 8192


def serve(connection: socket.socket, store: EmbeddedStore, limits: Limits, base: str) -> None:
    """Answer requests until the other end closes."""
    with contextlib.suppress(ConnectionError):
        while (body := _receive(connection)) is not None:
            request, gzip = frames.unpack_request(body)
            _answer(connection, store, request, limits, base, gzip=gzip)


def _receive(connection: socket.socket) -> bytes | None:
    """The next request, None at the end. A short one, like most, comes in one piece."""
    received = connection.recv(_REQUEST_BYTES)
    while len(received) < frames.LENGTH.size or len(received) < frames.LENGTH.size + frames.LENGTH.unpack_from(received)[0]:
        part = connection.recv(WHOLE_BYTES)
        if not part:
            return None
        received += part
    return received[frames.LENGTH.size :]


def _answer(
    connection: socket.socket,
    store: EmbeddedStore,
    request: QueryRequest | GraphRequest,
    limits: Limits,
    base: str,
    *,
    gzip: bool,
) -> None:
    reply = _SocketReply(connection, gzip=gzip)
    try:
        if isinstance(request, GraphRequest):
            _whole_graph(store, request, reply)
        else:
            Evaluation(store, request, limits, base).run(reply)
        reply.end()
    except OhaiError as error:
        reply.fail(error)
    except MemoryError:
        reply.fail(QueryMemoryExceeded("查询超过内存上限。", "The query took more memory than the limit."))
    except (OSError, RecursionError) as error:
        if isinstance(error, ConnectionError):
            raise
        reply.fail(QueryFailed("查询不能执行，请简化后重试。", "The query cannot be carried out; simplify it."))


def _whole_graph(store: EmbeddedStore, request: GraphRequest, reply: _SocketReply) -> None:
    import pyoxigraph as ox

    from ohai_kg.engine.store import graph_name
    from ohai_kg.sparql.requests import Head

    name = graph_name(request.graph)
    if isinstance(name, ox.NamedNode) and not store.engine.contains_named_graph(name):
        raise GraphNotFound(f"没有名为 {request.graph} 的图。", f"There is no graph {request.graph}.")
    body = store.dump(name, request.rdf)
    reply.begin(Head(request.rdf.name, graph=True, length=len(body)))
    reply.send(body)


class _SocketReply:
    """A reply that goes to the server in frames, compressed where the client takes it and it pays."""

    def __init__(self, connection: socket.socket, *, gzip: bool) -> None:
        self._connection = connection
        self._gzip = gzip
        self._pending: tuple[Head, bytes] | None = None
        self._streaming = False
        self._compressor: zlib._Compress | None = None

    def begin(self, head: Head) -> None:
        """See `Reply.begin`."""
        if self._gzip and (head.length is None or head.length >= GZIP_BYTES):
            self._compressor = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP_FRAME)
            head = replace(head, gzip=True)
        self._pending = (head, b"")

    def send(self, data: bytes) -> None:
        """See `Reply.send`."""
        if self._compressor is not None:
            data = self._compressor.compress(data)
        if self._pending is None:
            frames.send(self._connection, frames.DATA, data)
            return
        head, before = self._pending
        self._pending = (head, before + data)
        if head.length is None:
            self._start(head, before + data)

    def end(self) -> None:
        """Everything was sent."""
        rest = self._compressor.flush() if self._compressor is not None else b""
        if self._pending is None:
            self._connection.sendall(frames.frame(frames.DATA, rest) + frames.frame(frames.END))
            return
        head, body = self._pending
        body += rest
        if head.length != len(body):
            head = replace(head, length=len(body))
        if len(body) <= WHOLE_BYTES:
            self._connection.sendall(frames.pack_head(frames.COMPLETE, head, body))
            return
        self._start(head, body)
        self._connection.sendall(frames.frame(frames.END))

    def fail(self, error: OhaiError) -> None:
        """Tell an error, or, where part of the answer is gone already, that it stays a part."""
        if self._streaming:
            self._connection.sendall(frames.frame(frames.FAILED))
        else:
            self._connection.sendall(frames.pack_error(error))

    def _start(self, head: Head, body: bytes) -> None:
        self._pending = None
        self._streaming = True
        first = body[:WHOLE_BYTES]
        self._connection.sendall(frames.pack_head(frames.START, head, first))
        for start in range(len(first), len(body), WHOLE_BYTES):
            frames.send(self._connection, frames.DATA, body[start : start + WHOLE_BYTES])
