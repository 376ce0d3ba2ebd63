"""`ohai-kg import`: what it says, where, and with which exit code."""

import json
import shutil

import pytest

from tests.cli.test_commands import run
from tests.conftest import ROOT

TWO_LEVELS = ROOT / "examples" / "workbooks" / "01-two-level-head.xlsx"
HEAD = "序号,一级事项,公开内容,公开依据,公开时限,公开主体,公开方式,公开渠道和载体\n"


@pytest.fixture
def district(tmp_path):
    root = tmp_path / "区 项目"
    shutil.copytree(ROOT / "examples" / "district", root, ignore=shutil.ignore_patterns(".ohai-kg"))
    return root


def take(district, *arguments):
    return run("import", *arguments, "--project", district, home=district / ".ohai-kg")


def test_violations_are_told_and_the_catalogue_is_in(district):
    outcome = take(district, TWO_LEVELS, "--issuer", "990101", "--format", "json")
    assert outcome.returncode == 1, outcome.stderr.decode()
    told = json.loads(outcome.stdout)
    assert told["written"] is True
    assert told["catalogue"]["folder"] == "data/catalogues/990101/nongcun-weifang-gaizao"
    assert told["report"]["profiles"] == ["national2019"]
    assert told["report"]["counts"] == {"items": 5, "violation": 10, "warning": 1, "info": 1}
    assert "ohai-kg build" in outcome.stderr.decode()
    assert run("build", "--project", district, home=district / ".ohai-kg").returncode == 0


def test_a_second_time_says_that_nothing_changed(district):
    take(district, TWO_LEVELS, "--issuer", "990101")
    outcome = take(district, TWO_LEVELS, "--issuer", "990101")
    assert "没有变化" in outcome.stderr.decode()
    assert outcome.stdout.decode().startswith("增 0 项，删 0 项，改 0 项。")


def test_by_the_six_elements_a_full_catalogue_has_exit_code_0(district, tmp_path):
    path = tmp_path / "full.csv"
    path.write_text(HEAD + "1,补贴,标准,《就业促进法》,形成之日起20个工作日内,区人社局,主动,政府网站\n", encoding="gb18030")
    outcome = take(district, path, "--issuer", "990101-qu-rensheju", "--profile", "elements")
    assert outcome.returncode == 0, outcome.stdout.decode()
    assert (district / "data" / "catalogues" / "990101-qu-rensheju" / "full" / "items.csv").is_file()


def test_what_cannot_be_imported_exits_with_2_and_says_why(district):
    outcome = take(district, TWO_LEVELS, "--issuer", "990101-qu-renshe")
    assert (outcome.returncode, outcome.stdout) == (2, b"")
    assert "990101" in outcome.stderr.decode()


def test_words_that_were_not_understood_are_counted(district, tmp_path):
    path = tmp_path / "目录.csv"
    path.write_text(
        "序号,一级事项,二级事项,公开内容,公开依据,公开时限,公开主体,公开属性\n"
        "1,甲类,甲,要点,《甲法》,看情况,区政府,部分公开\n2,甲类,乙,要点,《甲法》,长期公开,区政府,主动公开\n",
        encoding="utf-8",
    )
    outcome = take(district, str(path), "--issuer", "990101", "--key", "jia", "--dry-run")
    assert "1 项的依据、时限或方式有未能识别的写法" in outcome.stderr.decode()
