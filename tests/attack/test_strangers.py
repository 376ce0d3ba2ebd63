"""What strangers may try while an honest client goes on working (SECURITY.md names what is promised to both)."""

import contextlib
import itertools
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest

from tests.attack import hostile
from tests.attack.conftest import LIMITS, LONG
from tests.attack.field import attacked, code_of, exchange, settled
from tests.served import eventually

DIRECT = {"Content-Type": "application/sparql-query", "Accept": "application/sparql-results+json"}
MEMORY_MB = 1024


def ask(server, query, source="127.0.0.1"):
    return exchange(server.port, "POST", "/sparql", query.encode(), DIRECT, source=source)


def connect(server, source):
    return socket.create_connection(("127.0.0.1", server.port), timeout=20, source_address=(source, 0))


def first_line(client):
    """The status line of the answer, empty where the connection was closed without one."""
    try:
        return client.recv(65536).partition(b"\r\n")[0]
    except (ConnectionError, TimeoutError):
        return b""


def is_closed(client):
    """Whether the other end has closed, by reading what is there."""
    client.settimeout(0.01)
    try:
        while client.recv(65536):
            pass
    except TimeoutError:
        return False
    except ConnectionError:
        return True
    return True


def test_hostile_queries_end_by_a_limit_or_are_refused(server, upload, scale):
    found = {}

    def one(item):
        name, query = item
        answer = ask(server, query)
        found[name] = (answer.status, code_of(answer))

    with attacked(server, upload) as measured, ThreadPoolExecutor(3) as attackers:
        list(attackers.map(one, hostile.queries(scale).items()))
    assert {name: told for name, told in found.items() if told[0] not in {200, 400, 413, 503}} == {}
    assert {name for name, (_, code) in found.items() if code == "worker-lost"} == set()
    assert found["words of federation"][0] == 400
    assert measured.watch.worst_other_mb() < LIMITS["query_memory_mb"] + 400


def test_one_client_that_floods_starves_nobody(server, upload):
    with attacked(server, upload), ThreadPoolExecutor(40) as attackers:
        flood = [attackers.submit(ask, server, f"{hostile.CROSS} # {n}", "127.0.0.2") for n in range(90 if LONG else 40)]
        assert {task.result().status for task in flood} <= {503}


def test_slow_clients_are_let_go(server, upload):
    limit = LIMITS["request_timeout_s"]
    half_head = b"GET /healthz HTTP/1.1\r\nHost: h\r\nX-A: "
    half_body = b"POST /sparql HTTP/1.1\r\nHost: h\r\nContent-Type: application/sparql-query\r\nContent-Length: 100\r\n\r\nASK"
    half_upload = (
        b"POST /validate?name=a.csv HTTP/1.1\r\nHost: h\r\nContent-Type: text/csv\r\nContent-Length: 1000000\r\n\r\na,b\n"
    )
    with attacked(server, upload) as measured:
        slow = []
        for number, begun in enumerate(
            itertools.islice(itertools.cycle((half_head, half_body, half_upload)), 600 if LONG else 150)
        ):
            client = connect(server, f"127.0.1.{number % 20 + 1}")
            client.sendall(begun)
            slow.append(client)
        assert eventually(lambda: all(map(is_closed, slow)), 4 * limit + 5)
        for client in slow:
            client.close()
    assert settled(server, measured.before_mb, measured.files)[1] <= measured.files * 1.1 + 1


def test_a_byte_now_and_then_holds_no_request_for_ever(server, upload):
    with attacked(server, upload):
        started = time.monotonic()
        with connect(server, "127.0.0.3") as client, contextlib.suppress(ConnectionError):
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: h\r\nX-A: ")
            while not is_closed(client) and time.monotonic() - started < 30:
                client.sendall(b"a")
                time.sleep(0.2)
        assert time.monotonic() - started < 4 * LIMITS["request_timeout_s"] + 2


def test_one_address_has_so_many_connections(server, upload):
    most = LIMITS["max_connections_per_address"]
    with attacked(server, upload):
        clients = [connect(server, "127.0.0.4") for _ in range(most + 40)]
        assert eventually(lambda: sum(map(is_closed, clients)) >= 40)
        for client in clients:
            client.close()


@pytest.mark.parametrize("name", hostile.heads())
def test_a_head_that_does_not_end_is_refused(server, upload, scale, name):
    with attacked(server, upload):
        client = connect(server, "127.0.0.5")
        sent, over = 0, False
        for part in hostile.heads(8 * scale)[name]():
            try:
                client.sendall(part)
            except (ConnectionError, TimeoutError):
                over = True
                break
            sent += len(part)
        line = first_line(client)
        client.close()
    assert over or line.split()[1:2] in ([b"400"], [b"413"], [b"414"], [b"431"]), (sent, line)


@pytest.mark.parametrize("name", hostile.SMUGGLED)
def test_a_request_that_can_be_read_in_two_ways_is_refused(server, name):
    with connect(server, "127.0.0.6") as client:
        client.sendall(hostile.SMUGGLED[name])
        assert first_line(client).split()[1] == b"400"


