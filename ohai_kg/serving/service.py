"""The query service of one project: the pool over its releases, and the few ways its pages ask it.

app.state.service = QueryService(project, check="package.module:Class", check_arguments=(...))
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, TypeVar

from ohai_kg.engine.store import read_rows
from ohai_kg.formats import RDF_FORMATS, RESULT_FORMATS
from ohai_kg.releases import Releases
from ohai_kg.serving.memory import AnswerMemory
from ohai_kg.serving.pool import WorkerPool
from ohai_kg.sparql.analysis import is_volatile
from ohai_kg.sparql.requests import QueryRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from ohai_kg.project import Project
    from ohai_kg.releases import Release
    from ohai_kg.sparql.requests import Answer

_JSON: Final = RESULT_FORMATS[0]


_LONG_BYTES: Final = 64 * 1024
Read = TypeVar("Read")


class QueryService:
    """Answers queries over the current release, whichever that is."""

    def __init__(self, project: Project, *, check: str | None = None, check_arguments: tuple[str, ...] = ()) -> None:
        self.project = project
        self.releases = Releases(project.home)
        self.memory = AnswerMemory(project.settings.cache_mb * 1024 * 1024)
        self.saved: tuple[QueryRequest, ...] = ()
        """What is asked once at every publication, so that nobody has to wait for it."""
        self.on_change: list[Callable[[Release], None]] = []
        """Called with the new release, after queries go to it."""
        self.pool = WorkerPool(
            project.settings, self.releases, check=check, check_arguments=check_arguments, on_flip=self._announce
        )

    @property
    def release(self) -> Release:
        """The release that answers now. Raises ReleaseNotLoaded, ReleaseDamaged, NoRelease where there is none."""
        release = self.pool.release
        if release is None:
            raise self.pool.follower.reason
        return release

    async def start(self) -> None:
        """Load the current release, or the newest whole one; where there is none it is awaited."""
        await self.pool.start()

    async def close(self) -> None:
        """End all processes."""
        self.memory.stop()
        await self.pool.stop()

    async def run(self, request: QueryRequest) -> Answer:
        """A whole answer, remembered until the release changes. Raises the error of the query."""
        known = self.memory.get(request)
        if known is not None:
            return known
        asked_of = self.release.id
        answer = await self.pool.run(request)
        if asked_of == self.release.id and not is_volatile(request.query):
            self.memory.put(request, answer)
        return answer

    async def select(self, query: str) -> list[dict[str, str]]:
        """The rows of a SELECT query of our own, each cell as its text ('' where unbound)."""
        return await self.read(QueryRequest(query, _JSON, RDF_FORMATS[0]), read_rows)

    async def read(self, request: QueryRequest, reader: Callable[[bytes], Read]) -> Read:
        """What `reader` makes of an answer; of a long one it makes it in a thread, while others go on."""
        body = (await self.run(request)).body
        return await asyncio.to_thread(reader, body) if len(body) > _LONG_BYTES else reader(body)

    def _announce(self, release: Release) -> None:
        self.memory.clear()
        self.memory.warm(self.saved, self.run)
        for listener in self.on_change:
            listener(release)
