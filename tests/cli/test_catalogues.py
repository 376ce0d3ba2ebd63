"""`ohai-kg catalogues`."""

import pytest

from tests.cli.test_commands import run

SLUG = "negative-CQAZ-330304-qu-zhengshouban"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("catalogues-home")
    assert run("build", home=home).returncode == 0
    return home


def test_the_catalogues_are_listed_with_their_number_of_items(home):
    lines = run("catalogues", home=home).stdout.decode().splitlines()
    assert [line.split() for line in lines] == [
        ["proactive-CQAZ-330304-qu-zhengshouban", "1", "拆迁安置领域主动公开目录（区征收办）"],
        ["on-request-CQAZ-330304-qu-zhengshouban", "4", "拆迁安置领域依申请公开目录（区征收办）"],
        [SLUG, "1", "拆迁安置领域政务公开负面清单（区征收办）"],
    ]


def test_one_catalogue_is_written_to_standard_output(home):
    outcome = run("catalogues", SLUG, home=home)
    assert outcome.stdout.decode().splitlines()[1].startswith("1,XX项目国有土地上房屋征收与补偿启动阶段材料审查报告,")


def test_all_catalogues_are_written_to_a_folder(home, tmp_path):
    assert run("catalogues", "--all", tmp_path / "目录 甲", home=home).returncode == 0
    names = sorted(path.name for path in (tmp_path / "目录 甲").iterdir())
    assert len(names) == 9 + 4
    assert {"resources.csv", "resources.xlsx", "open-data.csv", "open-data.xlsx"} <= set(names)
    assert f"{SLUG}.xlsx" in names


def test_a_catalogue_that_does_not_exist_is_told(home):
    outcome = run("catalogues", "x", home=home)
    assert (outcome.returncode, outcome.stdout) == (2, b"")
    assert "没有名为 x 的目录" in outcome.stderr.decode()
