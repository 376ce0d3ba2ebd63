"""`/sparql` over a real server: SPARQL 1.1 Protocol, negotiation, caching, honesty."""

import gzip
import json
from urllib.parse import quote, unquote, urlsplit

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

COUNT = "SELECT (COUNT(*) AS ?n) { GRAPH <urn:g1> { ?s ?p ?o } }"
MANY = "SELECT ?x ?y { VALUES ?x { 1 2 3 4 5 6 7 8 9 } VALUES ?y { 1 2 3 4 5 6 7 8 9 } }"


@pytest.mark.parametrize("method", ["get", "form", "direct"])
def test_a_query_is_answered_however_it_is_sent(server, method):
    assert json.loads(server.query(COUNT, method=method).body)["results"]["bindings"][0]["n"]["value"] == "4"


@pytest.mark.parametrize("method", ["get", "form", "direct"])
@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?值 { GRAPH <urn:g1> { <http://例子/区教育局> <urn:谓词> ?值 } }",
        "SELECT ?x { <http://a/%E5%8C%BA> <urn:p> ?x FILTER(?x = '%E5%8C%BA') }",
        "SELECT ?x { VALUES ?x { '𠮷野家😀+ &=%25;#' } }",
        "SELECT (ENCODE_FOR_URI('区') AS ?x) {}",
        "SELECT ?x { ?s ?p ?x FILTER(LANG(?x) = 'zh' && ?x = '𠮷野家😀'@zh) }",
    ],
)
def test_text_survives_every_way_of_sending(server, method, query):
    expected = [("x",), ("%E5%8C%BA",), ("𠮷野家😀+ &=%25;#",), ("%E5%8C%BA",), ("𠮷野家😀",)]
    answer = json.loads(server.query(query, method=method).body)
    rows = [tuple(term["value"] for term in row.values()) for row in answer["results"]["bindings"]]
    assert len(rows) == 1
    assert rows[0] in expected


