"""Bases, subjects, channels and ticks: what is known is found in every spelling, what is not stays as it stands."""

import pytest

from ohai_kg.catalogues.values.bases import parse_bases
from ohai_kg.catalogues.values.channels import parse_channels
from ohai_kg.catalogues.values.codes import audience_codes, level_codes, mode_codes
from ohai_kg.catalogues.values.registry import Registry
from ohai_kg.catalogues.values.subjects import parse_subjects
from ohai_kg.office.marks import is_mark, repaired
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


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1.《甲法》2.《乙法》", [("甲法", ""), ("乙法", "")]),
        ("①《甲法》②《乙法》", [("甲法", ""), ("乙法", "")]),
        ("一、《甲法》二、《乙法》", [("甲法", ""), ("乙法", "")]),
        ("【法律】《甲法》【规章】《乙办法》", [("甲法", ""), ("乙办法", "")]),
        ("法律：《甲法》\n法规：《乙条例》", [("甲法", ""), ("乙条例", "")]),
        ("《甲法》/《乙法》和《丙法》", [("甲法", ""), ("乙法", ""), ("丙法", "")]),
        ("依据《甲法》规定", [("甲法", "")]),
        ("<甲法>、〈乙法〉", [("甲法", ""), ("乙法", "")]),
        ("《甲法》<乙法>", [("甲法", ""), ("乙法", "")]),
        ("《甲\n法》", [("甲法", "")]),
        ("《甲法\n《乙法》", [("甲法", ""), ("乙法", "")]),
        ("甲法》", [("甲法", "")]),
        ("《《甲法》", [("甲法", "")]),
        ("《关于印发《甲办法》的通知》", [("关于印发《甲办法》的通知", "")]),
        ("《甲法》（以下简称《法》）、《乙法》", [("甲法", ""), ("乙法", "")]),
        ("中华人民共和国预算法", [("中华人民共和国预算法", "")]),
        ("《甲》（中华人民共和国国务院令第711号）", [("甲", "中华人民共和国国务院令第711号")]),
        ("《甲》（2019年4月3日国务院令第711号修订）", [("甲", "国务院令第711号")]),
        ("《甲》（国务院第711号令）", [("甲", "国务院令第711号")]),
        ("《甲》（主席令第四十号）", [("甲", "主席令第40号")]),
        ("《甲》（劳动和社会保障部令第28号）", [("甲", "劳动和社会保障部令第28号")]),
        ("《甲》（国家税务总局公告2018年第15号）", [("甲", "国家税务总局公告2018年第15号")]),
        ("《甲》（民发〔2012〕220号、民发〔2016〕57号）", [("甲", "民发〔2012〕220号"), ("", "民发〔2016〕57号")]),
        ("《甲法》\n（建村\n〔2018〕1号）", [("甲法", "建村〔2018〕1号")]),
        ("《甲通知》建村〔2018〕1号文", [("甲通知", "建村〔2018〕1号")]),
        ("国务院令第590号、建房〔2011〕77号", [("", "国务院令第590号"), ("", "建房〔2011〕77号")]),
    ],
)
def test_every_way_of_listing_gives_the_same_documents(text, found):
    assert bases(text) == found


@pytest.mark.parametrize("text", ["《甲法》第\n九条", "《甲法》第九条规定", "《甲法》（2018年修正）第九条"])
def test_an_article_is_read_through_breaks_and_remarks(text):
    (basis,) = parse_bases(text, REGISTRY).bases
    assert (basis.title, basis.articles) == ("甲法", ("第九条",))


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
        ("①县住建局②县民政局", ["zhujian", "minzheng"]),
        ("县住建局和县民政局", ["zhujian", "minzheng"]),
        ("县住\n建局、县民\n政局", ["zhujian", "minzheng"]),
        ("县住建局\n县民政局", ["zhujian", "minzheng"]),
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
        ("乡（镇）人民政府、街道办事处", ["乡(镇)人民政府", "街道办事处"]),
        ("县住房和城乡建设局", ["县住房和城乡建设局"]),
        ("县\n住房和城\n乡建设局", ["县住房和城乡建设局"]),
        ("县人力资源和社会\n保障局和县文化和旅游局", ["县人力资源和社会保障局", "县文化和旅游局"]),
        ("公共就业和人才服务机构", ["公共就业和人才服务机构"]),
        ("县政府\n办公室", ["县政府办公室"]),
        ("石羊镇中心学校", ["石羊镇中心学校"]),
        ("市、县级人民政府房屋征收部门", ["市、县级人民政府房屋征收部门"]),
        ("本级人大及其常委会", ["本级人大及其常委会"]),
        ("财政部门（局）", ["财政部门(局)"]),
        ("县直各部门、各乡镇", ["县直各部门", "各乡镇"]),
    ],
)
def test_unknown_parties_are_kept_and_never_guessed(text, names):
    parsed = parse_subjects(text, REGISTRY)
    assert [(subject.name, subject.party) for subject in parsed.subjects] == [(name, None) for name in names]


