"""The graph holds every body row of the document: written back from it, each hashes as committed; nothing slips."""

import csv
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest

from ohai_kg.build import assemble
from ohai_kg.project import open_project
from tests.fidelity.document import compare, read_list
from tests.fidelity.rendering import RENDERERS, rendered_rows

ROOT = Path(__file__).parent.parent.parent
ID = "https://w3id.org/zwgk/id/"
ZWGK = "https://w3id.org/zwgk/ns#"

COUNTS = {
    "title-page": 7,
    "section-1": 6,
    "section-2": 9,
    "section-3": 6,
    "section-4": 15,
    "section-5": 4,
    "annex-list": 8,
    "annex-headings": 15,
    "annex-1": 28,
    "annex-2": 175,
    "annex-3": 25,
    "annex-4": 15,
    "annex-5": 263,
    "annex-6": 10,
    "annex-7": 70,
    "imprint": 1,
}


@pytest.fixture(scope="session")
def faithful(plan_project) -> ox.Store:
    return assemble(plan_project)


@pytest.fixture(scope="session")
def committed():
    return read_list()


@pytest.fixture
def differing(faithful, committed):
    """Put some quads for others, say what differs from the committed list, and undo it."""
    undo = []

    def replace(gone, come) -> list[tuple[str, int, str]]:
        undo.append((gone, come))
        for quad in gone:
            faithful.remove(quad)
        faithful.extend(come)
        return [(d.part, d.order, d.kind) for d in compare(committed, rendered_rows(faithful))]

    yield replace
    for gone, come in undo:
        for quad in come:
            faithful.remove(quad)
        faithful.extend(gone)


def node(name: str) -> ox.NamedNode:
    return ox.NamedNode(ID + name)


def cells(store: ox.Store, key: str, prop: str | None = None) -> list[ox.Quad]:
    """What the graph says of the thing `key`, or only its `prop`."""
    return list(store.quads_for_pattern(node(key), prop and ox.NamedNode(ZWGK + prop), None, None))


def test_every_part_of_the_document_is_rendered(committed):
    parts = [row.part for row in committed]
    assert {part: parts.count(part) for part in dict.fromkeys(parts)} == COUNTS
    assert set(RENDERERS) == set(COUNTS)


@pytest.mark.parametrize("part", COUNTS)
def test_the_graph_gives_back_the_rows_of_the_document(faithful, committed, part):
    expected = [row for row in committed if row.part == part]
    assert [str(difference) for difference in compare(expected, rendered_rows(faithful, part))] == []


# A row of a part in the middle of its list, by its number, the thing it stands for and the one after it, and the cells
# it is printed from.
ROWS = [
    ("annex-5", 57, "duty/BZZF-B-003", "duty/BZZF-B-004", ["verbatimText", "verbatimUnit"]),
    ("annex-5", 72, "duty/NCWF-B-003", "duty/NCWF-B-004", ["verbatimText", "verbatimUnit"]),
    ("section-2", 4, "provision/scope-4", "provision/scope-5", ["sourceNumbering", "text"]),
    ("section-4", 7, "task/task-2-2", "task/task-2-3", ["sourceNumber", "text"]),
    ("annex-1", 13, "membership/lead-group/lu-zhonglei-1", "membership/lead-group/lin-heguo-1", ["verbatimTitle"]),
    ("annex-2", 39, "membership/zt-03/ou-shengwu-1", "membership/zt-03/zhou-hao-1", ["verbatimName", "verbatimTitle"]),
    ("annex-3", 7, "membership/core/wu-lijie-1", "membership/core/zhou-yanqing-1", ["verbatimName", "verbatimTitle"]),
    ("annex-4", 3, "mandate/mandate-qu-bianban", "mandate/mandate-qu-caizhengju", ["verbatimUnit", "verbatimText"]),
    ("annex-6", 8, "innovation/innov-08", "innovation/innov-09", ["verbatimText", "verbatimLead", "verbatimUnit"]),
    ("annex-6", 8, "innovation/innov-08", "innovation/innov-09", ["verbatimName", "verbatimDue"]),
    ("annex-7", 27, "form-entry/entry-03", "form-entry/entry-04", ["verbatimText", "verbatimUnit"]),
    ("annex-7", 66, "item/plan-2017-107-102", "item/plan-2017-107-120", ["indexNumber", "verbatimAttribute"]),
]
CELLS = [(part, number, key, cell) for part, number, key, _, printed in ROWS for cell in printed]
LISTS = [(part, number, key, following) for part, number, key, following, _ in ROWS if part != "annex-6"]


def one_character_off(text: str) -> str:
    middle = len(text) // 2
    return f"{text[:middle]}{'某' if text[middle] != '某' else '甲'}{text[middle + 1 :]}"


