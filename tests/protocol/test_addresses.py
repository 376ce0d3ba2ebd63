"""Whose site this is: allowed hosts, the site's own address, proxies; and what other sites may ask."""

import json
import re

import pytest

from tests.served import TOKEN, serve

DATA = "<https://w3id.org/zwgk/graph/g> { <https://w3id.org/zwgk/id/a> <urn:b> 1 }"
EVERYWHERE = ("/", "/sparql", "/graphs", "/update", "/catalog", "/downloads/current/data.nq", "/changes", "/static/site.css")


@pytest.fixture(scope="module")
def named(tmp_path_factory):
    """A site with names of its own."""
    settings = {"allowed_hosts": "ohai.example, *.gov.example", "workers": 1, "token": TOKEN}
    with serve(tmp_path_factory.mktemp("named"), DATA, **settings) as server:
        yield server


@pytest.fixture(scope="module")
def placed(tmp_path_factory):
    """A site that knows its address, under a path, behind a proxy."""
    settings = {"base_url": "https://ohai.example/kg", "trusted_proxies": "127.0.0.0/24", "workers": 1, "token": TOKEN}
    with serve(tmp_path_factory.mktemp("placed"), DATA, **settings) as server:
        yield server


@pytest.mark.parametrize("path", EVERYWHERE)
@pytest.mark.parametrize(
    "host", ["evil.example", "ohai.example.evil.example", "gov.example", "xgov.example", "127.0.0.1", "[::1]"]
)
def test_other_hosts_are_refused_everywhere(named, path, host):
    answer = named.request("GET", path, headers={"Host": host, "Accept": "application/json"})
    assert (answer.status, json.loads(answer.body)["code"]) == (400, "host-not-allowed")
    assert b"evil" not in answer.body


@pytest.mark.parametrize("host", ["ohai.example", "OHAI.example:8000", "ohai.example.", "kg.gov.example", "a.b.gov.example"])
def test_the_names_of_the_site_are_taken(named, host):
    assert named.request("GET", "/sparql", headers={"Host": host, "Accept": "text/turtle"}).status == 200


def test_probes_call_a_server_by_any_name(named):
    assert named.request("GET", "/healthz", headers={"Host": "10.1.2.3:8000"}).status == 200
    assert named.request("GET", "/readyz", headers={"Host": "10.1.2.3:8000"}).status == 200


@pytest.mark.parametrize("path", ["/sparql", "/kg/sparql"])
def test_absolute_links_are_of_the_site_s_own_address(placed, path):
    evil = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Accept": "text/turtle"}
    assert b"https://ohai.example/kg/sparql" in placed.request("GET", path, headers=evil).body
    prefix = path.removesuffix("/sparql")
    for address in ("/catalog", "/.well-known/void", "/", "/validate", "/about", "/openapi.json", "/queries"):
        for accept in ("text/turtle", "text/html"):
            answer = placed.request("GET", prefix + address, headers={**evil, "Accept": accept})
            assert answer.status in {200, 406}
            assert b"evil.example" not in answer.body + repr(answer.headers).encode()
            assert b"127.0.0.1" not in answer.body
    assert json.loads(placed.request("GET", prefix + "/openapi.json").body)["servers"] == [{"url": "https://ohai.example/kg"}]


def test_a_site_under_a_path_links_to_itself_there(placed):
    page = placed.request("GET", "/queries", headers={"Accept": "text/html"}).body.decode()
    own = [link for link in re.findall(r'\s(?:href|src|action)="(/[^"]*)"', page) if not link.startswith("//")]
    assert own
    assert {link.split("/")[1] for link in own} == {"kg"}
    moved = placed.request("GET", "/id/a", headers={"Accept": "text/turtle"}).headers
    assert moved["location"] == "/kg/doc/a"
    assert moved["link"].startswith("</kg/doc/a>")
    assert placed.request("GET", "/kg/downloads/current/").headers["location"].startswith("/kg/downloads/2")
    assert placed.request("GET", "/kg/doc/a", headers={"Accept": "text/turtle"}).status == 200


def test_a_new_graph_is_named_by_the_site_s_own_address(placed):
    answer = placed.write("POST", "/graphs", b"<urn:a> <urn:b> 1 .", "text/turtle", Host="evil.example")
    assert answer.headers["location"].startswith("https://ohai.example/kg/graphs/")
    path = answer.headers["location"].removeprefix("https://ohai.example")
    assert placed.request("GET", path).status == 200


def test_without_an_address_of_its_own_a_site_says_the_host_and_never_what_a_stranger_says_of_a_proxy(named):
    headers = {"Host": "ohai.example", "Accept": "text/turtle", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "gov.example"}
    assert b"<http://ohai.example/sparql>" in named.request("GET", "/sparql", headers=headers).body


def test_a_trusted_proxy_says_the_scheme(tmp_path):
    with serve(tmp_path, DATA, workers=1, trusted_proxies="127.0.0.0/24,::1") as server:
        headers = {"Host": "ohai.example", "Accept": "text/turtle", "X-Forwarded-Proto": "https"}
        assert b"<https://ohai.example/sparql>" in server.request("GET", "/sparql", headers=headers).body


@pytest.mark.parametrize("path", ["/sparql/running/x", "/update", "/graphs"])
@pytest.mark.parametrize("method", ["DELETE", "PUT", "POST"])
def test_no_other_site_may_send_the_token(named, path, method):
    headers = {
        "Host": "ohai.example",
        "Origin": "http://evil.example",
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization",
    }
    answer = named.request("OPTIONS", path, headers=headers)
    assert "authorization" not in answer.headers.get("access-control-allow-headers", "").lower()
    assert "DELETE" not in answer.headers.get("access-control-allow-methods", "")


def test_other_sites_may_read(named):
    headers = {"Host": "ohai.example", "Origin": "http://x.example"}
    assert named.request("GET", "/healthz", headers=headers).headers["access-control-allow-origin"] == "*"
    asked = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "if-none-match"}
    assert named.request("OPTIONS", "/catalog", headers=headers | asked).status == 200


@pytest.mark.parametrize(
    "path", [*EVERYWHERE, "/matrix.svg", "/sparql?query=ASK%7B%7D", "/static/icon.svg", "/nowhere", "/id/a"]
)
def test_every_answer_has_a_content_security_policy(named, path):
    policy = named.request("GET", path, headers={"Host": "ohai.example"}).headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
