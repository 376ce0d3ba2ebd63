"""The server in front of strangers, over sockets: sizes, deadlines, numbers of connections, hosts, what HTTP/1.1 is."""

import json
import os
import signal
import socket
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.served import TOKEN, eventually, publish, serve

DATA = "<urn:g> { <urn:a> <urn:b> 1 }"
LIMITS = {"max_header_kb": 8, "request_timeout_s": 1, "max_connections": 64, "max_connections_per_address": 16}


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    """A server with tiny limits."""
    with serve(tmp_path_factory.mktemp("strict"), DATA, token=TOKEN, workers=1, max_upload_mb=1, **LIMITS) as server:
        yield server


@contextmanager
def connected(server, address="127.0.0.1"):
    with socket.create_connection(("127.0.0.1", server.port), timeout=10, source_address=(address, 0)) as connection:
        yield connection


def told(connection):
    """Everything the server still says before it closes: status, code of the problem, the text itself."""
    received = b""
    while part := connection.recv(65536):
        received += part
    head, _, body = received.partition(b"\r\n\r\n")
    problem = json.loads(body) if b"application/problem+json" in head else {}
    return int(head.split()[1]) if head else None, problem.get("code"), received


def answered(server, request, **options):
    """What a request in bytes is answered; the connection ends with it."""
    with connected(server, **options) as connection:
        connection.sendall(request)
        return told(connection)


def pour(connection, parts):
    """Send until the server has enough; the bytes sent."""
    sent = 0
    try:
        for part in parts:
            connection.sendall(part)
            sent += len(part)
    except OSError:
        pass
    return sent


def memory_mb(server):
    """Resident memory of the server's own process, MB."""
    return int(Path(f"/proc/{server.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def descriptors(server):
    """How many files and sockets the server's own process has open."""
    return len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))


def is_open(connection):
    connection.setblocking(False)
    with suppress(ConnectionError):
        try:
            while connection.recv(65536):
                pass
        except BlockingIOError:
            return True
    return False


