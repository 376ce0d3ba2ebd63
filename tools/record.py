"""Record what a checkout answers, and tell what differs between two records.

    python tools/record.py FOLDER [--quick]             record this checkout into FOLDER
    python tools/record.py --compare BEFORE AFTER       list what differs; exit code 1 if anything does

A record holds every address of the site (pages found by following links, saved queries in every format, every IRI of the
dump in every format and both languages, HEAD and 304), openapi.json, the help of every command, the report of every
example workbook, and the files of a package, for the plan and for examples/district. Release ids, dates and ports are
masked, so two records of the same behaviour are equal. Only commands and HTTP are used: a record outlives any change inside.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urljoin, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT: Final = Path(__file__).resolve().parent.parent
PROJECTS: Final = {"plan": ROOT, "district": ROOT / "examples" / "district"}
THREADS: Final = 6
HEADERS: Final = (
    "content-type", "vary", "link", "location", "cache-control", "content-disposition", "allow", "etag",
    "access-control-allow-origin", "access-control-expose-headers", "content-security-policy", "x-truncated",
)  # fmt: skip
RESULT_FORMATS: Final = ("csv", "tsv", "json", "xml", "xlsx", "rq")
RDF_FORMATS: Final = ("ttl", "nt", "rdf", "jsonld", "trig", "nq")
COMMANDS: Final = (
    (), ("build",), ("serve",), ("query",), ("validate",), ("form",), ("import",), ("catalogues",), ("releases",),
    ("releases", "list"), ("releases", "show"), ("releases", "diff"), ("releases", "rollback"), ("releases", "prune"),
    ("export",), ("new",),
)  # fmt: skip
REPORT_FORMATS: Final = ("json", "text", "csv", "html", "turtle")
MASKS: Final = (
    (re.compile(rb"\d{8}T\d{9}-[0-9a-f]{8}"), b"<release>"),
    (re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?"), b"<time>"),
    (re.compile(rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT"), b"<time>"),
    (re.compile(rb"127\.0\.0\.1:\d+"), b"<host>"),
    (re.compile(rb"\b[0-9a-f]{64}\b|<code[^>]*>[0-9a-f]{12}\xe2\x80\xa6"), b"<sha256>"),
    (re.compile(rb"(byteSize)([^\n]{0,100}?)(?<=[\">])\d+(?=[\"<])"), rb"\1\2<size>"),
    (re.compile(rb"(\.(?:xlsx|ttl|md|csv|zst|gz|nq|json)</a></td><td class=\"number\">)[\d,]+"), rb"\1<size>"),
)
"""What differs from run to run and means nothing."""


class Record:
    """A folder with index.json (name -> what was answered) and the masked bodies by checksum."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.entries: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()
        (folder / "bodies").mkdir(parents=True, exist_ok=True)

    def add(self, name: str, body: bytes, **facts: Any) -> None:
        """Keep one answer under its name."""
        masked = mask(body)
        digest = hashlib.sha256(masked).hexdigest()
        path = self.folder / "bodies" / digest
        with self._lock:
            self.entries[name] = {**facts, "body": digest}
            if not path.exists():
                path.write_bytes(gzip.compress(masked, 1))

    def write(self) -> None:
        """Finish the record."""
        text = json.dumps(self.entries, ensure_ascii=False, indent=0, sort_keys=True)
        (self.folder / "index.json").write_text(text, encoding="utf-8")


def mask(body: bytes) -> bytes:
    """The body without release ids, times and ports; archives by the names and contents of their parts."""
    if body[:2] == b"\x1f\x8b":
        body = gzip.decompress(body)
    if body[:4] == b"PK\x03\x04":
        body = b"".join(_parts(body))
    for pattern, replacement in MASKS:
        body = pattern.sub(replacement, body)
    return body


def _parts(archive: bytes) -> Iterator[bytes]:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(archive)) as parts:
        for name in sorted(parts.namelist()):
            yield b"\n== " + name.encode() + b"\n"
            yield parts.read(name)


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.found += [value for name, value in attrs if name in {"href", "src", "action"} and value]


class Site:
    """A served project."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._local = threading.local()

    def ask(self, method: str, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        """One exchange, on this thread's connection."""
        for attempt in range(3):
            connection = getattr(self._local, "connection", None)
            if connection is None:
                connection = self._local.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
            try:
                connection.request(method, path, headers={"Host": "recorded.example", **headers})
                answer = connection.getresponse()
                body = answer.read()
            except (OSError, http.client.HTTPException):
                self._local.connection = None
                if attempt == 2:
                    raise
            else:
                return answer.status, {k.lower(): v for k, v in answer.getheaders()}, body
        raise AssertionError


