"""Tables are found and columns understood whatever their order, breaks, losses and extra columns."""

import csv
import io
import random

import openpyxl
import pytest

from ohai_kg.catalogues.catalogue import read_catalogue
from ohai_kg.catalogues.layout import Role
from ohai_kg.catalogues.layout.roles import read_heading
from ohai_kg.catalogues.values.registry import Registry
from ohai_kg.errors import ColumnsInvalid

REGISTRY = Registry()


def read(rows, **more):
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return read_catalogue(text.getvalue().encode(), registry=REGISTRY, **more)


def roles(catalogue, table=0):
    return [column.role for column in catalogue.tables[table].columns]


@pytest.mark.parametrize(
    ("words", "role"),
    [
        ("序号", Role.ORDINAL),
        ("一级 事项", Role.CATEGORY),
        ("Ⅱ级公开事项", Role.CATEGORY),
        ("三级指标", Role.CATEGORY),
        ("事项名称", Role.CATEGORY),
        ("公开内容（要素）及要求", Role.CONTENT),
        ("公开内容和测评依据", Role.CONTENT),
        ("主要公开依据", Role.BASIS),
        ("不予公开理由", Role.GROUND),
        ("时限要求", Role.DEADLINE),
        ("公开时长", Role.DURATION),
        ("公开主", Role.SUBJECT),
        ("公开责任主体", Role.SUBJECT),
        ("责任部门", Role.SUBJECT),
        ("责任科室", Role.SECTION),
        ("公开渠道和载体（“■”必选，“□”可选）", Role.CHANNEL),
        ("公开渠道和载", Role.CHANNEL),
        ("主动公开方式", Role.CHANNEL),
        ("特定群众", Role.AUDIENCE_SPECIFIC),
        ("全 社\n会", Role.AUDIENCE_GENERAL),
        ("依申\n请公\n开", Role.MODE_ON_REQUEST),
        ("依申请", Role.MODE_ON_REQUEST),
        ("主动", Role.MODE_PROACTIVE),
        ("县（区）级", Role.LEVEL),
        ("乡、村级", Role.LEVEL),
        ("镇街级", Role.LEVEL),
        ("公开属性", Role.ATTRIBUTE),
        ("信息索引号", Role.INDEX_NUMBER),
        ("过程", Role.STAGE),
        ("相应领域", Role.DOMAIN),
        ("公开事项（一级）", Role.CATEGORY),
        ("Ⅲ级公开事项", Role.CATEGORY),
        ("级事项", Role.CATEGORY),
        ("公开渠", Role.CHANNEL),
        ("公开渠道和载体⏎（至少选择其一）".replace("⏎", "\n"), Role.CHANNEL),
        ("公开主体及责任科室", Role.SUBJECT),
        ("州级县级", Role.LEVEL),
        ("公开层次", Role.LEVEL),
        ("主动公", Role.MODE_PROACTIVE),
        ("发布时限", Role.DEADLINE),
        ("公开对象（全社会）", Role.AUDIENCE_GENERAL),
        ("公开对象（特定群众）", Role.AUDIENCE_SPECIFIC),
        ("公开对象（全社会/特定群众）", Role.AUDIENCE),
        ("公开方式（主动、依申请）", Role.MODE),
        ("一级目录名称", Role.CATEGORY),
        ("具体事项", Role.CATEGORY),
        ("办事依据", Role.BASIS),
        ("信息公开内容", Role.CONTENT),
        ("实施主体", Role.SUBJECT),
        ("信息发布平台", Role.CHANNEL),
    ],
)
def test_a_heading_gives_its_role(words, role):
    assert read_heading(words).role is role


@pytest.mark.parametrize(
    "words", ["咨询电话", "监督举报电话", "对应职责", "事项类别", "条款内容", "依据效力（位阶）", "公开", "县住建局"]
)
def test_other_words_are_no_heading_of_a_catalogue(words):
    assert read_heading(words) is None


