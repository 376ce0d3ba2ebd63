"""Which rows are items, what is carried down and what never is, and where every finding points."""

import csv
import io
from types import SimpleNamespace

import openpyxl
import pyoxigraph as ox
import pytest

from ohai_kg.catalogues.catalogue import read_catalogue
from ohai_kg.catalogues.tables import Edition
from ohai_kg.catalogues.values.registry import Registry
from tests.ingest.workbooks.support import BASE, findings, read_example

REGISTRY = Registry()
HEAD = ["序号", "一级事项", "二级事项", "公开内容", "公开依据", "公开时限", "公开主体", "公开渠道和载体", "公开方式"]
FULL = ["1", "甲类", "甲", "要点", "《甲法》", "长期公开", "某局", "■政府网站", "主动"]
NS = "https://w3id.org/zwgk/ns#"


def read_csv(*rows, head=HEAD):
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    return read_catalogue(text.getvalue().encode(), registry=REGISTRY, name="f.csv")


def read_xlsx(*rows, merges=(), head=HEAD):
    book = openpyxl.Workbook()
    book.active.title = "表"
    for row in (head, *rows):
        book.active.append(row)
    for merge in merges:
        book.active.merge_cells(merge)
    target = io.BytesIO()
    book.save(target)
    return read_catalogue(target.getvalue(), registry=REGISTRY)


def test_a_numbered_row_that_is_otherwise_empty_lacks_everything():
    (_, item) = read_csv(FULL, ["2"]).items
    assert item.missing == ("name", "basis", "content", "subject", "deadline", "method")


def test_a_row_without_number_but_with_an_element_is_an_item():
    assert len(read_csv(FULL, ["", "", "", "要点"]).items) == 2


@pytest.mark.parametrize("row", [[], ["注：以上为准。"], ["填表人：甲"], ["", "乙类"], ["第二部分 说明"]])
def test_blank_rows_notes_and_lines_of_text_are_no_items(row):
    assert len(read_csv(FULL, row).items) == 1


def test_the_name_is_the_deepest_level_of_the_rows_own_cells():
    items = read_csv(FULL, ["2", "乙类", "", "要点"], ["3", "", "", "要点"]).items
    assert [item.name for item in items] == ["甲", "乙类", ""]
    assert [item.categories for item in items] == [("甲类",), ("乙类",), ("乙类",)]


def test_numbers_and_first_levels_are_carried_down_and_elements_are_not():
    (_, item) = read_csv(FULL, ["", "", "乙", "要点二"]).items
    assert (item.number, item.categories, item.name) == ("1", ("甲类",), "乙")
    assert item.missing == ("basis", "subject", "deadline", "method")


def test_a_new_first_level_ends_the_number_of_the_old_one():
    (_, item) = read_csv(FULL, ["", "乙类", "乙", "要点二"]).items
    assert item.number == ""


def test_a_stage_is_carried_down():
    head = ["过程", *HEAD]
    items = read_csv(["决策", *FULL], ["", "2", "", "乙", "要点"], ["其他", "3", "", "丙", "要点"], head=head).items
    assert [item.stage for item in items] == ["A", "A", ""]


def test_a_blank_in_a_csv_comes_with_a_proposal_and_stays_blank():
    catalogue = read_csv(FULL, ["2", "", "乙", "要点二", "", "长期公开", "某局", "■政府网站", "主动"])
    assert catalogue.items[1].missing == ("basis",)
    (note,) = catalogue.notes
    assert (note.code, note.element, note.place.row, note.place.cell, note.proposal) == (
        "blank-below-value",
        "basis",
        3,
        "E3",
        "《甲法》",
    )


def test_real_merges_count_for_every_element_and_blanks_beside_them_do_not():
    blank = ["2", "", "乙", "", "", "", "", "", ""]
    item = read_xlsx(FULL, blank, merges=["B2:B3", "E2:E3", "F2:F3", "I2:I3"]).items[1]
    assert item.missing == ("content", "subject")
    assert item.place_of() == ("表", 3, None)
    assert read_xlsx(FULL, blank).items[1].missing == ("basis", "content", "subject", "deadline", "method")
    assert not read_xlsx(FULL, blank).notes


def test_two_rows_merged_in_every_column_are_one_item():
    catalogue = read_xlsx(FULL, [], merges=[f"{letter}2:{letter}3" for letter in "ABCDEFGHI"])
    assert [item.place.row for item in catalogue.items] == [2]


