"""The documents say what the code does."""

import re
from pathlib import Path

import pytest

from ohai_kg.catalogues import check_workbook_file, read_known
from ohai_kg.shacl import load_profile
from tests.conftest import ROOT
from tools.settings_table import render_settings


def test_the_settings_page_is_current():
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == render_settings()


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md", "CONTRIBUTING.md", "docs/maintainers.md"])
def test_links_inside_the_repository_lead_somewhere(name):
    page = ROOT / name
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_each_readme_shows_two_pictures_that_load_fast():
    for name in ("README.md", "README.zh-CN.md"):
        shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (ROOT / name).read_text(encoding="utf-8"))
        assert [Path(path).parent.as_posix() for path in shown] == ["docs/pictures"] * 2
        assert max((ROOT / path).stat().st_size for path in shown) < 150_000


def test_every_make_target_the_documents_name_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set()
    for path in [
        ROOT / "README.md",
        ROOT / "README.zh-CN.md",
        ROOT / "CONTRIBUTING.md",
        *Path(ROOT / "docs").glob("*.md"),
    ]:
        named |= set(re.findall(r"`?make ([a-z-]+)\b", path.read_text(encoding="utf-8"))) - {
            "sure",
            "it",
            "a",
            "the",
            "are",
        }
    assert named <= targets


def test_the_readmes_have_the_same_sections():
    count = [
        len(re.findall(r"^## ", (ROOT / n).read_text(encoding="utf-8"), re.MULTILINE)) for n in ("README.md", "README.zh-CN.md")
    ]
    assert count[0] == count[1]


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_first_validation_prints_what_the_readme_shows(name, plan_project, plan_release):
    text = (ROOT / name).read_text(encoding="utf-8")
    shown = re.search(r"```\n(03-lost-merges.*?)```", text, re.DOTALL)[1].splitlines()
    known = read_known(plan_project)
    elements = [load_profile(ROOT / "shapes", "elements")]
    told = check_workbook_file(ROOT / "examples" / "workbooks" / "03-lost-merges-gbk.csv", elements, known).report.to_text()
    at = told.splitlines().index(shown[2])
    assert told.splitlines()[0] == shown[0]
    assert told.splitlines()[at : at + 3] == shown[2:]
