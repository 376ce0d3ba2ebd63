"""Releases are whole or absent: whatever happens while one is made, what was current stays current and readable."""

import errno
import hashlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ohai_kg.errors import FileTrouble, NoRelease, PublishingElsewhere, ReleaseChanged, ReleaseNotFound
from ohai_kg.releases import Releases, processes
from ohai_kg.releases.processes import Process

QUAD = b"<urn:a> <urn:b> <urn:c> <urn:g> .\n"


def publish(releases: Releases, content: bytes = QUAD, parent: str | None = "current"):
    with releases.stage() as staging:
        (staging / "data.nq").write_bytes(content)
        return releases.publish(
            staging,
            base="https://w3id.org/zwgk/",
            graphs={"urn:g": content.count(b"\n")},
            inputs={"a": "1"},
            parent=releases.current_id() if parent == "current" else parent,
        )


def test_nothing_built_is_told(tmp_path):
    with pytest.raises(NoRelease):
        Releases(tmp_path).current()


def test_a_published_release_is_current_and_says_what_it_holds(tmp_path):
    release = publish(Releases(tmp_path))
    current = Releases(tmp_path).current()
    assert current == release
    assert current.nquads.read_bytes() == QUAD
    assert current.manifest.files == {"data.nq": hashlib.sha256(QUAD).hexdigest()}
    assert (current.manifest.quads, current.manifest.parent) == (1, None)


def test_a_release_made_from_an_outdated_parent_is_refused_and_leaves_nothing(tmp_path):
    releases = Releases(tmp_path)
    first = publish(releases)
    with pytest.raises(ReleaseChanged):
        publish(releases, QUAD * 2, parent=None)
    assert releases.current() == first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["current", "releases"]


def test_a_failure_while_staging_leaves_nothing(tmp_path):
    releases = Releases(tmp_path)
    with pytest.raises(ValueError, match="stop"), releases.stage() as staging:
        (staging / "data.nq").write_bytes(QUAD)
        raise ValueError("stop")
    assert releases.current_id() is None
    assert [path.name for path in tmp_path.iterdir()] == ["releases"]


def test_rolling_back_flips_the_pointer_and_changes_no_release(tmp_path):
    releases = Releases(tmp_path)
    first = publish(releases)
    time.sleep(0.002)
    second = publish(releases, QUAD * 2)
    assert releases.rollback(first.id) == first
    assert releases.current_id() == first.id
    assert [release.id for release in releases.history()] == [second.id, first.id]
    with pytest.raises(ReleaseNotFound):
        releases.rollback("20000101T000000000-00000000")


def test_pruning_keeps_the_newest_and_the_current(tmp_path):
    releases = Releases(tmp_path)
    made = []
    for count in range(1, 5):
        made.append(publish(releases, QUAD * count).id)
        time.sleep(0.002)
    releases.rollback(made[0])
    assert releases.prune(2) == [made[1]]
    assert [release.id for release in releases.history()] == [made[3], made[2], made[0]]


class Clock(datetime):
    """What the clock of `releases` says."""

    at = datetime(2030, 1, 1, tzinfo=UTC)

    @classmethod
    def now(cls, tz=None):  # noqa: ARG003
        return cls.at


def test_order_is_that_of_publication_whatever_the_clock_says(tmp_path, monkeypatch):
    monkeypatch.setattr("ohai_kg.releases.releases.datetime", Clock)
    releases = Releases(tmp_path)
    future = []
    for number in range(1, 6):
        monkeypatch.setattr(Clock, "at", datetime(2030, 1, number, tzinfo=UTC))
        future.append(publish(releases, QUAD * number).id)
    made = []
    for number in range(6, 8):
        monkeypatch.setattr(Clock, "at", datetime(2026, 1, 1, tzinfo=UTC))
        made.append(publish(releases, QUAD * number))
        releases.prune(5)
    assert [release.id for release in releases.history()] == [made[1].id, made[0].id, *future[:1:-1]]
    assert [release.manifest.created for release in made] == ["2026-01-01T00:00:00.000Z"] * 2
    assert made[1].manifest.parent == made[0].id
    assert [release.id[:18] for release in made] == ["20300105T000000001", "20300105T000000002"]
    assert releases.rollback(made[0].id) == made[0]


