"""Our server, Oxigraph's (disk and memory) and rdflib-endpoint over the same data, asked in turn; prints ratios and bars.

`python benchmarks/serving.py [--triples 1000000] [--repeat 9] [--seconds 4] [--cap 30] [--json OUT]`. On a shared machine
only the ratios mean anything. Every server answers over the union of all named graphs; answers are compared before they are
timed. rdflib-endpoint comes last, alone, is asked once where that takes over two seconds, and is given up after the cap.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import multiprocessing
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from counties import quads

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOT: Final = Path(__file__).resolve().parent
_BIN: Final = Path(sys.executable).parent
_JSON, _CSV = "application/sparql-results+json", "text/csv"
_NT, _TTL = "application/n-triples", "text/turtle"
_AGGREGATES: Final = ("02", "03", "04", "05", "06", "13")
_CLIENTS: Final = 8
_LONG_S: Final = 2.0

_PUBLISH: Final = """
import sys, pyoxigraph as ox
from collections import Counter
from pathlib import Path
from ohai_kg.releases import Releases
releases = Releases(Path(sys.argv[1]))
with releases.stage() as staging:
    data = Path(sys.argv[2]).read_bytes()
    (staging / "data.nq").write_bytes(data)
    graphs = Counter(quad.graph_name.value for quad in ox.parse(data, format=ox.RdfFormat.N_QUADS))
    releases.publish(staging, base="https://w3id.org/zwgk/", graphs=dict(graphs), inputs={}, parent=None)
