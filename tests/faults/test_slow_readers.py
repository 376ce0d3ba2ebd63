"""Readers of long answers: slow ones get all of it and hold no worker, those that take nothing are cut; real processes."""

import http.client
import json
import socket
import time
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.served import TOKEN, eventually, serve

LIMIT_S = 3.0
NUMBERS = "VALUES ?{} {{ " + " ".join(map(str, range(400))) + " }}"
LONG = "SELECT * { " + " ".join(NUMBERS.format(v) for v in "abc") + " } LIMIT 800000"
DATA = "<urn:g> { " + " ".join(f"<urn:s{i}> <urn:p> {i} ." for i in range(100)) + " }"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serve(
        tmp_path_factory.mktemp("slow"), DATA, token=TOKEN, query_timeout_s=LIMIT_S, workers=3, max_rows=5_000_000
    ) as server:
        yield server


class Reader:
    """A client with a small window, so that the kernel does not read for it."""

    def __init__(self, server, query, window=65536):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        self.connection.sock = socket.socket()
        self.connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        self.connection.sock.connect(("127.0.0.1", server.port))
        self.connection.request("GET", f"/sparql?query={quote(query)}", headers={"Accept": "text/csv"})
        self.answer = self.connection.getresponse()

    def read(self, bytes_a_second, seconds):
        """What comes in `seconds` at a steady rate."""
        parts, size, started = [], 0, time.monotonic()
        while (passed := time.monotonic() - started) < seconds:
            part = self.answer.read(8192)
            parts.append(part)
            size += len(part)
            time.sleep(max(0, size / bytes_a_second - passed))
        return b"".join(parts)

    def close(self):
        self.answer.close()
        self.connection.close()


def test_a_slow_reader_gets_the_whole_answer_and_holds_no_worker(server):
    whole = server.query(LONG, accept="text/csv").body
    assert whole.count(b"\n") == 800_001
    readers = [Reader(server, LONG) for _ in range(2)]
    try:
        start = [reader.read(20_000, 2 * LIMIT_S) for reader in readers]
        asked = time.monotonic()
        assert server.rows("SELECT ?o { <urn:s7> <urn:p> ?o }") == [("7",)]
        assert time.monotonic() - asked < 1
        for begun, reader in zip(start, readers, strict=True):
            assert begun + reader.answer.read() == whole
    finally:
        for reader in readers:
            reader.close()


def test_more_slow_readers_than_workers_hold_up_nobody(server):
    readers = [Reader(server, LONG + f" # {i}") for i in range(4)]
    try:
        time.sleep(LIMIT_S)
        assert server.rows("SELECT ?o { <urn:s8> <urn:p> ?o }") == [("8",)]
    finally:
        for reader in readers:
            reader.close()
    assert eventually(lambda: json.loads(server.request("GET", "/sparql/running").body) == [])
    assert eventually(lambda: spooled(server) == [])


def test_an_answer_that_is_cut_while_it_is_read_from_disk_is_broken(server):
    reader = Reader(server, LONG + " # cut")
    try:
        time.sleep(LIMIT_S)
        assert eventually(lambda: spooled(server) != [])
        query_id = server.running(LONG + " # cut")[0]
        cancelled = server.request("DELETE", f"/sparql/running/{query_id}", headers={"Authorization": f"Bearer {TOKEN}"})
        assert cancelled.status == 204
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            reader.answer.read()
    finally:
        reader.close()
    assert eventually(lambda: spooled(server) == [])


def spooled(server):
    """The nameless files that the server holds in its home."""
    found = []
    for descriptor in Path(f"/proc/{server.process.pid}/fd").iterdir():
        try:
            target = str(descriptor.readlink())
        except OSError:
            continue
        if target.startswith(str(server.home)) and target.endswith("(deleted)"):
            found.append(target)
    return found
