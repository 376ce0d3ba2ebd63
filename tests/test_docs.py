"""The documents say what the code does."""

import re
from pathlib import Path

import pytest

from ohai_kg.export.settings_table import render_settings
from tests.conftest import ROOT


def test_the_settings_page_is_current():
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == render_settings()


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md", "CONTRIBUTING.md", "docs/maintainers.md"])
def test_links_inside_the_repository_lead_somewhere(name):
    page = ROOT / name
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


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