def test_a_party_is_found_beside_the_part_it_plays_and_an_open_list_says_so():
    parsed = parse_subjects("县住建局（牵头）、县民政局等部门", REGISTRY)
    assert [subject.party for subject in parsed.subjects] == [UNIT + "zhujian", UNIT + "minzheng"]
    assert parsed.open_ended


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
        ("■政府网站 □政府公报\n（“■”为必选，“□”为可选）", ["01"]),
        ("1.政府网站2.两微一端3.政务服务中心", ["01", "03", "08"]),
        ("（1）政府网站（2）公开查阅点", ["01", "07"]),
        ("①政府网站②公开查阅点", ["01", "07"]),
        ("政府网\n站 公开查\n阅点", ["01", "07"]),
        ("■ 政 府 网 站", ["01"]),
        ("政府网站和政务新媒体/公示栏", ["01", "03", "11"]),
        ("发布会/听证会、入户／现场、社区/企事业单位/村公示栏", ["04", "10", "11"]),
        ("发布会[听证会]", ["04"]),
        ("■村（社区）公示栏 ■学校公示栏 ■电子屏", ["11"]),
        ("■两微一端（微信、微博、客户端）■公开查阅点（档案馆、图书馆）", ["03", "07"]),
        ("■县教育局微信公众号", ["03"]),
        ("政府网站（必选）", ["01"]),
        ("http://www.qinghe.gov.cn/zwgk/", ["01"]),
        ("政府网站（http://www.qinghe.gov.cn）", ["01"]),
        ("R政府网站£政府公报£两微一端R公开查阅点", ["01", "07"]),
        ("n政府网站o政府公报o两微一端", ["01"]),
        ("t政府网站t公开查阅点", ["01", "07"]),
        ("\uf052政府网站 \uf0a3政府公报", ["01"]),
        ("[√]政府网站 [ ]政府公报", ["01"]),
        ("□√政府网站 □政府公报", ["01"]),
        ("■政府网站口政府公报 口公开查阅点", ["01"]),
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


@pytest.mark.parametrize("name", ["信用中国网站", "公共资源交易平台", "省政务服务网", "国家档案馆", "办税服务厅", "图书馆"])
def test_additions_to_the_thirteen_are_kept_by_name(name):
    parsed = parse_channels(f"■政府网站 ■{name}", REGISTRY)
    assert (parsed.codes, parsed.unknown) == (("01",), (name,))


def test_empty_boxes_choose_nothing_unless_the_heading_calls_them_optional():
    assert not parse_channels("□政府网站 □政府公报", REGISTRY).understood
    assert parse_channels("■政府网站 □政府公报", REGISTRY, optional_boxes=True).optional == ("02",)


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        *(("√", True), ("■", True), ("ü", True), ("是", True), ("√（部分）", True), ("✔️", True), ("\uf0fc", True)),
        *(("", False), ("□", False), ("口", False), ("〇", False), ("/", False), ("否", False)),
    ],
)
def test_ticks_and_empty_boxes_are_told_apart(text, marked):
    assert is_mark(text) is marked


def test_words_are_no_tick_and_windows_are_no_boxes():
    assert is_mark("申请人") is None
    assert repaired("■服务窗口 口政府网站") == "■服务窗口 □政府网站"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("主动公开√", ("proactive",)),
        ("□主动 ■依申请", ("on-request",)),
        ("主动公开、依申请公开", ("proactive", "on-request")),
        ("依申\n请公开", ("on-request",)),
        ("全文发布", ()),
        ("不予公开", ()),
    ],
)
def test_modes_are_read_with_and_without_boxes(text, codes):
    assert mode_codes(text) == codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("州级县级", ("city", "district")),
        ("县（市、区）级", ("district",)),
        ("乡、村级", ("township", "village")),
        ("镇（街道）", ("township",)),
        ("■县级 □乡级", ("district",)),
        ("区直部门", ("district",)),
        ("各级", ()),
    ],
)
def test_levels_are_read_in_every_wording(text, codes):
    assert level_codes(text) == codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("全社会", ("society",)),
        ("被征收人", ("specific",)),
        ("特定群众（在征收范围内）", ("specific",)),
        ("□全社会 ■特定群体", ("specific",)),
        ("大家", ()),
    ],
)
def test_audiences_are_read_in_every_wording(text, codes):
    assert audience_codes(text) == codes


OUHAI = Registry(
    parties={
        "区住建局": UNIT + "330304-qu-zhujianju",
        "瓯海区住建局": UNIT + "330304-qu-zhujianju",
        "市人民政府": UNIT + "330300-shi-zhengfu",
        "各实施单位": "https://w3id.org/zwgk/id/role/shishi-danwei",
    }
)


@pytest.mark.parametrize(
    ("issuer", "known"),
    [
        ("330304", {"区住建局", "瓯海区住建局", "市人民政府", "各实施单位"}),
        ("330304-qu-zhujianju", {"区住建局", "瓯海区住建局", "市人民政府", "各实施单位"}),
        ("330302", {"瓯海区住建局", "市人民政府"}),
        ("330300", {"瓯海区住建局", "市人民政府", "各实施单位"}),
        ("510100", {"瓯海区住建局"}),
        ("qinghe", {"区住建局", "瓯海区住建局", "市人民政府", "各实施单位"}),
    ],
)
def test_a_short_name_means_the_office_of_whoever_writes_it(issuer, known):
    seen = OUHAI.seen_from(issuer)
    assert {name for name in OUHAI.parties if seen.party(name)} == known
