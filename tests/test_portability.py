"""Offices have Windows: building, asking and validating need no POSIX call, whatever the locale and the path."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT

WITHOUT_POSIX = """
import os, sys
for name in ("fork", "forkpty", "setpriority", "setsid"):
    if hasattr(os, name):
        delattr(os, name)
for name in ("fcntl", "resource", "termios", "grp"):
    sys.modules[name] = None
from ohai_kg.cli import main
main(sys.argv[1:])
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    home = tmp_path_factory.mktemp("主 目录")

    def command(*arguments):
        return subprocess.run(
            [sys.executable, "-c", WITHOUT_POSIX, *map(str, arguments), "--project", str(ROOT)],
            capture_output=True,
            check=False,
            env={"PATH": "/usr/bin:/bin", "OHAI_KG_HOME": str(home), "LC_ALL": "C", "PYTHONUTF8": "0"},
            cwd=ROOT,
        )

    return command


def test_building_asking_and_validating_need_no_posix_call(run):
    built = run("build")
    assert built.returncode == 0, built.stderr.decode()
    asked = run("query", "stage-totals", "--format", "csv")
    assert asked.returncode == 0, asked.stderr.decode()
    assert "执行,77" in asked.stdout.decode("utf-8")
    items = ROOT / "examples" / "invalid" / "plan-2017-107-items.ttl"
    assert run("validate", items, "--profile", "elements").returncode == 1
    form = run("form", "--domain", "就业")
    assert form.stdout.startswith(b"PK"), form.stderr.decode()
    marked = run("validate", ROOT / "examples" / "workbooks" / "01-two-level-head.xlsx", "--format", "xlsx")
    assert marked.stdout.startswith(b"PK"), marked.stderr.decode()
    assert run("releases", "list").stdout.startswith(b"* ")
