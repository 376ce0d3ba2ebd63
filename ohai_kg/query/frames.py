"""The wire between the server and its worker processes: length-prefixed frames on a Unix socket.

Request: u32 length, JSON. Answer: a frame `C` (complete) or `S` (start of a stream), each holding a JSON head and the
first bytes of the body; after `S` any number of `D` (data), then `E` (end) or `F` (failed: what was sent is no whole
answer). `X` instead of `C` or `S`: an error.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict
from typing import Any, Final

from ohai_kg.errors import DataUnreadable, OhaiError, QuerySyntaxError
from ohai_kg.mediatypes import RDF_FORMATS, RESULT_FORMATS, by_name
from ohai_kg.query.requests import GraphRequest, Head, QueryRequest

FRAME: Final = struct.Struct("!cI")
LENGTH: Final = struct.Struct("!I")
COMPLETE: Final = b"C"
START: Final = b"S"
DATA: Final = b"D"
END: Final = b"E"
FAILED: Final = b"F"
ERROR: Final = b"X"


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
        }
    body = json.dumps(values, ensure_ascii=False).encode()
    return LENGTH.pack(len(body)) + body


def unpack_request(body: bytes) -> tuple[QueryRequest | GraphRequest, bool]:
    """The request, and whether its answer may be compressed."""
    values = json.loads(body)
    rdf = by_name(values["rdf"] or "", RDF_FORMATS)
    if "query" not in values:
        return GraphRequest(values["graph"], rdf or RDF_FORMATS[0]), values["gzip"]
    results = by_name(values["results"] or "", RESULT_FORMATS)
    return QueryRequest(values["query"], results, rdf, values["default"], values["named"]), values["gzip"]


def pack_head(kind: bytes, head: Head, body: bytes) -> bytes:
    """The first frame of an answer."""
    told = json.dumps(asdict(head), ensure_ascii=False).encode()
    return b"".join((FRAME.pack(kind, LENGTH.size + len(told) + len(body)), LENGTH.pack(len(told)), told, body))


def unpack_head(payload: bytes) -> tuple[Head, bytes]:
    """The head and the first bytes of the body."""
    (size,) = LENGTH.unpack_from(payload)
    end = LENGTH.size + size
    return Head(**json.loads(payload[LENGTH.size : end])), payload[end:]


def pack_error(error: OhaiError) -> bytes:
    """An error instead of an answer."""
    return frame(ERROR, json.dumps(error_values(error), ensure_ascii=False).encode())


def frame(kind: bytes, payload: bytes = b"") -> bytes:
    """Any other frame."""
    return FRAME.pack(kind, len(payload)) + payload


def error_values(error: OhaiError) -> dict[str, Any]:
    """An error as plain values, for `errors.from_wire`."""
    values: dict[str, Any] = {"code": error.code, "zh": error.zh, "en": error.en}
    if isinstance(error, QuerySyntaxError | DataUnreadable):
        values |= {"line": error.line, "column": error.column}
    return values | getattr(error, "extra", {})