def test_two_publications_in_one_millisecond_have_an_order(tmp_path, monkeypatch):
    monkeypatch.setattr("ohai_kg.releases.releases.datetime", Clock)
    releases = Releases(tmp_path)
    made = [publish(releases, QUAD).id for _ in range(12)]
    assert releases.ids() == made[::-1]


def dead_process():
    """A process that has ended, as a lock would name it."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    named = Process(process.pid, processes._started(process.pid) or "", socket.gethostname())
    process.communicate(b"\n")
    return named


LEFT_BEHIND = {
    "a dead process": lambda: str(dead_process()),
    "a pid used again": lambda: str(replace(Process.current(), started="0.1")),
    "nothing": lambda: "",
    "another format": lambda: "12345",
}


@pytest.mark.parametrize("kind", LEFT_BEHIND)
@pytest.mark.parametrize("age_s", [-3 * 3600, 0, 3600])
def test_a_lock_left_behind_is_taken_over_whatever_its_age(tmp_path, kind, age_s):
    releases = Releases(tmp_path)
    publish(releases)
    lock = tmp_path / "publish.lock"
    lock.write_text(LEFT_BEHIND[kind]())
    os.utime(lock, (time.time() - age_s,) * 2)
    began = time.monotonic()
    publish(releases, QUAD * 2)
    assert time.monotonic() - began < (1 if "process" in kind else 6)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["current", "releases"]


@pytest.mark.parametrize("age_s", [-3 * 3600, 0, 3600])
def test_a_lock_of_a_process_that_lives_is_respected_whatever_its_age(tmp_path, age_s):
    lock = tmp_path / "publish.lock"
    for holder in (Process.current(), replace(Process.current(), host="elsewhere")):
        lock.write_text(str(holder))
        os.utime(lock, (time.time() - age_s,) * 2)
        with pytest.raises(PublishingElsewhere, match=str(os.getpid())), processes.Lock(lock).held(wait_s=0.1):
            pass
        assert lock.read_text() == str(holder)


def test_a_lock_is_waited_for(tmp_path):
    held, entered = processes.Lock(tmp_path / "publish.lock"), []

    def wait():
        with processes.Lock(tmp_path / "publish.lock").held():
            entered.append(time.monotonic())

    with held.held():
        waiter = threading.Thread(target=wait)
        waiter.start()
        time.sleep(0.2)
        released = time.monotonic()
    waiter.join()
    assert entered[0] >= released
    assert list(tmp_path.iterdir()) == []


def test_many_that_find_a_dead_lock_publish_one_after_another(tmp_path):
    releases = Releases(tmp_path)
    publish(releases)
    (tmp_path / "publish.lock").write_text(str(dead_process()))
    inside, most = [0], []

    def hold():
        with processes.Lock(tmp_path / "publish.lock").held():
            inside[0] += 1
            most.append(inside[0])
            time.sleep(0.005)
            inside[0] -= 1

    holders = [threading.Thread(target=hold) for _ in range(8)]
    for holder in holders:
        holder.start()
    for holder in holders:
        holder.join()
    assert most == [1] * 8


def test_staging_of_a_dead_process_is_removed_and_that_of_a_living_one_stays(tmp_path):
    releases = Releases(tmp_path)
    names = {"dead": f"staging-1~{dead_process()}", "mine": f"staging-1~{Process.current()}", "older": "staging-999999-1"}
    for name in names.values():
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (time.time() - 7200,) * 2)
    publish(releases)
    assert {path.name for path in tmp_path.glob("staging-*")} == {names["mine"], names["older"]}


def test_without_proc_a_process_is_told_by_its_pid(monkeypatch):
    monkeypatch.setattr(processes, "Path", lambda _: Path("/nowhere"))
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert Process.current().is_alive() is True
    assert Process.current().started == ""
    assert Process(gone.pid, "", socket.gethostname()).is_alive() is False


FAULTS = {"no such folder": errno.ENOENT, "read-only": errno.EROFS, "not allowed": errno.EACCES, "broken disk": errno.EIO}


@pytest.mark.parametrize("code", FAULTS.values(), ids=FAULTS)
def test_whatever_the_disk_refuses_is_told_and_changes_nothing(tmp_path, monkeypatch, code):
    releases = Releases(tmp_path)
    made = [publish(releases, QUAD * number) for number in range(1, 4)]

    def refuse(*_, **__):
        raise OSError(code, os.strerror(code), str(tmp_path / "there"))

    for place, task in (
        ("mkdir", lambda: publish(releases, QUAD * 9)),
        ("rename", lambda: publish(releases, QUAD * 9)),
        ("rename", lambda: releases.prune(1)),
        ("replace", lambda: publish(releases, QUAD * 9)),
        ("replace", lambda: releases.rollback(made[0].id)),
    ):
        with monkeypatch.context() as broken:
            broken.setattr(Path, place, refuse)
            with pytest.raises(FileTrouble, match="there"):
                task()
        assert releases.history() == made[::-1]
        assert releases.current() == made[-1]
        assert sorted(path.name for path in tmp_path.iterdir()) == ["current", "releases"]


def test_a_home_that_is_a_file_is_told(tmp_path):
    home = tmp_path / "home"
    home.write_text("")
    with pytest.raises(FileTrouble, match="home"):
        publish(Releases(home))


def test_what_cannot_be_pruned_after_a_publication_does_not_undo_it(tmp_path, monkeypatch, caplog):
    releases = Releases(tmp_path)
    made = [publish(releases, QUAD * number) for number in range(1, 3)]

    def refuse(*_, **__):
        raise OSError(errno.EACCES, "no", "there")

    monkeypatch.setattr(Path, "rename", refuse)
    releases.tidy(1)
    assert "old releases were not deleted" in caplog.text
    assert releases.history() == made[::-1]


def test_a_release_with_a_damaged_manifest_does_not_count_and_goes_with_the_older_ones(tmp_path):
    releases = Releases(tmp_path)
    made = [publish(releases, QUAD * number) for number in range(1, 6)]
    for release in (made[1], made[3]):
        (release.path / "manifest.json").write_text("{")
    assert releases.prune(3) == []
    assert releases.prune(2) == [made[1].id, made[0].id]
    assert releases.ids() == [made[4].id, made[3].id, made[2].id]


PUBLISH_FOREVER = """
import sys
from pathlib import Path
from tests.store.test_releases import publish, QUAD
from ohai_kg.releases import Releases
releases = Releases(Path(sys.argv[1]))
count = 0
while True:
    count += 1
    publish(releases, QUAD * (count % 50 + 1))
    releases.prune(3)
    print(count, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX")
def test_killing_a_publisher_at_any_moment_leaves_a_whole_release(tmp_path):
    releases = Releases(tmp_path)
    publish(releases)
    for attempt in range(8):
        process = subprocess.Popen(
            [sys.executable, "-c", PUBLISH_FOREVER, str(tmp_path)],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parent.parent.parent,
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.003 * attempt)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        current = releases.current()
        assert hashlib.sha256(current.nquads.read_bytes()).hexdigest() == current.manifest.files["data.nq"]
        assert current.manifest.quads == current.nquads.read_bytes().count(b"\n")
    publish(releases)
    assert not list(tmp_path.glob("staging-*"))


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from tests.store.test_releases import publish, QUAD
from ohai_kg.errors import StorageFull
from ohai_kg.releases import Releases
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    publish(Releases(Path(sys.argv[1])), QUAD * 10_000)
except StorageFull as error:
    print(error.code)
"""


@pytest.mark.skipif(os.name != "posix", reason="file size limits are POSIX")
def test_a_disk_without_room_is_told_and_changes_nothing(tmp_path):
    releases = Releases(tmp_path)
    first = publish(releases)
    outcome = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parent.parent.parent,
    )
    assert (outcome.stdout.strip(), outcome.returncode) == ("storage-full", 0), outcome.stderr
    assert releases.current() == first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["current", "releases"]
