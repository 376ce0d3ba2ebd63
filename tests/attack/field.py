"""The ground attacks run on: a served plan, an honest client beside them, and a watch over every process.

Attackers come from 127.0.0.1 and the like, the honest client from an address of its own, as strangers do.
"""

import http.client
import json
import os
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

HONEST = "127.0.0.9"
QUICK_S, UPLOAD_S = 2.0, 10.0
"""What an honest client waits at most for a page or a question, and for the report of a small file."""
GROWTH_MB = 300
"""How much the server itself may grow while it is attacked."""
_WARM = set()
"""Ports of the servers that have answered everything once."""
AFTERWARDS = 1.10
"""Memory and open files after the attacks, against before."""


@dataclass
class Answered:
    """One exchange of the honest client."""

    what: str
    status: int
    seconds: float


def exchange(port, method, path, body=None, headers=(), *, source=HONEST, timeout=60):
    """One exchange on a connection of its own from the address `source`."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout, source_address=(source, 0))
    try:
        connection.request(method, path, body=body, headers=dict(headers))
        answer = connection.getresponse()
        return SimpleNamespace(status=answer.status, headers={k.lower(): v for k, v in answer.getheaders()}, body=answer.read())
    finally:
        connection.close()


class HonestClient(threading.Thread):
    """Asks for /healthz, a saved question and the report of a small file, again and again."""

    def __init__(self, port, upload):
        super().__init__(daemon=True)
        self.port, self.upload = port, upload
        self.answers = []
        self._over = threading.Event()

    def run(self):
        asked = 0
        while not self._over.is_set():
            self._ask("healthz", "GET", "/healthz")
            # A parameter that changes keeps the answer out of the cache.
            self._ask("question", "GET", f"/queries/people-in-most-groups.json?limit={asked % 40 + 1}")
            if asked % 4 == 0:
                headers = {"Content-Type": "text/csv", "Accept": "application/json"}
                self._ask("upload", "POST", "/validate?name=ok.csv&profile=elements", self.upload, headers)
            asked += 1
            self._over.wait(0.1)

    def stop(self):
        self._over.set()
        self.join(90)

    def faults(self):
        """What was no answer, or came too late."""
        limits = {"upload": UPLOAD_S}
        return [a for a in self.answers if a.status != 200 or a.seconds > limits.get(a.what, QUICK_S)]

    def worst(self):
        """The longest wait by kind, seconds."""
        kinds = {a.what for a in self.answers}
        return {kind: round(max(a.seconds for a in self.answers if a.what == kind), 2) for kind in sorted(kinds)}

    def _ask(self, what, method, path, body=None, headers=()):
        started = time.monotonic()
        try:
            status = exchange(self.port, method, path, body, headers).status
        except (OSError, http.client.HTTPException):
            status = 0
        self.answers.append(Answered(what, status, time.monotonic() - started))


@dataclass
class Watch(threading.Thread):
    """Looks at the memory of every process of one server, every few hundredths of a second."""

    pid: int
    peaks: dict = field(default_factory=dict)
    """Largest resident set by pid, MB."""
    roles: dict = field(default_factory=dict)

    def __post_init__(self):
        threading.Thread.__init__(self, daemon=True)
        self._over = threading.Event()

    def __hash__(self):
        return id(self)

    def run(self):
        while not self._over.wait(0.05):
            self.look()

    def look(self):
        for pid, command in family(self.pid).items():
            self.roles[pid] = command
            self.peaks[pid] = max(self.peaks.get(pid, 0), memory_mb(pid))

    def stop(self):
        self._over.set()
        self.join(5)

    @property
    def server_mb(self):
        return self.peaks.get(self.pid, 0)

    def worst_other_mb(self):
        """The largest of the other processes, those forked for queries and those that judge uploads."""
        return max((mb for pid, mb in self.peaks.items() if pid != self.pid), default=0)


def family(pid):
    """The process and all below it, with their command lines."""
    children, commands = {}, {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            commands[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (OSError, IndexError, ValueError):
            continue
        children.setdefault(parent, []).append(int(entry.name))
    found, todo = {}, [pid]
    while todo:
        one = todo.pop()
        if one in commands:
            found[one] = commands[one]
            todo += children.get(one, [])
    return found


def memory_mb(pid):
    """The resident set of a process, shared pages of its parent's release included; 0 when it is gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") >> 20


def open_files(pid):
    """How many descriptors a process has open."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


@contextmanager
def attacked(server, upload):
    """While this runs an honest client asks; afterwards none of its answers was an error or late, and the server is as before.

    Yields what was measured, filled in at the end.
    """
    if server.port not in _WARM:
        warm = HonestClient(server.port, upload)
        warm.start()
        time.sleep(1.5)
        warm.stop()
        _WARM.add(server.port)
    before, files = memory_mb(server.process.pid), open_files(server.process.pid)
    watch, honest = Watch(server.process.pid), HonestClient(server.port, upload)
    measured = SimpleNamespace(before_mb=before, files=files, watch=watch, honest=honest)
    watch.start()
    honest.start()
    try:
        yield measured
    finally:
        honest.stop()
        watch.stop()
    assert honest.answers, "the honest client got no turn"
    grown = watch.server_mb - before
    print(f"\nhonest client: {len(honest.answers)} answers, longest {honest.worst()} s; server +{grown} MB,", end=" ")
    print(f"largest other process {watch.worst_other_mb()} MB")
    faults = honest.faults()
    assert faults == [], (faults[:5], honest.worst())
    assert watch.server_mb <= before + GROWTH_MB


def settled(server, before_mb, files, seconds=15.0):
    """Wait until memory and open files are back within a tenth of what they were; what they are then."""
    deadline = time.monotonic() + seconds
    while True:
        now = memory_mb(server.process.pid), open_files(server.process.pid)
        if (now[0] <= before_mb * AFTERWARDS and now[1] <= files * AFTERWARDS + 1) or time.monotonic() > deadline:
            return now
        time.sleep(0.2)


def code_of(answer):
    """The error code of a problem document, None for anything else."""
    if not answer.headers.get("content-type", "").startswith("application/problem+json"):
        return None
    return json.loads(answer.body)["code"]
