"""The watchdog: one timer for every limit on time. POSIX only."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

from ohai_kg.errors import QueryKilled, QueryTimeout
from ohai_kg.serving.generation import WriteLimits

if TYPE_CHECKING:
    from collections.abc import Callable

    from ohai_kg.serving.running import Receive, Running

TICK_S: Final = 0.02
CHECK_TIMES: Final = 6
"""Judging what a write would leave may take so many times `query_timeout_s`."""
HOLD_TIMES: Final = 10
"""A worker waits for the reader of an answer so many times `query_timeout_s` in all, where there is no room to spool."""
_SPOOL_AFTER_S: Final = 1.0
_WATCH_CLIENT_AFTER_S: Final = 0.05


class Watchdog:
    """Ends running queries that are over time or whose client has gone, and has waiting ones looked at."""

    def __init__(
        self,
        running: dict[str, Running],
        expire: Callable[[float], bool],
        to_spool: Callable[[Running], None],
        limit_s: float,
    ) -> None:
        self._running = running
        self._expire = expire
        self._to_spool = to_spool
        self._limit_s = limit_s
        self._ticking = False

    def wake(self) -> None:
        """There is something to watch."""
        if not self._ticking:
            self._ticking = True
            asyncio.get_running_loop().call_later(TICK_S, self._tick)

    def over_time(self) -> QueryTimeout:
        """Why a query over time was ended."""
        limit = self._limit_s
        return QueryTimeout(
            f"超过 {limit:g} 秒的时限，已终止；请缩小范围或加条件。",
            f"It took longer than the limit of {limit:g} s and was stopped; narrow it down.",
        )

    def write_limits(self) -> WriteLimits:
        """What a write may take: as long as a query to be carried out, `CHECK_TIMES` as long to be judged."""
        limit = CHECK_TIMES * self._limit_s
        over_check = QueryTimeout(
            f"校验写入后的数据超过 {limit:g} 秒，已终止，未作任何改动；请分批写入，或改用 ohai-kg build。",
            f"Judging the data took longer than {limit:g} s and was stopped; nothing was changed. "
            "Write in smaller parts, or use `ohai-kg build`.",
        )
        return WriteLimits(self._limit_s, self.over_time(), limit, over_check)

    def _tick(self) -> None:
        self._ticking = False
        now = time.monotonic()
        for running in list(self._running.values()):
            self._watch(running, now)
        if self._expire(now) or self._running:
            self.wake()

    def _watch(self, running: Running, now: float) -> None:
        if running.is_released:
            pass
        elif running.link.backlog if running.spool is None else running.spool.is_full:
            # The client reads slowly: the query's clock stands still, but not for ever.
            running.deadline += TICK_S
            running.held_up += TICK_S
            if running.held_up > HOLD_TIMES * self._limit_s:
                running.end(_held_up())
            elif running.spool is None and running.held_up > _SPOOL_AFTER_S:
                self._to_spool(running)
        elif now > running.deadline:
            running.end(self.over_time())
        if running.receive is not None and running.watcher is None and now > running.started + _WATCH_CLIENT_AFTER_S:
            running.watcher = asyncio.create_task(self._watch_client(running, running.receive))

    async def _watch_client(self, running: Running, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        running.watcher = None
        running.end(QueryKilled("客户端已断开。", "The client has gone."))


def _held_up() -> QueryKilled:
    return QueryKilled("结果读取过慢，已终止。", "The answer was read too slowly and was cut off.")
