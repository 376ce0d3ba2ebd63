"""Answers of slow readers, kept on disk so that their workers need not wait. POSIX only.

The files have no name (they end with the process) and lie where the releases are, not in a /tmp that may be memory.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from ohai_kg.errors import OhaiError, StorageFull

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ohai_kg.serving.links import WorkerLink

MOST_BYTES: Final = 2 << 30
"""Disk that all answers together may take."""
MOST_BYTES_PER_CLIENT: Final = 1 << 30
_LEFT_BYTES: Final = 1 << 30
"""Disk that is left to releases and writes."""
_READ_BYTES: Final = 256 * 1024
_LOOK_S: Final = 0.05


class SpoolRoom:
    """The disk space for spools, shared out among clients, and the one thread that reads and writes them."""

    def __init__(self, folder: Path, most: int = MOST_BYTES, most_per_client: int = MOST_BYTES_PER_CLIENT) -> None:
        self.folder = folder
        self.disk = ThreadPoolExecutor(1, thread_name_prefix="spool")
        self._most = most
        self._most_per_client = most_per_client
        self._used: Counter[str] = Counter()

    @property
    def used(self) -> int:
        """Bytes of all spools."""
        return self._used.total()

    def take(self, client: str, size: int) -> bool:
        """Take `size` bytes of a client's share; False where there is no room."""
        if self.used + size > self._most or self._used[client] + size > self._most_per_client or self._is_disk_full():
            return False
        self._used[client] += size
        return True

    def _is_disk_full(self) -> bool:
        disk = os.statvfs(self.folder)
        return disk.f_bavail * disk.f_frsize < _LEFT_BYTES

    def give(self, client: str, size: int) -> None:
        """Give bytes back."""
        self._used[client] -= size
        if not self._used[client]:
            del self._used[client]

    def close(self) -> None:
        """Let the thread go when it has done what it was asked."""
        self.disk.shutdown(wait=False, cancel_futures=False)


def _write(descriptor: int, data: bytes, offset: int) -> None:
    """Write all of it."""
    rest = memoryview(data)
    while rest:
        written = os.pwrite(descriptor, rest, offset)
        rest, offset = rest[written:], offset + written


class Spool:
    """The rest of one answer: taken from its worker as fast as it comes, given to the reader as fast as it asks.

    `on_end` is called once, when the worker has nothing more to say.
    """

    def __init__(self, room: SpoolRoom, link: WorkerLink, client: str, on_end: Callable[[], None]) -> None:
        self.is_full = False
        """Whether the worker has to wait for the reader after all."""
        self._room = room
        self._link = link
        self._client = client
        self._on_end = on_end
        self._file = tempfile.TemporaryFile(dir=room.folder, buffering=0)  # noqa: SIM115  it ends with this
        self._written = self._read = self._taken = 0
        self._ended = False
        self._failure: OhaiError | None = None
        self._more = asyncio.Event()
        self._filling = asyncio.create_task(self._fill())

    async def next_chunk(self) -> bytes | None:
        """See `Reply.next_chunk`."""
        while self._failure is None and self._read == self._written:
            if self._ended:
                return None
            self._more.clear()
            await self._more.wait()
        if self._failure is not None:
            raise self._failure
        size = min(_READ_BYTES, self._written - self._read)
        chunk: bytes = await self._on_disk(os.pread, self._file.fileno(), size, self._read)
        self._read += len(chunk)
        return chunk

    def fail(self, reason: OhaiError) -> None:
        """The reader gets no more."""
        self._failure = self._failure or reason
        self._more.set()

    def close(self) -> None:
        """Give up the file. Whoever still waits for the worker is woken."""
        self._filling.cancel()
        self._room.give(self._client, self._taken)
        self._taken = 0
        # In the thread, because what was asked of it before may still use the file.
        self._room.disk.submit(self._file.close)

    async def _fill(self) -> None:
        try:
            while (chunk := await self._link.next_chunk()) is not None:
                await self._make_room(len(chunk))
                await self._on_disk(_write, self._file.fileno(), chunk, self._written)
                self._written += len(chunk)
                self._more.set()
        except OhaiError as error:
            self.fail(error)
        except OSError:
            self.fail(StorageFull("磁盘空间不足，结果不完整。", "The disk is full; the answer is not whole."))
        self._ended = True
        self._more.set()
        self._on_end()

    async def _make_room(self, size: int) -> None:
        """Wait until there is room: where a spool is full, for its reader to have read it all."""
        while not self._room.take(self._client, size):
            self.is_full = True
            if self._taken and self._read == self._written:
                self._read = self._written = 0
                await self._on_disk(os.ftruncate, self._file.fileno(), 0)
                self._room.give(self._client, self._taken)
                self._taken = 0
                continue
            await asyncio.sleep(_LOOK_S)
        self.is_full = False
        self._taken += size

    async def _on_disk(self, function: Callable[..., Any], *arguments: object) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._room.disk, function, *arguments)
