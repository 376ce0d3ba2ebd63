"""The pool of a release: it ends at once, keeps no answer that is too long, and hears only so much of its loader."""

import asyncio
import json
import socket
import time

import pytest

from ohai_kg.errors import AnswerTooLarge, QueryKilled, QueueFull
from ohai_kg.formats import RDF_FORMATS, RESULT_FORMATS
from ohai_kg.releases import Releases
from ohai_kg.serving.generation import Generation
from ohai_kg.serving.pool import WorkerPool
from ohai_kg.serving.spool import SpoolRoom
from ohai_kg.settings import Settings
from ohai_kg.sparql.requests import CLIENT, QueryRequest
from tests.served import publish

NUMBERS = "VALUES ?{} {{ " + " ".join(map(str, range(400))) + " }}"
ENDLESS = "SELECT (COUNT(*) AS ?n) { " + " ".join(NUMBERS.format(v) for v in "abcde") + " }"


def asked(query):
    return QueryRequest(query, RESULT_FORMATS[0], RDF_FORMATS[0])


def over(home, work, **settings):
    """Run `work` with a pool over one statement."""
    publish(home, "<urn:g> { <urn:a> <urn:b> 1 }")

    async def run():
        pool = WorkerPool(Settings(**{"workers": 2, **settings}), Releases(home))
        await pool.start()
        try:
            await work(pool)
        finally:
            await pool.stop()

    asyncio.run(run())


def test_a_stop_ends_what_runs_and_refuses_what_waits(tmp_path):
    async def work(pool):
        def ask(client):
            CLIENT.set(client)
            return asyncio.create_task(pool.run(asked(ENDLESS + f" # {client}")))

        running, waiting = [ask("a"), ask("b")], ask("c")
        for _ in range(1000):
            await asyncio.sleep(0.01)
            if len(pool.running) == 2 and pool.waiting:
                break
        started = time.monotonic()
        await pool.stop()
        assert time.monotonic() - started < 2
        for task in running:
            with pytest.raises(QueryKilled):
                await task
        with pytest.raises(QueueFull):
            await waiting
        with pytest.raises(QueueFull):
            await pool.run(asked("ASK {}"))

    over(tmp_path, work)


def test_an_answer_longer_than_is_wanted_ends_there(tmp_path):
    async def work(pool):
        long = asked("SELECT * { " + " ".join(NUMBERS.format(v) for v in "abc") + " } LIMIT 100000")
        with pytest.raises(AnswerTooLarge):
            await pool.run(long, most_bytes=1_000_000)
        assert not pool.running
        assert (await pool.run(asked("ASK {}"))).body == b'{"head":{},"boolean":true}'

    over(tmp_path, work)


def test_events_of_a_loader_are_read_in_any_pieces_and_an_endless_one_is_not(tmp_path):
    publish(tmp_path, "<urn:g> { <urn:a> <urn:b> 1 }")

    async def run():
        ours, theirs = socket.socketpair()
        generation = Generation(Releases(tmp_path).current(), ours, lambda _: None)
        theirs.setblocking(False)
        loop = asyncio.get_running_loop()
        text = json.dumps({"event": "failed", "error": {"code": "bad-request", "zh": "x" * 600_000, "en": "x"}}).encode()
        for start in range(0, len(text), 30_000):
            await loop.sock_sendall(theirs, text[start : start + 30_000])
        await loop.sock_sendall(theirs, b'\n{"event": "checked"}\n')
        with pytest.raises(Exception, match="x"):
            await generation._expect("checked")
        assert await generation._expect("checked") == {"event": "checked"}
        with pytest.raises(OSError, match=r"Broken pipe|reset"):
            while True:
                await asyncio.wait_for(loop.sock_sendall(theirs, b"x" * 65536), 5)
        assert not generation.alive
        theirs.close()

    asyncio.run(run())


def test_a_client_has_its_share_of_the_room_for_slow_readers(tmp_path):
    room = SpoolRoom(tmp_path, most=100, most_per_client=60)
    assert [room.take("a", 40), room.take("a", 40), room.take("a", 20)] == [True, False, True]
    assert [room.take("b", 60), room.take("b", 40)] == [False, True]
    room.give("a", 60)
    assert (room.used, room.take("b", 20), room.take("c", 40)) == (40, True, True)
    room.close()
