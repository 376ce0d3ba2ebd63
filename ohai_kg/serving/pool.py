"""The worker pool: queues queries, ends those over a limit, carries out writes, follows the current release.

POSIX only (it forks); a process that only evaluates a query of its own uses `evaluation.evaluate`.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from typing import TYPE_CHECKING, Any, Final

from ohai_kg.errors import AnswerTooLarge, OhaiError, QueryKilled, ReleaseChanged, StoreError
from ohai_kg.formats import RDF_FORMATS, RESULT_FORMATS, by_name
from ohai_kg.serving import frames
from ohai_kg.serving.dispatch import Dispatch
from ohai_kg.serving.follower import FILL, Follower
from ohai_kg.serving.generation import Generation
from ohai_kg.serving.loader import LoaderConfig
from ohai_kg.serving.running import Figures, Reply, Running
from ohai_kg.serving.spool import Spool, SpoolRoom
from ohai_kg.serving.watchdog import Watchdog
from ohai_kg.sparql.requests import CLIENT, Answer, GraphRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ohai_kg.engine.writing import Payload
    from ohai_kg.releases import Release, Releases
    from ohai_kg.serving.links import WorkerLink
    from ohai_kg.serving.running import Receive
    from ohai_kg.settings import Settings
    from ohai_kg.sparql.requests import QueryRequest


_WRITE_ATTEMPTS: Final = 5
_REST_S: Final = 0.5
_LONGEST_REST_S: Final = 4.0
WHOLE_BYTES: Final = 32 * 1024 * 1024
"""The longest answer that is kept whole, for pages and for files that are made of it."""


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
        self._dispatch = Dispatch(settings, self.figures, self._free)
        self._room = SpoolRoom(releases.home)
        self._watchdog = Watchdog(self.running, self._dispatch.expire, self._to_spool, settings.query_timeout_s)
        self._writing = asyncio.Lock()
        self.follower = Follower(releases, self._alive, self._load, self._flip)
        self._following: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False

    @property
    def release(self) -> Release | None:
        """The release being served; None where there is none yet, or none is whole."""
        return self.generation.release if self.generation else None

    @property
    def waiting(self) -> int:
        """How many queries wait for a worker."""
        return self._dispatch.waiting

    async def start(self) -> None:
        """Load the current release and fork workers. Where that fails it is tried again; `follower` tells why."""
        await self.follower.attempt()
        self._following = asyncio.create_task(self.follower.run(self._writing))

    async def stop(self) -> None:
        """End every process; waiting queries are refused, running ones and writes end."""
        self._stopping = True
        self._dispatch.close()
        for running in list(self.running.values()):
            running.end(QueryKilled("服务正在停止。", "The server is stopping."))
        tasks = [task for task in (self._following, *self._tasks) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self.generation is not None:
            self.generation.kill()
            await self.generation.ended()
        self._room.close()

    # queries

    async def ask(self, request: QueryRequest | GraphRequest, *, gzip: bool = False, receive: Receive | None = None) -> Reply:
        """Evaluate; the reply has the head and the first bytes. `receive` (ASGI) tells when the client has gone.

        Raises the error the query ended with.
        """
        self._serving()
        message = frames.pack_request(request, gzip=gzip)
        self._watchdog.wake()
        client = CLIENT.get()
        link = await self._dispatch.take(client)
        text = f"GRAPH {request.graph}" if isinstance(request, GraphRequest) else request.query
        now = time.monotonic()
        running = Running(
            secrets.token_hex(6),
            text,
            link,
            self.generation.release.id if self.generation else "",
            client,
            now,
            now + self.settings.query_timeout_s,
            receive,
        )
        self.running[running.id] = running
        self.figures.queries += 1
        self._watchdog.wake()
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

    async def run(self, request: QueryRequest | GraphRequest, *, most_bytes: int = WHOLE_BYTES) -> Answer:
        """A whole answer. Raises AnswerTooLarge beyond `most_bytes`, or the error the query ended with."""
        reply = await self.ask(request)
        try:
            parts = [reply.first]
            size = len(reply.first)
            while reply.streamed and (chunk := await reply.next_chunk()) is not None:
                parts.append(chunk)
                size += len(chunk)
                if size > most_bytes:
                    raise _too_large(most_bytes)
        finally:
            reply.close()
        form = by_name(reply.head.format, RDF_FORMATS if reply.head.graph else RESULT_FORMATS) or RESULT_FORMATS[0]
        return Answer(form, b"".join(parts), reply.head.truncated)

    def cancel(self, query_id: str) -> bool:
        """End a running query; False where there is none of that id."""
        running = self.running.get(query_id)
        if running is None:
            return False
        running.end(QueryKilled("查询已被管理员取消。", "The query was cancelled by an operator."))
        return True

    def finish(self, running: Running) -> None:
        """A query's answer is over, one way or another."""
        if self.running.pop(running.id, None) is None:
            return
        self.figures.seconds += time.monotonic() - running.started
        if running.watcher is not None:
            running.watcher.cancel()
        if running.spool is not None:
            running.spool.close()
        self._release(running)

    def _release(self, running: Running) -> None:
        """The worker is done with this query, or has to be; its answer may still be read from a spool."""
        if running.is_released:
            return
        running.is_released = True
        if running.link.idle:
            self._free(running.link)
        elif running.link.alive:
            running.link.stop(QueryKilled("客户端已断开。", "The client has gone."))
        self._dispatch.done(running.client)

    def _to_spool(self, running: Running) -> None:
        """Take the rest of an answer from its worker, which waits for a slow reader; without disk it goes on waiting."""
        with contextlib.suppress(OSError):
            running.spool = Spool(self._room, running.link, running.client, lambda: self._release(running))

    # writes

    async def write(self, told: dict[str, Any], payloads: Sequence[Payload]) -> bool:
        """Carry out one write; when it returns, queries see it. Returns whether a graph was made.

        Raises what it was refused for; then nothing has changed.
        """
        async with self._writing:
            for attempt in range(_WRITE_ATTEMPTS):
                await self.follower.catch_up()
                generation = self._serving()
                try:
                    successor, release, created = await generation.write(
                        told,
                        payloads,
                        limits=self._watchdog.write_limits(),
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
        """Serve what this process has just published; where a worker cannot be had now, `_fill` goes on asking."""
        with contextlib.suppress(OSError, StoreError):
            await generation.add_worker()
        self._flip(generation)

    # releases

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
        try:
            await generation.add_worker()
        except BaseException:
            generation.kill()
            raise
        return generation

    def _alive(self) -> Generation | None:
        """What is served, where its loader lives."""
        return self.generation if self.generation is not None and self.generation.alive else None

    def _flip(self, generation: Generation) -> None:
        """From here on every new query goes to `generation`; the old one ends with its last query."""
        old, self.generation = self.generation, generation
        self._dispatch.change(link for link in generation.links if link.idle and link.pid)
        if old is not None:
            self.figures.publications += 1
            old.retire()
        self._spawn(self._fill(generation))
        if self._on_flip is not None:
            self._on_flip(generation.release)

    async def _fill(self, generation: Generation, rest_s: float = 0.0) -> None:
        """As many workers as may run at once, and one to spare for when one is killed."""
        pause_s = _REST_S
        while True:
            await asyncio.sleep(rest_s)
            try:
                while not generation.retired and generation.alive and generation.size <= self.settings.workers:
                    await generation.add_worker()
            except Exception as error:  # noqa: BLE001  background task
                if generation.retired or not generation.alive:
                    return
                rest_s, pause_s = pause_s, min(2 * pause_s, _LONGEST_REST_S)
                self.follower.failed(FILL, error)
            else:
                self.follower.recovered(FILL)
                return

    # workers

    def _serving(self) -> Generation:
        if self.generation is None:
            raise self.follower.reason
        return self.generation

    def _free(self, link: WorkerLink) -> None:
        """A worker is new, done or dead."""
        generation = link.generation
        if not link.alive:
            self._dispatch.forget(link)
            if generation is self.generation and not self._stopping:
                # One that dies as soon as it is born is not replaced at once, or the machine would only fork.
                self._spawn(self._fill(generation, _REST_S if time.monotonic() - link.born < _REST_S else 0.0))
        elif generation is self.generation:
            self._dispatch.offer(link)
        elif generation.retired:
            link.close()

    def _spawn(self, work: Any) -> None:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _too_large(most_bytes: int) -> AnswerTooLarge:
    size = most_bytes >> 20
    return AnswerTooLarge(
        f"结果超过 {size} MB，不能整份生成；请加条件、用 limit 和 offset 分页，或从 /sparql、/downloads 取。",
        f"The answer is over {size} MB, too long to be made whole; narrow it down, use limit and offset, "
        "or take it from /sparql or /downloads.",
    )
