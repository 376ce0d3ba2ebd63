"""`ohai-kg export` and its check, by exit code and output."""

import subprocess

import pytest
from click.testing import CliRunner

from ohai_kg.cli import commands
from ohai_kg.errors import FolderNotEmpty, NotAPackage, ReleaseNotFound
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def run(plan_project, plan_release):
    def command(*arguments):
        return CliRunner(env={"OHAI_KG_HOME": str(plan_project.home)}).invoke(
            commands, ["export", *map(str, arguments), "--project", str(ROOT)]
        )

    return command


def test_an_export_verifies_by_our_check_and_by_sha256sum(run, tmp_path):
    done = run(tmp_path / "out")
    assert (done.exit_code, done.stdout) == (0, f"{tmp_path / 'out'}\n")
    checked = run(tmp_path / "out", "--verify")
    assert (checked.exit_code, checked.stdout) == (0, "")
    sums = subprocess.run(["sha256sum", "-c", "--quiet", "SHA-256SUMS"], cwd=tmp_path / "out", check=False)
    assert sums.returncode == 0


def test_a_damaged_package_exits_1_and_names_the_file(run, tmp_path):
    run(tmp_path / "out")
    (tmp_path / "out" / "data.nq").write_bytes(b"")
    checked = run(tmp_path / "out", "--verify")
    assert (checked.exit_code, checked.stdout) == (1, "data.nq：内容与校验和不符。its content does not match its checksum\n")


def test_what_cannot_be_done_is_told(run, tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    assert isinstance(run(tmp_path).exception, FolderNotEmpty)
    assert isinstance(run(tmp_path, "--verify").exception, NotAPackage)
    assert isinstance(run(tmp_path / "out", "--release", "20000101T000000000-00000000").exception, ReleaseNotFound)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
