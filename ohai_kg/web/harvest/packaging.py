"""Packages and changes made for the server by processes of their own, one at a time, so that no request waits for another's.

The package of a release is made a little after it was published, when the server has its peace, or when somebody asks.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from typing import TYPE_CHECKING, Final

from ohai_kg.errors import FileTrouble, StoreError
from ohai_kg.publication.changes import Changes
from ohai_kg.publication.distributions import distributions

if TYPE_CHECKING:
    from pathlib import Path

    from ohai_kg.publication.distributions import Distribution
    from ohai_kg.releases import Release
    from ohai_kg.serving.service import QueryService

_QUIET_S: Final = 3.0
"""How long after a publication the background waits, so that of a row of writes only the last is packed."""
_REMEMBERED: Final = 50
_log = logging.getLogger("ohai_kg.web")


class Packaging:
    """Makes what downloads and changes need, where it is not there."""

    def __init__(self, service: QueryService) -> None:
        self.changes = Changes(service.releases)
        self.packages = self.changes.packages
        self._service = service
        self._lock = asyncio.Lock()
        self._files: dict[str, dict[str, Distribution]] = {}
        self._background: asyncio.Task[None] | None = None

    def follow(self, release: Release) -> None:
        """Make the package of a release soon, instead of any that is still to come."""
        if self._background is not None:
            self._background.cancel()
        self._background = asyncio.get_running_loop().create_task(self._later(release.id))

    async def close(self) -> None:
        """Give up what is being made in the background, and wait until its process has ended."""
        if self._background is not None:
            self._background.cancel()
            await asyncio.wait([self._background])

    async def package(self, release_id: str) -> Path:
        """The package of a release, made where it is not there. Raises ReleaseNotFound, ReleaseDamaged, StoreError."""
        found = self.packages.path(release_id)
        if release_id in self._files and found.is_dir():
            return found
        whole = await asyncio.to_thread(self.packages.find, release_id)
        if whole is None:
            await asyncio.to_thread(self._service.releases.check, release_id)
            await self._run("ohai_kg.publication.packages", release_id)
            await asyncio.to_thread(self.packages.prune, self._service.project.settings.keep_releases)
        return found

    async def files(self, release_id: str) -> dict[str, Distribution]:
        """What the package of a release holds, by path. Raises ReleaseNotFound, StoreError."""
        package = await self.package(release_id)
        if release_id not in self._files:
            if len(self._files) >= _REMEMBERED:
                self._files.clear()
            self._files[release_id] = {file.path: file for file in await asyncio.to_thread(distributions, package)}
        return self._files[release_id]

    async def difference(self, since: str, until: str) -> Path:
        """The files that say what changed. Raises ReleaseNotFound, ReleaseGone, StoreError."""
        for release_id in (since, until):
            await asyncio.to_thread(self.changes.check, release_id)
        found = self.changes.find(since, until)
        if found is None:
            for release_id in (since, until):
                if self.packages.find(release_id) is None:
                    await asyncio.to_thread(self._service.releases.check, release_id)
            await self._run("ohai_kg.publication.changes", since, until)
            found = self.changes.find(since, until)
        if found is None:
            raise StoreError("不能算出变化，请稍后重试。", "The changes could not be made; try again later.")
        return found

    async def _later(self, release_id: str) -> None:
        await asyncio.sleep(_QUIET_S)
        try:
            await self.package(release_id)
        except (StoreError, FileTrouble, OSError) as error:
            _log.warning("package of %s: %s", release_id, error)

    async def _run(self, module: str, *arguments: str) -> None:
        """Run one of the export modules over this home. Raises StoreError."""
        async with self._lock:
            command = [sys.executable, "-m", module, str(self._service.releases.home), *arguments]
            process = await asyncio.create_subprocess_exec(
                *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL
            )
            try:
                code = await process.wait()
            except asyncio.CancelledError:
                with contextlib.suppress(ProcessLookupError):
                    process.terminate()
                await process.wait()
                raise
        if code != 0:
            raise StoreError("不能生成数据包，请检查磁盘空间。", "The package could not be made; is the disk full?")