def test_a_line_merged_across_the_table_is_no_item_and_fills_no_cell():
    catalogue = read_xlsx(["一、总则部分内容说明"], FULL, merges=["A2:I2"])
    assert [item.place.row for item in catalogue.items] == [3]


def test_ditto_is_resolved_upwards_and_kept():
    items = read_csv(FULL, ["2", "", "乙", "同上", "同上", "同上", "同上", "同上", "同上"], ["3", "", "丙", "同上"]).items
    assert [item.content for item in items] == ["要点"] * 3
    assert items[1].missing == ()
    assert items[1].of(*[column.role for column in items[1].columns if column.letters == "D"])[0][1].verbatim == "同上"


def test_ditto_below_nothing_is_missing_and_noted():
    catalogue = read_csv(["1", "甲类", "甲", "同上", "《甲法》"])
    assert "content" in catalogue.items[0].missing
    assert [note.code for note in catalogue.notes] == ["ditto-unresolved"]


def test_both_modes_marked_are_two_modes():
    head = [*HEAD[:8], "主动", "依申请"]
    assert read_csv([*FULL[:8], "√", "√"], head=head).items[0].modes == ("proactive", "on-request")


def test_a_finding_points_to_its_cell_and_a_missing_element_to_the_blank_one():
    assert findings(read_example("01"))[:3] == [
        ["violation", "ELM-03", "农村危房改造", 6, "D6"],
        ["violation", "ELM-04", "农村危房改造", 6, "G6"],
        ["violation", "ELM-02", "农村危房改造", 7, "E7"],
    ]


def test_a_column_that_is_not_there_is_one_info_for_the_table_and_one_finding_a_row():
    catalogue = read_csv(FULL[:6], ["2", "", "乙", "要点", "《甲法》", "长期公开"], head=HEAD[:6])
    assert findings(catalogue) == [
        ["info", "ELM-23", None, 1, None],
        ["info", "ELM-25", None, 1, None],
        ["violation", "ELM-04", None, 2, None],
        ["violation", "ELM-06", None, 2, None],
        ["violation", "ELM-04", None, 3, None],
        ["violation", "ELM-06", None, 3, None],
    ]


def test_items_keep_their_names_when_rows_move():
    def iris(catalogue):
        quads = catalogue.quads(BASE, "qinghe", "k")
        return {quad.subject.value for quad in quads if quad.object == ox.NamedNode(NS + "InformationItem")}

    second = ["2", "乙类", "乙", *FULL[3:]]
    moved = iris(read_csv(["1", "乙类", "乙", *FULL[3:]], ["2", *FULL[1:]]))
    assert iris(read_csv(FULL, second)) == moved
    assert all(iri.startswith(f"{BASE}id/item/qinghe-k-") for iri in moved)


def test_two_rows_of_the_same_name_stay_two_items():
    catalogue = read_csv(FULL, FULL)
    subjects = {
        quad.subject.value for quad in catalogue.quads(BASE, "q", "k") if quad.object == ox.NamedNode(NS + "InformationItem")
    }
    assert len(subjects) == 2


def test_instances_follow_the_base_and_all_statements_stand_in_one_graph():
    quads = read_csv(FULL).quads("https://data.example.cn/", "qinghe", "k", publisher="https://data.example.cn/id/unit/x")
    assert {quad.graph_name.value for quad in quads} == {"https://data.example.cn/graph/catalogue/qinghe/k"}
    assert all(quad.subject.value.startswith("https://data.example.cn/id/") for quad in quads)


def test_what_no_cell_holds_has_no_place():
    catalogue = read_csv(FULL)
    catalogue.quads(BASE, "q", "k")
    assert catalogue.place_of(SimpleNamespace(focus=f"{BASE}id/catalogue/q-k", element=None, path="dct:issued")) is None


def test_a_continued_table_goes_on_under_its_title():
    again = [["户籍管理领域目录"], HEAD, FULL, ["（续表）"], HEAD, ["2", "", "乙", *FULL[3:]]]
    catalogue = read_csv(*again[1:], head=again[0])
    assert [table.title for table in catalogue.tables] == ["户籍管理领域目录"]
    assert [(item.place.row, item.name, item.categories) for item in catalogue.items] == [
        (3, "甲", ("甲类",)),
        (6, "乙", ("甲类",)),
    ]