def record_site(record: Record, project: str, site: Site, iris: Iterable[str], *, quick: bool) -> None:
    """Ask every address."""
    pages = _crawl(site, 400 if quick else 100_000)
    slugs = sorted({m[1] for path in pages if (m := re.fullmatch(r"/queries/([\w-]+)(?:\?lang=en)?", path))})
    asked = {(path, "text/html") for path in pages}
    asked |= {(f"/queries/{slug}.{form}", "*/*") for slug in slugs for form in RESULT_FORMATS}
    asked |= {(path, "*/*") for path in ("/openapi.json", "/catalog", "/.well-known/void", "/metrics", "/readyz", "/healthz")}
    for document in ("/ns", "/shapes", "/catalog", "/.well-known/void"):
        asked |= {(f"{document}.{form}", "*/*") for form in RDF_FORMATS}
    for iri in iris:
        path = quote(urlsplit(iri).path.removeprefix("/zwgk"), safe="/%:@!$&'()*+,;=~")
        described = path.replace("/id/", "/doc/", 1) if path.startswith("/id/") else f"/doc{path}"
        asked |= {(path, "*/*"), (path, "text/html"), (described, "text/html"), (f"{described}?lang=en", "text/html")}
        asked |= {(f"{described}.{form}", "*/*") for form in RDF_FORMATS[: 1 if quick else None]}

    def one(wanted: tuple[str, str]) -> None:
        path, accept = wanted
        status, headers, body = site.ask("GET", path, {"Accept": accept})
        facts = {"status": status, "headers": _kept(headers)}
        if path == "/metrics":
            body = b"\n".join(sorted(line.split(b" ")[0].split(b"{")[0] for line in body.splitlines() if line[:1] != b"#"))
        head = site.ask("HEAD", path, {"Accept": accept})
        facts["head"] = [head[0], len(head[2])]
        if "etag" in headers:
            again = site.ask("GET", path, {"Accept": accept, "If-None-Match": headers["etag"]})
            facts["unchanged"] = [again[0], len(again[2])]
        record.add(f"{project} {accept} {path}", body, **facts)

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(one, sorted(asked)))


def _kept(headers: dict[str, str]) -> dict[str, str]:
    kept = {name: mask(headers[name].encode()).decode() for name in HEADERS if name in headers}
    if "etag" in kept:
        kept["etag"] = "weak" if kept["etag"].startswith("W/") else "strong"
    return kept


def _crawl(site: Site, most: int) -> list[str]:
    """Paths of the pages that lead to one another from the home page, in both languages; descriptions aside."""
    todo, seen = deque(["/", "/?lang=en", "/sparql", "/sparql?lang=en"]), {"/", "/?lang=en", "/sparql", "/sparql?lang=en"}
    found = []
    while todo and len(found) < most:
        path = todo.popleft()
        found.append(path)
        _, headers, body = site.ask("GET", path, {"Accept": "text/html"})
        if not headers.get("content-type", "").startswith("text/html"):
            continue
        parser = _Links()
        parser.feed(body.decode())
        for link in parser.found:
            target = urlsplit(urljoin(path, link))
            if target.netloc or target.scheme or target.path.startswith(("/doc/", "/id/", "/def/", "/static/", "/downloads/")):
                continue
            address = target.path + (f"?{target.query}" if target.query else "")
            for one in (
                (address, address + ("&" if target.query else "?") + "lang=en") if "lang=" not in address else (address,)
            ):
                if one not in seen and not MASKS[0][0].search(one.encode()):
                    seen.add(one)
                    todo.append(one)
    return found


def record_commands(record: Record) -> None:
    """The help of every command."""
    for words in COMMANDS:
        done = _run([*words, "--help"], ROOT)
        record.add(f"help {' '.join(words)}", done.stdout + done.stderr, code=done.returncode)


def record_reports(record: Record) -> None:
    """The report of every example workbook, in every format."""
    files = sorted(p for p in (ROOT / "examples" / "workbooks").iterdir() if p.suffix not in {".json", ".md", ".ttl"})

    def one(wanted: tuple[Path, str]) -> None:
        path, form = wanted
        done = _run(["validate", str(path), "--format", form], ROOT)
        record.add(f"validate {path.name} {form}", done.stdout, code=done.returncode)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(one, [(path, form) for path in files for form in REPORT_FORMATS]))


