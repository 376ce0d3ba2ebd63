"""Bases, subjects, channels and ticks: what is known is found in every spelling, what is not stays as it stands."""

import pytest

from ohai_kg.ingest.workbooks.values.bases import parse_bases
from ohai_kg.ingest.workbooks.values.channels import parse_channels
from ohai_kg.ingest.workbooks.values.marks import is_mark, repaired
from ohai_kg.ingest.workbooks.values.subjects import parse_subjects
from tests.ingest.workbooks.support import registry

REGISTRY = registry()
DOC = "https://w3id.org/zwgk/id/doc/"
UNIT = "https://w3id.org/zwgk/id/unit/"


def bases(text):
    return [(basis.title, basis.number) for basis in parse_bases(text, REGISTRY).bases]


@pytest.mark.parametrize(
    "number", ["国办发〔2016〕80号", "国办发﹝2016﹞80号", "国办发[2016]80号", "国办发(2016)80号", "国办发〔2016 ) 8 0 号"]
)
def test_a_document_number_is_one_in_any_brackets(number):
    parsed = parse_bases(f"《通知》（{number}）", REGISTRY)
    assert [(basis.number, basis.document) for basis in parsed.bases] == [("国办发〔2016〕80号", DOC + "guobanfa-2016-80")]


def test_an_unclosed_bracket_does_not_lose_the_number():
    assert bases("《办法》（辽政办发（2014）74号") == [("办法", "辽政办发〔2014〕74号")]


def test_a_damaged_number_is_kept_and_not_repaired():
    (basis,) = parse_bases("《意见》（国办发〔201680号）", REGISTRY).bases
    assert (basis.title, basis.number, basis.doubtful_number) == ("意见", "", "国办发〔201680号")


@pytest.mark.parametrize("title", ["政府信息公开条例", "信息公开条例", "中华人民共和国政府信息公开条例"])
def test_the_edition_of_a_law_is_told_by_its_number_alone(title):
    (with_number,) = parse_bases(f"《{title}》（国务院令第711号）", REGISTRY).bases
    (without,) = parse_bases(f"《{title}》", REGISTRY).bases
    assert with_number.document == DOC + "tiaoli-2019"
    assert without.document is None
    assert without.understood


@pytest.mark.parametrize("separator", ["、", "；", " ", "\n", ""])
def test_titles_are_parted_by_anything_or_nothing(separator):
    assert bases(f"《甲法》{separator}《乙办法》") == [("甲法", ""), ("乙办法", "")]


@pytest.mark.parametrize("rest", ["及其实施细则", "等", "及相关规定"])
def test_an_open_list_says_so(rest):
    parsed = parse_bases(f"《甲法》{rest}", REGISTRY)
    assert [basis.title for basis in parsed.bases] == ["甲法"]
    assert parsed.open_ended


def test_articles_kinds_and_inner_titles_belong_to_their_document():
    parsed = parse_bases("1.【法律】《户口登记条例》、第七条\n2.《关于印发<甲办法>的通知》", REGISTRY)
    assert [(basis.title, basis.articles) for basis in parsed.bases] == [
        ("户口登记条例", ("第七条",)),
        ("关于印发〈甲办法〉的通知", ()),
    ]


@pytest.mark.parametrize("words", ["信息公开规定", "相关政策文件", "上级要求"])
def test_words_that_name_no_document_are_not_understood(words):
    (basis,) = parse_bases(words, REGISTRY).bases
    assert not basis.understood
    assert basis.text == words


@pytest.mark.parametrize(
    ("text", "parties"),
    [
        ("县住建局", ["zhujian"]),
        ("县人力社保局", ["renshe"]),
        ("县住建局、县民政局", ["zhujian", "minzheng"]),
        ("县住建局 县民政局", ["zhujian", "minzheng"]),
        ("县住建局或县民政局", ["zhujian", "minzheng"]),
        ("县住建局及县民政局\n县财政局", ["zhujian", "minzheng", "caizheng"]),
        ("1.县住建局/县民政局", ["zhujian", "minzheng"]),
    ],
)
def test_registered_parties_are_found_by_name_alias_and_list(text, parties):
    parsed = parse_subjects(text, REGISTRY)
    assert [subject.party for subject in parsed.subjects] == [UNIT + party for party in parties]
    assert parsed.understood


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("县住房城乡建设部", ["县住房城乡建设部"]),
        ("住建局", ["住建局"]),
        ("应急管理部门", ["应急管理部门"]),
        ("市、区县人民政府经信管理部门", ["市、区县人民政府经信管理部门"]),
        ("招标人及其招标代理机构", ["招标人及其招标代理机构"]),
        ("乡镇政府（街道办事处）", ["乡镇政府", "街道办事处"]),
    ],
)
def test_unknown_parties_are_kept_and_never_guessed(text, names):
    parsed = parse_subjects(text, REGISTRY)
    assert [(subject.name, subject.party) for subject in parsed.subjects] == [(name, None) for name in names]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("■政府网站 □政府公报\n■公开查阅点", ["01", "07"]),
        ("■政府网站", ["01"]),
        ("政府网站、政务新媒体", ["01", "03"]),
        ("1.政府网站 2.便民服务中心", ["01", "09"]),
        ("青禾县政府门户网站", ["01"]),
        ("一微一端", ["03"]),
        ("发布会听证会", ["04"]),
        ("行政服务中心 政府服务中心", ["08"]),
        ("村居公示栏", ["11"]),
        ("■社区/企事业单位/ 村公示栏（电子屏）", ["11"]),
        ("R政府网站 £政府公报", ["01"]),
        ("t政府网站", ["01"]),
        ("▄政府网站口政府公报", ["01"]),
        ("▲政府网站□政府公报", ["01"]),
        ("■政府网站\n注：■为必选", ["01"]),
    ],
)
def test_channels_are_found_in_every_style_and_damage(text, codes):
    parsed = parse_channels(text, REGISTRY)
    assert list(parsed.codes) == codes
    assert parsed.understood


def test_carriers_are_resolved_or_kept():
    parsed = parse_channels("■政府网站 ■12345热线 ■其他：法律服务网", REGISTRY)
    assert parsed.codes == ("01", "13")
    assert parsed.carriers == ("https://w3id.org/zwgk/id/carrier/rexian",)
    assert parsed.unknown == ("法律服务网",)


def test_empty_boxes_choose_nothing_unless_the_heading_calls_them_optional():
    assert not parse_channels("□政府网站 □政府公报", REGISTRY).understood
    assert parse_channels("■政府网站 □政府公报", REGISTRY, optional_boxes=True).optional == ("02",)


@pytest.mark.parametrize(
    ("text", "marked"), [("√", True), ("■", True), ("ü", True), ("是", True), ("", False), ("□", False), ("口", False)]
)
def test_ticks_and_empty_boxes_are_told_apart(text, marked):
    assert is_mark(text) is marked


def test_words_are_no_tick_and_windows_are_no_boxes():
    assert is_mark("申请人") is None
    assert repaired("■服务窗口 口政府网站") == "■服务窗口 □政府网站"
