"""What is broken is not served: any damage to a release or to the pointer is noticed, named, and got over when it is mended."""

import contextlib
import hashlib
import json
import os
import resource
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

import ohai_kg
from ohai_kg.engine.rdflib_view import open_dataset
from ohai_kg.engine.store import EmbeddedStore
from ohai_kg.errors import ReleaseDamaged, StoreError
from ohai_kg.project import open_project
from ohai_kg.releases import Releases
from tests.conftest import ROOT
from tests.served import TOKEN, Server, eventually, publish, serve

FIRST = "<urn:g> { <urn:a> <urn:b> 'first', 'one', 'two' }"
SECOND = "<urn:g> { <urn:a> <urn:b> 'second', '主动公开' }"
SAID = "SELECT ?o { ?s ?p ?o FILTER(?o IN ('first', 'second', 'third')) }"


def _rewrite(name, change):
    def damage(folder: Path):
        path = folder / name
        path.write_bytes(change(path.read_bytes()))

    return damage


def _without_sum(damage):
    """As an older release, whose manifest has no sum of its own."""

    def both(folder: Path):
        (folder / "manifest.sha256").unlink()
        damage(folder)

    return both


def _count(change):
    def counted(content: bytes):
        told = json.loads(content)
        change(told)
        return json.dumps(told).encode()

    return counted


def _more(told):
    told["quads"] += 1


def _more_everywhere(told):
    told["quads"] += 1
    told["graphs"]["urn:g"] += 1