HEADINGS = [
    "序号",
    "一级事项",
    "二级事项",
    "公开内容",
    "公开依据",
    "公开时限",
    "公开主体",
    "公开渠道和载体",
    "公开方式",
    "咨询电话",
]
CELLS = ["1", "甲类", "乙", "要点", "《甲法》", "长期公开", "某局", "■政府网站", "主动公开", "0000"]


@pytest.mark.parametrize("seed", range(8))
def test_columns_are_understood_in_any_order(seed):
    order = list(range(len(HEADINGS)))
    random.Random(seed).shuffle(order)
    (item,) = read([[HEADINGS[i] for i in order], [CELLS[i] for i in order]]).items
    assert (item.number, item.name, item.categories, item.content) == ("1", "乙", ("甲类",), "要点")
    assert item.bases.bases[0].title == "甲法"
    assert item.modes == ("proactive",)
    assert item.missing == ()


def test_a_mapping_by_hand_overrules_headings_by_letters_or_words():
    rows = [["序号", "事项名称", "公开内容", "公开依据", "说明栏"], ["1", "甲", "要点", "《甲法》", "长期公开"]]
    guessed = read(rows).tables[0].columns[4]
    assert (guessed.role, guessed.doubtful) == (Role.DEADLINE, True)
    assert read(rows, columns={"E": "other"}).items[0].missing == ("subject", "deadline", "method")
    by_word = read(rows, columns={"说明栏": "subject"})
    assert by_word.items[0].subjects.subjects[0].name == "长期公开"
    assert by_word.tables[0].columns[4].reason == "mapping"


def test_a_mapping_may_hold_for_one_sheet_only():
    book = openpyxl.Workbook()
    for sheet in (book.active, book.create_sheet("救灾")):
        for row in (["事项名称", "公开内容", "公开依据", "说明栏"], ["甲", "要点", "《甲法》", "长期公开"]):
            sheet.append(row)
    book.active.title = "安全生产"
    file = io.BytesIO()
    book.save(file)

    def fourth(mapping):
        catalogue = read_catalogue(file.getvalue(), registry=REGISTRY, columns=mapping)
        return [table.columns[3].role for table in catalogue.tables]

    assert fourth({"救灾!D": "subject"}) == [Role.DEADLINE, Role.SUBJECT]
    assert fourth({"'救灾'！说明栏": "subject", "D": "channel"}) == [Role.CHANNEL, Role.SUBJECT]
    with pytest.raises(ColumnsInvalid, match='No table stands on a sheet "民政"; there are: 安全生产, 救灾'):
        fourth({"民政!D": "subject"})
    with pytest.raises(ColumnsInvalid, match='no column "救灾!Z"'):
        fourth({"救灾!Z": "subject"})


@pytest.mark.parametrize("mapping", [{"E": "nothing"}, {"Z": "basis"}, {"没有": "basis"}])
def test_a_mapping_that_does_not_fit_is_refused(mapping):
    with pytest.raises(ColumnsInvalid):
        read([HEADINGS, CELLS], columns=mapping)


def test_a_column_headed_mode_is_judged_by_its_cells():
    head = ["序号", "事项名称", "公开内容", "公开方式"]
    assert roles(read([head, ["1", "甲", "一", "主动公开"]]))[3] is Role.MODE
    assert roles(read([head, ["1", "甲", "一", "全文发布"]]))[3] is Role.FORM
    assert roles(read([head, ["1", "甲", "一", "政府网站"]]))[3] is Role.CHANNEL
    assert roles(read([head, ["1", "甲", "一", "县级"]]))[3] is Role.LEVEL


def test_the_head_repeated_in_mid_table_is_no_item_and_no_new_table():
    catalogue = read([HEADINGS, CELLS, HEADINGS, ["2", "", "丙", *CELLS[3:]]])
    assert len(catalogue.tables) == 1
    assert [(item.place.row, item.name, item.categories) for item in catalogue.items] == [
        (2, "乙", ("甲类",)),
        (4, "丙", ("甲类",)),
    ]


