"""Keeping an index for the release being served.

It is made in the background by a process of its own; until it is whole the last one answers.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Final

from ohai_kg.errors import SearchNotReady
from ohai_kg.search.index import index_path

if TYPE_CHECKING:
    from pathlib import Path

    from ohai_kg.releases import Release

_QUIET_S: Final = 1.0
"""Writes that follow each other within this time are indexed once; with a large release the wait grows with its work."""
_RETRY_S: Final = 2.0
_log = logging.getLogger("ohai_kg.search")
_FIRST_S: Final = 20.0
"""How long a search waits for the very first index."""


class SearchIndex:
    """The newest index of the releases under one home. Searches say which release it is of."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._wanted: str | None = None
        self._ready: str | None = None
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._took = 0.0

    @property
    def release(self) -> str | None:
        """The release that searches look at; None before there is any index."""
        return self._ready

    def follow(self, release: Release) -> None:
        """This release is served now."""
        self._wanted = release.id
        if index_path(self._home, release.id).is_file():
            self._take(release.id)
        elif self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._make())

    async def path(self) -> Path:
        """The index to search. Raises SearchNotReady where the first one is not made in time."""
        if self._ready is None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), _FIRST_S)
        if self._ready is None:
            raise SearchNotReady("搜索索引正在建立，请稍后重试。", "The search index is being made; try again shortly.")
        return index_path(self._home, self._ready)

    async def close(self) -> None:
        """End the process that writes an index."""
        if self._task is not None:
            self._task.cancel()
            if self._process is not None:
                self._process.kill()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _make(self) -> None:
        while self._wanted is not None and self._wanted != self._ready:
            if self._ready is not None:
                await asyncio.sleep(max(_QUIET_S, 2 * self._took))
            release, began = self._wanted, time.monotonic()
            try:
                await asyncio.to_thread(self._write, release)
            except OSError as error:
                _log.error("the search index cannot be made and is tried again: %s", error)
                await asyncio.sleep(_RETRY_S)
                continue
            self._took = time.monotonic() - began
            if index_path(self._home, release).is_file():
                self._take(release)
            elif release == self._wanted:
                return

    def _write(self, release: str) -> None:
        command = [sys.executable, "-m", "ohai_kg.search.index", str(self._home), release]
        # Our own module and our own folder; nothing of a request is in it.
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)  # noqa: S603
        self._process.wait()

    def _take(self, release: str) -> None:
        self._ready = release
        self._changed.set()
