"""Debian's nginx with the very file that SECURITY.md shows: sizes, streams, addresses, the path."""

import http.client
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode

import pytest

from tests.conftest import ROOT
from tests.served import serve

FILE = ROOT / "docs" / "nginx.conf"
_FRAME = """daemon off; master_process off; worker_rlimit_nofile 4096; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{ client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u;
scgi_temp_path {folder}/s; access_log off; include {folder}/site.conf; }}
"""


def free_port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def proxy(folder, upstream):
    """nginx with docs/nginx.conf, of which only ports, certificate and log are others; yields its port."""
    folder.mkdir(parents=True, exist_ok=True)
    subject = ["-subj", "/CN=ohai.example", "-addext", "subjectAltName=DNS:ohai.example"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *subject, *files],
        check=True,
        capture_output=True,
    )
    port = free_port()
    text = FILE.read_text(encoding="utf-8")
    for was, new in (
        ("listen 443 ", f"listen 127.0.0.1:{port} "),
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("server 127.0.0.1:8000;", f"server 127.0.0.1:{upstream};"),
        ("/etc/ssl/ohai.example/fullchain.pem", str(folder / "fullchain.pem")),
        ("/etc/ssl/ohai.example/key.pem", str(folder / "key.pem")),
        ("/var/log/nginx/ohai-kg.log", str(folder / "access.log")),
    ):
        assert text.count(was) == 1, was
        text = text.replace(was, new)
    (folder / "site.conf").write_text(text, encoding="utf-8")
    (folder / "nginx.conf").write_text(_FRAME.format(folder=folder), encoding="utf-8")
    process = subprocess.Popen(
        [shutil.which("nginx") or "/usr/sbin/nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    )
    try:
        for _ in range(200):
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, (folder / "error.log").read_text(encoding="utf-8")
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def connect(port):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return http.client.HTTPSConnection("127.0.0.1", port, timeout=60, context=context)


def ask(port, method, path, body=None, **headers):
    with closing(connect(port)) as connection:
        connection.request(method, path, body, {"Host": "ohai.example", **headers})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()


class Echo(BaseHTTPRequestHandler):
    """Tells the request as it came."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        text = f"{self.requestline}\n{self.headers}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


@pytest.fixture
def echo(tmp_path):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with proxy(tmp_path / "nginx", server.server_address[1]) as port:
            yield port
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The real server behind it, with the settings that the file names."""
    stated = dict(re.findall(r"OHAI_KG_(\w+)=(\S+)", FILE.read_text(encoding="utf-8")))
    assert set(stated) == {"BASE_URL", "ALLOWED_HOSTS", "TRUSTED_PROXIES"}
    folder = tmp_path_factory.mktemp("proxied")
    data = "<urn:g> { <https://w3id.org/zwgk/id/a%2Fb> <urn:p> 1 }"
    with serve(folder / "site", data, workers=1, **stated) as server, proxy(folder / "nginx", server.port) as port:
        yield port


def test_the_server_learns_the_address_the_proxy_sees_and_the_path_as_it_was_written(echo):
    path = "/kg/doc//a%2Fb%3Fc/%E5%8C%BA?q=%2F"
    forged = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "gopher", "X-Forwarded-Host": "evil.example"}
    told = ask(echo, "GET", path, **forged)[2].decode()
    assert told.splitlines()[0] == f"GET {path} HTTP/1.1"
    assert re.findall(r"(?im)^(x-forwarded-[a-z]+|host): (.*)$", told) == [
        ("Host", "ohai.example"),
        ("X-Forwarded-For", "127.0.0.1"),
        ("X-Forwarded-Proto", "https"),
    ]


def test_a_long_address_passes_and_a_longer_one_is_refused(echo):
    assert ask(echo, "GET", "/kg/sparql?query=" + "a" * 40_000)[0] == 200
    assert ask(echo, "GET", "/kg/sparql?query=" + "a" * 70_000)[0] == 414


def test_one_address_that_asks_too_often_is_told_so(echo):
    def many(_):
        statuses = Counter()
        with closing(connect(echo)) as connection:
            for _ in range(50):
                connection.request("GET", "/kg/", headers={"Host": "ohai.example"})
                answer = connection.getresponse()
                answer.read()
                statuses[answer.status] += 1
        return statuses

    with ThreadPoolExecutor(8) as pool:
        statuses = sum(pool.map(many, range(8)), Counter())
    assert set(statuses) == {200, 429}
    assert statuses[200] >= 100


def test_an_upload_passes_and_one_that_is_too_large_is_refused(site):
    status, _, body = ask(
        site,
        "POST",
        "/kg/validate?profile=core&name=a.ttl",
        b"<a:b> <a:b> <a:b> .",
        **{"Content-Type": "text/turtle", "Accept": "application/json"},
    )
    assert (status, b'"conforms": true' in body) == (200, True)
    with closing(connect(site)) as connection:
        connection.putrequest("POST", "/kg/validate?name=a.ttl", skip_host=True)
        for name, value in (("Host", "ohai.example"), ("Content-Type", "text/turtle"), ("Content-Length", str(53 << 20))):
            connection.putheader(name, value)
        connection.endheaders()
        assert connection.getresponse().status == 413


def test_an_answer_streams_and_a_broken_one_arrives_broken(site):
    values = " ".join(f"VALUES ?{name} {{ 0 1 2 3 4 5 6 7 8 9 }}" for name in "abcde")
    query = f'SELECT ?a (IF(?a + ?b + ?c + ?d + ?e = 45, "\\u0008", "x") AS ?z) {{ {values} }} LIMIT 200000'
    headers = {"Host": "ohai.example", "Accept": "application/sparql-results+xml"}
    with closing(connect(site)) as connection:
        connection.request("GET", "/kg/sparql?" + urlencode({"query": query}), headers=headers)
        answer = connection.getresponse()
        assert answer.status == 200
        assert answer.getheader("transfer-encoding") == "chunked"
        assert answer.read(100).startswith(b"<?xml")
        with pytest.raises(http.client.IncompleteRead):
            answer.read()


def test_every_link_of_the_site_stays_under_its_path(site):
    status, _, body = ask(site, "GET", "/kg/", Accept="text/html")
    assert status == 200
    links = set(re.findall(r'(?:href|src|action)="(/[^"#]*)"', body.decode()))
    assert len(links) > 5
    for link in links:
        assert link.startswith("/kg/"), link
        assert ask(site, "GET", link.replace("&amp;", "&"), Accept="text/html")[0] == 200, link
    assert b"https://ohai.example/kg/" in ask(site, "GET", "/kg/catalog", Accept="text/turtle")[2]
    assert ask(site, "GET", "/kg/id/unit/x")[1]["location"].startswith("/kg/doc/")
    assert ask(site, "GET", "/kg")[1]["Location"] == "https://ohai.example/kg/"


def test_an_encoded_stroke_in_a_name_reaches_the_server(site):
    assert ask(site, "GET", "/kg/doc/a%252Fb.nt")[0] == 200


def test_nothing_else_is_served(site):
    assert ask(site, "GET", "/healthz")[0] == 404
    assert ask(site, "GET", "/kg/healthz")[0] == 200
