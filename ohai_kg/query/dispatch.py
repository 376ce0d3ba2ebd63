"""Idle workers and the queries that wait for one. POSIX only."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import TYPE_CHECKING

from ohai_kg.errors import QueueFull

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ohai_kg.query.links import WorkerLink
    from ohai_kg.query.running import Figures
    from ohai_kg.settings import Settings


class Dispatch:
    """Gives workers out, first come, first served, at most `WORKERS` at a time."""

    def __init__(self, settings: Settings, figures: Figures, give_back: Callable[[WorkerLink], None]) -> None:
        self._settings = settings
        self._figures = figures
        self._give_back = give_back
        self._idle: list[WorkerLink] = []
        self._queue: deque[tuple[float, asyncio.Future[WorkerLink]]] = deque()
        self._taken = 0
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many queries wait."""
        return len(self._queue)

    async def take(self) -> WorkerLink:
        """A worker, now or when one is free; give it back with `done`. Raises QueueFull."""
        if self._idle and self._taken < self._settings.workers:
            self._taken += 1
            return self._idle.pop()
        if len(self._queue) >= self._settings.max_queue or self._closed:
            self._figures.rejected += 1
            raise _busy()
        waiter: asyncio.Future[WorkerLink] = asyncio.get_running_loop().create_future()
        self._queue.append((time.monotonic() + self._settings.query_timeout_s, waiter))
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                self._give_back(waiter.result())
                self.done()
            raise

    def done(self) -> None:
        """A query is over. Whether its worker can take another, `offer` tells."""
        self._taken -= 1
        self._hand_out()

    def offer(self, link: WorkerLink) -> None:
        """This worker is idle."""
        self._idle.append(link)
        self._hand_out()

    def forget(self, link: WorkerLink) -> None:
        """This worker is dead."""
        if link in self._idle:
            self._idle.remove(link)

    def change(self, links: Iterable[WorkerLink]) -> None:
        """From here on these are the idle workers."""
        self._idle = list(links)
        self._hand_out()

    def expire(self, now: float) -> bool:
        """Refuse those who have waited too long; whether anybody still waits."""
        while self._queue and (self._queue[0][0] < now or self._queue[0][1].done()):
            _, waiter = self._queue.popleft()
            if not waiter.done():
                self._figures.rejected += 1
                waiter.set_exception(_busy())
        return bool(self._queue)

    def close(self) -> None:
        """Refuse everybody."""
        self._closed = True
        while self._queue:
            _, waiter = self._queue.popleft()
            if not waiter.done():
                waiter.set_exception(_busy())

    def _hand_out(self) -> None:
        while self._queue and self._idle and self._taken < self._settings.workers:
            _, waiter = self._queue.popleft()
            if not waiter.done():
                self._taken += 1
                waiter.set_result(self._idle.pop())


def _busy() -> QueueFull:
    return QueueFull("等待的查询过多，请稍后重试。", "Too many queries are waiting; try again shortly.")
