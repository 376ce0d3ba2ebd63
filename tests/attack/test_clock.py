"""A clock that is set back or forward deletes nothing that was just published, and locks nobody out."""

import os
import shutil
import subprocess
import sys
import time

from tests.conftest import ROOT

DISTRICT = ROOT / "examples" / "district"


def command(home, *words, clock=None):
    """Run the command line over the invented district, by this clock; standard output."""
    assert shutil.which("faketime"), "Debian's package faketime is needed"
    prefix = ["faketime", clock] if clock else []
    environment = {**os.environ, "OHAI_KG_HOME": str(home), "OHAI_KG_KEEP_RELEASES": "3", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    done = subprocess.run(
        [*prefix, sys.executable, "-m", "ohai_kg", *words, "--project", str(DISTRICT)],
        env=environment, capture_output=True, text=True, timeout=120, check=True, cwd=ROOT,
    )  # fmt: skip
    return done.stdout.split()


def test_releases_keep_the_order_of_publication_whatever_the_clock_says(tmp_path):
    future = [command(tmp_path, "build", clock=f"2034-01-0{day} 12:00:00")[-1] for day in (1, 2, 3)]
    first, second = command(tmp_path, "build")[-1], command(tmp_path, "build", clock="2020-01-01 12:00:00")[-1]
    listed = command(tmp_path, "releases", "list")
    assert [word for word in listed if word in {*future, first, second}] == [second, first, future[-1]]
    command(tmp_path, "releases", "rollback", first, clock="2019-01-01 12:00:00")
    assert (tmp_path / "current").read_text().strip() == first


def test_a_lock_of_a_process_that_died_refuses_nobody_whatever_its_date(tmp_path):
    command(tmp_path, "build")
    lock = tmp_path / "publish.lock"
    lock.write_text("{}")
    for age in (-3 * 3600, 0, 3600):
        lock.write_text("")
        stamp = time.time() - age
        os.utime(lock, (stamp, stamp))
        started = time.monotonic()
        command(tmp_path, "build")
        assert time.monotonic() - started < 30