"""
_OURS: Final = """
import sys
from pathlib import Path
from ohai_kg.project import open_project
from ohai_kg.web.server import run
run(open_project(Path(sys.argv[1])), host="127.0.0.1", port=int(sys.argv[2]))
"""
_RDFLIB: Final = """
import sys, uvicorn, oxrdflib, rdflib, pyoxigraph as ox
from rdflib_endpoint import SparqlEndpoint
store = oxrdflib.OxigraphStore(store=ox.Store.read_only(sys.argv[1]))
graph = rdflib.Dataset(store=store, default_union=True)
uvicorn.run(SparqlEndpoint(graph=graph, path="/query"), host="127.0.0.1", port=int(sys.argv[2]), log_level="error")
"""


class Server:
    """One endpoint on a connection that is kept."""

    def __init__(self, name: str, port: int, path: str, timeout_s: float = 300) -> None:
        self.name, self.port, self.path = name, port, path
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_s)

    def ask(self, query: str, accept: str, *, fresh: bool = True) -> tuple[int, bytes, float]:
        """Status, body, seconds. `fresh` asks past any cache."""
        headers = {"Accept": accept} | ({"Cache-Control": "no-cache"} if fresh else {})
        for attempt in (0, 1):
            started = time.perf_counter()
            try:
                self._connection.request("GET", f"{self.path}?query={quote(query)}", headers=headers)
                answer = self._connection.getresponse()
                body = answer.read()
            except TimeoutError:
                raise
            except (http.client.HTTPException, OSError):
                self._connection.close()
                if attempt:
                    raise
            else:
                return answer.status, body, time.perf_counter() - started
        raise AssertionError


def jobs() -> list[tuple[str, str, str]]:
    """Name, query and format of every row of the table."""
    found = []
    for file in sorted((_ROOT / "queries").glob("*.rq")):
        text = file.read_text(encoding="utf-8")
        graph = "CONSTRUCT" in text or "DESCRIBE" in text
        found.append((file.stem, text, _NT if graph else _JSON))
        if file.stem.startswith("08"):
            found.append((f"{file.stem}-csv", text, _CSV))
        if "CONSTRUCT" in text:
            found.append((f"{file.stem}-ttl", text, _TTL))
    return found


def size_of(body: bytes, accept: str) -> int:
    """How many rows or lines an answer has: what must be equal everywhere."""
    if accept == _JSON:
        told = json.loads(body)
        return int(told["boolean"]) if "boolean" in told else len(told["results"]["bindings"])
    return body.count(b"\n") if accept != _TTL else 0


def latencies(servers: list[Server], repeat: int, *, budget_s: float = 6.0) -> dict[str, dict[str, float]]:
    """Median seconds by query and server, asked in turn so that noise hits all."""
    table: dict[str, dict[str, float]] = {}
    for name, query, accept in jobs():
        times: dict[str, list[float]] = {server.name: [] for server in servers}
        sizes = {}
        for server in servers:
            status, body, _ = server.ask(query, accept)
            sizes[server.name] = size_of(body, accept) if status == 200 else -status
        for turn in range(repeat):
            for server in servers:
                if sizes[server.name] < 0 or (turn > 1 and sum(times[server.name]) > budget_s):
                    continue
                times[server.name].append(server.ask(query, accept)[2])
        table[name] = {key: statistics.median(values) for key, values in times.items() if values}
        agree = "" if len(set(sizes.values())) == 1 else f"  answers differ: {sizes}"
        shown = "  ".join(f"{key} {value * 1000:9.2f}" for key, value in table[name].items())
        print(f"{name:20s} {shown}{agree}", flush=True)
    return table


def slow_latencies(command: tuple[str, ...], table: dict[str, dict[str, float]], cap_s: float) -> None:
    """Add rdflib-endpoint to `table`: the better of two, or the first where it is long, or the cap (a lower bound)."""
    waiting = jobs()
    while waiting:
        with running(*command) as port:
            server = Server("rdflib", port, "/query", cap_s)
            while waiting:
                name, query, accept = waiting.pop(0)
                try:
                    status, _, seconds = server.ask(query, accept)
                    if status != http.HTTPStatus.OK:
                        continue
                    if seconds < _LONG_S:
                        seconds = min(seconds, server.ask(query, accept)[2])
                except TimeoutError:
                    table[name]["rdflib"] = cap_s
                    print(f"{name:20s} rdflib given up after {cap_s:g} s", flush=True)
                    break  # it still computes: a fresh one for the rest
                table[name]["rdflib"] = seconds
                print(f"{name:20s} rdflib {seconds * 1000:9.2f}", flush=True)


def _hammer(port: int, requests: list[bytes], seconds: float, result: Any) -> None:
    """One client: sends the next request as soon as the last is answered."""
    done, deadline = 0, time.monotonic() + seconds
    with socket.create_connection(("127.0.0.1", port)) as connection:
        stream = connection.makefile("rb")
        while time.monotonic() < deadline:
            connection.sendall(requests[done % len(requests)])
            length = 0
            while (line := stream.readline()) != b"\r\n":
                if line.lower().startswith(b"content-length:"):
                    length = int(line[15:])
                elif line.lower().startswith(b"transfer-encoding:"):
                    length = -1
            while length < 0 and (size := int(stream.readline(), 16)) + 1:
                stream.read(size + 2)
                if size == 0:
                    break
            stream.read(max(0, length))
            done += 1
    result.put(done)


def throughput(server: Server, queries: list[str], seconds: float, *, fresh: bool) -> float:
    """Requests a second of eight clients."""
    control = "Cache-Control: no-cache\r\n" if fresh else ""
    requests = [
        f"GET {server.path}?query={quote(query)} HTTP/1.1\r\nHost: x\r\nAccept: {_JSON}\r\n{control}\r\n".encode()
        for query in queries
    ]
    result: Any = multiprocessing.Queue()
    clients = [
        multiprocessing.Process(target=_hammer, args=(server.port, requests[i:] + requests[:i], seconds, result))
        for i in range(_CLIENTS)
    ]
    for client in clients:
        client.start()
    total = sum(result.get(timeout=seconds + 30) for _ in clients)
    for client in clients:
        client.join()
    return total / seconds


def bars(table: dict[str, dict[str, float]], rates: dict[str, dict[str, float]]) -> list[tuple[str, float, float, float]]:
    """What is promised: name, measured, good, extreme. Rates are to be above, everything else below."""

    def ratio(prefixes: tuple[str, ...], rival: str) -> float:
        rows = [row for name, row in table.items() if name.startswith(prefixes) and {rival, "ours"} <= row.keys()]
        return statistics.geometric_mean(row["ours"] / row[rival] for row in rows) if rows else float("nan")

    def rate(kind: str) -> float:
        return rates[kind]["ours"] / rates[kind]["disk"] if rates else float("nan")

    return [
        ("aggregates / disk", ratio(_AGGREGATES, "disk"), 0.25, 0.20),
        ("aggregates from the cache / disk", ratio(("cached",), "disk"), 0.005, 0.001),
        ("100 k rows JSON / disk", table["08-rows"]["ours"] / table["08-rows"].get("disk", float("nan")), 0.25, 0.20),
        ("100 k rows CSV / disk", ratio(("08-rows-csv",), "disk"), 0.15, 0.12),
        ("100 k rows / memory", ratio(("08",), "memory"), 1.0, 0.85),
        ("CONSTRUCT of a county / disk", ratio(("09",), "disk"), 0.70, 0.55),
        ("point, DESCRIBE, ASK / disk", ratio(("01", "11", "12"), "disk"), 2.0, 1.2),
        ("all queries / rdflib-endpoint", ratio(tuple(f"{i:02d}" for i in range(1, 14)), "rdflib"), 0.06, 0.03),
        ("requests/s, different, no cache / disk", rate("different"), 0.35, 0.70),
        ("requests/s, cached / disk", rate("cached"), 1.5, 2.4),
    ]


def judge(value: float, good: float, extreme: float) -> str:
    """Which of the two bars is met; the extreme one is the higher for rates and the lower for times."""
    sign = 1 if extreme > good else -1
    return "extreme" if sign * value >= sign * extreme else "good" if sign * value >= sign * good else "missed"


@contextlib.contextmanager
def running(*command: str, **environment: str) -> Iterator[int]:
    """A server on a free port, which replaces PORT in its command."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments = [part.replace("PORT", str(port)) for part in command]
    process = subprocess.Popen(arguments, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(1200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def measure(folder: Path, arguments: argparse.Namespace) -> dict[str, Any]:
    """Make the data, start every server that can be had, measure."""
    data, store = folder / "data.nq", folder / "store"
    with data.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(sorted(quads(arguments.triples)))
    (folder / "ohai_kg.toml").touch()
    (folder / "data").mkdir()
    subprocess.run([sys.executable, "-c", _PUBLISH, str(folder / "home"), str(data)], check=True)
    oxigraph = shutil.which("oxigraph", path=f"{_BIN}{os.pathsep}{os.environ['PATH']}")
    with contextlib.ExitStack() as stack:
        home = {"OHAI_KG_HOME": str(folder / "home"), "OHAI_KG_QUERY_TIMEOUT_S": "120"}
        servers = [
            Server("ours", stack.enter_context(running(sys.executable, "-c", _OURS, str(folder), "PORT", **home)), "/sparql")
        ]
        if oxigraph:
            subprocess.run([oxigraph, "load", "--location", str(store), "--file", str(data)], check=True, capture_output=True)
            disk = (oxigraph, "serve-read-only", "--location", str(store), "--union-default-graph", "--bind", "127.0.0.1:PORT")
            servers.append(Server("disk", stack.enter_context(running(*disk)), "/query"))
            memory = (oxigraph, "serve", "--union-default-graph", "--bind", "127.0.0.1:PORT")
            port = stack.enter_context(running(*memory))
            upload = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
            upload.request("POST", "/store", data.read_bytes(), {"Content-Type": "application/n-quads"})
            upload.getresponse().read()
            servers.append(Server("memory", port, "/query"))
        table = latencies(servers, arguments.repeat)
        _cached(servers, table, arguments.repeat)
        rates = _rates(servers, arguments.seconds) if arguments.seconds and oxigraph else {}
        if oxigraph and not arguments.no_rdflib:
            slow_latencies((sys.executable, "-c", _RDFLIB, str(store), "PORT"), table, arguments.cap)
        return {"latency_s": table, "rates": rates}


def _cached(servers: list[Server], table: dict[str, dict[str, float]], repeat: int) -> None:
    """The aggregates again, from our cache."""
    for name, query, accept in jobs():
        if name.startswith(_AGGREGATES) and "disk" in table[name]:
            servers[0].ask(query, accept, fresh=False)
            times = [servers[0].ask(query, accept, fresh=False)[2] for _ in range(repeat * 3)]
            table[f"cached-{name}"] = {"ours": statistics.median(times), "disk": table[name]["disk"]}


def _rates(servers: list[Server], seconds: float) -> dict[str, dict[str, float]]:
    point = (_ROOT / "queries" / "01-point.rq").read_text(encoding="utf-8")
    different = [point.replace("100002/10-0", f"{100000 + i % 4}/{i // 4 % 250}-{i % 5}") for i in range(500)]
    rates: dict[str, dict[str, float]] = {"different": {}, "cached": {}}
    for server in servers:
        rates["different"][server.name] = throughput(server, different, seconds, fresh=True)
        rates["cached"][server.name] = throughput(server, [point], seconds, fresh=False)
    for kind, row in rates.items():
        print(f"requests/s {kind:10s} " + "  ".join(f"{name} {value:9.0f}" for name, value in row.items()), flush=True)
    return rates


def main() -> None:
    """Print the table of medians in ms, then the bars."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=4.0, help="length of each throughput run; 0 skips them")
    parser.add_argument("--cap", type=float, default=30.0, help="seconds after which rdflib-endpoint is given up")
    parser.add_argument("--no-rdflib", action="store_true", help="leave out rdflib-endpoint, which takes longest")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measured = measure(Path(folder), arguments)
    print(f"\n{'ratio ours / rival':42s} {'measured':>9s} {'good':>7s} {'extreme':>8s}")
    for name, value, good, extreme in bars(measured["latency_s"], measured["rates"]):
        verdict = "not measured" if value != value else judge(value, good, extreme)
        print(f"{name:42s} {value:9.4f} {good:7.3f} {extreme:8.3f}  {verdict}")
    if arguments.json:
        arguments.json.write_text(json.dumps(measured, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