def healthy(server, address="127.0.0.1"):
    """Whether an honest client is answered within two seconds."""
    started = time.monotonic()
    status, _, _ = answered(server, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", address=address)
    return status == 200 and time.monotonic() - started < 2


@pytest.mark.parametrize(
    ("start", "part", "status", "code"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: ", b"a" * 65536, 431, "headers-too-large"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n", b"X-Header: value\r\n" * 4096, 431, "headers-too-large"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n", b"a:\r\n" * 300, 431, "headers-too-large"),
        (b"GET /", b"a" * 65536, 414, "address-too-long"),
        (b"GET /sparql?query=", b"%20" * 20000, 414, "address-too-long"),
        (b"GET /", "中".encode() * 20000, 414, "address-too-long"),
        (b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"T: v\r\n" * 10000, 431, None),
        (b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nT: ", b"v" * 65536, 431, None),
        (b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"v" * 65536, 431, None),
    ],
)
def test_a_head_without_end_is_refused_at_once(strict, start, part, status, code):
    before = memory_mb(strict)
    with connected(strict) as connection:
        started = time.monotonic()
        connection.sendall(start)
        pour(connection, [part] * 400)
        found, named, _ = told(connection)
        assert found == status
        assert code in {None, named}
        assert time.monotonic() - started < 5
    assert memory_mb(strict) - before < 30
    assert healthy(strict)


@pytest.mark.parametrize("size", [7000, 8100])
def test_a_head_within_the_limit_is_answered(strict, size):
    status, _, _ = answered(
        strict, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX: " + b"a" * (size - 60) + b"\r\n\r\n"
    )
    assert status == 200


@pytest.mark.parametrize(
    ("request_line", "headers", "code"),
    [
        (b"GET / HTTP/1.1", b"", "host-invalid"),
        (b"GET / HTTP/1.1", b"Host: a\r\nHost: a\r\n", "host-invalid"),
        (b"GET / HTTP/1.0", b"Host: a\r\nHost: b\r\n", "host-invalid"),
        (b"GET /sparql HTTP/1.1", b"Host: x y\r\n", "host-invalid"),
        (b"GET /sparql HTTP/1.1", b"Host: <x>\r\nAccept: text/turtle\r\n", "host-invalid"),
        (b"GET /catalog HTTP/1.1", b"Host: [::1\r\n", "host-invalid"),
        (b"GET /catalog HTTP/1.1", b"Host: [::g]\r\n", "host-invalid"),
        (b"GET / HTTP/1.1", b"Host: a/b\r\n", "host-invalid"),
        (b"GET / HTTP/1.1", b"Host: a@b\r\n", "host-invalid"),
        (b"GET / HTTP/1.1", b"Host: a:port\r\n", "host-invalid"),
        (b"GET / HTTP/1.1", b"Host:\r\n", "host-invalid"),
        (b"GET / HTTP/9.9", b"Host: x\r\n", "malformed-request"),
        (b"NONSENSE", b"", "malformed-request"),
        (b"GET / HTTP/1.1", b"Host: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n", "malformed-request"),
        (b"GET / HTTP/1.1", b"Host: x\r\nContent-Length: " + b"9" * 5000 + b"\r\n", "malformed-request"),
        (b"GET / HTTP/1.1", b"Host: x\r\n folded\r\n", "malformed-request"),
        (b"\x16\x03\x01\x02\x00", b"", "malformed-request"),
    ],
)
def test_what_is_no_request_is_told_so_with_a_code(strict, request_line, headers, code):
    status, named, text = answered(strict, request_line + b"\r\n" + headers + b"Connection: close\r\n\r\n")
    assert (status, named) == (400, code), text


@pytest.mark.parametrize("host", [b"x", b"x:8000", b"127.0.0.1", b"[::1]:80", b"xn--fiq228c.example", b"a_b.c-d.example."])
def test_a_host_is_taken_in_every_form_it_has(strict, host):
    assert answered(strict, b"GET /healthz HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n")[0] == 200


def test_an_old_request_needs_no_host(strict):
    assert answered(strict, b"GET /healthz HTTP/1.0\r\n\r\n")[0] == 200


def test_han_in_a_request_line_is_read_as_if_percent_encoded(strict):
    query = 'SELECT ("区" AS ?v) {}'
    raw = query.replace(" ", "+").replace('"', "%22").encode()
    for line in (b"GET /sparql?query=" + raw, b"\r\n\r\nGET /sparql?query=" + raw):
        _, _, text = answered(strict, line + b" HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\nConnection: close\r\n\r\n")
        assert text.endswith("区\r\n".encode())
    with connected(strict) as connection:  # in two parts, and cut inside a character
        connection.sendall(b"GET /sparql?query=" + raw[:15])
        time.sleep(0.1)
        connection.sendall(raw[15:] + b" HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\nConnection: close\r\n\r\n")
        assert told(connection)[2].endswith("区\r\n".encode())
    status, code, _ = answered(strict, "GET /doc/没有 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert (status, code) == (404, "resource-not-found")


@pytest.mark.parametrize(
    ("start", "drip", "status"),
    [
        (b"", b"", None),
        (b"\r\n", b"\r\n", None),
        (b"GET / HT", b"", 408),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: ", b"a", 408),
        (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nquery=", b"", 408),
        (b"POST /validate HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nx", b"a", 408),
        (b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nx", b"a", 405),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /heal", b"", 200),
    ],
)
def test_a_request_that_does_not_come_is_given_up(strict, start, drip, status):
    with connected(strict) as connection:
        connection.sendall(start)
        started = time.monotonic()
        received = b""
        connection.settimeout(0.1)
        while time.monotonic() - started < 8:
            try:
                pour(connection, [drip] if drip else [])
                part = connection.recv(65536)
            except TimeoutError:
                continue
            except OSError:
                break
            if not part:
                break
            received += part
        seconds = time.monotonic() - started
        assert (int(received.split()[1]) if received else None) == status
        if status == 408:
            assert b'"request-timeout"' in received
        assert 0.5 < seconds < 6


def test_a_kept_connection_is_used_again_and_closed_when_it_idles(strict):
    with connected(strict) as connection:
        for _ in range(3):
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            received = b""
            while not received.endswith(b'{"status":"ok"}'):
                received += connection.recv(65536)
        started = time.monotonic()
        assert connection.recv(1) == b""
        assert 0.5 < time.monotonic() - started < 8


def test_a_steady_body_may_take_longer_than_the_deadline(strict):
    body = b"query=ASK%7B%7D" + b"&x=" + b"a" * 12000
    with connected(strict) as connection:
        connection.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body)
        )
        for start in range(0, len(body), 1200):
            connection.sendall(body[start : start + 1200])
            time.sleep(0.2)
        assert told(connection)[0] == 200


def test_many_slow_connections_of_one_address_give_way_to_those_that_ask(strict):
    slow = []
    try:
        for number in range(60):
            connection = socket.create_connection(("127.0.0.1", strict.port), timeout=10)
            connection.sendall(
                (b"GET / HTTP/1.1\r\nHo", b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n")[number % 2]
            )
            slow.append(connection)
        assert healthy(strict, "127.0.0.2")
        assert healthy(strict)
        assert sum(map(is_open, slow)) <= LIMITS["max_connections_per_address"]
        assert eventually(lambda: not any(map(is_open, slow)), 6)
    finally:
        for connection in slow:
            connection.close()


def test_many_addresses_together_are_bounded_too(strict):
    slow = []
    try:
        for number in range(150):
            source = (f"127.0.1.{number % 50 + 1}", 0)
            slow.append(socket.create_connection(("127.0.0.1", strict.port), timeout=10, source_address=source))
        assert healthy(strict)
        assert sum(map(is_open, slow)) <= LIMITS["max_connections"]
    finally:
        for connection in slow:
            connection.close()


@pytest.mark.parametrize(
    "path", ["/", "/sparql", "/update", "/graphs?graph=urn:x", "/validate/reports/x", "/healthz", "/nowhere"]
)
@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_address_takes_a_body_of_any_size(strict, path, chunked, method):
    before = memory_mb(strict)
    length = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: 100000000"
    part = b"10000\r\n" + b"a" * 65536 + b"\r\n" if chunked else b"a" * 65536
    with connected(strict) as connection:
        connection.sendall(
            f"{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n".encode()
            + b"Content-Type: application/x-www-form-urlencoded\r\n" + length + b"\r\n\r\n"
        )  # fmt: skip
        sent = pour(connection, [part] * 1500)
        status, _, _ = told(connection)
    assert status in {200, 303, 404, 405, 413, 415}
    assert sent < 99_000_000 or status
    assert memory_mb(strict) - before < 20
    assert healthy(strict)


def test_a_body_over_the_limit_is_told_so(strict):
    answer = strict.request(
        "POST", "/sparql", b"query=" + b"a" * 2_000_000, {"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert (answer.status, json.loads(answer.body)["code"]) == (413, "upload-too-large")
    answer = strict.write("PUT", "/graphs?graph=urn:x", b"a" * 3_000_000, "text/turtle")
    assert (answer.status, json.loads(answer.body)["code"]) == (413, "upload-too-large")


def test_a_client_that_takes_nothing_of_its_answer_is_closed(tmp_path):
    data = "<urn:g> { " + " ".join(f'<urn:{n}> <urn:p> "{"x" * 1000}" .' for n in range(8000)) + " }"
    with serve(tmp_path, data, workers=1, request_timeout_s=1, query_timeout_s=60) as server, socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", server.port))
        connection.sendall(b"GET /graphs?graph=urn:g HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.5)
        sockets = descriptors(server)
        assert eventually(lambda: descriptors(server) < sockets, 8)


def test_an_upgrade_is_not_made_and_what_follows_is_answered(strict):
    upgrade = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
    _, _, text = answered(strict, upgrade * 2 + b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert text.count(b"HTTP/1.1 200 OK") == 3


def test_a_bad_request_behind_a_good_one_does_not_spoil_its_answer(strict):
    _, _, text = answered(strict, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nNONSENSE\r\n\r\n")
    assert text.startswith(b"HTTP/1.1 200 OK")
    assert text.endswith(b'{"status":"ok"}')


def test_trailers_are_no_headers(strict):
    trailer = f"Authorization: Bearer {TOKEN}\r\n".encode()
    status, code, _ = answered(
        strict,
        b"POST /update HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/sparql-update\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n9\r\nCLEAR ALL\r\n0\r\n" + trailer + b"\r\n",
    )
    assert (status, code) == (401, "token-needed")


_LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (160, 160))
"""


def test_few_descriptors_leave_room_to_follow_a_release(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.served._START", _LIMITED + __import__("tests.served", fromlist=["_START"])._START)
    with serve(tmp_path, DATA, workers=1) as server:
        slow = []
        try:
            for number in range(300):
                source = (f"127.0.1.{number % 50 + 1}", 0)
                slow.append(socket.create_connection(("127.0.0.1", server.port), timeout=10, source_address=source))
                slow[-1].sendall(b"GET / HT")
            publish(server.home, "<urn:g> { <urn:a> <urn:b> 2 }")
            assert eventually(lambda: server.rows("SELECT ?o { ?s ?p ?o }") == [("2",)], 10)
        finally:
            for connection in slow:
                connection.close()


@pytest.mark.parametrize("twice", [False, True])
def test_a_stop_ends_in_time_whatever_clients_do(tmp_path, capfd, twice):
    data = "<urn:g> { " + " ".join(f'<urn:{n}> <urn:p> "{"x" * 1000}" .' for n in range(8000)) + " }"
    stop = 20 if twice else 1
    with serve(tmp_path, data, workers=2, stop_timeout_s=stop, query_timeout_s=60, token=TOKEN) as server:
        connections = []
        for request in (
            b"",
            b"GET / HT",
            b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
            b"POST /validate HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nx",
            f"PUT /graphs?graph=urn:x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: 9\r\n\r\n".encode(),
            b"GET /graphs?graph=urn:g HTTP/1.1\r\nHost: x\r\n\r\n",
            b"GET /sparql?query=SELECT*%7B?a?b?c.?d?e?f.?g?h?i.?j?k?l%7DORDER+BY?a HTTP/1.1\r\nHost: x\r\n\r\n",
        ):
            connections.append(socket.create_connection(("127.0.0.1", server.port), timeout=10))
            connections[-1].sendall(request)
        time.sleep(0.5)
        assert server.processes()
        started = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        if twice:
            time.sleep(0.3)
            server.process.send_signal(signal.SIGTERM)
        server.process.wait(10)
        assert time.monotonic() - started < 5
        assert eventually(lambda: not server.processes(), 2)
        for connection in connections:
            connection.close()
    said = capfd.readouterr().err
    assert "stopped" in said
    assert "Traceback" not in said
