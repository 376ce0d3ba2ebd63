"""Messages between the server and its worker processes, over Unix stream sockets.

A frame is one byte of kind, four bytes of length, and that many bytes: `M` meta (JSON), `D` data, `E` end, `X` error (JSON),
`Q` request (JSON).
"""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import asyncio
    import socket

_HEADER: Final = struct.Struct("!cI")
META: Final = b"M"
DATA: Final = b"D"
END: Final = b"E"
ERROR: Final = b"X"
REQUEST: Final = b"Q"


def frame(kind: bytes, payload: bytes = b"") -> bytes:
    """One frame as bytes."""
    return _HEADER.pack(kind, len(payload)) + payload


def json_frame(kind: bytes, value: dict[str, Any]) -> bytes:
    """One frame that holds a JSON object."""
    return frame(kind, json.dumps(value).encode())


def receive(sock: socket.socket) -> tuple[bytes, bytes] | None:
    """The next frame of a blocking socket; None when the other side has closed it."""
    header = _receive_exactly(sock, _HEADER.size)
    if header is None:
        return None
    kind, length = _HEADER.unpack(header)
    payload = _receive_exactly(sock, length)
    return None if payload is None else (kind, payload)


def _receive_exactly(sock: socket.socket, size: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < size:
        part = sock.recv(min(size - len(parts), 1 << 20))
        if not part:
            return None
        parts += part
    return bytes(parts)


async def read(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """The next frame. Raises asyncio.IncompleteReadError when the other side is gone."""
    kind, length = _HEADER.unpack(await reader.readexactly(_HEADER.size))
    return kind, await reader.readexactly(length)