DAMAGES = {
    "one byte changed": _rewrite("data.nq", lambda b: b.replace("主动".encode(), "不予".encode())),
    "cut at a line end": _rewrite("data.nq", lambda b: b[: b.index(b"\n") + 1]),
    "cut within a line": _rewrite("data.nq", lambda b: b[:-9]),
    "not UTF-8": _rewrite("data.nq", lambda b: b.replace("主".encode(), b"\xff\xfe\xfd")),
    "no N-Quads": _rewrite("data.nq", lambda b: b'{"a": 1}\n' + b),
    "emptied": _rewrite("data.nq", lambda _: b""),
    "longer": _rewrite("data.nq", lambda b: b + b"<urn:x> <urn:y> <urn:z> .\n"),
    "data missing": lambda folder: (folder / "data.nq").unlink(),
    "data a folder": lambda folder: ((folder / "data.nq").unlink(), (folder / "data.nq").mkdir()),
    "manifest cut": _rewrite("manifest.json", lambda b: b[: len(b) // 2]),
    "manifest empty": _rewrite("manifest.json", lambda _: b""),
    "manifest of zeros": _rewrite("manifest.json", lambda b: b"\0" * len(b)),
    "manifest missing": lambda folder: (folder / "manifest.json").unlink(),
    "wrong count": _rewrite("manifest.json", _count(_more)),
    "its sum garbled": _rewrite("manifest.sha256", lambda b: b"f" * 64 + b[64:]),
    "older, manifest cut": _without_sum(_rewrite("manifest.json", lambda b: b[: len(b) // 2])),
    "older, no JSON object": _without_sum(_rewrite("manifest.json", lambda _: b"[1]")),
    "older, nested deep": _without_sum(_rewrite("manifest.json", lambda _: b"[" * 100_000)),
    "older, wrong type": _without_sum(_rewrite("manifest.json", _count(lambda told: told.update(graphs=[])))),
    "older, count as text": _without_sum(_rewrite("manifest.json", _count(lambda told: told.update(quads="2")))),
    "older, key missing": _without_sum(_rewrite("manifest.json", _count(lambda told: told.pop("base")))),
    "older, wrong count": _without_sum(_rewrite("manifest.json", _count(_more))),
    "older, wrong counts": _without_sum(_rewrite("manifest.json", _count(_more_everywhere))),
    "older, another id": _without_sum(
        _rewrite("manifest.json", _count(lambda told: told.update(id="20200101T000000000-00000000")))
    ),
}
POINTERS = {
    "bytes ff": b"\xff" * 29,
    "zeros": b"\0" * 29,
    "empty": b"",
    "a blank": b"\n",
    "no release": b"20200101T000000000-00000000\n",
    "a path": b"../releases\n",
    "a word": b"latest\n",
    "long": b"2" * 10_000_000,
}


def _files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _restore(folder: Path, files: dict[Path, bytes]):
    shutil.rmtree(folder, ignore_errors=True)
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


@pytest.mark.parametrize("kind", DAMAGES)
def test_every_damage_is_one_error_that_names_file_and_what_was_expected(tmp_path, kind):
    release = publish(tmp_path, SECOND)
    DAMAGES[kind](release.path)
    with pytest.raises(ReleaseDamaged) as caught:
        EmbeddedStore.load(Releases(tmp_path).current())
    of_manifest = kind.startswith(("manifest", "its sum", "wrong", "older")) and kind != "older, wrong counts"
    name = "manifest.json" if of_manifest else "data.nq"
    assert (caught.value.code, caught.value.release, caught.value.file) == ("release-damaged", release.id, name)
    assert name in caught.value.zh
    assert name in caught.value.en
    if name == "data.nq" and kind != "older, wrong counts":
        assert release.manifest.files["data.nq"] in caught.value.en
        with pytest.raises(ReleaseDamaged):
            open_dataset(Releases(tmp_path).current())
        with pytest.raises(ReleaseDamaged):
            list(Releases(tmp_path).current().quads())


def test_found_and_expected_sums_are_told(tmp_path):
    release = publish(tmp_path, SECOND)
    DAMAGES["one byte changed"](release.path)
    found = hashlib.sha256(release.nquads.read_bytes()).hexdigest()
    with pytest.raises(ReleaseDamaged) as caught:
        EmbeddedStore.load(release)
    assert (caught.value.expected[1], caught.value.found[1]) == (f"SHA-256 {release.manifest.files['data.nq']}", found)


def test_a_release_of_an_older_version_loads_without_a_sum_of_its_manifest(tmp_path):
    release = publish(tmp_path, SECOND)
    (release.path / "manifest.sha256").unlink()
    assert EmbeddedStore.load(Releases(tmp_path).current()).count() == 2


def test_any_file_of_a_release_is_compared_as_it_is_used(tmp_path):
    releases = Releases(tmp_path)
    with releases.stage() as staging:
        (staging / "data.nq").write_bytes(b"<urn:a> <urn:b> <urn:c> <urn:g> .\n")
        (staging / "reports").mkdir()
        (staging / "reports" / "core.json").write_bytes(b"{}")
        release = releases.publish(staging, base="https://w3id.org/zwgk/", graphs={"urn:g": 1}, inputs={}, parent=None)
    assert release.read("reports/core.json") == b"{}"
    assert releases.damages(release.id) == []
    (release.path / "reports" / "core.json").write_bytes(b"[]")
    with pytest.raises(ReleaseDamaged, match=r"reports/core\.json"):
        release.read("reports/core.json")
    assert [damage.file for damage in releases.damages(release.id)] == ["reports/core.json"]
    with pytest.raises(ReleaseDamaged, match=r"reports/core\.json"):
        releases.rollback(release.id)


@pytest.mark.parametrize("content", POINTERS.values(), ids=POINTERS)
def test_a_damaged_pointer_is_told_and_a_publication_puts_it_right(tmp_path, content):
    releases = Releases(tmp_path)
    publish(tmp_path, FIRST)
    (tmp_path / "current").write_bytes(content)
    with pytest.raises(StoreError) as caught:
        releases.current()
    assert caught.value.code in {"release-damaged", "release-not-found"}
    with releases.stage() as staging:
        (staging / "data.nq").write_bytes(b"<urn:a> <urn:b> <urn:c> <urn:g> .\n")
        release = releases.publish(
            staging, base="https://w3id.org/zwgk/", graphs={"urn:g": 1}, inputs={}, parent=releases.named_id()
        )
    assert releases.current() == release


# the command line and Python


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """A project whose current release is damaged, and the one before it, which is whole."""
    home = tmp_path_factory.mktemp("two")
    first, second = publish(home, FIRST), publish(home, SECOND)
    DAMAGES["one byte changed"](second.path)
    return home, first, second


def run(*arguments, home, project=ROOT):
    outcome = subprocess.run(
        [sys.executable, "-m", "ohai_kg", *map(str, arguments), "--project", str(project)],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "OHAI_KG_HOME": str(home), "LC_ALL": "C"},
    )
    assert b"Traceback" not in outcome.stderr
    assert b"Internal error" not in outcome.stderr
    return outcome


@pytest.mark.parametrize(
    "command",
    [["export", "out"], ["form", "--domain", "就业"], ["validate", "--graph", "urn:g"], ["releases", "rollback"]],
    ids=lambda command: command[0],
)
def test_commands_over_a_damaged_release_say_which_is_whole_and_how_to_go_back(two, tmp_path, command):
    home, first, second = two
    given = [str(tmp_path / "out") if part == "out" else part for part in command]
    outcome = run(*given, *([second.id] if "rollback" in command else []), home=home)
    assert (outcome.returncode, outcome.stdout) == (2, b"")
    assert f"ohai-kg releases rollback {first.id}" in outcome.stderr.decode()
    assert "data.nq" in outcome.stderr.decode()


@pytest.mark.parametrize("kind", ["one byte changed", "manifest cut"])
def test_a_query_never_answers_from_a_damaged_release(tmp_path, kind):
    project = tmp_path / "project"
    (project / "data").mkdir(parents=True)
    (project / "ohai_kg.toml").write_text("", encoding="utf-8")
    (project / "ask.rq").write_text("SELECT * { ?s ?p ?o }", encoding="utf-8")
    home = tmp_path / "home"
    inputs = open_project(project).input_hashes()
    first, second = (publish(home, data, inputs=inputs) for data in (FIRST, SECOND))
    DAMAGES[kind](second.path)
    outcome = run("query", project / "ask.rq", home=home, project=project)
    assert (outcome.returncode, outcome.stdout) == (2, b"")
    assert f"ohai-kg releases rollback {first.id}" in outcome.stderr.decode()
    assert run("releases", "rollback", first.id, home=home, project=project).returncode == 0
    assert b"first" in run("query", project / "ask.rq", "--format", "csv", home=home, project=project).stdout


def test_python_raises(two, monkeypatch):
    home, _, _ = two
    monkeypatch.setenv("OHAI_KG_HOME", str(home))
    for task in (lambda: ohai_kg.open(ROOT), lambda: ohai_kg.query("stage-totals", project=ROOT)):
        with pytest.raises(ReleaseDamaged, match=r"data\.nq"):
            task()


def test_verify_names_file_and_sums_and_tells_by_its_exit_code(two):
    home, first, second = two
    whole = run("releases", "verify", first.id, home=home)
    assert (whole.returncode, whole.stdout.decode().split()[:1]) == (0, [first.id])
    every = run("releases", "verify", home=home)
    assert every.returncode == 1
    assert second.manifest.files["data.nq"] in every.stdout.decode()
    assert hashlib.sha256(second.nquads.read_bytes()).hexdigest() in every.stdout.decode()
    told = json.loads(run("releases", "verify", "--format", "json", home=home).stdout)
    assert [(one["release"], one["whole"]) for one in told] == [(second.id, False), (first.id, True)]
    assert [damage["file"] for damage in told[0]["damages"]] == ["data.nq"]
    unknown = run("releases", "verify", "20200101T000000000-00000000", home=home)
    assert (unknown.returncode, unknown.stdout) == (2, b"")


def test_verify_and_list_name_what_has_no_whole_manifest_and_a_damaged_pointer(tmp_path):
    release = publish(tmp_path, FIRST)
    (release.path / "manifest.json").write_bytes(b"{")
    (tmp_path / "current").write_bytes(b"\xff")
    told = json.loads(run("releases", "verify", "--format", "json", home=tmp_path).stdout)
    assert [(one["release"], one["damages"][0]["file"]) for one in told] == [
        (release.id, "manifest.json"),
        ("current", "current"),
    ]
    assert release.id in run("releases", "list", home=tmp_path).stdout.decode()


# a server


def ready(server):
    answer = server.request("GET", "/readyz")
    return answer.status, json.loads(answer.body)


def serves(server, text):
    return eventually(lambda: ready(server)[0] == 200 and server.rows(SAID) == [(text,)], 8)


MODES = pytest.mark.parametrize("settings", [{}, {"memory_max_quads": 0}], ids=["memory", "disk"])


@MODES
@pytest.mark.parametrize(
    "kind", ["one byte changed", "cut at a line end", "emptied", "data missing", "manifest cut", "wrong count"]
)
def test_a_server_started_over_a_damaged_release_serves_the_newest_whole_one(tmp_path, kind, settings):
    home = tmp_path / "home"
    publish(home, SECOND.replace("second", "oldest"))
    first, second = publish(home, FIRST), publish(home, SECOND)
    files = _files(second.path)
    DAMAGES[kind](second.path)
    with serve(tmp_path / "project", home=home, workers=1, **settings) as server:
        status, told = ready(server)
        assert (status, told["status"], told["release"], told["served"]) == (200, "ready", first.id, first.id)
        assert told["damaged"] == [second.id]
        assert second.id in told["reason"]
        assert server.rows(SAID) == [("first",)]
        page = server.request("GET", "/about", headers={"Accept": "text/html"}).body.decode()
        assert first.id in page
        assert second.id in page
        assert server.query(SAID).headers["x-release"] == first.id
        _restore(second.path, files)
        assert serves(server, "second")
        assert ready(server)[1] == {"status": "ready", "release": second.id}


@MODES
def test_a_server_that_runs_keeps_what_it_serves_and_follows_when_the_new_release_is_mended(tmp_path, settings):
    elsewhere = tmp_path / "elsewhere"
    with serve(tmp_path / "project", FIRST, workers=1, **settings) as server:
        first = Releases(server.home).current_id()
        for kind in ("one byte changed", "cut within a line", "data missing", "manifest cut", "manifest missing"):
            time.sleep(0.01)
            new = publish(elsewhere, SECOND)
            target = server.home / "releases" / new.id
            shutil.copytree(new.path, target)
            files = _files(target)
            DAMAGES[kind](target)
            (server.home / "current").write_text(new.id)
            assert eventually(lambda new=new: ready(server)[1].get("damaged") == [new.id]), kind
            assert (ready(server)[0], ready(server)[1]["served"]) == (200, first)
            assert server.rows(SAID) == [("first",)]
            _restore(target, files)
            assert serves(server, "second"), kind
            (server.home / "current").write_text(first)
            assert serves(server, "first"), kind


@MODES
def test_with_no_whole_release_every_address_says_why_until_there_is_one(tmp_path, settings):
    home = tmp_path / "home"
    only = publish(home, FIRST)
    DAMAGES["cut at a line end"](only.path)
    with serve(tmp_path / "project", home=home, workers=1, token=TOKEN, **settings) as server:
        status, told = ready(server)
        assert (status, told["code"], told["damaged"]) == (503, "release-damaged", [only.id])
        assert "data.nq" in told["reason"]
        assert server.request("GET", "/healthz").status == 200
        metrics = server.request("GET", "/metrics").body.decode()
        assert "ohai_kg_follower_up 0.0" in metrics
        for path in (
            "/sparql?query=ASK%7B%7D",
            "/",
            "/about",
            "/catalog",
            "/downloads",
            "/queries",
            "/openapi.json",
            "/graphs?default",
        ):
            answer = server.request("GET", path)
            assert (path, answer.status, json.loads(answer.body)["code"]) == (path, 503, "release-damaged")
        assert server.update("INSERT DATA { <urn:a> <urn:b> 'third' }").status == 503
        page = server.request("GET", "/", headers={"Accept": "text/html"})
        assert (page.status, only.id in page.body.decode()) == (503, True)
        publish(home, SECOND)
        assert serves(server, "second")
        assert "ohai_kg_follower_up 1.0" in server.request("GET", "/metrics").body.decode()


@pytest.mark.parametrize("content", [*POINTERS.values(), None], ids=[*POINTERS, "a folder"])
def test_a_server_gets_over_any_pointer(tmp_path, content):
    with serve(tmp_path, FIRST, workers=1) as server:
        pointer = server.home / "current"
        first = pointer.read_text()
        pointer.unlink()
        pointer.write_bytes(content) if content is not None else pointer.mkdir()
        assert eventually(lambda: "damaged" in ready(server)[1])
        assert ready(server)[0] == 200
        assert server.rows(SAID) == [("first",)]
        pointer.unlink() if content is not None else pointer.rmdir()
        pointer.write_text(first)
        assert eventually(lambda: "damaged" not in ready(server)[1])
        publish(server.home, SECOND)
        assert serves(server, "second")


@pytest.mark.parametrize("content", [b"\xff\xff", b"20200101T000000000-00000000\n"], ids=["bytes ff", "no release"])
def test_a_server_started_over_a_damaged_pointer_serves_the_newest_release(tmp_path, content):
    home = tmp_path / "home"
    publish(home, FIRST)
    second = publish(home, SECOND)
    (home / "current").write_bytes(content)
    with serve(tmp_path / "project", home=home, workers=1) as server:
        assert (ready(server)[0], ready(server)[1]["served"]) == (200, second.id)
        assert server.rows(SAID) == [("second",)]


@pytest.mark.skipif(sys.platform != "linux", reason="limits of another process are Linux")
def test_a_server_without_descriptors_follows_and_stops_when_it_has_some_again(tmp_path, capfd):
    with serve(tmp_path, FIRST, workers=2) as server:
        assert server.rows(SAID) == [("first",)]
        held = []
        limits = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)
        opened = len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (opened + 4, limits[1]))
        for _ in range(12):
            connection = socket.create_connection(("127.0.0.1", server.port))
            connection.sendall(b"GET /readyz HTTP/1.1\r\n")
            held.append(connection)
        publish(server.home, SECOND)
        for pid in server.processes()[1:]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 9)
        time.sleep(2)
        for connection in held:
            connection.close()
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, limits)
        assert serves(server, "second")
        assert b"ohai_kg_follower_up 1.0" in server.request("GET", "/metrics").body
        server.process.terminate()
        server.process.wait(10)
        assert eventually(lambda: server.processes() == [])
    told = capfd.readouterr().err
    assert "Too many open files" in told
    assert "shutdown failed" not in told
    assert "never retrieved" not in told


