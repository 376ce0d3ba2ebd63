"""`/update` and `/graphs` over a real server: the token, atomicity, the gate, the Graph Store Protocol."""

import json
from urllib.parse import quote

import pytest

from ohai_kg.releases import Releases
from tests.served import TOKEN

TURTLE = "text/turtle"


def count(server, graph):
    return int(server.rows(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")[0][0])


def test_writing_needs_the_token(server):
    for path, headers in (("/update", {}), ("/update", {"Authorization": "Bearer wrong"}), ("/graphs?default", {})):
        answer = server.request("POST", path, b"CLEAR ALL", {"Content-Type": "application/sparql-update", **headers})
        assert (answer.status, json.loads(answer.body)["code"]) == (401, "token-needed")
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_writing_is_off_without_a_token_set(reader):
    answer = reader.update("CLEAR ALL")
    assert (answer.status, json.loads(answer.body)["code"]) == (403, "writing-off")
    assert reader.write("PUT", "/graphs?graph=urn:x", b"", TURTLE).status == 403
    assert reader.request("GET", "/graphs?graph=urn:g1").status == 200


def test_a_writer_reads_its_write_and_the_release_names_the_graph(server):
    answer = server.update("INSERT DATA { GRAPH <urn:w> { <urn:a> <urn:b> '区' } }")
    assert answer.status == 204
    assert server.rows("SELECT ?o { GRAPH <urn:w> { ?s ?p ?o } }") == [("区",)]
    manifest = Releases(server.home).current().manifest
    assert manifest.id == answer.headers["x-release"]
    assert "urn:w" in manifest.written_graphs
    assert manifest.graphs["urn:w"] == 1


def test_an_update_is_done_whole_or_not_at_all(server):
    before = Releases(server.home).current_id()
    answer = server.update("INSERT DATA { GRAPH <urn:half> { <urn:a> <urn:b> 1 } } ; CLEAR GRAPH <urn:nowhere>")
    assert (answer.status, json.loads(answer.body)["code"]) == (400, "query-failed")
    assert count(server, "urn:half") == 0
    assert Releases(server.home).current_id() == before


def test_what_breaks_the_rules_is_refused_with_the_report(server):
    answer = server.update("INSERT DATA { GRAPH <urn:bad> { <urn:duty> a <https://w3id.org/zwgk/ns#Duty> } }")
    told = json.loads(answer.body)
    assert (answer.status, told["code"], told["report"]["conforms"]) == (422, "write-refused", False)
    assert {finding["focus"] for finding in told["report"]["findings"]} == {"urn:duty"}
    assert count(server, "urn:bad") == 0


def test_people_of_other_vocabularies_are_not_judged(server):
    update = "INSERT DATA { GRAPH <urn:foaf> { [] a <http://xmlns.com/foaf/0.1/Person> } }"
    assert server.update(update).status == 204


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("INSERT DATA {", "query-syntax"),
        ("LOAD <http://127.0.0.1:9/>", "federation-refused"),
        ("INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "federation-refused"),
    ],
)
def test_an_update_that_cannot_be_done_says_why(server, text, code):
    answer = server.update(text)
    assert (answer.status, json.loads(answer.body)["code"]) == (400, code)


def test_a_silent_load_changes_nothing(server):
    assert server.update("LOAD SILENT <http://127.0.0.1:9/>").status == 204


@pytest.mark.parametrize("path", ["/graphs?graph=" + quote("http://例子/图"), "/graphs/direct/%E5%9B%BE"])
def test_a_graph_is_put_read_added_to_and_deleted(server, path):
    assert server.write("PUT", path, '<urn:a> <urn:b> "值" .'.encode(), TURTLE).status == 201
    assert server.write("PUT", path, b"<urn:a> <urn:b> 1 .", TURTLE).status == 204
    assert server.write("POST", path, b"<urn:a> <urn:b> 2 .", TURTLE).status == 204
    answer = server.request("GET", path, headers={"Accept": "application/n-triples"})
    assert sorted(answer.body.splitlines()) == [
        b'<urn:a> <urn:b> "%d"^^<http://www.w3.org/2001/XMLSchema#integer> .' % n for n in (1, 2)
    ]
    head = server.request("HEAD", path, headers={"Accept": "application/n-triples"})
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(len(answer.body)))
    assert (
        server.request("GET", path, headers={"Accept": "application/n-triples", "If-None-Match": answer.headers["etag"]}).status
        == 304
    )
    assert server.write("DELETE", path, None, TURTLE).status == 204
    assert server.write("DELETE", path, None, TURTLE).status == 404
    assert server.request("GET", path).status == 404


@pytest.mark.parametrize(
    "graph", ["http://ex.org/voc#", "http://ex.org/voc?", "http://ex.org/a;", "HTTP://ex.org/voc", "urn:x:y"]
)
def test_a_graph_s_iri_is_taken_as_it_is(server, graph):
    path = "/graphs?graph=" + quote(graph, safe="")
    before = set(Releases(server.home).current().manifest.graphs)
    assert server.write("PUT", path, b"<urn:a> <urn:b> 1 .", TURTLE).status == 201
    assert set(Releases(server.home).current().manifest.graphs) - before == {graph}
    assert count(server, graph) == 1
    assert server.write("DELETE", path, None, TURTLE).status == 204
    assert set(Releases(server.home).current().manifest.graphs) == before


