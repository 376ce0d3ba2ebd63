"""Writing under fire: publishes while many read, a server killed in mid-write, a full disk.

OHAI_KG_SOAK=1 in the environment runs the long form: 200 publishes.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import threading
import time

import pytest

from ohai_kg.releases import Releases
from tests.served import TOKEN, serve

PUBLISHES = 200 if os.environ.get("OHAI_KG_SOAK") else 25
MARKERS = "<urn:m1> { <urn:m> <urn:n> 0 } <urn:m2> { <urn:m> <urn:n> 0 }"
READ = "SELECT ?a ?b { GRAPH <urn:m1> { <urn:m> <urn:n> ?a } GRAPH <urn:m2> { <urn:m> <urn:n> ?b } }"
MOVE = """DELETE {{ GRAPH <urn:m1> {{ ?s ?p ?o }} GRAPH <urn:m2> {{ ?s ?p ?o }} }}
INSERT {{ GRAPH <urn:m1> {{ ?s ?p {0} }} GRAPH <urn:m2> {{ ?s ?p {0} }} }} WHERE {{ GRAPH <urn:m1> {{ ?s ?p ?o }} }}"""


def test_every_read_during_publications_is_whole_and_in_order(tmp_path):
    with serve(tmp_path, MARKERS, token=TOKEN) as server:
        failures, reads, done = [], [], threading.Event()

        def read(number):
            seen = 0
            while not done.is_set():
                answer = server.query(f"{READ} # {number}" if number % 2 else READ)
                rows = json.loads(answer.body)["results"]["bindings"] if answer.status == 200 else []
                pair = [int(rows[0][name]["value"]) for name in "ab"] if len(rows) == 1 else [answer.status, answer.body]
                if len(rows) != 1 or pair[0] != pair[1] or pair[0] < seen:
                    failures.append((seen, pair))
                else:
                    seen = pair[0]
                reads.append(time.monotonic())

        readers = [threading.Thread(target=read, args=(number,)) for number in range(4)]
        for reader in readers:
            reader.start()
        for number in range(1, PUBLISHES + 1):
            assert server.update(MOVE.format(number)).status == 204
            assert server.rows(READ) == [(str(number), str(number))]
        done.set()
        for reader in readers:
            reader.join()
        assert failures == []
        assert len(reads) / (reads[-1] - reads[0]) >= 50
        assert Releases(server.home).current().manifest.graphs == {"urn:m1": 1, "urn:m2": 1}


@pytest.mark.parametrize("wait_s", [0.0, 0.02, 0.05, 0.1])
def test_a_server_killed_in_mid_write_leaves_a_whole_release(tmp_path, wait_s):
    with serve(tmp_path, MARKERS, token=TOKEN) as server:
        assert server.update(MOVE.format(1)).status == 204
        writer = threading.Thread(target=lambda: _ignore(lambda: server.update(MOVE.format(2))))
        writer.start()
        time.sleep(wait_s)
        os.kill(server.process.pid, signal.SIGKILL)
        writer.join()
    with serve(tmp_path, token=TOKEN) as server:
        rows = server.rows(READ)
        assert rows in ([("1", "1")], [("2", "2")])
        assert server.update(MOVE.format(3)).status == 204
        assert server.rows(READ) == [("3", "3")]


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("mount") is None, reason="needs to mount a tmpfs")
def test_a_full_disk_refuses_the_write_and_changes_nothing(tmp_path):
    home = tmp_path / "small"
    home.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(home)], check=False).returncode:
        pytest.skip("no tmpfs can be mounted here")
    try:
        with serve(tmp_path / "project", MARKERS, home=home, token=TOKEN) as server:
            text = (
                "INSERT DATA { GRAPH <urn:big> { "
                + " ".join(f"<urn:s{i}> <urn:p> '{'x' * 100}' ." for i in range(7500))
                + " } }"
            )
            answer = server.update(text)
            assert (answer.status, json.loads(answer.body)["code"]) == (507, "storage-full")
            assert server.rows(READ) == [("0", "0")]
            assert server.update(MOVE.format(1)).status == 204
            assert server.rows(READ) == [("1", "1")]
    finally:
        subprocess.run(["umount", str(home)], check=False)


def _ignore(task):
    with contextlib.suppress(OSError):
        task()
