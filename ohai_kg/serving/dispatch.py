"""Idle workers and the queries that wait for one, shared out among clients. POSIX only."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from typing import TYPE_CHECKING

from ohai_kg.errors import QueueFull

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ohai_kg.serving.links import WorkerLink
    from ohai_kg.serving.running import Figures
    from ohai_kg.settings import Settings

    Waiter = tuple[float, asyncio.Future[WorkerLink]]


class Dispatch:
    """Gives workers out, at most `WORKERS` at a time: next is the client that holds fewest, among equals
    the one whose turn is longest ago.

    The last free worker is for a client that holds none, so one client never has them all. When the queue is full, the
    client with the most queries in it loses its newest.
    """

    def __init__(self, settings: Settings, figures: Figures, give_back: Callable[[WorkerLink], None]) -> None:
        self._settings = settings
        self._figures = figures
        self._give_back = give_back
        self._idle: list[WorkerLink] = []
        self._queues: dict[str, deque[Waiter]] = {}
        """By client, never empty; the client whose turn was last stands last."""
        self._held: Counter[str] = Counter()
        self._waiting = 0
        self._taken = 0
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many queries wait."""
        return self._waiting

    async def take(self, client: str = "") -> WorkerLink:
        """A worker, now or when one is free; give it back with `done`. Raises QueueFull."""
        if self._idle and self._may_have(client) and not self._closed:
            return self._give(client)
        if self._closed or (self._waiting >= self._settings.max_queue and not self._make_room(client)):
            self._figures.rejected += 1
            raise _busy()
        waiter: asyncio.Future[WorkerLink] = asyncio.get_running_loop().create_future()
        entry = (time.monotonic() + self._settings.query_timeout_s, waiter)
        self._queues.setdefault(client, deque()).append(entry)
        self._waiting += 1
        try:
            return await waiter
        except asyncio.CancelledError:
            if entry in self._queues.get(client, ()):
                self._queues[client].remove(entry)
                self._left(client)
            elif not waiter.cancelled() and waiter.exception() is None:
                self._give_back(waiter.result())
                self.done(client)
            raise

    def done(self, client: str = "") -> None:
        """A query of the client is over. Whether its worker can take another, `offer` tells."""
        self._taken -= 1
        self._held[client] -= 1
        if not self._held[client]:
            del self._held[client]
        if client in self._queues:
            self._queues[client] = self._queues.pop(client)
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
        for client, queue in list(self._queues.items()):
            while queue and queue[0][0] < now:
                self._refuse(client, queue.popleft())
        return bool(self._queues)

    def close(self) -> None:
        """Refuse everybody."""
        self._closed = True
        self.expire(float("inf"))

    def _may_have(self, client: str) -> bool:
        """Whether one of the workers that may run at once is left for this client."""
        left = self._settings.workers - self._taken
        return left > 1 or (left == 1 and client not in self._held)

    def _give(self, client: str) -> WorkerLink:
        self._taken += 1
        self._held[client] += 1
        return self._idle.pop()

    def _hand_out(self) -> None:
        while self._queues and self._idle:
            client = min(self._queues, key=self._held.__getitem__)
            if not self._may_have(client):
                return
            _, waiter = self._queues[client].popleft()
            self._left(client)
            if not waiter.done():
                waiter.set_result(self._give(client))

    def _make_room(self, client: str) -> bool:
        """Refuse the newest query of the client with the most waiting; False where that would be this client itself."""
        most = max(self._queues, key=lambda name: len(self._queues[name]), default=client)
        if len(self._queues.get(most, ())) <= len(self._queues.get(client, ())) + 1:
            return False
        self._refuse(most, self._queues[most].pop())
        return True

    def _refuse(self, client: str, entry: Waiter) -> None:
        self._left(client)
        if not entry[1].done():
            self._figures.rejected += 1
            entry[1].set_exception(_busy())

    def _left(self, client: str) -> None:
        """One entry of this client's queue was taken out."""
        self._waiting -= 1
        if not self._queues[client]:
            del self._queues[client]


def _busy() -> QueueFull:
    return QueueFull("等待的查询过多，请稍后重试。", "Too many queries are waiting; try again shortly.")