@pytest.mark.parametrize(("reference", "path"), [("x?", "/x?"), ("a;", "/a;"), ("#", "/graphs#"), ("../y", "/y")])
def test_a_relative_graph_iri_is_resolved_against_the_address(server, reference, path):
    assert server.write("PUT", "/graphs?graph=" + quote(reference, safe=""), b"<urn:a> <urn:b> 1 .", TURTLE).status == 201
    assert count(server, f"http://127.0.0.1:{server.port}{path}") == 1


@pytest.mark.parametrize("graph", ["http://[::1", "http://x y/", "a\\b", "x:<y>", "http://x/%zz", "http://a:b:c/"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_what_is_no_iri_names_no_graph(server, method, graph):
    answer = server.write(method, "/graphs?graph=" + quote(graph, safe=""), None, TURTLE)
    assert (answer.status, json.loads(answer.body)["code"]) == (400, "bad-request")


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b'{"urn:p":' * 50000 + b"1" + b"}" * 50000, "application/ld+json"),
        (b'{"urn:p":' + b"[" * 50000 + b"]" * 50000 + b"}", "application/ld+json"),
        (b"<urn:a> <urn:b> " + b"<<( <urn:a> <urn:b> " * 100000 + b"1" + b" )>>" * 100000 + b" .", TURTLE),
        (
            b"<urn:a> <urn:b> " + b"<<( <urn:a> <urn:b> " * 100000 + b"<urn:c>" + b" )>>" * 100000 + b" .",
            "application/n-triples",
        ),
    ],
)
def test_what_nests_too_deeply_is_refused(server, body, media_type):
    before = Releases(server.home).current_id()
    answer = server.write("PUT", "/graphs?graph=urn:deep", body, media_type)
    assert (answer.status, json.loads(answer.body)["code"]) == (400, "graph-unreadable")
    assert Releases(server.home).current_id() == before


def test_an_empty_graph_exists_also_after_the_next_write(server):
    assert server.write("PUT", "/graphs?graph=urn:empty", b"", TURTLE).status == 201
    assert server.update("INSERT DATA { GRAPH <urn:other> { <urn:a> <urn:b> 1 } }").status == 204
    assert server.request("GET", "/graphs?graph=urn:empty").status == 200
    assert Releases(server.home).current().manifest.graphs["urn:empty"] == 0


def test_several_files_come_in_one_form(server):
    body = b"\r\n".join(
        part
        for name, content in (("a.ttl", b"<urn:a> <urn:b> 1 ."), ("b.nt", b"<urn:a> <urn:b> <urn:c> ."))
        for part in (b"--x", b'Content-Disposition: form-data; name="file"; filename="%s"' % name.encode(), b"", content)
    )
    answer = server.write("POST", "/graphs?graph=urn:form", body + b"\r\n--x--\r\n", "multipart/form-data; boundary=x")
    assert answer.status == 201
    assert count(server, "urn:form") == 2


def test_posting_to_the_store_makes_a_graph_and_says_where(server):
    answer = server.write("POST", "/graphs", b"<urn:a> <urn:b> 1 .", TURTLE)
    assert answer.status == 201
    path = answer.headers["location"].removeprefix(f"http://127.0.0.1:{server.port}")
    assert b"urn:a" in server.request("GET", path).body


@pytest.mark.parametrize(
    ("path", "body", "media_type", "status"),
    [
        ("/graphs", b"", TURTLE, 400),
        ("/graphs?graph=urn:x&default", b"", TURTLE, 400),
        ("/graphs?graph=urn:x", b"<urn:a> <urn:b>", TURTLE, 400),
        ("/graphs?graph=urn:x", b"x", "image/png", 415),
        ("/graphs?graph=urn:x", b"<urn:g> { <urn:a> <urn:b> 1 }", "application/trig", 400),
    ],
)
def test_a_graph_that_cannot_be_written_changes_nothing(server, path, body, media_type, status):
    before = Releases(server.home).current_id()
    assert server.write("PUT", path, body, media_type).status == status
    assert Releases(server.home).current_id() == before


def test_the_protocols_dataset_is_used_for_the_where_part(server):
    text = "INSERT { GRAPH <urn:using> { ?s ?p ?o } } WHERE { ?s ?p ?o }"
    answer = server.write("POST", "/update?using-graph-uri=urn:g2", text.encode(), "application/sparql-update")
    assert answer.status == 204
    assert count(server, "urn:using") == count(server, "urn:g2") == 2
    server.update("DROP GRAPH <urn:using>")  # others count what urn:g2 says


def test_the_token_is_in_no_answer(server):
    assert TOKEN.encode() not in server.request("GET", "/sparql", headers={"Accept": TURTLE}).body
