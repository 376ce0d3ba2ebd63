"""The command line as a clerk meets it: results on stdout alone, messages on stderr, exit codes 0, 1, 2, no traceback."""

import json
import shutil
import subprocess
import sys

import pytest

from tests.conftest import ROOT


def run(*arguments, home, cwd=ROOT, **environment):
    return subprocess.run(
        [sys.executable, "-m", "ohai_kg", *map(str, arguments)],
        capture_output=True,
        check=False,
        cwd=cwd,
        env={"PATH": "/usr/bin:/bin", "OHAI_KG_HOME": str(home), "LC_ALL": "C", **environment},
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    outcome = run("build", home=home)
    assert outcome.returncode == 0, outcome.stderr.decode()
    return home, outcome


def test_build_prints_the_release_id_and_nothing_else(built):
    home, outcome = built
    assert outcome.stdout.decode().strip() == (home / "current").read_text().strip()
    assert "符合 core 规则" in outcome.stderr.decode()


def test_building_twice_gives_the_same_bytes(built):
    home, _ = built
    first = (home / "releases" / (home / "current").read_text().strip() / "data.nq").read_bytes()
    assert run("build", home=home).returncode == 0
    second = (home / "releases" / (home / "current").read_text().strip() / "data.nq").read_bytes()
    assert first == second


def test_a_check_publishes_nothing(tmp_path):
    outcome = run("build", "--check", home=tmp_path)
    assert (outcome.returncode, outcome.stdout) == (0, b"")
    assert list(tmp_path.iterdir()) == []


def test_a_query_from_standard_input_answers_csv(built):
    home, _ = built
    outcome = subprocess.run(
        [sys.executable, "-m", "ohai_kg", "query", "-", "--format", "csv"],
        input=b"SELECT (COUNT(*) AS ?n) WHERE { ?d a <https://w3id.org/zwgk/ns#Duty> }",
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "OHAI_KG_HOME": str(home)},
    )
    assert (outcome.returncode, outcome.stdout) == (0, b"n\r\n263\r\n")


def test_a_query_that_does_not_parse_is_told_by_line_and_column(built, tmp_path):
    home, _ = built
    query = tmp_path / "查 询.rq"
    query.write_text("SELECT *\nWHERE { ?s ?p }", encoding="utf-8")
    outcome = run("query", query, home=home)
    assert outcome.returncode == 2
    assert outcome.stdout == b""
    assert "第 2 行" in outcome.stderr.decode()
    assert "Traceback" not in outcome.stderr.decode()


def test_releases_are_listed_shown_and_rolled_back(built):
    home, outcome = built
    first = outcome.stdout.decode().strip()
    run("build", home=home)
    listed = run("releases", "list", home=home).stdout.decode().splitlines()
    assert listed[0].startswith("* ")
    assert run("releases", "rollback", first, home=home).stdout.decode().strip() == first
    assert json.loads(run("releases", "show", home=home).stdout)["id"] == first
    missing = run("releases", "show", "nothing", home=home)
    assert (missing.returncode, missing.stdout) == (2, b"")
    assert "nothing" in missing.stderr.decode()


def test_all_faults_of_the_tables_are_listed_and_nothing_is_published(tmp_path):
    root = tmp_path / "坏 项目"
    for name in ("ontology", "shapes", "data"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "ohai_kg.toml", root)
    duties = root / "data" / "plan-2017-107" / "assignments.csv"
    duties.write_text(
        duties.read_text(encoding="utf-8").replace("unit/330304-qu-jiaoyuju", "unit/330304-qu-jiaoyuj", 1),
        encoding="utf-8",
    )
    (root / "data" / "registry" / "roles.csv").unlink()
    home = tmp_path / "home"
    outcome = run("build", "--project", root, home=home)
    message = outcome.stderr.decode()
    assert outcome.returncode == 2
    assert "data/plan-2017-107/assignments.csv 第 " in message
    assert "是否 330304-qu-jiaoyuju" in message
    assert "data/registry/roles.csv：现为 没有此文件" in message
    assert "Traceback" not in message
    assert not (home / "current").exists()


def test_help_of_every_verb_is_in_chinese_and_english():
    from ohai_kg.cli import VERBS

    for verb in VERBS:
        text = run(verb, "--help", home="unused").stdout.decode()
        assert any("一" <= character <= "鿿" for character in text), verb
        assert any(word in text for word in ("Start", "Make", "Run", "List", "Print", "Validate", "Read", "Write")), verb


def test_help_loads_no_heavy_library():
    outcome = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "ohai_kg", "--help"], capture_output=True, check=True, cwd=ROOT
    )
    loaded = {line.rpartition("|")[2].strip() for line in outcome.stderr.decode().splitlines()}
    assert loaded & {"fastapi", "rdflib", "pyshacl", "pyoxigraph", "pydantic", "openpyxl", "csvw"} == set()


def test_a_directory_that_is_no_project_is_told(tmp_path):
    outcome = run("build", "--project", tmp_path, home=tmp_path / "home")
    assert outcome.returncode == 2
    assert "ohai_kg.toml" in outcome.stderr.decode()


def test_a_wrong_setting_is_told(tmp_path):
    outcome = run("build", home=tmp_path, OHAI_KG_KEEP_RELEASES="0")
    assert outcome.returncode == 2
    assert "keep_releases" in outcome.stderr.decode()
