"""What one client asks for holds up nobody else: big pages, many connections, hopeless writes; real processes."""

import contextlib
import http.client
import json
import re
import signal
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.served import TOKEN, eventually, serve

NUMBERS = "VALUES ?{} {{ " + " ".join(map(str, range(400))) + " }}"
ENDLESS = "SELECT (COUNT(*) AS ?n) { " + " ".join(NUMBERS.format(v) for v in "abcde") + " }"
HUGE = (
    'SELECT ?s ?long { ?s <urn:p> ?o BIND("' + "文" * 50 + '" AS ?a) '
    "BIND(CONCAT(" + ", ".join(["?a"] * 50) + ") AS ?b) BIND(CONCAT(" + ", ".join(["?b"] * 40) + ", STR(?o)) AS ?long) }"
)
"""Values of 300 kB each."""
DATA = "<urn:g> { " + " ".join(f"<urn:s{i}> <urn:p> {i} ." for i in range(3000)) + " }"
LIMIT_S = 5.0


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("strangers")
    with serve(folder, DATA, token=TOKEN, query_timeout_s=LIMIT_S, workers=4) as server:
        yield server


@contextlib.contextmanager
def watched(server):
    """The worst time of a health check meanwhile, in a list."""
    worst, over = [0.0], threading.Event()

    def ask():
        while not over.wait(0.02):
            started = time.perf_counter()
            server.request("GET", "/healthz")
            worst[0] = max(worst[0], time.perf_counter() - started)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield worst
    finally:
        over.set()
        thread.join()


def memory(server):
    return int(Path(f"/proc/{server.process.pid}/statm").read_text().split()[1]) * 4096


def page(server, query):
    return server.request("GET", "/sparql?" + urlencode({"query": query, "format": "html"}), headers={"Accept": "text/html"})


def test_the_page_of_a_huge_answer_is_small_and_says_where_the_rest_is(server):
    page(server, "SELECT * { ?s ?p ?o }")
    before = memory(server)
    with watched(server) as worst:
        answer = page(server, HUGE)
    text = answer.body.decode()
    assert answer.status == 200
    assert len(answer.body) < 2_000_000
    assert 400 < text.count("<tr>") < 1000
    assert "长于 300 字的值只显示开头" in text
    assert re.search(r'href="/sparql\?query=SELECT\S+format=csv"', text)
    assert memory(server) - before < 20_000_000
    assert worst[0] < 0.5


def test_the_page_shows_a_thousand_rows_and_counts_them(server):
    text = page(server, "SELECT ?s { ?s ?p ?o }").body.decode()
    assert text.count("<tr>") == 1 + 1000
    assert "前 1000 行" in text
    assert "前 " not in page(server, "SELECT ?s { ?s ?p 7 }").body.decode().partition('id="results"')[2]


def test_the_page_of_a_graph_shows_its_beginning(server):
    text = page(server, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }").body.decode()
    assert "只显示图的开头" in text
    assert text.count("urn:s") < 1100


def test_a_query_that_is_slow_to_read_holds_up_nobody(server):
    with watched(server) as worst:
        page(server, "SELECT * {" + "a." * 20_000)
    assert worst[0] < 0.5


class Client:
    """Somebody at an address of their own."""

    def __init__(self, server, address):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30, source_address=(address, 0))

    def ask(self, query):
        """Status and seconds."""
        started = time.perf_counter()
        self.connection.request("GET", "/sparql?" + urlencode({"query": query}), headers={"Cache-Control": "no-cache"})
        answer = self.connection.getresponse()
        answer.read()
        return answer.status, time.perf_counter() - started


def test_a_client_with_very_many_connections_takes_nothing_from_others(server):
    over = threading.Event()

    def attack(number):
        client = Client(server, "127.0.0.2")
        while not over.is_set():
            with contextlib.suppress(OSError, http.client.HTTPException):
                client.ask(ENDLESS + f" # {number}")
                time.sleep(0.05)
        client.connection.close()

    attackers = [threading.Thread(target=attack, args=(number,)) for number in range(90)]
    for attacker in attackers:
        attacker.start()
    try:
        time.sleep(1)
        victim = Client(server, "127.0.0.3")
        answers = [victim.ask(f"SELECT ?o {{ <urn:s{i}> <urn:p> ?o }}") for i in range(20)]
        victim.connection.close()
    finally:
        over.set()
        for attacker in attackers:
            attacker.join()
    assert {status for status, _ in answers} == {200}
    assert max(seconds for _, seconds in answers) < 2, answers


MANY = """PREFIX zwgk: <https://w3id.org/zwgk/ns#>
INSERT { GRAPH <urn:g> { ?duty a zwgk:Duty } } WHERE {
  GRAPH <urn:g> { ?s <urn:p> ?o } VALUES ?v { %s }
  BIND(IRI(CONCAT("https://w3id.org/zwgk/id/", STR(?o), "-", STR(?v))) AS ?duty)
}"""


def test_a_write_that_breaks_the_rules_in_very_many_places_is_told_some(server):
    with watched(server) as worst:
        answer = server.update(MANY % " ".join(map(str, range(18))))
    told = json.loads(answer.body)
    assert (answer.status, told["code"]) == (422, "write-refused")
    assert len(told["report"]["findings"]) == told["report"]["cut"]["findings"] == 100
    assert told["report"]["cut"]["left"] > 50_000
    assert len(answer.body) < 400_000
    assert worst[0] < 0.5


def test_no_write_is_judged_for_longer_than_its_limit_and_the_server_stops_meanwhile(tmp_path):
    with serve(tmp_path, DATA, token=TOKEN, query_timeout_s=0.5) as server:
        answers = []
        thread = threading.Thread(target=lambda: answers.append(server.update(MANY % " ".join(map(str, range(150))))))
        started = time.monotonic()
        thread.start()
        time.sleep(0.5)
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(10)
        assert time.monotonic() - started < 10
        thread.join()
        assert eventually(lambda: server.processes() == [])
        assert answers[0].status == 503
        assert json.loads(answers[0].body)["code"] == "query-timeout"