def test_stacked_tables_have_columns_of_their_own():
    other = ["序号", "公开依据", "公开事项", "公开时限"]
    catalogue = read([["第一表"], HEADINGS, CELLS, [], ["第二表"], other, ["1", "《乙法》", "丁", "实时公开"]])
    assert [table.title for table in catalogue.tables] == ["第一表", "第二表"]
    assert catalogue.tables[1].lacks == ("content", "subject", "method")
    assert [(item.place.row, item.name) for item in catalogue.items] == [(3, "乙"), (7, "丁")]


def test_groups_of_a_two_row_head_reach_over_the_blanks_of_a_csv():
    head = ["序号", "公开事项", "", "公开内容", "公开对象", "", "公开方式", "", "公开层级", ""]
    sub = ["", "一级事项", "二级事项", "", "全社会", "特定群体", "主动", "依申请", "县级", "乡级"]
    catalogue = read([head, sub, ["1", "甲类", "乙", "要点", "√", "", "", "√", "", "√"]])
    (item,) = catalogue.items
    assert (item.audiences, item.modes, item.levels) == (("society",), ("on-request",), ("township",))


def test_levels_named_under_a_wrong_group_are_still_levels():
    head = ["序号", "公开事项", "公开内容", "公开方式", ""]
    catalogue = read([head, ["", "", "", "县级", "乡级"], ["1", "甲", "一", "√", ""]])
    assert catalogue.items[0].levels == ("district",)
    assert catalogue.tables[0].lacks == ("basis", "subject", "deadline", "method")


def test_a_row_that_only_counts_the_columns_belongs_to_the_head():
    catalogue = read([HEADINGS, [str(number) for number in range(1, 11)], CELLS])
    assert [item.place.row for item in catalogue.items] == [3]


def test_the_form_of_the_plan_itself_is_read():
    head = ["政府信息名称", "信息索引号", "公开属性", "公开主体", "不公开依据", "主动公开方式", "信息来源", "工作职责", "阶段"]
    row = [
        "甲申请报告",
        "330304-CQAZ01-A-001-0001-B",
        "不公开",
        "某局",
        "内部信息、商业秘密",
        "网站、公示栏",
        "制作",
        "征收",
        "决策",
    ]
    catalogue = read([head, row])
    (item,) = catalogue.items
    assert (item.name, item.attribute, item.stage, item.index_number) == ("甲申请报告", "B", "A", row[1])
    assert item.grounds == ("shangye-mimi", "neibu-xinxi")
    assert item.channels.codes == ("01", "11")
    assert catalogue.tables[0].lacks == ("basis", "content", "deadline")


def test_lower_levels_may_stand_before_higher_ones():
    (item,) = read([["二级事项", "一级事项", "公开内容", "公开依据"], ["乙", "甲类", "要点", "《甲法》"]]).items
    assert (item.name, item.categories) == ("乙", ("甲类",))


def test_a_mapping_may_name_a_column_of_one_table_only():
    rows = [
        ["第一表"],
        HEADINGS,
        CELLS,
        [],
        ["第二表"],
        ["序号", "公开事项", "公开内容", "备注栏"],
        ["1", "丁", "要点", "《丙法》"],
    ]
    catalogue = read(rows, columns={"备注栏": "basis"})
    assert [column.role for column in catalogue.tables[1].columns][3] is Role.BASIS
    assert roles(catalogue)[4] is Role.BASIS


@pytest.mark.parametrize("mode", ["主动公开", "依申请公开"])
@pytest.mark.parametrize("place", [0, 1])
def test_a_row_of_little_more_than_mode_audience_and_level_is_no_head(mode, place):
    head = ["序号", "一级事项", "二级事项", "公开内容", "公开依据", "公开对象", "公开方式", "公开层级"]
    rows = [["1", "甲类", "甲", "要点", "《甲法》", "全社会", "主动公开", "县级"]]
    rows.insert(place, ["2", "", "", "", "", "特定群体", mode, "县级"])
    catalogue = read([head, *rows])
    assert len(catalogue.tables) == 1
    assert [item.number for item in catalogue.items] == (["2", "1"] if place == 0 else ["1", "2"])
