"""A query too deep for the engine is the client's error, and costs nobody a worker."""

import json
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from tests.query.deep import HONEST, chained, nested
from tests.served import TOKEN, eventually, serve

TOO_DEEP = (400, "query-too-deep")


@pytest.fixture(scope="module")
def deep_server(tmp_path_factory):
    with serve(tmp_path_factory.mktemp("deep"), "<urn:g> { <urn:s> <urn:p> 1 }", token=TOKEN, workers=2) as server:
        yield server


def told(answer):
    return answer.status, json.loads(answer.body)["code"]


def stat(pid):
    """The fields of /proc/PID/stat after the command's name."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def parent(pid):
    return int(stat(pid)[1])


def ticks(pid):
    """The processor time that it has had."""
    return sum(map(int, stat(pid)[11:13]))


def test_queries_too_deep_are_told_so_and_no_worker_dies_of_them(deep_server):
    deep_server.rows("SELECT ?o { ?s ?p ?o }")
    time.sleep(1)  # until the pool has all its workers
    before = sorted(deep_server.processes())
    assert len(before) > 2
    for name, make in (nested | chained).items():
        if name in {"data", "updates", "deletions"}:
            assert told(deep_server.update(make(20_000))) == TOO_DEEP, name
        else:
            assert told(deep_server.query(make(20_000), method="direct")) == TOO_DEEP, name
    # So deep that 8 MB, the usual stack, would not do.
    for text in ("SELECT * { " + "{" * 14_000, nested["groups"](4_500), nested["functions"](3_000)):
        assert deep_server.query(text, method="direct").status in {200, 400}
    assert sorted(deep_server.processes()) == before


def test_honest_large_queries_are_answered(deep_server):
    for name, text in HONEST.items():
        answer = deep_server.query(text, method="direct")
        assert answer.status == 200, (name, answer.body)


def test_a_worker_that_dies_of_a_full_stack_all_the_same_is_told_as_too_deep(deep_server):
    query = (
        "SELECT (COUNT(*) AS ?n) { VALUES ?a { 1 2 3 4 5 6 7 8 9 } VALUES ?b { 1 2 3 4 5 6 7 8 9 } "
        + "".join(f"VALUES ?{name} {{ 1 2 3 4 5 6 7 8 9 }} " for name in "cdefghijk")
        + "}"
    )
    answers = []
    asking = threading.Thread(target=lambda: answers.append(deep_server.query(query)))
    asking.start()
    assert eventually(lambda: deep_server.running(query))

    time.sleep(0.5)
    workers = [pid for pid in deep_server.processes() if parent(pid) in deep_server.processes()]
    os.kill(max(workers, key=ticks), signal.SIGSEGV)
    asking.join(20)
    assert told(answers[0]) == TOO_DEEP
    assert deep_server.rows("SELECT ?o { ?s ?p ?o }") == [("1",)]
