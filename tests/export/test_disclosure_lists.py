"""主动公开目录, 依申请公开目录 and 负面清单: exactly the items whose attribute or mode says so, by domain and issuer."""

import csv
import io
import shutil

import openpyxl
import pyoxigraph as ox
import pytest

from ohai_kg.build import build
from ohai_kg.engine.asking import construct, select
from ohai_kg.engine.store import EmbeddedStore
from ohai_kg.errors import DisclosureListNotFound
from ohai_kg.formats import RDF_FORMATS
from ohai_kg.project import open_project
from ohai_kg.publication.disclosure_lists import LISTS, UNLISTED, entries_query, find_list, graph_query, read_lists
from ohai_kg.publication.disclosure_tables import render_table, set_out
from tests.conftest import ROOT

HEADS = ["序号", "事项名称", "公开内容", "公开依据", "公开主体", "公开时限", "公开渠道和载体", "公开对象", "公开方式", "来源"]
NEGATIVE_HEADS = [*HEADS[:8], "不公开理由", "来源"]
FORM = "附件7 三、5 政府信息清单 管理"
PREFIXES = """
@prefix zwgk: <https://w3id.org/zwgk/ns#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix mode: <https://w3id.org/zwgk/def/mode/> .
@prefix domain: <https://w3id.org/zwgk/def/domain/> .
@base <https://data.yunting.example/zwgk/id/> .
"""


def _lists(store):
    return read_lists(select(store, LISTS))


def _rows(store, slug):
    one = find_list(_lists(store), slug)
    table = set_out(one, select(store, entries_query(one.iri)))
    return list(csv.reader(io.StringIO(render_table(one, table, "csv", "r").decode("utf-8-sig"))))


@pytest.fixture(scope="module")
def plan(plan_release):
    return EmbeddedStore.load(plan_release)


@pytest.fixture
def district(tmp_path):
    """A copy of the second district; `turtle` adds statements to its graph `local`, `change` edits its items."""

    def make(turtle: str = "", change: tuple[str, str] = ("", "")) -> EmbeddedStore:
        root = tmp_path / "district"
        if not root.exists():
            shutil.copytree(ROOT / "examples" / "district", root, ignore=shutil.ignore_patterns(".ohai-kg"))
        items = root / "data/catalogues/990101/jiuye-2024/items.csv"
        items.write_text(items.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
        if turtle:
            graph = ox.NamedNode("https://data.yunting.example/zwgk/graph/local")
            quads = [
                ox.Quad(q.subject, q.predicate, q.object, graph)
                for q in ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)
            ]
            (root / "data" / "local").mkdir(exist_ok=True)
            (root / "data" / "local" / "more.nq").write_bytes(ox.serialize(quads, format=ox.RdfFormat.N_QUADS))
        return EmbeddedStore.load(build(open_project(root)).release)

    return make


def test_the_plan_gives_three_lists_of_the_office_that_leads_its_domain(plan):
    assert [(one.slug, one.items, one.title_zh, one.issuer_zh, one.status) for one in _lists(plan)] == [
        ("proactive-CQAZ-330304-qu-zhengshouban", 1, "拆迁安置领域主动公开目录（区征收办）", "区征收办", "草案"),
        ("on-request-CQAZ-330304-qu-zhengshouban", 4, "拆迁安置领域依申请公开目录（区征收办）", "区征收办", "草案"),
        ("negative-CQAZ-330304-qu-zhengshouban", 1, "拆迁安置领域政务公开负面清单（区征收办）", "区征收办", "草案"),
    ]
    assert select(plan, UNLISTED) == []


def test_the_six_items_of_the_plan_stand_where_their_attribute_puts_them(plan):
    assert _rows(plan, "proactive-CQAZ-330304-qu-zhengshouban") == [
        HEADS,
        [
            "1",
            "关于XX项目房屋征收范围内房屋调查登记的通知",
            "",
            "",
            "区征收办",
            "",
            "公示栏、网站",
            "",
            "主动公开",
            f"{FORM} 制作信息 ...121-G",
        ],
    ]
    assert _rows(plan, "on-request-CQAZ-330304-qu-zhengshouban") == [
        HEADS,
        [
            "1",
            "XX项目国有土地上房屋征收与补偿申请报告",
            "",
            "",
            "各镇街",
            "",
            "",
            "",
            "依申请公开",
            f"{FORM} 获取信息 ...100-Y",
        ],
        ["2", "XX建设项目规划红线图", "", "", "区规划分局", "", "", "", "依申请公开", f"{FORM} 获取信息 ...101-Y"],
        ["3", "XX项目房屋征收社会稳定风险评估报告", "", "", "区征收办", "", "", "", "依申请公开", f"{FORM} 获取信息 ...102-Y"],
        ["4", "XX项目房屋征收与补偿论证会论证结论", "", "", "区征收办", "", "", "", "依申请公开", f"{FORM} 制作信息 ...122-Y"],
    ]


