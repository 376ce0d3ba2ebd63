"""`ohai-kg query`: every format on stdout alone, a table that lines up, and faults that say what to do."""

import csv
import io
import json
import os
import re
import subprocess
import sys
import unicodedata

import openpyxl
import pyoxigraph as ox
import pytest

from tests.conftest import ROOT
from tests.queries.asking import QUERIES, read

CONSTRUCT = b"CONSTRUCT { ?d a ?c } WHERE { ?d a ?c . FILTER(?c = <https://w3id.org/zwgk/ns#Delegation>) }"


@pytest.fixture(scope="module")
def ask(plan_release):
    """Run the command over the release of this test run."""
    environment = {**os.environ, "OHAI_KG_HOME": str(plan_release.nquads.parent.parent.parent)}

    def run(*arguments, given=b""):
        command = [sys.executable, "-m", "ohai_kg", "query", *arguments]
        return subprocess.run(command, input=given, capture_output=True, check=False, cwd=ROOT, env=environment)

    return run


def width(text):
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)


def test_a_table_lines_up_although_han_characters_are_two_wide(ask):
    lines = ask("stage-totals").stdout.decode().splitlines()
    assert len(lines) == 6
    starts = {width(line[: line.rindex("  ")]) for line in lines[1:]}
    assert len(starts) == 1
    assert lines[1].split()[1:] == ["执行", "77"]


def test_a_file_is_run_as_it_stands_and_csv_is_the_whole_answer(ask):
    slug = "delegated-duties"
    for source in (slug, str(QUERIES[slug])):
        done = ask(source, "--format", "csv")
        assert done.returncode == 0
        assert list(csv.reader(io.StringIO(done.stdout.decode(), newline=""))) == read(slug)


def test_other_formats(ask):
    assert json.loads(ask("stage-totals", "--format", "json").stdout)["head"]["vars"] == ["stage", "stageLabel", "duties"]
    assert ask("stage-totals", "--format", "xml").stdout.startswith(b"<?xml")
    assert ask("stage-totals", "--format", "tsv").stdout.startswith(b"?stage\t?stageLabel\t?duties\n")
    book = openpyxl.load_workbook(io.BytesIO(ask("stage-totals", "--format", "xlsx").stdout))
    assert [cell.value for cell in book["结果"][2]][1:] == ["执行", 77]
    for name, syntax in (("ttl", ox.RdfFormat.TURTLE), ("jsonld", ox.RdfFormat.JSON_LD)):
        done = ask("-", "--format", name, given=CONSTRUCT)
        assert len(list(ox.parse(done.stdout, format=syntax))) == 3
    assert ask("-", given=b"ASK { ?s ?p ?o }").stdout == b"true\n"


def test_a_format_of_another_kind_is_refused(ask):
    for arguments, given in ((("stage-totals", "--format", "ttl"), b""), (("-", "--format", "csv"), CONSTRUCT)):
        done = ask(*arguments, given=given)
        assert (done.returncode, done.stdout) == (2, b"")
        assert "没有所要的格式" in done.stderr.decode()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("stage-totals", "--param", "domain"), "--param 名=值"),
        (("stage-totals", "--param", "nothing=1"), "没有这个参数"),
        (("stage-totals", "--param", "domain=XXXX"), "ZDBC（征地补偿）"),
        (("joint-unit-pairs", "--param", "unit=区财正局"), "区财政局"),
        (("people-in-most-groups", "--param", "atLeast=many"), "应为整数"),
        (("no-such-question",), "没有名为 no-such-question"),
        (("-", "--param", "domain=ZDBC"), "只用于已存查询"),
    ],
)
def test_a_fault_says_what_to_do(ask, arguments, words):
    done = ask(*arguments, given=b"ASK {}")
    assert (done.returncode, done.stdout) == (2, b"")
    assert words in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_all_questions_are_listed_in_their_order(ask):
    lines = ask("--list").stdout.decode().splitlines()
    assert lines[0].split() == ["units-by-domain-count", "哪些单位承担职责的领域最多？"]
    assert len(lines) == len(QUERIES)


def test_the_analyst_guide_shows_what_the_command_prints(ask):
    guide = (ROOT / "docs" / "analyst.md").read_text(encoding="utf-8")
    shown = re.search(r"```text\n(.*?)```", guide, re.DOTALL)
    assert "ohai-kg query stage-totals --param domain=征地补偿" in guide
    assert shown[1] == ask("stage-totals", "--param", "domain=征地补偿").stdout.decode()


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_shows_what_the_first_question_answers(name):
    rows = "\n".join(",".join(row) for row in read("units-by-domain-count")[:4])
    assert f"```csv\n{rows}\n```" in (ROOT / name).read_text(encoding="utf-8")
