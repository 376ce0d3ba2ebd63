"""A query under way and its answer, as the pool keeps them and its callers read them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable, MutableMapping

    from ohai_kg.errors import OhaiError
    from ohai_kg.serving.links import WorkerLink
    from ohai_kg.serving.pool import WorkerPool
    from ohai_kg.serving.spool import Spool
    from ohai_kg.sparql.requests import Head

    Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


@dataclass(eq=False, slots=True)
class Running:
    """One query with its worker. `started` and `deadline` are seconds of the monotonic clock.

    `held_up`: seconds its worker has waited for a slow reader. `is_released`: the worker has another query by now, and
    what is left of the answer lies in `spool`.
    """

    id: str
    text: str
    link: WorkerLink
    release: str
    client: str
    started: float
    deadline: float
    receive: Receive | None = None
    watcher: asyncio.Task[None] | None = None
    held_up: float = 0.0
    spool: Spool | None = None
    is_released: bool = False

    def end(self, reason: OhaiError) -> None:
        """Kill the query unless it is done; whoever reads its answer gets `reason`."""
        if self.spool is not None:
            self.spool.fail(reason)
        if not self.is_released and not self.link.idle:
            self.link.stop(reason)


@dataclass(eq=False, slots=True)
class Reply:
    """An answer under way: `first` is all of it unless `streamed`. Must be closed."""

    pool: WorkerPool
    running: Running
    head: Head
    first: bytes
    streamed: bool

    async def next_chunk(self) -> bytes | None:
        """The next part of a streamed body, None at its end. Raises QueryEnded where it will never be whole."""
        spool = self.running.spool
        return await (self.running.link.next_chunk() if spool is None else spool.next_chunk())

    def close(self) -> None:
        """Give the worker back; one that is not done is killed."""
        self.pool.finish(self.running)


@dataclass(slots=True)
class Figures:
    """Counters since the start, for metrics."""

    queries: int = 0
    rejected: int = 0
    publications: int = 0
    writes: int = 0
    stopped: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
