"""The wire between the server and its worker processes: length-prefixed frames on a Unix socket.

Request: u32 length, JSON. Answer: a frame `C` (complete) or `S` (start of a stream), each holding a JSON head and the
first bytes of the body; after `S` any number of `D` (data), then `E` (end) or `F` (failed: what was sent is no whole
answer). `X` instead of `C` or `S`: an error.
"""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any, Final

from ohai_kg.errors import OhaiError, error_values
from ohai_kg.formats import RDF_FORMATS, RESULT_FORMATS
from ohai_kg.sparql.requests import GraphRequest, Head, QueryRequest

if TYPE_CHECKING:
    import socket

FRAME: Final = struct.Struct("!cI")
LENGTH: Final = struct.Struct("!I")
COMPLETE: Final = b"C"
START: Final = b"S"
DATA: Final = b"D"
END: Final = b"E"
FAILED: Final = b"F"
ERROR: Final = b"X"
_PIECE_BYTES: Final = 256 * 1024
_RESULTS: Final = {item.name: item for item in RESULT_FORMATS}
_RDF: Final = {item.name: item for item in RDF_FORMATS}


def pack_request(request: QueryRequest | GraphRequest, *, gzip: bool) -> bytes:
    """A request as it goes to a worker."""
    values: dict[str, Any] = {"gzip": gzip}
    if isinstance(request, GraphRequest):
        values |= {"graph": request.graph, "rdf": request.rdf.name}
    else:
        values |= {
            "query": request.query,
            "results": request.results and request.results.name,
            "rdf": request.rdf and request.rdf.name,
            "default": request.default_graphs,
            "named": request.named_graphs,
            "preview": request.preview,
        }
    body = json.dumps(values, ensure_ascii=False).encode()
    return LENGTH.pack(len(body)) + body


def unpack_request(body: bytes) -> tuple[QueryRequest | GraphRequest, bool]:
    """The request, and whether its answer may be compressed."""
    values = json.loads(body)
    if "query" not in values:
        return GraphRequest(values["graph"], _RDF[values["rdf"]]), values["gzip"]
    results, rdf = _RESULTS.get(values["results"]), _RDF.get(values["rdf"])
    request = QueryRequest(values["query"], results, rdf, values["default"], values["named"], values["preview"])
    return request, values["gzip"]


def pack_head(kind: bytes, head: Head, body: bytes) -> bytes:
    """The first frame of an answer."""
    values = (head.format, head.graph, head.length, head.gzip, head.truncated, head.following, head.volatile)
    told = json.dumps(values).encode()
    return b"".join((FRAME.pack(kind, LENGTH.size + len(told) + len(body)), LENGTH.pack(len(told)), told, body))


def unpack_head(payload: bytes) -> tuple[Head, bytes]:
    """The head and the first bytes of the body."""
    (size,) = LENGTH.unpack_from(payload)
    end = LENGTH.size + size
    return Head(*json.loads(payload[LENGTH.size : end])), payload[end:]


def pack_error(error: OhaiError) -> bytes:
    """An error instead of an answer."""
    return frame(ERROR, json.dumps(error_values(error), ensure_ascii=False).encode())


def frame(kind: bytes, payload: bytes = b"") -> bytes:
    """Any other frame."""
    return FRAME.pack(kind, len(payload)) + payload


def send(connection: socket.socket, kind: bytes, payload: bytes) -> None:
    """Send frames without copying, none so long that the server would have to keep much of it."""
    whole = memoryview(payload)
    for start in range(0, len(whole), _PIECE_BYTES):
        piece = whole[start : start + _PIECE_BYTES]
        head = FRAME.pack(kind, len(piece))
        sent = connection.sendmsg((head, piece))
        if sent < len(head) + len(piece):
            connection.sendall((head + bytes(piece))[sent:])
