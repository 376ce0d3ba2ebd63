"""The same answers from another engine: Oxigraph's server, loaded with the release's dump."""

import contextlib
import http.client
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from tests.queries.asking import QUERIES, expected


def _program() -> str:
    """The server that the development dependencies bring."""
    return shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or "oxigraph"


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _post(port: int, query: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with contextlib.closing(connection):
        headers = {"Content-Type": "application/sparql-query", "Accept": "application/sparql-results+json"}
        connection.request("POST", "/query", query.encode(), headers)
        answer = connection.getresponse()
        return answer.status, answer.read()


@pytest.fixture(scope="module")
def server(plan_release, tmp_path_factory):
    """`oxigraph serve` over the dump, its default graph the union of all graphs; gives the port."""
    store = tmp_path_factory.mktemp("oxigraph")
    load = [_program(), "load", "--location", str(store), "--file", str(plan_release.nquads)]
    subprocess.run(load, check=True, capture_output=True)
    port = _free_port()
    serve = [_program(), "serve-read-only", "--location", str(store), "--bind", f"127.0.0.1:{port}", "--union-default-graph"]
    process = subprocess.Popen(serve, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                if _post(port, "ASK {}")[0] == 200:
                    break
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.parametrize("slug", QUERIES)
def test_the_server_answers_the_file_as_it_stands(server, slug):
    status, body = _post(server, QUERIES[slug].read_text(encoding="utf-8"))
    assert status == 200, body
    solutions = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    rows = [["" if term is None else term.value for term in solution] for solution in solutions]
    assert rows == expected(slug)
