"""Releases are whole or absent: whatever happens while one is made, what was current stays current and readable."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ohai_kg.errors import NoRelease, ReleaseChanged, ReleaseNotFound
from ohai_kg.store import Releases

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


def test_a_lock_left_by_a_killed_process_is_taken_over(tmp_path):
    releases = Releases(tmp_path)
    publish(releases)
    lock = tmp_path / "publish.lock"
    lock.touch()
    os.utime(lock, (time.time() - 60, time.time() - 60))
    time.sleep(0.002)
    publish(releases, QUAD * 2)
    assert not lock.exists()


PUBLISH_FOREVER = """
import sys
from pathlib import Path
from tests.store.test_releases import publish, QUAD
from ohai_kg.store import Releases
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
        (tmp_path / "publish.lock").unlink(missing_ok=True)
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
from ohai_kg.store import Releases
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
