"""Nothing that a stranger or a writer sends makes this server open a connection: a listener waits for one, in vain."""

import json
import re
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.query.spellings import OUTSIDE_OF_SPARQL, PLACES, embedded, loads, prologue, services, updates
from tests.served import TOKEN, eventually, publish, serve

DATA = "<urn:g> { <urn:s> <urn:p> 1 }"
ROW = b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","value":"urn:stolen"}}]}}'
TRIPLE = b"<urn:stolen> <urn:stolen> <urn:stolen> .\n"


class Listener:
    """An HTTP server that counts who comes, and has an answer for SPARQL engines and for loaders."""

    def __init__(self):
        self.visits = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.visits += 1
            with connection:
                asked = connection.recv(65536)
                body, kind = (
                    (TRIPLE, b"application/n-triples") if b"n-triples" in asked else (ROW, b"application/sparql-results+json")
                )
                connection.sendall(
                    b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s" % (kind, len(body), body)
                )

    def close(self):
        self._socket.close()


@contextmanager
def listening():
    listener = Listener()
    try:
        with socket.create_connection(("127.0.0.1", int(listener.address.rsplit(":")[-1].strip("/")))) as visitor:
            visitor.sendall(b"n-triples")
            assert visitor.recv(100)
        assert eventually(lambda: listener.visits == 1)
        listener.visits = 0
        yield listener
        assert listener.visits == 0
    finally:
        listener.close()


@pytest.fixture(scope="module", params=["memory", "disk"])
def place(request, tmp_path_factory):
    """A server over a release in memory or on disk, the address of a listener, and their names for prefixes."""
    limits = {"memory_max_quads": 0} if request.param == "disk" else {}
    with (
        listening() as listener,
        serve(tmp_path_factory.mktemp(request.param), DATA, token=TOKEN, workers=2, **limits) as server,
    ):
        yield server, listener


def told(answer):
    return answer.status, json.loads(answer.body).get("code") if answer.body.startswith(b"{") else None


REFUSED = (400, "federation-refused")


def test_a_query_reaches_nobody_however_it_is_spelt(place):
    server, listener = place
    wrong = []
    for pattern, silent in list(services(listener.address))[::7]:
        answer = server.query(f"{prologue(listener.address)}SELECT * {{ {pattern} }}", method="direct")
        if silent:
            right = answer.status == 200 and json.loads(answer.body)["results"]["bindings"] == [{}]
        else:
            right = told(answer) == REFUSED
        if not right:
            wrong.append((pattern, answer.status, answer.body))
    assert (wrong, listener.visits) == ([], 0)


def test_a_query_reaches_nobody_wherever_it_stands(place):
    server, listener = place
    wrong = []
    for text, silent, where in embedded(listener.address):
        answer = server.query(prologue(listener.address) + text, method="direct", accept="*/*")
        expected = 200 if silent or where in OUTSIDE_OF_SPARQL else 400
        if answer.status != expected or (expected == 400 and told(answer) != REFUSED):
            wrong.append((text, answer.status, answer.body))
    assert (wrong, listener.visits) == ([], 0)
    assert len(PLACES) == 23


def test_an_update_reaches_nobody_and_a_silent_one_changes_nothing(place):
    server, listener = place
    wrong = []
    operations = list(loads(listener.address))
    refused = [operation for operation in operations if not operation[1]][::29]
    silenced = [operation for operation in operations if operation[1]][::211]
    for operation, silent in [*refused, *silenced, *updates(listener.address)]:
        answer = server.update(prologue(listener.address) + operation)
        if answer.status != 204 if silent else told(answer) != REFUSED:
            wrong.append((operation, answer.status, answer.body))
    assert (wrong, listener.visits) == ([], 0)
    assert server.rows("SELECT ?g ?o ?p ?s { GRAPH ?g { ?s ?p ?o } }") == [("urn:g", "1", "urn:p", "urn:s")]


def test_a_graph_that_refers_elsewhere_is_written_or_refused_without_asking_there(place):
    server, listener = place
    address = listener.address
    bodies = [
        ({"@context": f"{address}context", "@id": "urn:a", "urn:b": 1}, 400),
        ({"@context": {"@import": f"{address}context"}, "@id": "urn:a", "urn:b": 1}, 400),
        ({"@context": [{}, f"{address}context"], "@id": "urn:a", "urn:b": 1}, 400),
        ({"@context": {"urn:b": {"@id": "urn:b", "@context": f"{address}context"}}, "urn:b": {"urn:c": 1}}, 400),
    ]
    for body, status in bodies:
        answer = server.write("PUT", "/graphs?graph=urn:w", json.dumps(body).encode(), "application/ld+json")
        assert answer.status == status, (body, answer.body)
    turtle = f"<urn:o> a <http://www.w3.org/2002/07/owl#Ontology> ; <http://www.w3.org/2002/07/owl#imports> <{address}o> ."
    assert server.write("PUT", "/graphs?graph=urn:w", turtle.encode(), "text/turtle").status in {201, 204}
    assert server.write("DELETE", "/graphs?graph=urn:w", b"", "text/turtle").status == 204
    assert listener.visits == 0


