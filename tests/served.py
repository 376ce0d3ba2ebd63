"""A real server over a small project of its own: a process of uvicorn, its loader and its workers."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote, urlencode

import pyoxigraph as ox

from ohai_kg.releases import Releases

TOKEN = "a-token"
_START = """
import logging, sys
from pathlib import Path
from ohai_kg.project import open_project
from ohai_kg.web.server import make_server
server = make_server(open_project(Path(sys.argv[1])), host="127.0.0.1", port=0)
logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
start = server.startup
async def told(sockets=None):
    await start(sockets)
    print(server.servers[0].sockets[0].getsockname()[1], flush=True)
server.startup = told
server.run()
"""


def publish(home: Path, turtle: str, *, syntax=ox.RdfFormat.TRIG, inputs=()):
    """Make a release of these quads current."""
    lines = sorted(f"{quad} .\n".encode() for quad in ox.parse(turtle, format=syntax))
    quads = ox.parse(b"".join(lines), format=ox.RdfFormat.N_QUADS)
    graphs = Counter(q.graph_name.value if isinstance(q.graph_name, ox.NamedNode) else "" for q in quads)
    releases = Releases(home)
    with releases.stage() as staging:
        (staging / "data.nq").write_bytes(b"".join(lines))
        return releases.publish(
            staging, base="https://w3id.org/zwgk/", graphs=dict(graphs), inputs=dict(inputs), parent=releases.current_id()
        )


class Server:
    """The process and how to talk to it."""

    def __init__(self, process, port, home):
        self.process, self.port, self.home = process, port, home

    def request(self, method, path, body=None, headers=(), timeout=30):
        """One exchange on a connection of its own; `body` bytes, headers as a mapping."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body=body, headers=dict(headers))
            answer = connection.getresponse()
            return SimpleNamespace(
                status=answer.status, headers={k.lower(): v for k, v in answer.getheaders()}, body=answer.read()
            )
        finally:
            connection.close()

    def query(self, query, accept="application/sparql-results+json", method="get", **parameters):
        """Ask by `get`, `form` or `direct`."""
        headers = {"Accept": accept}
        if method == "get":
            return self.request("GET", "/sparql?" + urlencode({"query": query, **parameters}, quote_via=quote), headers=headers)
        if method == "form":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            return self.request("POST", "/sparql", urlencode({"query": query, **parameters}).encode(), headers)
        headers["Content-Type"] = "application/sparql-query"
        return self.request("POST", "/sparql?" + urlencode(parameters), query.encode(), headers)

    def rows(self, query, **parameters):
        """The bindings of a SELECT query as tuples of strings."""
        answer = self.query(query, **parameters)
        assert answer.status == 200, answer.body
        told = json.loads(answer.body)
        return [
            tuple(row[v]["value"] if v in row else None for v in told["head"]["vars"]) for row in told["results"]["bindings"]
        ]

    def update(self, text, **headers):
        """Send an update with the token."""
        return self.write("POST", "/update", text.encode(), "application/sparql-update", **headers)

    def write(self, method, path, body, media_type, **headers):
        """Any request with the token."""
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": media_type, **headers}
        return self.request(method, path, body, headers)

    def running(self, query):
        """The ids under which this query runs; the server also asks its saved queries now and then, to warm its memory."""
        listed = json.loads(self.request("GET", "/sparql/running").body)
        return [entry["id"] for entry in listed if entry["query"] == query[:200]]

    def processes(self):
        """The pids of all loaders and workers over this server's home."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    line = (entry / "cmdline").read_bytes()
                except OSError:
                    continue
                if b"ohai_kg.serving.loader" in line and str(self.home).encode() in line:
                    found.append(int(entry.name))
        return found


@contextmanager
def serve(folder: Path, data: str = "", *, home: Path | None = None, **settings):
    """Serve `data` (TriG) with these settings; the project is made in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ohai_kg.toml").write_text("", encoding="utf-8")
    (folder / "data").mkdir(exist_ok=True)
    home = home or folder / ".ohai-kg"
    if not Releases(home).ids():
        publish(home, data)
    environment = {**os.environ, "OHAI_KG_HOME": str(home)}
    environment |= {f"OHAI_KG_{name.upper()}": str(value) for name, value in settings.items()}
    process = subprocess.Popen(
        [sys.executable, "-c", _START, str(folder)], env=environment, stdout=subprocess.PIPE, start_new_session=True
    )
    try:
        port = int(process.stdout.readline())
        yield Server(process, port, home)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        process.stdout.close()


def eventually(check, seconds=5.0):
    """Wait until `check()` is true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if check():
            return True
        time.sleep(0.02)
    return bool(check())