@pytest.mark.parametrize(
    ("method", "path", "body", "media_type", "status", "code"),
    [
        ("GET", "/sparql?query=", None, None, 400, "bad-request"),
        ("GET", "/sparql?query=ASK%7B%7D&query=ASK%7B%7D", None, None, 400, "bad-request"),
        ("GET", "/sparql?query=%FF", None, None, 400, "bad-request"),
        ("GET", "/sparql?query=ASK%7B", None, None, 400, "query-syntax"),
        ("GET", "/sparql?update=CLEAR+ALL", None, None, 400, "bad-request"),
        ("GET", "/sparql?query=ASK%7B%7D&default-graph-uri=no-iri", None, None, 400, "bad-request"),
        ("GET", "/sparql?query=ASK%7B%7D&format=png", None, None, 406, "not-acceptable"),
        ("POST", "/sparql", b"query=ASK%7B%7D", None, 415, "unsupported-media-type"),
        ("POST", "/sparql", b"ASK{}", "text/plain", 415, "unsupported-media-type"),
        ("POST", "/sparql", b"\xff", "application/sparql-query", 400, "bad-request"),
        ("POST", "/sparql", b"x" * 2_000_000, "application/sparql-query", 413, "upload-too-large"),
        ("PUT", "/sparql", b"ASK{}", "application/sparql-query", 405, "method-not-allowed"),
        ("GET", "/update?update=CLEAR+ALL", None, None, 405, "method-not-allowed"),
        ("POST", "/sparql", b"query=SELECT*%7BSERVICE%3Curn:x%3E%7B%7D%7D", "application/x-www-form-urlencoded", 400, "federation-refused"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_a_problem_document(server, method, path, body, media_type, status, code):
    answer = server.request(method, path, body, {"Content-Type": media_type} if media_type else {})
    assert (answer.status, json.loads(answer.body)["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["access-control-allow-origin" if path.startswith("/sparql") else "allow"]


def test_a_method_that_is_not_known_lists_those_that_are(server):
    assert server.request("DELETE", "/sparql").headers["allow"] == "GET, HEAD, POST, OPTIONS"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "application/sparql-results+json"),
        ("text/csv;q=0.5, application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/*", "text/csv; charset=utf-8"),
        ("text/csv;q=0, text/tab-separated-values;q=0.1", "text/tab-separated-values; charset=utf-8"),
    ],
)
def test_accept_chooses_the_format(server, accept, media_type):
    assert server.query(COUNT, accept).headers["content-type"] == media_type


@pytest.mark.parametrize("accept", ["image/png", "text/turtle", "application/sparql-results+json;q=0, text/html"])
def test_a_table_in_no_format_asked_for_is_not_acceptable(server, accept):
    assert server.query(COUNT, accept).status == 406


def test_head_has_the_headers_of_get_and_no_body(server):
    path = f"/sparql?query={quote(COUNT)}"
    head, get = server.request("HEAD", path), server.request("GET", path)
    assert head.body == b""
    for name in ("content-type", "content-length", "etag", "vary"):
        assert head.headers[name] == get.headers[name]


def test_an_etag_saves_the_second_answer_until_the_data_change(server):
    path = f"/sparql?query={quote(COUNT)}&a={quote('标')}"
    first = server.request("GET", path)
    again = server.request("GET", path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert server.update("INSERT DATA { GRAPH <urn:etag> { <urn:a> <urn:b> 1 } }").status == 204
    fresh = server.request("GET", path, headers={"If-None-Match": first.headers["etag"]})
    assert fresh.status == 200
    assert fresh.headers["etag"] != first.headers["etag"]


def test_what_differs_each_time_is_never_kept(server):
    query = "SELECT (STRUUID() AS ?x) {}"
    first, second = server.query(query), server.query(query)
    assert first.body != second.body
    assert "etag" not in first.headers
    assert first.headers["cache-control"] == "no-store"


def test_answers_of_a_kilobyte_are_compressed_for_who_takes_it(server):
    query = MANY.replace("?x ?y", "?x ?y ('一二三四五六七八九十' AS ?z)")
    path = f"/sparql?query={quote(query)}"
    plain, packed = server.request("GET", path), server.request("GET", path, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert "content-encoding" not in server.request("GET", path, headers={"Accept-Encoding": "gzip;q=0"}).headers


def test_a_cut_answer_says_so_and_links_to_the_rest(server):
    answer, rows = server.query(MANY), []
    assert answer.headers["x-truncated"] == "rows; limit=50"
    while True:
        rows += json.loads(answer.body)["results"]["bindings"]
        if "x-truncated" not in answer.headers:
            break
        address = answer.headers["link"].partition(">")[0].removeprefix("<")
        assert 'rel="next"' in answer.headers["link"]
        answer = server.request("GET", address)
    assert len(rows) == 81
    assert "OFFSET" in unquote(urlsplit(address).query)


def test_preflight_allows_reading_from_other_sites(server):
    headers = {"Origin": "http://x.example", "Access-Control-Request-Method": "POST"}
    answer = server.request("OPTIONS", "/sparql", headers=headers)
    assert answer.status == 204
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD, POST, OPTIONS"
    assert "access-control-allow-origin" not in server.request("OPTIONS", "/update", headers=headers).headers


@pytest.mark.parametrize(("fixture", "writes"), [("server", True), ("reader", False)])
def test_the_service_description_is_true_to_the_configuration(request, fixture, writes):
    answer = request.getfixturevalue(fixture).request("GET", "/sparql", headers={"Accept": "application/n-triples"})
    text = answer.body.decode()
    assert len(list(ox.parse(answer.body, format=ox.RdfFormat.N_TRIPLES))) > 20
    assert ("SPARQL11Update" in text) is writes
    assert "UnionDefaultGraph" in text


def test_a_running_query_is_listed_and_can_be_ended_with_the_token(server):
    import threading

    answers = []
    endless = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(9)) + " }"
    thread = threading.Thread(target=lambda: answers.append(server.query(endless)))
    thread.start()
    from tests.served import TOKEN, eventually

    listed = []
    assert eventually(lambda: listed.extend(server.running(endless)) or listed)
    path = f"/sparql/running/{listed[0]}"
    assert server.request("DELETE", path).status == 401
    assert server.request("DELETE", path, headers={"Authorization": f"Bearer {TOKEN}"}).status == 204
    thread.join(5)
    assert (answers[0].status, json.loads(answers[0].body)["code"]) == (503, "query-cancelled")
    assert server.request("DELETE", path, headers={"Authorization": f"Bearer {TOKEN}"}).status == 404


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(max_codepoint=255, exclude_categories=["Cc"]), max_size=40))
def test_no_accept_header_brings_the_server_down(server, accept):
    assert server.query("ASK {}", accept.encode("latin-1").decode("latin-1")).status in {200, 406}


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60))
def test_no_query_string_brings_the_server_down(server, raw):
    path = "/sparql?query=" + "".join(f"%{byte:02X}" for byte in raw)
    assert server.request("GET", path).status in {200, 400}


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_no_graph_name_brings_the_server_down(server, name):
    answer = server.request("GET", "/graphs?graph=" + quote(name, safe="", errors="surrogatepass"))
    assert answer.status in {200, 400, 404}