@pytest.mark.parametrize(("part", "number", "key", "cell"), CELLS)
def test_one_character_of_one_cell_is_noticed(faithful, differing, part, number, key, cell):
    (quad,) = cells(faithful, key, cell)
    value = ox.Literal(one_character_off(quad.object.value), language=quad.object.language)
    changed = ox.Quad(quad.subject, quad.predicate, value, quad.graph_name)
    assert differing([quad], [changed]) == [(part, number, "changed")]


@pytest.mark.parametrize(("part", "number", "key", "following"), LISTS)
def test_a_dropped_row_is_noticed(faithful, differing, part, number, key, following):
    assert differing(cells(faithful, key), []) == [(part, number, "missing")]


@pytest.mark.parametrize(("part", "number", "key", "following"), LISTS)
def test_two_swapped_rows_are_noticed(faithful, differing, part, number, key, following):
    (one,), (other,) = cells(faithful, key, "order"), cells(faithful, following, "order")
    swapped = [
        ox.Quad(one.subject, one.predicate, other.object, one.graph_name),
        ox.Quad(other.subject, one.predicate, one.object, other.graph_name),
    ]
    ((found_part, found_number, kind),) = differing([one, other], swapped)
    assert (found_part, kind) == (part, "reordered")
    assert found_number in {number, number + 1}


def test_a_cell_filled_that_the_document_leaves_blank_is_noticed(faithful, differing):
    graph = cells(faithful, "duty/SZFW-GJ-B-002", "verbatimText")[0].graph_name
    unit = ox.Literal("市交运集团城西公交公司")
    filled = ox.Quad(node("duty/SZFW-GJ-B-002"), ox.NamedNode(ZWGK + "verbatimUnit"), unit, graph)
    assert differing([], [filled]) == [("annex-5", 139, "changed")]


def test_a_duty_in_another_stage_is_noticed(faithful, differing):
    (quad,) = cells(faithful, "duty/BZZF-B-003", "stage")
    moved = ox.Quad(quad.subject, quad.predicate, ox.NamedNode("https://w3id.org/zwgk/def/stage/C"), quad.graph_name)
    assert differing([quad], [moved]) == [("annex-5", 57, "changed"), ("annex-5", 58, "changed")]


@pytest.fixture
def edited(tmp_path, committed):
    """Edit tables of a copy of the project, build it anew and say what differs: `edit` maps a file to a function."""

    def build(edits) -> list[tuple[str, int, str]]:
        for folder in ("data", "ontology"):
            shutil.copytree(ROOT / folder, tmp_path / folder)
        shutil.copy(ROOT / "ohai_kg.toml", tmp_path)
        for name, edit in edits.items():
            path = tmp_path / "data" / "plan-2017-107" / name
            with path.open(encoding="utf-8", newline="") as file:
                reader = csv.DictReader(file)
                rows = edit(list(reader))
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, reader.fieldnames, lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
        store = assemble(open_project(tmp_path, home=tmp_path / "home"))
        return [(d.part, d.order, d.kind) for d in compare(committed, rendered_rows(store))]

    return build


def setting(column: str, values: dict[str, str], *keys: str):
    """An edit: put values into a column, by the key of the row."""

    def edit(rows):
        for row in rows:
            row[column] = values.get("/".join(row[key] for key in keys), row[column])
        return rows

    return edit


def without(column: str, value: str):
    return lambda rows: [row for row in rows if row[column] != value]


def test_a_table_of_annex_5_with_one_character_changed_is_noticed(edited):
    edit = setting("责任单位栏原文", {"BZZF-B-003": "区民攻局"}, "键")
    assert edited({"duties.csv": edit}) == [("annex-5", 57, "changed")]


def test_a_table_of_annex_5_with_a_row_dropped_is_noticed(edited):
    edits = {"duties.csv": without("键", "BZZF-B-003"), "assignments.csv": without("工作内容", "BZZF-B-003")}
    assert edited(edits) == [("annex-5", 57, "missing")]


def test_a_table_of_annex_5_with_two_rows_swapped_is_noticed(edited):
    edit = setting("序", {"BZZF-B-003": "58", "BZZF-B-004": "57"}, "键")
    assert edited({"duties.csv": edit}) == [("annex-5", 58, "reordered")]


def test_a_table_of_annex_2_with_one_character_changed_is_noticed(edited):
    edit = setting("印刷姓名", {"zt-03/ou-shengwu-1": "欧胜斌"}, "小组", "人员")
    assert edited({"memberships.csv": edit}) == [("annex-2", 39, "changed")]


def test_a_table_of_annex_2_with_a_row_dropped_is_noticed(edited):
    edit = without("印刷职务", "温州铁路南站综合管理办公室安置科科长")
    assert edited({"memberships.csv": edit}) == [("annex-2", 32, "missing")]


def test_a_table_of_annex_2_with_two_rows_swapped_is_noticed(edited):
    edit = setting("序", {"zt-03/ou-shengwu-1": "6", "zt-03/zhou-hao-1": "5"}, "小组", "人员")
    assert edited({"memberships.csv": edit}) == [("annex-2", 40, "reordered")]
