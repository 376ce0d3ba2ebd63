"""Imported tables survive a clerk: opened and saved by a real spreadsheet program they say the same."""

import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohai_kg.catalogues.importing import Wishes, import_workbook
from ohai_kg.project import open_project
from ohai_kg.shacl import load_profile
from ohai_kg.tables import read_sources
from ohai_kg.tables.values import guarded, unguarded
from tests.conftest import ROOT
from tests.office import save_again

NASTY = (
    "序号,一级事项,二级事项,公开内容,公开依据,公开时限,公开主体,公开方式,公开渠道和载体\n"
    '1-2,007,1-2,"=SUM(A1)\n-要点","《办法》、依据 <一>",3月5日前,"区人社局、1/2组",主动,政府网站\n'
    '3,2024年1月,true,-公开范围,1.10,20个工作日,"""甲""局",主动,1e5\n'
    "4,'引号,+电话,@某,《就业促进法》,形成之日起20个工作日内,区人社局,主动,政府网站\n"
)


def test_tables_saved_by_a_spreadsheet_program_say_the_same(tmp_path):
    root = tmp_path / "project"
    shutil.copytree(ROOT / "examples" / "district", root, ignore=shutil.ignore_patterns(".ohai-kg", "catalogues"))
    (tmp_path / "nasty.csv").write_text(NASTY, encoding="utf-8")
    project = open_project(root)
    profiles = [load_profile(ROOT / "shapes", "elements")]
    folder = import_workbook(project, tmp_path / "nasty.csv", Wishes("990101-qu-rensheju"), profiles).folder
    before = set(read_sources(project).quads)
    contents = {path.name: path.read_bytes() for path in folder.glob("*.csv")}
    save_again(folder, tmp_path / "profile")
    assert {path.name: path.read_bytes() for path in folder.glob("*.csv")} != contents
    assert set(read_sources(project).quads) == before
    again = import_workbook(project, tmp_path / "nasty.csv", Wishes("990101-qu-rensheju"), profiles)
    assert not again.changes


@pytest.mark.parametrize(
    "text", ["1-2", "007", "1.10", "12:30", "3月5日", "1/2", "50%", "=A1", "-要点", "+86", "@a", "'x", "TRUE", "1E5", "Mar 1"]
)
def test_what_a_spreadsheet_would_rewrite_is_guarded(text):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["", "12", "县民政局", "E4", "第3条", "20个工作日内", "990101-qu-rensheju-1234e567", "《办法》"]
)
def test_what_it_leaves_alone_stays_as_it_is(text):
    assert guarded(text) == text


@given(st.text(alphabet=st.characters(exclude_characters="\0\r", exclude_categories=("Cs",))))
def test_a_guarded_text_reads_back(text):
    assert unguarded(guarded(text)) == text
