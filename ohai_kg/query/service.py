"""The query service of one project: its pool, and the watch that takes up a new release the moment it is published."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import io
import logging
from typing import TYPE_CHECKING, Any, Final

from ohai_kg.errors import OhaiError
from ohai_kg.query.pool import Opening, Pool
from ohai_kg.query.safety import without_federation
from ohai_kg.store import Releases

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from ohai_kg.project import Project
    from ohai_kg.store import Release

_LOOK_EVERY_S: Final = 0.25
_log = logging.getLogger("ohai_kg.query")


class QueryService:
    """Answers queries over the current release, whichever that is."""

    def __init__(self, project: Project, *, writer: str | None = None) -> None:
        self.project = project
        self.releases = Releases(project.home)
        options = {"home": str(project.home), "base": project.settings.base, "keep": project.settings.keep_releases}
        self.pool = Pool(project.settings, writer, options)
        self.changing = asyncio.Lock()
        """Held while the release changes: by the watch, or by a write."""
        self.on_change: list[Callable[[Release], None]] = []
        self._watch: asyncio.Task[None] | None = None

    @property
    def release(self) -> Release:
        """The release that answers now."""
        return self.pool.release

    async def start(self) -> None:
        """Load the current release. Raises NoRelease."""
        await self.pool.start(self.releases.current())
        self._watch = asyncio.get_running_loop().create_task(self._follow())

    async def close(self) -> None:
        """End the watch and all processes."""
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
        await self.pool.close()

    def query(self, request: dict[str, Any], query_id: str | None = None) -> AsyncIterator[Opening | bytes]:
        """See `Pool.query`. Raises FederationRefused at once."""
        return self.pool.query({**request, "query": without_federation(request["query"])}, query_id)

    async def select(self, query: str) -> list[dict[str, str]]:
        """The rows of a SELECT query of our own, each cell as its text ('' where unbound)."""
        parts = [part async for part in self.query({"query": query, "results": "csv", "rdf": "nt"})]
        text = b"".join(part for part in parts if isinstance(part, bytes)).decode()
        return list(csv.DictReader(io.StringIO(text)))

    async def refresh(self) -> None:
        """Take up the current release where it is another than the one served; the caller holds `changing`."""
        current = self.releases.current()
        if current.id != self.release.id:
            await self.pool.switch(current)
            self.announce()

    def announce(self) -> None:
        """Tell those who keep something of the release that it has changed."""
        for listener in self.on_change:
            listener(self.release)

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            if self.releases.current_id() in {None, self.release.id}:
                continue
            try:
                async with self.changing:
                    await self.refresh()
            except OhaiError as error:
                _log.error("the new release could not be taken up, still serving %s: %s", self.release.id, error)