def test_a_file_that_refers_elsewhere_is_validated_without_asking_there(place):
    server, listener = place
    address = listener.address
    contexts = [
        f"{address}c",
        {"@import": f"{address}c"},
        [{}, f"{address}c"],
        {"x": {"@id": "urn:x", "@context": f"{address}c"}},
    ]
    uploads = [("a.jsonld", json.dumps({"@context": context, "@id": "urn:a", "x": {"y": 1}})) for context in contexts]
    service = f"SERVICE <{address}> {{ $this ?p ?o }}"
    owl, shacl = "http://www.w3.org/2002/07/owl#", "http://www.w3.org/ns/shacl#"
    uploads += [
        ("a.ttl", f"<urn:o> a <{owl}Ontology> ; <{owl}imports> <{address}o> ; <{shacl}shapesGraph> <{address}s> ."),
        (
            "b.ttl",
            f"<urn:x> <{shacl}targetNode> <urn:o> ; <{shacl}sparql> [ <{shacl}select> 'SELECT $this {{ {service} }}' ] .",
        ),
        ("a.rdf", f'<!DOCTYPE x [<!ENTITY e SYSTEM "{address}e">]><x>&e;</x>'),
        (
            "a.html",
            f'<html><head><base href="{address}"><link rel="stylesheet" href="{address}s"></head><table><tr><td>1</table>',
        ),
        ("a.csv", "事项,内容\n1,2\n"),
    ]
    for name, text in uploads:
        headers = {"Content-Type": "application/octet-stream", "Accept": "application/json"}
        boundary = "b0undary"
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = f"{head}{text}\r\n--{boundary}--\r\n".encode()
        headers["Content-Type"] = f"multipart/form-data; boundary={boundary}"
        answer = server.request("POST", "/validate?name=" + quote(name), body, headers)
        assert answer.status in {200, 400, 422}, (name, answer.status, answer.body)
    assert listener.visits == 0


def test_every_process_that_evaluates_is_without_sockets(place):
    server, _ = place
    assert server.update("INSERT DATA { GRAPH <urn:f> { <urn:a> <urn:b> 1 } }").status == 204
    assert server.rows("SELECT ?o { GRAPH <urn:f> { ?s ?p ?o } }") == [("1",)]
    filters = [re.search(r"Seccomp:\t(\d)", Path(f"/proc/{pid}/status").read_text())[1] for pid in server.processes()]
    assert len(filters) > 1
    assert set(filters) == {"2"}


@pytest.mark.parametrize(
    "described",
    [
        {"@context": "{}context", "tables": []},
        {"@context": ["http://www.w3.org/ns/csvw", {"@base": "{}"}], "url": "a.csv", "tableSchema": "{}schema"},
        {"@context": "http://www.w3.org/ns/csvw", "url": "{}a.csv", "tableSchema": {"columns": [{"titles": "事项"}]}},
        {"@context": "http://www.w3.org/ns/csvw", "tables": [{"url": "a.csv", "dialect": "{}dialect", "tableSchema": "{}"}]},
    ],
)
def test_tables_described_elsewhere_are_built_or_refused_without_asking_there(tmp_path, described):
    with listening() as listener:
        folder = tmp_path / "data" / "office"
        folder.mkdir(parents=True)
        (tmp_path / "ohai_kg.toml").write_text("", encoding="utf-8")
        (folder / "a.csv").write_text("事项\n一\n", encoding="utf-8")
        text = json.dumps(described, ensure_ascii=False).replace("{}", listener.address)
        (folder / "csv-metadata.json").write_text(text, encoding="utf-8")
        built = subprocess.run(
            [sys.executable, "-m", "ohai_kg", "build", "--check", "--project", str(tmp_path)], check=False, capture_output=True
        )
        assert built.returncode == 2, built.stderr.decode()
        assert "内部错误" not in built.stderr.decode()


@pytest.mark.parametrize(("query", "code", "told"), [("SERVICEex:x", 2, "SERVICE"), ("SERVICESILENTex:x", 0, "")])
def test_the_command_line_asks_nobody_either(tmp_path, query, code, told):
    publish(tmp_path / "home", DATA)
    (tmp_path / "ohai_kg.toml").write_text("", encoding="utf-8")
    with listening() as listener:
        asked = subprocess.run(
            [sys.executable, "-m", "ohai_kg", "query", "-", "--format", "csv", "--project", str(tmp_path)],
            input=f"{prologue(listener.address)}SELECT * {{ {query} {{ ?s ?p ?o }} }}".encode(),
            check=False,
            capture_output=True,
            env={"PATH": "/usr/bin:/bin", "OHAI_KG_HOME": str(tmp_path / "home")},
        )
    assert (asked.returncode, told in asked.stderr.decode()) == (code, True), asked.stderr.decode()
