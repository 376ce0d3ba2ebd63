"""The worker pool: queues queries, ends those over a limit, carries out writes, follows the current release.

POSIX only (it forks); a process that only evaluates a query of its own uses `evaluation.evaluate`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from collections import deque
from typing import TYPE_CHECKING, Any, Final

from ohai_kg.errors import OhaiError, QueryKilled, QueryTimeout, QueueFull, ReleaseChanged, StoreError
from ohai_kg.mediatypes import RDF_FORMATS, RESULT_FORMATS, by_name
from ohai_kg.query import frames
from ohai_kg.query.generation import Generation
from ohai_kg.query.loader import LoaderConfig
from ohai_kg.query.requests import Answer, GraphRequest
from ohai_kg.query.running import Figures, Reply, Running

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ohai_kg.query.links import WorkerLink
    from ohai_kg.query.requests import QueryRequest
    from ohai_kg.query.running import Receive
    from ohai_kg.settings import Settings
    from ohai_kg.store import Release, Releases
    from ohai_kg.store.writing import Payload


_TICK_S: Final = 0.02
_WATCH_CLIENT_AFTER_S: Final = 0.05
_FOLLOW_S: Final = 0.5
_WRITE_ATTEMPTS: Final = 5
_REST_S: Final = 0.5


class WorkerPool:
    """Evaluates queries over the current release in worker processes."""

    def __init__(
        self,
        settings: Settings,
        releases: Releases,
        *,
        check: str | None = None,
        check_arguments: tuple[str, ...] = (),
        on_flip: Callable[[Release], None] | None = None,
    ) -> None:
        self.settings = settings
        self.figures = Figures()
        self.running: dict[str, Running] = {}
        self.generation: Generation | None = None
        self._releases = releases
        self._check = (check, check_arguments)
        self._on_flip = on_flip
        self._idle: list[WorkerLink] = []
        self._queue: deque[tuple[float, asyncio.Future[WorkerLink]]] = deque()
        self._writing = asyncio.Lock()
        self._ticking = False
        self._following: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False

    @property
    def release(self) -> Release | None:
        """The release being served; None before `start`."""
        return self.generation.release if self.generation else None

    @property
    def waiting(self) -> int:
        """How many queries wait for a worker."""
        return len(self._queue)

    async def start(self) -> None:
        """Load the current release and fork workers. Raises NoRelease, StoreError."""
        self._flip(await self._load(self._releases.current()))
        self._following = asyncio.create_task(self._follow())

    async def stop(self) -> None:
        """End every process."""
        self._stopping = True
        for task in (self._following, *self._tasks):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
        if self.generation is not None:
            self.generation.kill()
            await self.generation.ended()
        while self._queue:
            _, waiter = self._queue.popleft()
            if not waiter.done():
                waiter.set_exception(_busy())

    # queries

    async def ask(self, request: QueryRequest | GraphRequest, *, gzip: bool = False, receive: Receive | None = None) -> Reply:
        """Evaluate; the reply has the head and the first bytes. `receive` (ASGI) tells when the client has gone.

        Raises the error the query ended with.
        """
        message = frames.pack_request(request, gzip=gzip)
        link = await self._worker()
        text = f"GRAPH {request.graph}" if isinstance(request, GraphRequest) else request.query
        now = time.monotonic()
        running = Running(
            secrets.token_hex(6),
            text,
            link,
            self.generation.release.id if self.generation else "",
            now,
            now + self.settings.query_timeout_s,
            receive,
        )
        self.running[running.id] = running
        self.figures.queries += 1
        self._tick_soon()
        try:
            kind, head, first = await link.ask(message)
        except OhaiError as error:
            self.figures.stopped[error.code] += 1
            self.finish(running)
            raise
        except BaseException:
            self.finish(running)
            raise
        return Reply(self, running, head, first, kind == frames.START)

    async def run(self, request: QueryRequest) -> Answer:
        """See `QueryRunner.run`."""
        reply = await self.ask(request)
        try:
            parts = [reply.first]
            while reply.streamed and (chunk := await reply.next_chunk()) is not None:
                parts.append(chunk)
        finally:
            reply.close()
        form = by_name(reply.head.format, RDF_FORMATS if reply.head.graph else RESULT_FORMATS) or RESULT_FORMATS[0]
        return Answer(form, b"".join(parts), reply.head.truncated)

    def cancel(self, query_id: str) -> bool:
        """End a running query; False where there is none of that id."""
        running = self.running.get(query_id)
        if running is None:
            return False
        self._end(running, QueryKilled("查询已被管理员取消。", "The query was cancelled by an operator."))
        return True

    def finish(self, running: Running) -> None:
        """A query's answer is over, one way or another."""
        if self.running.pop(running.id, None) is None:
            return
        self.figures.seconds += time.monotonic() - running.started
        if running.watcher is not None:
            running.watcher.cancel()
        if running.link.idle:
            self._free(running.link)
        elif running.link.alive:
            running.link.stop(QueryKilled("客户端已断开。", "The client has gone."))

    # writes

    async def write(self, told: dict[str, Any], payloads: Sequence[Payload]) -> bool:
        """Carry out one write; when it returns, queries see it. Returns whether a graph was made.

        Raises what it was refused for; then nothing has changed.
        """
        async with self._writing:
            for attempt in range(_WRITE_ATTEMPTS):
                await self._catch_up()
                generation = self._serving()
                try:
                    successor, release, created = await generation.write(
                        told,
                        payloads,
                        limit_s=self.settings.query_timeout_s,
                        over_limit=self._timeout(),
                        release_of=self._releases.get,
                    )
                except ReleaseChanged:
                    if attempt + 1 == _WRITE_ATTEMPTS:
                        raise
                    continue
                self.figures.writes += 1
                await self._adopt(successor or await self._load(release))
                return created
            raise AssertionError("not reached")

    async def _adopt(self, generation: Generation) -> None:
        """Serve what this process has just published."""
        await generation.add_worker()
        self._flip(generation)

    # releases

    async def _follow(self) -> None:
        """Move over to whatever release becomes current, and replace a loader that died."""
        while True:
            await asyncio.sleep(_FOLLOW_S)
            if self._writing.locked():
                continue
            async with self._writing:
                try:
                    await self._catch_up()
                except OhaiError as error:
                    logging.getLogger("ohai_kg.query").warning("the current release cannot be served: %s", error.en)

    async def _catch_up(self) -> None:
        current = self._releases.current_id()
        serving = self.generation
        if serving is not None and serving.alive and (current is None or current == serving.release.id):
            return
        # A release may be pruned while it is loaded, when many are published in a row.
        for _ in range(_WRITE_ATTEMPTS):
            try:
                self._flip(await self._load(self._releases.current()))
            except StoreError:
                await asyncio.sleep(_TICK_S)
                continue
            return
        self._flip(await self._load(self._releases.current()))

    async def _load(self, release: Release) -> Generation:
        settings = self.settings
        config = LoaderConfig(
            home=str(self._releases.home),
            release=release.id,
            union=settings.union_default_graph,
            base=settings.base,
            disk=release.manifest.quads > settings.memory_max_quads,
            memory_mb=settings.query_memory_mb,
            max_rows=settings.max_rows,
            keep=settings.keep_releases,
            check=self._check[0],
            check_arguments=self._check[1],
        )
        generation = await Generation.start(release, config, self._free)
        await generation.add_worker()
        return generation

    def _flip(self, generation: Generation) -> None:
        """From here on every new query goes to `generation`; the old one ends with its last query."""
        old, self.generation = self.generation, generation
        self._idle = [link for link in generation.links if link.idle and link.pid]
        if old is not None:
            self.figures.publications += 1
            old.retire()
        if self._on_flip is not None:
            self._on_flip(generation.release)
        self._spawn(self._fill(generation))
        self._hand_out()

    async def _fill(self, generation: Generation, rest_s: float = 0.0) -> None:
        """As many workers as may run at once, and one to spare for when one is killed."""
        await asyncio.sleep(rest_s)
        with contextlib.suppress(StoreError):
            while not generation.retired and generation.alive and generation.size <= self.settings.workers:
                await generation.add_worker()

    # workers

    def _serving(self) -> Generation:
        if self.generation is None:
            raise StoreError("尚未载入任何版本。", "No release is loaded yet.")
        return self.generation

    async def _worker(self) -> WorkerLink:
        if self._idle and len(self.running) < self.settings.workers:
            return self._idle.pop()
        if len(self._queue) >= self.settings.max_queue or self._stopping:
            self.figures.rejected += 1
            raise _busy()
        waiter: asyncio.Future[WorkerLink] = asyncio.get_running_loop().create_future()
        self._queue.append((time.monotonic() + self.settings.query_timeout_s, waiter))
        self._tick_soon()
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                self._free(waiter.result())
            raise

    def _free(self, link: WorkerLink) -> None:
        """A worker is new, done or dead."""
        generation = link.generation
        if not link.alive:
            if link in self._idle:
                self._idle.remove(link)
            if generation is self.generation and not self._stopping:
                # One that dies as soon as it is born is not replaced at once, or the machine would only fork.
                self._spawn(self._fill(generation, _REST_S if time.monotonic() - link.born < _REST_S else 0.0))
        elif generation is self.generation:
            self._idle.append(link)
            self._hand_out()
        elif generation.retired:
            link.close()

    def _hand_out(self) -> None:
        reserved = 0
        while self._queue and self._idle and len(self.running) + reserved < self.settings.workers:
            _, waiter = self._queue.popleft()
            if not waiter.done():
                waiter.set_result(self._idle.pop())
                reserved += 1

    # the watchdog: one timer for every limit

    def _tick_soon(self) -> None:
        if not self._ticking:
            self._ticking = True
            asyncio.get_running_loop().call_later(_TICK_S, self._tick)

    def _tick(self) -> None:
        self._ticking = False
        now = time.monotonic()
        for running in list(self.running.values()):
            self._watch(running, now)
        while self._queue and (self._queue[0][0] < now or self._queue[0][1].done()):
            _, waiter = self._queue.popleft()
            if not waiter.done():
                self.figures.rejected += 1
                waiter.set_exception(_busy())
        if self.running or self._queue:
            self._tick_soon()

    def _watch(self, running: Running, now: float) -> None:
        if running.link.paused:
            # The client reads slowly: the query's clock stands still, but not for ever.
            running.deadline += _TICK_S
            running.stalled += _TICK_S
            if running.stalled > self.settings.query_timeout_s:
                self._end(running, self._timeout())
            return
        running.stalled = 0.0
        if now > running.deadline:
            self._end(running, self._timeout())
        elif running.receive is not None and running.watcher is None and now > running.started + _WATCH_CLIENT_AFTER_S:
            running.watcher = asyncio.create_task(self._watch_client(running, running.receive))

    async def _watch_client(self, running: Running, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        running.watcher = None
        self._end(running, QueryKilled("客户端已断开。", "The client has gone."))

    def _end(self, running: Running, reason: OhaiError) -> None:
        if not running.link.idle:
            running.link.stop(reason)

    def _timeout(self) -> QueryTimeout:
        limit = self.settings.query_timeout_s
        return QueryTimeout(
            f"超过 {limit:g} 秒的时限，已终止；请缩小范围或加条件。",
            f"It took longer than the limit of {limit:g} s and was stopped; narrow it down.",
        )

    def _spawn(self, work: Any) -> None:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _busy() -> QueueFull:
    return QueueFull("等待的查询过多，请稍后重试。", "Too many queries are waiting; try again shortly.")