@pytest.mark.parametrize("address", hostile.TRAVERSALS)
def test_an_address_leads_nowhere_else(server, address):
    with connect(server, "127.0.0.6") as client:
        client.sendall(f"GET {address} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while part := client.recv(65536):
            answer += part
    head = answer.partition(b"\r\n\r\n")[0].lower()
    assert b"root:" not in answer
    assert b"set-cookie" not in head
    assert not any(line.startswith((b"location: //", b"location: http")) for line in head.split(b"\r\n"))
    assert head.split()[1] in {b"303", b"307", b"308", b"400", b"404", b"410"}


@pytest.mark.parametrize("token", hostile.TOKENS)
def test_nobody_writes_without_the_token(server, token):
    headers = {"Content-Type": "application/sparql-update"}
    if token is not None:
        headers["Authorization"] = token.encode("latin-1")
    answer = exchange(server.port, "POST", "/update", b"INSERT DATA { <urn:x> <urn:x> <urn:x> }", headers)
    assert answer.status in {401, 403}
    for address in ("/update?token=a-token", "/update?access_token=a-token&update=CLEAR+ALL"):
        assert exchange(server.port, "POST", address, b"CLEAR ALL", headers).status in {401, 403}


def test_uploads_made_to_hurt_are_all_answered(server, upload, scale):
    found = {}

    def one(item):
        name, content = item
        started = time.monotonic()
        answer = exchange(
            server.port,
            "POST",
            f"/validate?name={name}",
            content,
            {"Content-Type": "application/octet-stream", "Accept": "application/json"},
            source="127.0.0.7",
        )
        found[name] = (answer.status, code_of(answer), time.monotonic() - started)

    with attacked(server, upload) as measured, ThreadPoolExecutor(2) as attackers:
        list(attackers.map(one, hostile.uploads(scale).items()))
    assert {name: told for name, told in found.items() if told[0] not in {200, 413, 415, 422}} == {}
    assert {name: told for name, told in found.items() if told[2] > 2 * LIMITS["validation_timeout_s"] + 5} == {}
    assert measured.watch.worst_other_mb() < MEMORY_MB


def test_uploads_whose_clients_leave_cost_nothing(server, upload, scale):
    size = 4_000_000 * scale
    head = f"POST /validate?name=a.csv HTTP/1.1\r\nHost: h\r\nContent-Type: text/csv\r\nContent-Length: {size}\r\n\r\n".encode()
    line = ("农村危房改造," * 20 + "\n").encode()
    with attacked(server, upload) as measured:
        for number in range(20):
            client = connect(server, f"127.0.2.{number % 5 + 1}")
            client.sendall(head + (line * (size // len(line) + 1))[:size])
            client.close()
    assert settled(server, measured.before_mb, measured.files)[0] <= measured.before_mb * 1.1


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/validate/reports/{id}", "application/x-www-form-urlencoded"),
        ("/validate/reports/{id}", "multipart/form-data; boundary=b"),
        ("/validate", "multipart/form-data; boundary=b"),
        ("/validate", "application/x-www-form-urlencoded"),
        ("/sparql", "application/x-www-form-urlencoded"),
        ("/sparql", "application/sparql-query"),
        ("/", "application/octet-stream"),
        ("/queries/duties.csv", "application/octet-stream"),
    ],
)
def test_a_body_that_does_not_end_is_refused(server, upload, scale, path, media_type):
    made = exchange(server.port, "POST", "/validate?name=ok.csv", upload, {"Content-Type": "text/csv", "Accept": "text/html"})
    path = path.format(id=made.headers.get("location", "/x").partition("?")[0].rpartition("/")[2])
    part = b"x" * 65536
    opening = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n' if media_type.startswith("multipart") else b"a="
    with attacked(server, upload):
        client = connect(server, "127.0.0.8")
        client.sendall(
            f"POST {path} HTTP/1.1\r\nHost: h\r\nContent-Type: {media_type}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        )
        client.sendall(b"%x\r\n%b\r\n" % (len(opening), opening))
        refused = False
        for _ in range(16 * 60 * scale):
            try:
                client.sendall(b"10000\r\n" + part + b"\r\n")
            except (ConnectionError, TimeoutError):
                refused = True
                break
        line = first_line(client)
        client.close()
    assert refused or line.split()[1:2] in ([b"400"], [b"404"], [b"405"], [b"413"], [b"415"]), line


def test_a_long_query_on_the_page_stops_nobody(server, upload):
    with attacked(server, upload):
        for text in ("a." * 20_000, "a:" * 20_000, "<" * 40_000, "'" * 40_000, "SELECT * {" + "#service\n" * 4000):
            answer = exchange(
                server.port,
                "GET",
                "/sparql?format=html&query="
                + text.replace("#", "%23").replace("\n", "%0A").replace("<", "%3C").replace(" ", "%20"),
                headers={"Accept": "text/html"},
                source="127.0.0.1",
            )
            assert answer.status in {400, 414, 431}


def test_a_page_of_long_cells_holds_no_more_than_it_shows(server, upload):
    query = (
        "SELECT (CONCAT(?a, ?a, ?a, ?a) AS ?b) { ?s ?p ?o BIND(CONCAT("
        + ",".join(["STR(?p)", "STR(?s)"] * 300)
        + ") AS ?a) } LIMIT 1000"
    )
    with attacked(server, upload):
        address = "/sparql?format=html&query=" + quote(query, safe="")
        answer = exchange(server.port, "GET", address, headers={"Accept": "text/html"}, source="127.0.0.1")
    assert answer.status == 200
    assert len(answer.body) < 8_000_000


def test_clients_that_leave_in_mid_answer_leave_nothing_running(server, upload):
    body = b"SELECT * { ?a ?b ?c . ?d ?e ?f }"
    head = f"POST /sparql HTTP/1.1\r\nHost: h\r\nContent-Type: application/sparql-query\r\nContent-Length: {len(body)}\r\n\r\n"
    with attacked(server, upload):
        for _ in range(30):
            client = connect(server, "127.0.0.1")
            client.sendall(head.encode() + body)
            client.recv(1000)
            client.close()
        assert eventually(lambda: server.running(body.decode()) == [], 10)


def test_the_server_is_as_it_was_afterwards(server, upload):
    with attacked(server, upload) as measured:
        pass
    assert settled(server, measured.before_mb, measured.files)[0] <= measured.before_mb * 1.1
    assert server.process.poll() is None
