"""The pool: workers of the current release, one spare, a queue with an end, and a clock that kills. POSIX only.

A worker over a limit, or whose client has gone, is killed, not asked; the spare takes its place at once and a new spare is
forked. A new release is taken up while queries run: new workers answer what comes next, old ones finish what they have.
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ohai_kg.errors import QueryKilled, QueryMemoryExceeded, QueryTimeout, QueueFull, StoreError, from_wire
from ohai_kg.query import frames
from ohai_kg.query.generation import Generation, Worker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ohai_kg.errors import OhaiError
    from ohai_kg.settings import Settings
    from ohai_kg.store import Release

_SLOW_AFTER_S = 0.5
"""Evaluations longer than this give way to shorter ones."""


@dataclass(eq=False, slots=True)
class Running:
    """A query under evaluation."""

    id: str
    query: str
    started: float
    worker: Worker
    ended: OhaiError | None = None
    timers: list[asyncio.TimerHandle] = field(default_factory=list)

    def kill(self, why: OhaiError) -> None:
        """Kill its worker; the query ends with `why`."""
        if self.ended is None:
            self.ended = why
            self.worker.kill()


@dataclass(frozen=True, slots=True)
class Opening:
    """The beginning of an answer: its format, whether it was cut, and its size where it is known (the body is then one part)."""

    format: str
    truncated: bool
    size: int | None


class Pool:
    """Query workers over the current release."""

    def __init__(self, settings: Settings, writer: str | None = None, options: dict[str, Any] | None = None) -> None:
        self.settings = settings
        self.running: dict[str, Running] = {}
        self.killed = 0
        self._writer = writer
        self._options = options or {}
        self._idle: deque[Worker] = deque()
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._generation: Generation | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def release(self) -> Release:
        """The release that answers now."""
        return self.generation.release

    @property
    def generation(self) -> Generation:
        """The loader and workers that answer now. Raises StoreError before the start."""
        if self._generation is None:
            raise StoreError("查询服务尚未就绪。", "The query service is not ready yet.")
        return self._generation

    async def start(self, release: Release) -> None:
        """Load `release` and fork the workers."""
        await self.take_up(await Generation.start(release, self.settings, self._writer, self._options))

    async def switch(self, release: Release) -> None:
        """Serve another release: load it, fork its workers, then move over."""
        await self.start(release)

    async def take_up(self, generation: Generation) -> None:
        """Move over to a loader that is ready; the old one ends when its last query has."""
        workers = [await generation.fork() for _ in range(self.settings.workers + 1)]
        old, self._generation = self._generation, generation
        for worker in self._idle:
            worker.writer.close()
        self._idle.clear()
        self._idle.extend(workers)
        self._wake()
        if old is not None:
            old.retired = True
            self._end_if_drained(old)

    async def close(self) -> None:
        """End all processes."""
        for running in list(self.running.values()):
            running.kill(QueryKilled("服务正在停止。", "The service is stopping."))
        for worker in self._idle:
            worker.writer.close()
        self._idle.clear()
        if self._generation is not None:
            self._generation.close()

    async def query(self, request: dict[str, Any], query_id: str | None = None) -> AsyncIterator[Opening | bytes]:
        """Evaluate `request`: first an Opening, then the body in parts.

        Raises the error of the query, QueryTimeout, QueryMemoryExceeded, QueryKilled, or QueueFull; an error after the first
        part means that the body is not whole. Closing the iterator early kills the worker.
        """
        worker = await self._acquire()
        running = Running(query_id or new_query_id(), request["query"], time.monotonic(), worker)
        self.running[running.id] = running
        self._set_clock(running)
        healthy = False
        try:
            worker.writer.write(frames.json_frame(frames.REQUEST, request))
            while True:
                kind, payload = await frames.read(worker.reader)
                if kind == frames.DATA:
                    yield payload
                elif kind == frames.META:
                    meta = json.loads(payload)
                    yield Opening(meta["format"], meta["truncated"], meta.get("size"))
                else:
                    healthy = True
                    if kind == frames.ERROR:
                        raise from_wire(json.loads(payload))
                    return
        except (asyncio.IncompleteReadError, ConnectionError, BrokenPipeError):
            raise running.ended or self._crashed() from None
        finally:
            for timer in running.timers:
                timer.cancel()
            self.running.pop(running.id, None)
            self._release(worker, healthy=healthy and running.ended is None)

    def cancel(self, query_id: str) -> bool:
        """Kill a running query; False where there is none of that id."""
        running = self.running.get(query_id)
        if running is None:
            return False
        running.kill(QueryKilled("查询已被取消。", "The query was cancelled."))
        return True

    def _set_clock(self, running: Running) -> None:
        loop = asyncio.get_running_loop()
        limit = self.settings.query_timeout_s
        timeout = QueryTimeout(
            f"查询超过 {limit:g} 秒的时限，已终止；请缩小范围或加 LIMIT。",
            f"The query took longer than {limit:g} s and was ended; ask for less or add a LIMIT.",
        )
        running.timers = [loop.call_later(limit, running.kill, timeout)]
        if limit > _SLOW_AFTER_S:
            running.timers.append(loop.call_later(_SLOW_AFTER_S, running.worker.lower_priority))

    async def _acquire(self) -> Worker:
        """An idle worker of the current release; waits for one where the queue has room."""
        deadline = asyncio.get_running_loop().time() + self.settings.query_timeout_s
        while True:
            while self._idle and self.generation.busy < self.settings.workers:
                worker = self._idle.pop()
                if worker.is_alive and worker.generation is self._generation:
                    worker.generation.busy += 1
                    return worker
                self._replace(worker)
            if len(self._waiting) >= self.settings.max_queue:
                raise _queue_full()
            place = asyncio.get_running_loop().create_future()
            self._waiting.append(place)
            timer = asyncio.get_running_loop().call_at(deadline, _give_up, place)
            try:
                await place
            finally:
                timer.cancel()
                if place in self._waiting:
                    self._waiting.remove(place)

    def _release(self, worker: Worker, *, healthy: bool) -> None:
        generation = worker.generation
        generation.busy -= 1
        if healthy and worker.is_alive and generation is self._generation:
            self._idle.append(worker)
        else:
            if not healthy:
                self.killed += 1
                worker.kill()
            else:
                worker.writer.close()
            if generation is self._generation:
                self._replace(worker)
        if generation.retired:
            self._end_if_drained(generation)
        self._wake()

    def _replace(self, worker: Worker) -> None:
        """Fork a worker in the place of one that has ended."""
        worker.writer.close()

        async def fork() -> None:
            generation = self._generation
            if generation is None or worker.generation is not generation:
                return
            try:
                fresh = await generation.fork()
            except StoreError:
                await self.start(generation.release)
                return
            if generation is self._generation:
                self._idle.append(fresh)
                self._wake()
            else:
                fresh.writer.close()

        task = asyncio.get_running_loop().create_task(fork())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _wake(self) -> None:
        for place in self._waiting:
            if not place.done():
                place.set_result(None)
                return

    def _end_if_drained(self, generation: Generation) -> None:
        if generation.busy == 0:
            generation.control.close()

    def _crashed(self) -> OhaiError:
        limit = self.settings.query_memory_mb
        return QueryMemoryExceeded(
            f"查询超过 {limit} MB 的内存上限，已终止；请缩小范围、减少排序和分组，或加 LIMIT。",
            f"The query needed more than {limit} MB of memory and was ended; ask for less, sort or group less, or add a LIMIT.",
        )


def new_query_id() -> str:
    """A name for one query, told in the header X-Query-Id."""
    return uuid.uuid4().hex[:16]


def _queue_full() -> QueueFull:
    return QueueFull("查询太多，请稍后重试。", "Too many queries at once; try again shortly.")


def _give_up(place: asyncio.Future[None]) -> None:
    if not place.done():
        place.set_exception(_queue_full())