@pytest.mark.parametrize(
    "foot",
    [
        ["填表人：张三", "", "审核人：李四", "", "联系电话：0000"],
        ["合计", "", "", "12 项"],
        ["小 计"],
        ["填报日期：2024年3月1日"],
        ["", "注：■为必选"],
    ],
)
def test_the_foot_of_a_form_and_sums_are_no_items(foot):
    assert [item.place.row for item in read_csv(FULL, foot).items] == [2]


def test_a_single_level_is_the_name_and_heads_no_group():
    head = ["序号", "事项名称", *HEAD[3:]]
    first, second = read_csv(["1", "低保审批", *FULL[3:]], ["2", "", *FULL[3:]], head=head).items
    assert (first.name, first.categories, first.missing) == ("低保审批", (), ())
    assert (second.name, second.categories, second.missing) == ("", (), ("name",))


def test_the_attribute_not_to_be_disclosed_is_no_mode():
    head = [*HEAD[:8], "公开属性", "不予公开理由"]
    (item,) = read_csv([*FULL[:8], "不予公开", "个人隐私"], head=head).items
    assert (item.attribute, item.modes, item.missing) == ("B", (), ())
    assert item.grounds


def test_a_column_headed_mode_that_says_not_to_be_disclosed_is_the_attribute():
    rows = [[*FULL[:8], "主动公开"], [*FULL[:8], "不予公开"]]
    first, second = read_csv(*rows).items
    assert (first.attribute, second.attribute) == ("G", "B")
    assert first.modes == second.modes == ()


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        ([["青禾县户籍管理目录"], ["（试行）"]], "青禾县户籍管理目录（试行）"),
        ([["附件1"], ["青禾县户籍管理目录（2024年版）"], ["编制单位：县公安局"]], "青禾县户籍管理目录（2024年版）"),
        ([["（十三）户籍管理领域基层政务公开标准目录"], []], "（十三）户籍管理领域基层政务公开标准目录"),
    ],
)
def test_the_title_keeps_its_edition(lines, title):
    catalogue = read_csv(*lines[1:], HEAD, FULL, head=lines[0])
    assert catalogue.title == title
    assert [item.place.row for item in catalogue.items] == [len(lines) + 2]


def test_rows_count_from_the_top_of_the_file_also_below_blank_ones_and_in_stacked_tables():
    catalogue = read_xlsx([], ["一目录"], HEAD, FULL, [], ["二目录"], HEAD, FULL, head=[])
    assert [(table.title, table.place.row) for table in catalogue.tables] == [("一目录", 4), ("二目录", 8)]
    assert [item.place.row for item in catalogue.items] == [5, 9]


def test_a_list_of_subjects_that_ends_in_and_others_is_noted():
    catalogue = read_csv([*FULL[:6], "县教育局、县民政局等部门", *FULL[7:]])
    (item,) = catalogue.items
    assert [subject.name for subject in item.subjects.subjects] == ["县教育局", "县民政局"]
    assert [(note.code, note.place.cell, note.element) for note in catalogue.notes] == [("subject-open-ended", "G2", "subject")]


def test_a_doubtful_column_is_named_in_words():
    (note,) = read_csv([*FULL, "决策"], head=[*HEAD, "时段"]).notes
    assert note.zh == "J 列“时段”读作“过程（五公开）”，把握不大：请核对，需要时自行指定。"
    assert note.en == 'Column J "时段" was read as "stage" without certainty: check it, or set it.'


def test_hidden_sheets_rows_and_columns_are_read_like_any_other():
    book = openpyxl.Workbook()
    shown, hidden = book.active, book.create_sheet("旧表")
    for sheet in (shown, hidden):
        sheet.append(HEAD)
        sheet.append(FULL)
        sheet.append(["2", "", "乙", *FULL[3:]])
    shown.row_dimensions[3].hidden = True
    shown.column_dimensions["F"].hidden = True
    hidden.sheet_state = "hidden"
    target = io.BytesIO()
    book.save(target)
    items = read_catalogue(target.getvalue(), registry=REGISTRY).items
    assert [(item.place.sheet, item.place.row, item.missing) for item in items] == [
        ("Sheet", 2, ()),
        ("Sheet", 3, ()),
        ("旧表", 2, ()),
        ("旧表", 3, ()),
    ]


def test_items_of_one_name_are_numbered_in_their_order():
    tables = read_csv(FULL, FULL, FULL).tables_for(BASE, Edition("330304-x", "2020"))
    first, *others = [row["key"] for row in tables.rows["items.csv"]]
    assert others == [f"{first}-2", f"{first}-3"]