def test_the_negative_list_gives_the_ground(plan):
    assert _rows(plan, "negative-CQAZ-330304-qu-zhengshouban") == [
        NEGATIVE_HEADS,
        [
            "1",
            "XX项目国有土地上房屋征收与补偿启动阶段材料审查报告",
            "",
            "",
            "",
            "",
            "",
            "",
            "内部信息",
            f"{FORM} 制作信息 ...120-B",
        ],
    ]


def test_a_catalogue_row_fills_every_column_it_states(district):
    rows = _rows(district(), "proactive-JYFW-990101-qu-rensheju")
    assert rows[1] == [
        "1", "年度就业服务计划", "服务项目\n目标任务\n责任科室", "《示例省基层政务公开事项指引》（示政办发〔2024〕3号）", "区人社局",
        "信息形成或者变更之日起20个工作日内予以公开。", "政府网站", "", "主动公开", "就业服务公开事项目录 第1行",
    ]  # fmt: skip
    assert [row[1] for row in rows[1:]] == [
        "年度就业服务计划", "招聘岗位信息", "就业创业补贴申领指南", "（未填名称）就业服务公开事项目录 第5行",
    ]  # fmt: skip


def test_an_item_that_changes_its_attribute_moves_at_the_next_build(district):
    before = {one.slug: one.items for one in _lists(district())}
    store = district(change=("jishi,G,,channel/01", "jishi,B,geren-yinsi,"))
    assert before == {
        "proactive-JYFW-990101-qu-rensheju": 4, "on-request-JYFW-990101-qu-rensheju": 1, "negative-JYFW-990101-qu-rensheju": 1,
    }  # fmt: skip
    assert {one.slug: one.items for one in _lists(store)} == {
        "proactive-JYFW-990101-qu-rensheju": 3, "on-request-JYFW-990101-qu-rensheju": 1, "negative-JYFW-990101-qu-rensheju": 2,
    }  # fmt: skip
    assert [row[1:2] + row[8:9] for row in _rows(store, "negative-JYFW-990101-qu-rensheju")[1:]] == [
        ["招聘岗位信息", "个人隐私"], ["用人单位商业秘密材料", "商业秘密"],
    ]  # fmt: skip


def test_items_without_attribute_are_in_no_list_and_counted(district):
    store = district(change=("jishi,G,,channel/01", "jishi,,,channel/01"))
    assert find_list(_lists(store), "proactive-JYFW-990101-qu-rensheju").items == 3
    assert select(store, UNLISTED) == [{"catalogue": "", "zh": "", "items": "1"}]


IMPORTED = """
<catalogue/c> a zwgk:DisclosureCatalogue ; dct:title "养老服务领域基层政务公开标准目录"@zh ;
  dct:publisher <unit/990101-qu-minzhengju> ; zwgk:forDomain domain:YLFW ; dct:issued "2021-03-01"^^xsd:date .
<item/a> a zwgk:InformationItem ; zwgk:inCatalogue <catalogue/c> ; zwgk:order 1 ; dct:title "养老机构备案"@zh ;
  zwgk:mode mode:proactive ; zwgk:sourceLocation "养老 第3行" ; zwgk:basis "《养老办法》"@zh ; zwgk:channel "村口喇叭"@zh .
<item/b> a zwgk:InformationItem ; zwgk:inCatalogue <catalogue/c> ; zwgk:order 2 ; dct:title "补贴发放"@zh ;
  zwgk:mode mode:proactive , mode:on-request ; zwgk:sourceLocation "养老 第4行" .
<item/c> a zwgk:InformationItem ; zwgk:inCatalogue <catalogue/c> ; zwgk:order 3 ; dct:title "评估"@zh ;
  zwgk:mode "全文发布"@zh ; zwgk:sourceLocation "养老 第5行" .
<item/d> a zwgk:InformationItem ; zwgk:inCatalogue <catalogue/c> ; zwgk:order 4 ; dct:title "入住名单"@zh ;
  zwgk:mode mode:proactive ; zwgk:disclosureAttribute <https://w3id.org/zwgk/def/disclosure/B> ; zwgk:sourceLocation "养老 第6行" .
<catalogue/d> a zwgk:DisclosureCatalogue .
<item/e> a zwgk:InformationItem ; zwgk:inCatalogue <catalogue/d> ; zwgk:order 1 ; dct:title "无主事项"@zh ;
  zwgk:mode mode:proactive ; zwgk:sourceLocation "表 第3行" .
"""


