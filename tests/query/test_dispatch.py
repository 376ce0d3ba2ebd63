"""Workers are shared out fairly among clients, never more than the setting at once, and nobody is forgotten."""

import asyncio

import pytest

from ohai_kg.errors import QueueFull
from ohai_kg.serving.dispatch import Dispatch
from ohai_kg.serving.running import Figures
from ohai_kg.settings import Settings
from ohai_kg.web.http.clients import share_of


def dispatch(links, returned=None, **settings):
    given_back = [] if returned is None else returned
    made = Dispatch(Settings(**{"workers": 2, "max_queue": 3, **settings}), Figures(), given_back.append)
    made.change(links)
    return made


class Crowd:
    """Clients that ask, and the order in which they got a worker."""

    def __init__(self, pool):
        self.pool = pool
        self.served, self.refused, self.tasks = [], [], []

    async def ask(self, *clients):
        for client in clients:
            self.tasks.append(asyncio.ensure_future(self._take(client)))
            await asyncio.sleep(0)

    async def _take(self, client):
        try:
            await self.pool.take(client)
        except QueueFull:
            self.refused.append(client)
        else:
            self.served.append(client)

    async def finish(self, client, link="again"):
        self.pool.offer(link)
        self.pool.done(client)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    async def leave(self):
        self.pool.close()
        await asyncio.gather(*self.tasks)


def test_never_more_than_the_setting_run_at_once_and_the_others_wait_in_order():
    async def run():
        pool = dispatch(["a", "b", "spare"])
        first = [await pool.take("x"), await pool.take("y")]
        waiting = [asyncio.ensure_future(pool.take(client)) for client in "xyz"]
        await asyncio.sleep(0)
        with pytest.raises(QueueFull):
            await pool.take("x")
        assert (len(first), pool.waiting) == (2, 3)
        pool.done("x")
        await asyncio.sleep(0)
        assert [task.done() for task in waiting] == [False, False, True], "z has not had a turn yet"
        pool.done("y")
        await asyncio.sleep(0)
        assert [task.done() for task in waiting] == [False, False, True], "no idle worker is left"
        pool.offer("a")
        await asyncio.sleep(0)
        assert [task.done() for task in waiting] == [True, False, True]
        pool.close()
        with pytest.raises(QueueFull):
            await waiting[1]
        with pytest.raises(QueueFull):
            await pool.take("w")

    asyncio.run(run())


def test_one_client_never_holds_all_workers():
    async def run():
        pool = dispatch(list("abcde"), workers=4, max_queue=20)
        crowd = Crowd(pool)
        await crowd.ask(*["loud"] * 8)
        assert (crowd.served, pool.waiting) == (["loud"] * 3, 5)
        await crowd.ask("quiet")
        assert crowd.served == ["loud"] * 3 + ["quiet"]
        await crowd.finish("quiet")
        assert crowd.served == ["loud"] * 3 + ["quiet"], "the last worker stays free for somebody else"
        await crowd.finish("loud")
        assert crowd.served[4:] == ["loud"]
        await crowd.leave()
        assert crowd.refused == ["loud"] * 4

    asyncio.run(run())


def test_a_lone_worker_is_for_everybody():
    async def run():
        crowd = Crowd(dispatch(["a"], workers=1))
        await crowd.ask("one", "one", "two")
        await crowd.finish("one")
        assert crowd.served == ["one", "two"]
        await crowd.leave()

    asyncio.run(run())


def test_clients_take_turns_and_who_holds_fewer_workers_is_first():
    async def run():
        pool = dispatch(list("abcd"), workers=4, max_queue=20)
        crowd = Crowd(pool)
        await crowd.ask("a", "a", "a", "b")
        await crowd.ask("a", "a", "b", "b", "c", "c")
        for gone, turn in (("a", ["c"]), ("a", []), ("b", ["b"]), ("c", ["c"]), ("a", ["a"])):
            before = len(crowd.served)
            await crowd.finish(gone)
            assert crowd.served[before:] == turn, crowd.served
        await crowd.leave()
        assert sorted(crowd.refused) == ["a", "b"]

    asyncio.run(run())


def test_a_full_queue_refuses_the_newest_of_the_client_that_waits_most():
    async def run():
        pool = dispatch(["x"], workers=1, max_queue=4)
        crowd = Crowd(pool)
        await crowd.ask("loud", *["loud"] * 4, "loud")
        assert crowd.refused == ["loud"], "its own queue is the longest"
        await crowd.ask("quiet")
        await asyncio.sleep(0)
        assert (crowd.refused, pool.waiting) == (["loud"] * 2, 4)
        await crowd.finish("loud")
        assert crowd.served == ["loud", "quiet"]
        await crowd.leave()
        assert (crowd.refused, pool.waiting) == (["loud"] * 5, 0)

    asyncio.run(run())


def test_no_queue_means_no_queue():
    async def run():
        crowd = Crowd(dispatch(["x"], workers=1, max_queue=0))
        await crowd.ask("a", "b")
        assert (crowd.served, crowd.refused) == (["a"], ["b"])

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


def test_a_client_that_leaves_while_it_waits_frees_its_place():
    async def run():
        pool = dispatch(["a"], workers=1, max_queue=1)
        await pool.take("x")
        for _ in range(3):
            waiting = asyncio.ensure_future(pool.take("y"))
            await asyncio.sleep(0)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            assert pool.waiting == 0
        gone = asyncio.ensure_future(pool.take("y"))
        await asyncio.sleep(0)
        gone.cancel()
        pool.offer("a")
        pool.done("x")
        with pytest.raises(asyncio.CancelledError):
            await gone
        assert (await pool.take("z"), pool.waiting) == ("a", 0)

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


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("/run/site.sock", "/run/site.sock"),
    ],
)
def test_an_address_counts_as_its_subscriber(address, counted):
    assert share_of(address) == counted
