"""`ohai-kg new`: a directory that builds and answers at once, or a refusal that changes nothing."""

import errno
import os
from pathlib import Path

import pytest

from ohai_kg.errors import ProjectError
from ohai_kg.starter import start_project
from tests.cli.test_commands import run
from tests.conftest import ROOT
from tests.test_second_district import OF_OUHAI


def contents(root):
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    place = tmp_path_factory.mktemp("office")
    return place / "新 项目", run("new", "新 项目", home=place / "home", cwd=place)


def test_the_path_is_printed_and_the_next_steps_are_told(made):
    root, outcome = made
    assert (outcome.returncode, outcome.stdout.decode()) == (0, f"{root}\n")
    message = outcome.stderr.decode()
    assert 'ohai-kg build --project "新 项目"' in message
    assert 'ohai-kg serve --project "新 项目"' in message


def test_it_is_the_example_without_its_releases(made):
    root, _ = made
    example = {name: text for name, text in contents(ROOT / "examples" / "district").items() if ".ohai-kg/" not in name}
    assert contents(root) == example
    assert {"ohai_kg.toml", "README.md", ".gitignore"} < set(example)


def test_no_word_of_ouhai_is_in_it(made):
    root, _ = made
    told = {name: OF_OUHAI.findall(name + text.decode("utf-8")) for name, text in contents(root).items()}
    assert {name: words for name, words in told.items() if words} == {}


def test_it_builds_and_answers_where_the_path_has_blanks_and_han_characters(made, tmp_path):
    root, _ = made
    built = run("build", home=tmp_path, cwd=root)
    assert built.returncode == 0, built.stderr.decode()
    query = tmp_path / "查 询.rq"
    query.write_text("SELECT (COUNT(*) AS ?n) WHERE { ?d a <https://w3id.org/zwgk/ns#Duty> }", encoding="utf-8")
    answer = run("query", query, "--format", "csv", "--project", root, home=tmp_path, cwd=tmp_path)
    assert (answer.returncode, answer.stdout) == (0, b"n\r\n8\r\n")


def test_releases_live_in_the_project_unless_told_otherwise(tmp_path):
    from ohai_kg.build import build
    from ohai_kg.project import open_project

    root = start_project(tmp_path / "project")
    release = build(open_project(root)).release
    assert (root / ".ohai-kg" / "releases" / release.id).is_dir()


def test_an_empty_directory_is_filled(tmp_path):
    assert start_project(tmp_path) == tmp_path
    assert (tmp_path / "ohai_kg.toml").is_file()


@pytest.mark.parametrize("found", ["note.txt", ".hidden", "folder/"])
def test_a_directory_that_is_not_empty_is_refused_and_left_alone(tmp_path, found):
    if found.endswith("/"):
        (tmp_path / found).mkdir()
    else:
        (tmp_path / found).write_text("mine", encoding="utf-8")
    outcome = run("new", tmp_path, home=tmp_path)
    message = outcome.stderr.decode()
    assert (outcome.returncode, outcome.stdout) == (2, b"")
    assert "不是空的" in message
    assert "is not empty" in message
    assert [path.name for path in tmp_path.iterdir()] == [found.rstrip("/")]


def test_a_file_is_refused(tmp_path):
    taken = tmp_path / "taken"
    taken.write_text("mine", encoding="utf-8")
    with pytest.raises(ProjectError, match="is not a directory") as refusal:
        start_project(taken)
    assert "不是目录" in refusal.value.zh
    assert taken.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("existed", [True, False])
def test_a_full_disk_is_told_and_leaves_nothing_behind(tmp_path, monkeypatch, existed):
    root = tmp_path / "project"
    if existed:
        root.mkdir()
    write, written = Path.write_bytes, []

    def write_some(path, content):
        if len(written) == 5:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written.append(path)
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", write_some)
    with pytest.raises(ProjectError, match="No space left"):
        start_project(root)
    assert root.exists() == existed
    assert list(tmp_path.rglob("*")) == ([root] if existed else [])
