"""Every table survives a real spreadsheet program: opened and saved by LibreOffice, it builds to the same bytes."""

import shutil

import pytest

from ohai_kg.build import assemble, nquads
from ohai_kg.project import open_project
from tests.office import save_again


@pytest.fixture(scope="module")
def saved_project(plan_project, tmp_path_factory):
    """A copy of this project whose tables were all opened and saved by LibreOffice Calc."""
    root = tmp_path_factory.mktemp("saved") / "project"
    for name in ("ontology", "shapes", "queries", "data"):
        if (plan_project.root / name).is_dir():
            shutil.copytree(plan_project.root / name, root / name)
    shutil.copy(plan_project.root / "ohai_kg.toml", root)
    for folder in sorted({path.parent for path in (root / "data").rglob("*.csv")}):
        save_again(folder, root.parent / "profile")
    return open_project(root)


def test_the_tables_were_really_rewritten(plan_project, saved_project):
    before = (plan_project.data / "plan-2017-107" / "memberships.csv").read_bytes()
    after = (saved_project.data / "plan-2017-107" / "memberships.csv").read_bytes()
    assert b",true," in before
    assert b",TRUE," in after


def test_a_table_saved_by_a_spreadsheet_program_builds_to_the_same_bytes(plan_release, saved_project):
    assert b"".join(nquads(assemble(saved_project))) == plan_release.nquads.read_bytes()
