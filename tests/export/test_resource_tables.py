"""The flat tables: the heads of the two rules in their order, a row a data set, empty where nobody states anything."""

import csv
import io

import openpyxl
import pytest
import rdflib
from starlette.testclient import TestClient

from ohai_kg.engine.asking import select
from ohai_kg.engine.store import EmbeddedStore
from ohai_kg.formats import RDF_FORMATS
from ohai_kg.publication.dcat.site import Site, questions
from ohai_kg.publication.dcat.site_catalog import describe_site
from ohai_kg.publication.resource_tables import list_resources, open_data_table, resource_table, unstated
from ohai_kg.web.app import create_app

HEADS = [
    "信息资源分类",
    "信息资源名称",
    "信息资源代码",
    "信息资源提供方",
    "信息资源提供方代码",
    "信息资源摘要",
    "信息资源格式分类",
    "信息资源格式类型",
    "信息项名称",
    "数据类型",
    "共享类型",
    "共享条件",
    "共享方式分类",
    "共享方式类型",
    "是否向社会开放",
    "开放条件",
    "更新周期",
    "发布日期",
    "关联资源代码",
]
OPEN_HEADS = ["目录名称", "目录摘要", "数据项", "数据格式", "更新频率", "开放主体", "开放类型", "开放条件"]
STATED = {
    "resource_class": "3/07", "sharing_type": "有条件共享", "sharing_condition": "经申请", "sharing_mode_class": "共享平台方式",
    "sharing_mode": "接口", "open_to_public": "是", "open_type": "受限开放类", "open_condition": "实名", "update_frequency": "每年",
}  # fmt: skip


@pytest.fixture(scope="module")
def make(plan_project, plan_release):
    store = EmbeddedStore.load(plan_release)

    def make(**settings) -> Site:
        chosen = plan_project.settings.model_copy(update=settings)
        answers = {name: select(store, query) for name, query in questions(chosen).items()}
        return Site(chosen, "https://data.example/", [plan_release], {}, answers, plan_release.id)

    return make


def _rows(make, project, release, tabulate=resource_table, **settings):
    site = make(**settings)
    table = tabulate(list_resources(site, release.manifest, project.data), site.settings)
    return table, [
        {head: cell.text if cell else "" for head, cell in zip(table.columns, row, strict=True)} for row in table.rows
    ]


def test_the_heads_are_those_of_the_rules_in_their_order(make, plan_project, plan_release):
    table, _ = _rows(make, plan_project, plan_release)
    assert list(table.columns) == HEADS
    assert list(_rows(make, plan_project, plan_release, open_data_table)[0].columns) == OPEN_HEADS


def test_the_graph_every_table_and_every_list_has_a_row(make, plan_project, plan_release):
    _, rows = _rows(make, plan_project, plan_release)
    tables = len(list(plan_project.data.rglob("*.csv")))
    assert len(rows) == 1 + tables + 3
    names = [row["信息资源名称"] for row in rows]
    assert len(set(names)) == len(names)
    assert names[0] == "瓯海区基层政务公开标准化规范化知识图谱"
    assert names[-1] == "拆迁安置领域政务公开负面清单（区征收办）"


def test_a_table_tells_its_columns_and_their_types(make, plan_project, plan_release):
    _, rows = _rows(make, plan_project, plan_release)
    row = next(row for row in rows if row["信息资源名称"] == "政府信息（公开事项）（plan-2017-107）")
    assert row["信息项名称"].startswith("键、次序、政府信息名称、信息索引号、公开属性、")
    assert row["数据类型"].startswith("字符型、整数型、字符型、字符型、字符型、")
    assert len(row["信息项名称"].split("、")) == len(row["数据类型"].split("、"))
    assert (row["信息资源格式分类"], row["信息资源格式类型"]) == ("电子表格", "csv")
    assert row["信息资源提供方"] == "区府办"
    assert row["发布日期"] == plan_release.manifest.created[:10]


def test_what_nobody_states_is_empty(make, plan_project, plan_release):
    table, _ = _rows(make, plan_project, plan_release)
    assert unstated(table) == [
        "信息资源分类", "信息资源代码", "信息资源提供方代码", "共享类型", "共享条件", "共享方式分类", "共享方式类型", "是否向社会开放", "开放条件",
        "更新周期", "关联资源代码",
    ]  # fmt: skip
    assert unstated(_rows(make, plan_project, plan_release, open_data_table)[0]) == ["更新频率", "开放类型", "开放条件"]


def test_what_the_publisher_states_fills_its_columns(make, plan_project, plan_release):
    _, rows = _rows(make, plan_project, plan_release, **STATED)
    assert [rows[1][head] for head in ("信息资源分类", "信息资源代码", "共享类型", "共享条件", "共享方式分类", "共享方式类型")] == [
        "3/07", "3/07/000002", "有条件共享", "经申请", "共享平台方式", "接口",
    ]  # fmt: skip
    assert [rows[1][head] for head in ("是否向社会开放", "开放条件", "更新周期")] == ["是", "实名", "每年"]
    _, rows = _rows(make, plan_project, plan_release, open_data_table, **STATED)
    assert [rows[0][head] for head in ("更新频率", "开放主体", "开放类型", "开放条件")] == [
        "每年",
        "区府办",
        "受限开放类",
        "实名",
    ]


def test_dcat_says_what_the_publisher_states_and_nothing_else(make, plan_release):
    zwgk = rdflib.Namespace("https://w3id.org/zwgk/ns#")
    dataset = rdflib.URIRef(f"https://w3id.org/zwgk/id/release/{plan_release.id}")
    terms = ("sharingType", "sharingCondition", "sharingMode", "openToPublic", "openType", "openCondition")

    def told(**settings):
        graph = rdflib.Graph().parse(data=describe_site(make(**settings)).serialize(RDF_FORMATS[1]), format="nt")
        return {term: str(graph.value(dataset, zwgk[term]) or "") for term in terms}

    assert told() == dict.fromkeys(terms, "")
    definition = "https://w3id.org/zwgk/def/"
    assert told(**STATED) == {
        "sharingType": f"{definition}sharing-type/conditional", "sharingCondition": "经申请", "sharingMode": "共享平台方式 接口",
        "openToPublic": "true", "openType": f"{definition}open-type/restricted", "openCondition": "实名",
    }  # fmt: skip


def test_the_tables_have_addresses(plan_project, plan_release):
    with TestClient(create_app(plan_project)) as client:
        answer = client.get("/catalog/resources.csv")
        assert next(csv.reader(io.StringIO(answer.text))) == HEADS
        book = openpyxl.load_workbook(io.BytesIO(client.get("/catalog/open-data.xlsx").content))
        assert [cell.value for cell in book["结果"][1]] == OPEN_HEADS
        assert {row[0].value: row[1].value for row in book["说明"].iter_rows()}[
            "没有填写的栏"
        ] == "更新频率、开放类型、开放条件"
        assert client.get("/catalog/other.csv").json()["code"] == "format-not-found"
        assert "/catalog/resources.xlsx" in client.get("/catalog.html").text
