"""A blank form holds what it should, and what is written into it reads back without a doubt about its layout."""

import io
import zipfile

import openpyxl
import pytest

from ohai_kg.catalogues.catalogue import read_catalogue
from ohai_kg.catalogues.forms import annex_form, find_domain, find_unit, national_form, write_form
from ohai_kg.catalogues.forms.national import LIMIT_WORDINGS
from ohai_kg.catalogues.values.channels import parse_channels
from ohai_kg.catalogues.values.registry import Registry
from ohai_kg.catalogues.values.timelimits import parse_time_limit
from ohai_kg.errors import NotACatalogue, RequestError
from tests.cli.test_commands import run
from tests.export.forms.filling import ITEM_OF_FORM_4, NATIONAL, checked, codes, filled, head_cells

NATIONAL_HEADS = [
    *("序号", "一级事项", "二级事项", "公开内容（要素）", "公开依据", "公开时限", "公开主体", "公开渠道和载体"),
    *("全社会", "特定群体", "主动", "依申请公开", "县级", "乡、村级"),
]


def _national(**options) -> bytes:
    return write_form(national_form("就业", codes(), **options))


def _annex(number: int, **options) -> bytes:
    return write_form(annex_form(number, codes(), **options))


def _sheet(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]


def test_the_national_layout_has_its_ten_groups_of_columns_under_two_rows():
    sheet = _sheet(_national(issuer="区征收办"))
    assert sheet["A1"].value == "区征收办就业领域基层政务公开标准目录"
    tops = [cell.value for cell in sheet[2] if cell.value]
    assert tops == [
        *("序号", "公开事项", "公开内容（要素）", "公开依据", "公开时限", "公开主体", "公开渠道和载体"),
        *("公开对象", "公开方式", "公开层级"),
    ]
    assert sorted(head_cells(_national()), key=NATIONAL_HEADS.index) == NATIONAL_HEADS


@pytest.mark.parametrize("content", [_national(), _annex(4, with_elements=True)], ids=["national", "form 4"])
def test_the_head_is_frozen_and_protected_and_the_body_is_free(content):
    sheet = _sheet(content)
    below = max(row for row, _ in head_cells(content).values()) + 1
    assert sheet.freeze_panes == f"A{below}"
    assert sheet.protection.sheet
    assert sheet.cell(below - 1, 1).protection.locked
    assert not sheet.cell(below, 1).protection.locked
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.print_title_rows.endswith(f"${below - 1}")


@pytest.mark.parametrize("number", [None, 1, 2, 3, 4])
def test_drop_downs_are_plain_ranges_that_hold_the_code_lists(number):
    content = _national() if number is None else _annex(number)
    book = openpyxl.load_workbook(io.BytesIO(content))
    for rule in book.worksheets[0].data_validations.dataValidation:
        assert rule.type == "list"
        assert len(rule.formula1) <= 255
        sheet, _, cells = rule.formula1.lstrip("=").partition("!")
        values = [row[0].value for row in book[sheet.strip("'")][cells.replace("$", "")]] if ":" in cells else None
        assert values
        assert all(values)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not any(b"x14" in archive.read(name) for name in archive.namelist())


def test_units_come_from_the_registry_and_others_may_be_written():
    book = openpyxl.load_workbook(io.BytesIO(_national(issuer="区征收办")))
    rules = {str(rule.sqref).partition("4")[0]: rule for rule in book.worksheets[0].data_validations.dataValidation}
    cells = rules["G"].formula1.partition("!")[2].replace("$", "")
    units = [row[0].value for row in book["代码表"][cells]]
    assert units[0] == "区征收办"
    assert {"区政府", "区住建局"} <= set(units)
    assert not rules["G"].showErrorMessage
    assert rules["K"].showErrorMessage


@pytest.mark.parametrize(("number", "columns"), [(None, 14), (1, 3), (2, 4), (3, 10), (4, 9)])
def test_every_head_says_what_to_write(number, columns):
    sheet = _sheet(_national() if number is None else _annex(number))
    notes = [cell.comment.text for row in sheet for cell in row if cell.comment]
    assert len(notes) == columns
    assert all(len(note) > 5 and "按表头填写" not in note for note in notes)


@pytest.mark.parametrize("wording", LIMIT_WORDINGS)
def test_every_time_limit_offered_is_understood(wording):
    assert parse_time_limit(wording).understood


def test_every_channel_offered_is_understood():
    offered = codes().names("channel")
    assert len(offered) == 13
    for name in offered:
        channels = parse_channels(name, Registry())
        assert (len(channels.codes), channels.unknown) == (1, ()), name


@pytest.mark.parametrize("with_stage", [False, True])
@pytest.mark.parametrize("profile", ["elements", "national2019"])
def test_a_filled_national_form_has_no_finding_and_no_doubt(plan_release, with_stage, profile):
    row = {**NATIONAL, "过程": "执行"} if with_stage else NATIONAL
    items, report = checked(filled(_national(with_stage=with_stage), row), plan_release, profile)
    # the issuer and the date of the edition are told when a catalogue is imported
    assert [finding.rule for finding in report.findings] == (["N19-18", "N19-19"] if profile == "national2019" else [])
    assert report.notes == ()
    assert len(items) == 1
    item = items[0]
    assert (item.name, item.categories, item.number) == ("就业补助政策", ("政策文件",), "1")
    assert item.content == NATIONAL["公开内容（要素）"]
    assert [basis.title for basis in item.bases.bases] == ["中华人民共和国就业促进法", "中华人民共和国政府信息公开条例"]
    assert [limit.normal for limit in item.time_limit.limits] == ["within 20 working-day formed|changed"]
    assert [subject.name for subject in item.subjects.subjects] == ["区征收办"]
    assert item.channels.codes == ("01", "07")
    assert (item.modes, item.audiences, item.levels) == (("proactive",), ("society",), ("district",))
    assert item.stage == ("B" if with_stage else "")