@pytest.mark.parametrize("spoil", ["marker", "files", "older"])
def test_a_store_on_disk_that_is_not_its_releases_own_is_made_anew(tmp_path, spoil):
    home = tmp_path / "home"
    release = publish(home, FIRST)
    with serve(tmp_path / "project", home=home, workers=1, memory_max_quads=0) as server:
        assert server.rows(SAID) == [("first",)]
    store = home / "stores" / release.id
    if spoil == "marker":
        (store / "made-from.sha256").write_text("0" * 64)
    elif spoil == "older":
        (store / "made-from.sha256").unlink()
    else:
        for path in [*store.glob("*.sst"), *store.glob("MANIFEST*")]:
            path.unlink()
    with serve(tmp_path / "project", home=home, workers=1, memory_max_quads=0) as server:
        assert server.rows(SAID) == [("first",)]
    assert (store / "made-from.sha256").read_text() == release.manifest.files["data.nq"]


def test_a_store_on_disk_answers_for_no_release_whose_quads_were_damaged_since(tmp_path):
    home = tmp_path / "home"
    first, second = publish(home, FIRST), publish(home, SECOND)
    with serve(tmp_path / "project", home=home, workers=1, memory_max_quads=0) as server:
        assert server.rows(SAID) == [("second",)]
    DAMAGES["one byte changed"](second.path)
    with serve(tmp_path / "project", home=home, workers=1, memory_max_quads=0) as server:
        assert (ready(server)[1]["served"], server.rows(SAID)) == (first.id, [("first",)])


