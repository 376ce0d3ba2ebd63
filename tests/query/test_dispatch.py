"""Workers are given out first come, first served, never more than the setting at once, and nobody is forgotten."""

import asyncio

import pytest

from ohai_kg.errors import QueueFull
from ohai_kg.query.dispatch import Dispatch
from ohai_kg.query.running import Figures
from ohai_kg.settings import Settings


def dispatch(links, returned=None, **settings):
    given_back = [] if returned is None else returned
    made = Dispatch(Settings(**{"workers": 2, "max_queue": 3, **settings}), Figures(), given_back.append)
    made.change(links)
    return made


def test_never_more_than_the_setting_run_at_once_and_the_others_wait_in_order():
    async def run():
        pool = dispatch(["a", "b", "spare"])
        first = [await pool.take(), await pool.take()]
        waiting = [asyncio.ensure_future(pool.take()) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(QueueFull):
            await pool.take()
        assert (len(first), pool.waiting) == (2, 3)
        pool.done()
        await asyncio.sleep(0)
        assert [task.done() for task in waiting] == [True, False, False]
        pool.done()
        await asyncio.sleep(0)
        assert [task.done() for task in waiting] == [True, False, False], "no idle worker is left"
        pool.offer("a")
        await asyncio.sleep(0)
        assert [task.done() for task in waiting] == [True, True, False]
        pool.close()
        with pytest.raises(QueueFull):
            await waiting[2]

    asyncio.run(run())


def test_a_client_that_leaves_after_its_turn_came_gives_its_worker_back():
    async def run():
        returned = []
        pool = dispatch(["a"], returned, workers=1)
        await pool.take()
        waiting = asyncio.ensure_future(pool.take())
        await asyncio.sleep(0)
        pool.offer("b")
        pool.done()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert returned == ["b"]
        pool.offer("b")
        assert await pool.take() == "b"

    asyncio.run(run())


def test_who_waits_too_long_is_refused():
    async def run():
        pool = dispatch([], query_timeout_s=1)
        waiting = asyncio.ensure_future(pool.take())
        await asyncio.sleep(0)
        assert pool.expire(0.0)
        assert not pool.expire(float("inf"))
        with pytest.raises(QueueFull):
            await waiting

    asyncio.run(run())