def test_a_filled_list_of_government_information_lacks_only_what_its_form_lacks(plan_release):
    row = {head: value for head, value in ITEM_OF_FORM_4.items() if "增列" not in head}
    items, report = checked(filled(_annex(4, domain="就业"), row), plan_release)
    assert [finding.rule for finding in report.findings] == ["ELM-21", "ELM-22", "ELM-24", "ELM-02", "ELM-03", "ELM-05"]
    assert report.notes == ()
    item = items[0]
    assert (item.name, item.stage, item.attribute) == ("XX建设项目规划红线图", "C", "G")
    assert item.index_number == "330304-CQAZ01-C-001-0001-G"
    assert [subject.name for subject in item.subjects.subjects] == ["区征收办"]


def test_with_the_added_columns_it_lacks_nothing(plan_release):
    content = _annex(4, domain="就业", with_elements=True)
    items, report = checked(filled(content, ITEM_OF_FORM_4), plan_release)
    assert [(finding.rule, finding.message["zh"]) for finding in report.findings] == []
    assert report.notes == ()
    assert items[0].missing == ()
    sheet = _sheet(content)
    extra = [cell for cell in sheet[3] if "（增列）" in str(cell.value)]
    assert [cell.value for cell in extra] == ["公开依据（增列）", "公开内容（增列）", "公开时限（增列）"]
    assert all(cell.font.italic and "原表没有" in cell.comment.text for cell in extra)


@pytest.mark.parametrize(
    ("number", "row", "name"),
    [
        (1, {"序号": "1", "子领域名称": "拆迁项目管理"}, "子领域细分表"),
        (2, {"序号": "1", "“五公开”阶段": "决策", "涉及工作": "制定计划", "责任单位": "区征收办"}, "“五公开”过程梳理表"),
        (3, {"序号": "1", "权力名称": "房屋征收", "权力类型": "行政征收", "责任单位": "区征收办"}, "部门工作职责梳理表"),
    ],
)
def test_a_form_that_lists_no_items_is_called_by_its_name(number, row, name):
    with pytest.raises(NotACatalogue) as caught:
        read_catalogue(filled(_annex(number), row), registry=Registry(), name="表.xlsx")
    assert f"附件7的表{number}“{name}”" in caught.value.zh
    assert "--annex7 4" in caught.value.en


def test_titles_and_columns_are_those_of_the_document():
    assert _sheet(_annex(1, domain="义务教育"))["A1"].value == "温州市瓯海区 义务教育 领域子领域细分表"
    second = _sheet(_annex(2, domain="义务教育", issuer="区教育局"))
    assert second["A1"].value == "温州市瓯海区人民政府 义务教育 领域 “五公开”过程梳理表"
    assert second["A2"].value.startswith("牵头单位：区教育局　填表人：")
    assert [cell.value for cell in second[3]][:4] == ["序号", "“五公开”阶段", "涉及工作", "责任单位"]
    third = [row[0].value for row in _sheet(_annex(3)).iter_rows(max_col=1) if row[0].value]
    assert third == [third[0], third[1], "涉及行政权力", "序号", "涉及部门责任", "序号", "涉及公共服务事项", "序号"]


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("jiuye", "就业"),
        ("就业领域", "就业"),
        ("CQAZ", "拆迁安置"),
        ("扶贫救灾", "扶贫救灾工作"),
        ("农村集体土地", "农村集体土地征收"),
    ],
)
def test_a_domain_goes_by_notation_name_or_alias(wanted, name):
    assert find_domain(wanted, codes()) == name


def test_an_unknown_domain_is_answered_with_the_nearest_and_with_all():
    with pytest.raises(RequestError) as caught:
        find_domain("就业创业", codes())
    assert "相近的有：就业。" in caught.value.zh
    assert "生态环境" in caught.value.zh
    with pytest.raises(RequestError) as caught:
        find_unit("区征收", codes())
    assert "区征收办" in caught.value.zh


def test_the_command_writes_a_form(tmp_path):
    output = tmp_path / "空 表.xlsx"
    outcome = run("form", "--domain", "就业", "--issuer", "330304-qu-zhengshouban", "-o", output, home=tmp_path)
    assert (outcome.returncode, outcome.stdout) == (0, b"")
    assert _sheet(output.read_bytes())["A1"].value == "区征收办就业领域基层政务公开标准目录"
    outcome = run("form", "--annex7", "4", home=tmp_path)
    assert _sheet(outcome.stdout)["A1"].value.endswith("政府信息清单")
    assert run("form", "--annex7", "2", "--with-elements", home=tmp_path).returncode == 2
    assert run("form", home=tmp_path).returncode == 2