def test_downloads_and_changes_of_a_damaged_release_are_refused(tmp_path):
    home = tmp_path / "home"
    first, second = publish(home, SECOND), publish(home, FIRST)
    DAMAGES["one byte changed"](first.path)
    with serve(tmp_path / "project", home=home, workers=1) as server:
        for path in (f"/downloads/{first.id}/data.nq", f"/changes?since={first.id}"):
            answer = server.request("GET", path, headers={"Accept": "application/json"})
            assert (path, answer.status, json.loads(answer.body)["code"]) == (path, 503, "release-damaged")
        assert server.request("GET", f"/downloads/{second.id}/data.nq").status == 200


@pytest.mark.parametrize("kind", ["manifest cut", "data missing"])
def test_the_command_serve_starts_over_damage(tmp_path, kind):
    project = tmp_path / "project"
    (project / "data").mkdir(parents=True)
    (project / "ohai_kg.toml").write_text("", encoding="utf-8")
    home = tmp_path / "home"
    release = publish(home, FIRST, inputs=open_project(project).input_hashes())
    DAMAGES[kind](release.path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "ohai_kg", "serve", "--port", str(port), "--project", str(project)],
        env={"PATH": "/usr/bin:/bin", "OHAI_KG_HOME": str(home), "OHAI_KG_WORKERS": "1"},
        stderr=subprocess.PIPE,
    )
    try:
        server = Server(process, port, home)

        def unready():
            with contextlib.suppress(OSError):
                return ready(server)[0] == 503
            return False

        assert eventually(unready, 15)
        assert ready(server)[1]["damaged"] == [release.id]
        assert run("build", "--discard-writes", home=home, project=project).returncode == 0
        assert eventually(lambda: ready(server)[0] == 200, 8)
    finally:
        process.terminate()
        told = process.communicate(timeout=10)[1].decode()
    assert release.id in told
    assert "Traceback" not in told


def test_a_write_over_a_file_damaged_since_it_was_loaded_is_refused(tmp_path):
    with serve(tmp_path, FIRST, token=TOKEN, workers=1) as server:
        release = Releases(server.home).current()
        content = release.nquads.read_bytes()
        release.nquads.write_bytes(content[:-3])
        answer = server.update("INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:b> 'third' } }")
        assert (answer.status, json.loads(answer.body)["code"]) == (503, "release-damaged")
        assert server.rows(SAID) == [("first",)]
        release.nquads.write_bytes(content)
        assert server.update("INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:b> 'third' } }").status == 204


def test_a_build_over_a_damaged_release_publishes(make_project):
    from ohai_kg.build import build

    project = make_project({})
    shutil.rmtree(project.data / "office")
    first = build(project).release
    for damage in ("manifest cut", "one byte changed", "data missing"):
        DAMAGES[damage](Releases(project.home).current().path)
        build(project)
        assert Releases(project.home).current().damages() == []
    (project.home / "current").write_bytes(b"\xff")
    build(project)
    assert Releases(project.home).ids()[-1] == first.id
