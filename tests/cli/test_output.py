"""Where results go: what cannot be written is told in one message with exit code 2, and nothing is left half written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ohai_kg.files import name_of
from tests.conftest import ROOT

TABLE = "序号,公开事项,公开内容,公开依据,公开时限,公开主体\n1,甲,乙,丙,长期公开,区教育局\n"
NOT_UTF8 = [b"n\xff\xfe.csv", "新政务.csv".encode("gb18030"), b"\x80", b"a\xe5\x8c.csv"]


def run(*arguments, home=None, stdout=subprocess.PIPE, cwd=None):
    environment = {**os.environ, **({"OHAI_KG_HOME": str(home)} if home else {})}
    command = [sys.executable, "-m", "ohai_kg", *map(os.fspath, arguments)]
    return subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, env=environment, cwd=cwd, check=False, timeout=120)


def is_refused(done):
    """Exit code 2, one message in two languages, no word of an internal error."""
    text = done.stderr.decode()
    lines = [line for line in text.splitlines() if not line.endswith("...")]
    assert done.returncode == 2, text
    assert len(lines) == 2, text
    assert "Internal" not in text
    assert "Traceback" not in text
    return lines[1]


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "表.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        (".", "it is a folder"),
        ("missing/folder/x", "no such file or folder"),
        ("表.csv/x", "part of the path is a file"),
        ("/dev/full", "the disk is full"),
        ("/proc/x", "no such file or folder"),
        ("长" * 200, "the name is too long"),
        ("circle", "links lead in a circle"),
    ],
)
def test_an_output_that_cannot_be_written_is_told_with_what_to_do(table, output, reason):
    (table.parent / "circle").symlink_to("circle")
    before = sorted(path.name for path in table.parent.iterdir())
    done = run("validate", table, "--project", ROOT, "-o", output, cwd=table.parent)
    assert reason in is_refused(done)
    assert done.stdout == b""
    assert sorted(path.name for path in table.parent.iterdir()) == before


def test_a_file_whose_writing_fails_stays_as_it_was(table):
    import resource

    output = table.parent / "report.json"
    output.write_text("before", encoding="utf-8")
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))  # noqa: E731
    command = [
        sys.executable,
        "-m",
        "ohai_kg",
        "validate",
        str(table),
        "--project",
        str(ROOT),
        "--format",
        "json",
        "-o",
        str(output),
    ]
    done = subprocess.run(command, capture_output=True, preexec_fn=limit, check=False, timeout=120)
    assert "larger than allowed" in is_refused(done)
    assert output.read_text(encoding="utf-8") == "before"
    assert sorted(path.name for path in table.parent.iterdir()) == ["report.json", "表.csv"]


def test_a_result_replaces_a_file_and_keeps_its_mode_and_its_links(table):
    output, link = table.parent / "report.json", table.parent / "link"
    output.write_text("before", encoding="utf-8")
    output.chmod(0o640)
    link.symlink_to(output)
    assert run("validate", table, "--project", ROOT, "--format", "json", "-o", link).returncode in {0, 1}
    assert link.is_symlink()
    assert output.stat().st_mode & 0o777 == 0o640
    assert output.read_text(encoding="utf-8").startswith("{")


@pytest.mark.parametrize("verb", [("build",), ("releases", "list"), ("query", "stage-totals")])
@pytest.mark.parametrize(("home", "reason"), [("file/x", "part of the path is a file"), ("/proc/x", "no such file or folder")])
def test_a_home_that_cannot_be_made_is_told(tmp_path, verb, home, reason):
    (tmp_path / "file").write_bytes(b"")
    done = run(*verb, "--project", ROOT, home=tmp_path / home)
    if verb == ("releases", "list") and home == "/proc/x":
        assert done.returncode == 0  # there are none
    else:
        assert reason in is_refused(done)


@pytest.mark.parametrize(
    ("target", "reason"), [("/proc/x", "no such file or folder"), ("/dev/null/x", "part of the path is a file")]
)
def test_an_export_that_cannot_be_written_is_told(plan_project, plan_release, target, reason):
    assert reason in is_refused(run("export", target, "--project", ROOT, home=plan_project.home))


def test_stdout_on_a_full_disk_is_told(plan_project, plan_release):
    for verb in (("query", "stage-totals"), ("releases", "list"), ("query", "--list")):
        with Path("/dev/full").open("wb") as full:
            assert "the disk is full" in is_refused(run(*verb, "--project", ROOT, home=plan_project.home, stdout=full))


@pytest.mark.parametrize(
    "verb", [("query", "duties", "--format", "csv"), ("query", "--list"), ("releases", "list"), ("catalogues",)]
)
def test_a_reader_that_has_enough_ends_the_command_quietly(plan_project, plan_release, verb):
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        done = run(*verb, "--project", ROOT, home=plan_project.home, stdout=pipe)
    assert (done.returncode, done.stderr) == (2, b"")


@pytest.mark.parametrize("name", NOT_UTF8)
@pytest.mark.parametrize("form", ["text", "json", "csv", "html"])
def test_a_name_that_is_not_utf_8_is_shown_as_far_as_it_can_be(tmp_path, name, form):
    path = tmp_path / os.fsdecode(name if b"." in name else name + b".csv")
    path.write_text(TABLE, encoding="utf-8")
    done = run("validate", path, "--project", ROOT, "--format", form)
    assert (done.returncode, done.stderr) == (1, b"")
    assert done.stdout.decode()


def test_a_name_in_the_encoding_of_windows_is_read_as_it(tmp_path):
    path = tmp_path / os.fsdecode("新政务.csv".encode("gb18030"))
    path.write_text(TABLE, encoding="utf-8")
    assert '"name": "新政务.csv"' in run("validate", path, "--project", ROOT, "--format", "json").stdout.decode()


@pytest.mark.parametrize(("form", "output"), [("text", None), ("json", None), ("csv", None), ("html", "out"), ("xlsx", "out")])
def test_a_folder_goes_on_after_a_file_that_breaks_in_any_way(tmp_path, monkeypatch, capsysbinary, form, output):
    from ohai_kg import cli
    from ohai_kg.cli.validate import _Checker

    for name in ("a", "b", "c", "d", "e"):
        (tmp_path / f"{name}.csv").write_text(TABLE, encoding="utf-8")
    real = _Checker.check_workbook
    errors = {"a": RecursionError("deep"), "b": KeyError("k"), "c": MemoryError(), "d": PermissionError(13, "no", "d.csv")}

    def check_workbook(self, path):
        if path.stem in errors:
            raise errors[path.stem]
        return real(self, path)

    monkeypatch.setattr(_Checker, "check_workbook", check_workbook)
    options = ["-o", str(tmp_path / output)] if output else []
    with pytest.raises(SystemExit) as ended:
        cli.main(["validate", str(tmp_path), "--project", str(ROOT), "--format", form, *options])
    assert ended.value.code == 1
    if output:
        assert any(path.name.startswith("e") for path in (tmp_path / output).iterdir())
    shown = capsysbinary.readouterr().out.decode()
    if form in {"text", "xlsx"}:
        for name, words in {"a": "RecursionError", "b": "KeyError", "c": "内存", "d": "没有权限"}.items():
            assert words in next(line for line in shown.splitlines() if line.startswith(f"{name}:"))
        assert any(line.startswith("e") for line in shown.splitlines())


def test_files_of_one_name_each_have_a_report(tmp_path):
    from ohai_kg.cli.marked import offices

    paths = [tmp_path / p for p in ("x/a.csv", "x/a.xlsx", "y/x/a.csv", "b.csv")]
    assert [name for _, name in offices(paths)] == ["x-a.csv", "x-a.xlsx", "x-a.csv-2", "b"]


def test_a_name_keeps_every_letter_that_can_be_read():
    assert name_of(Path("/x/表 甲.csv")) == "表 甲.csv"
    assert name_of(Path(os.fsdecode(b"/x/a\xff"))) == "a\ufffd"