def test_an_imported_catalogue_goes_by_mode_domain_and_issuer_of_its_own(district):
    store = district(IMPORTED)
    found = {one.slug: (one.items, one.version, one.title_zh) for one in _lists(store) if "rensheju" not in one.slug}
    assert found == {
        "proactive-YLFW-990101-qu-minzhengju": (2, "2021-03-01", "养老服务领域主动公开目录（区民政局）"),
        "on-request-YLFW-990101-qu-minzhengju": (1, "2021-03-01", "养老服务领域依申请公开目录（区民政局）"),
        "negative-YLFW-990101-qu-minzhengju": (1, "2021-03-01", "养老服务领域政务公开负面清单（区民政局）"),
        "proactive-none-none": (1, "", "未注明领域的主动公开目录（未注明编制单位）"),
    }
    source = "养老服务领域基层政务公开标准目录　养老 第3行"
    assert _rows(store, "proactive-YLFW-990101-qu-minzhengju")[1:] == [
        ["1", "养老机构备案", "", "《养老办法》", "", "", "村口喇叭", "", "主动公开", source],
        ["2", "补贴发放", "", "", "", "", "", "", "主动公开", source.replace("第3行", "第4行")],
    ]
    assert [row[1] for row in _rows(store, "negative-YLFW-990101-qu-minzhengju")[1:]] == ["入住名单"]
    assert select(store, UNLISTED) == [
        {
            "catalogue": "https://data.yunting.example/zwgk/id/catalogue/c",
            "zh": "养老服务领域基层政务公开标准目录",
            "items": "1",
        }
    ]


def test_a_second_build_gives_the_same_lists(district):
    assert _lists(district(IMPORTED)) == _lists(district(IMPORTED))


def test_the_workbook_holds_the_rows_and_says_what_it_is(plan):
    one = find_list(_lists(plan), "negative-CQAZ-330304-qu-zhengshouban")
    table = set_out(one, select(plan, entries_query(one.iri)))
    book = openpyxl.load_workbook(io.BytesIO(render_table(one, table, "xlsx", "release-1")))
    sheet = [[cell.value for cell in row] for row in book["结果"].iter_rows()]
    assert sheet[0] == NEGATIVE_HEADS
    assert sheet[1][0] == 1
    assert sheet[1][8] == "内部信息"
    notes = {row[0].value: row[1].value for row in book["说明"].iter_rows()}
    assert notes["名称"] == "拆迁安置领域政务公开负面清单（区征收办）"
    assert notes["数据版本"] == "release-1"


def test_a_list_as_rdf_holds_itself_and_its_items(plan):
    one = find_list(_lists(plan), "negative-CQAZ-330304-qu-zhengshouban")
    graph = list(ox.parse(construct(plan, graph_query(one.iri), RDF_FORMATS[0]), format=ox.RdfFormat.TURTLE))
    types = {
        q.object.value.rpartition("#")[2] for q in graph if q.subject.value == one.iri and q.predicate.value.endswith("type")
    }
    assert types == {"NegativeList", "Catalog"}
    item = "https://w3id.org/zwgk/id/item/plan-2017-107-120"
    assert [q.object.value for q in graph if q.predicate.value.endswith("#entry")] == [item]
    assert [q.object.value for q in graph if q.subject.value == item and q.predicate.value.endswith("#indexNumber")] == [
        "...120-B"
    ]


def test_a_slug_that_does_not_exist_is_told(plan):
    with pytest.raises(DisclosureListNotFound, match="no catalogue x"):
        find_list(_lists(plan), "x")