def record_package(record: Record, project: str, home: Path, folder: Path) -> None:
    """Every file of an exported package."""
    target = folder / f"package-{project}"
    done = _run(["export", str(target), "--project", str(PROJECTS[project])], folder, OHAI_KG_HOME=str(home))
    record.add(f"{project} export", b"", code=done.returncode)
    for path in sorted(p for p in target.rglob("*") if p.is_file()):
        body = path.read_bytes()
        if path.suffix == ".zst":
            import zstandard

            body = zstandard.ZstdDecompressor().decompress(body, max_output_size=1 << 30)
        name = mask(path.relative_to(target).as_posix().encode()).decode()
        # Sums and sizes of files that hold a release id or a time mean nothing.
        summed = path.name in {"SHA-256SUMS", "manifest.json"}
        record.add(f"{project} package {name}", b"" if summed else body)


def _run(words: list[str], folder: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "ohai_kg", *words]
    path = {"PYTHONPATH": str(ROOT)} | environment
    return subprocess.run(command, cwd=folder, env={**os.environ, **path}, capture_output=True, check=False)


def make(folder: Path, *, quick: bool) -> None:
    """Record this checkout."""
    record = Record(folder)
    record_commands(record)
    with tempfile.TemporaryDirectory() as made:
        for project, root in PROJECTS.items():
            home = Path(made) / project
            built = _run(["build", "--project", str(root)], ROOT, OHAI_KG_HOME=str(home))
            if built.returncode:
                raise SystemExit(built.stderr.decode())
            release = built.stdout.decode().split()[-1]
            data = (home / "releases" / release / "data.nq").read_bytes()
            record.add(f"{project} data.nq", data)
            _serve_and_record(record, project, root, home, data, quick=quick)
            record_package(record, project, home, Path(made))
    if not quick:
        record_reports(record)
    record.write()
    print(f"{len(record.entries)} answers in {folder}")


def _serve_and_record(record: Record, project: str, root: Path, home: Path, data: bytes, *, quick: bool) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "ohai_kg", "serve", "--no-build", "--project", str(root), "--port", str(port)]
    environment = {**os.environ, "OHAI_KG_HOME": str(home), "PYTHONPATH": str(ROOT)}
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        site = Site(port)
        _wait(site)
        base = re.escape(b"https://w3id.org/zwgk/")
        iris = sorted({iri.decode() for iri in re.findall(rb"^<(" + base + rb"(?:id|def|graph)/[^>]+)>", data, re.MULTILINE)})
        record_site(record, project, site, iris[:: 40 if quick else 1], quick=quick)
    finally:
        server.terminate()
        server.wait(30)


def _wait(site: Site) -> None:
    for _ in range(300):
        try:
            if site.ask("GET", "/readyz", {})[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise SystemExit("the server did not become ready")


def compare(before: Path, after: Path, most: int = 60) -> int:
    """Print what differs; how many answers do."""
    old = json.loads((before / "index.json").read_text(encoding="utf-8"))
    new = json.loads((after / "index.json").read_text(encoding="utf-8"))
    changed = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    for name in changed[:most]:
        if name not in old or name not in new:
            print(f"{'gone' if name in old else 'new '} {name}")
            continue
        print(f"differs {name}")
        for key in sorted(old[name].keys() | new[name].keys()):
            was, now = old[name].get(key), new[name].get(key)
            if was != now and key != "body":
                print(f"    {key}: {was} -> {now}")
        if old[name]["body"] != new[name]["body"]:
            _show(before / "bodies" / old[name]["body"], after / "bodies" / new[name]["body"])
    if len(changed) > most:
        print(f"... and {len(changed) - most} more")
    print(f"{len(changed)} of {len(old.keys() | new.keys())} differ")
    return len(changed)


def _show(before: Path, after: Path) -> None:
    """The first lines that differ."""
    import difflib

    was, now = (gzip.decompress(path.read_bytes()).decode(errors="replace").splitlines() for path in (before, after))
    if len(was) + len(now) > 20_000:
        print("    (long)")
        return
    shown = [line for line in difflib.unified_diff(was, now, lineterm="", n=0) if not line.startswith(("---", "+++", "@@"))]
    for line in shown[:4]:
        print(f"    {line[:160]}")


def main() -> None:
    """Entry of the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", help="where the record goes")
    parser.add_argument("--quick", action="store_true", help="a sample of the IRIs, no reports")
    parser.add_argument("--compare", type=Path, nargs=2, metavar=("BEFORE", "AFTER"), help="two records")
    arguments = parser.parse_args()
    if arguments.compare:
        sys.exit(1 if compare(*arguments.compare) else 0)
    if arguments.folder is None:
        parser.error("give a folder, or --compare BEFORE AFTER")
    make(arguments.folder, quick=arguments.quick)


if __name__ == "__main__":
    main()
