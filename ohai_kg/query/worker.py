"""A worker process: one query at a time, over the release its loader holds, under a memory limit. POSIX only."""

from __future__ import annotations

import contextlib
import json
import resource
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ohai_kg.errors import OhaiError, QuerySyntaxError
from ohai_kg.query.evaluation import evaluate
from ohai_kg.query.frames import ERROR, json_frame, receive

if TYPE_CHECKING:
    import socket

    from ohai_kg.store import EmbeddedStore

_PAGE: Final = resource.getpagesize()


def address_space() -> int:
    """Bytes of address space this process has now (Linux; 0 elsewhere)."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * _PAGE
    except FileNotFoundError:
        return 0


def run(sock: socket.socket, store: EmbeddedStore, *, memory_mb: int, max_rows: int) -> None:
    """Answer requests until the server closes the socket, or until this process has grown by half its limit.

    `memory_mb` counts from the size inherited with the fork: the release's own pages are not the query's.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    inherited = address_space()
    limit = inherited + memory_mb * 1024 * 1024
    if inherited:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while (message := receive(sock)) is not None:
        try:
            evaluate(store, json.loads(message[1]), sock, max_rows)
        except OhaiError as error:
            sock.sendall(json_frame(ERROR, describe(error)))
        except MemoryError:
            return
        except OSError:
            return
        if address_space() - inherited > memory_mb * 1024 * 1024 // 2:
            return


def describe(error: OhaiError) -> dict[str, object]:
    """An error as it travels to the server."""
    place = {"line": error.line, "column": error.column} if isinstance(error, QuerySyntaxError) else {}
    return {"code": error.code, "zh": error.zh, "en": error.en, **place}


def close_quietly(sock: socket.socket) -> None:
    """Close a socket whatever its state."""
    with contextlib.suppress(OSError):
        sock.close()
