"""The catalogue questions over two catalogues, and over the same after one change each.

区教育局 lists three items, 区民政局 two; one name stands in both. What is expected is written from the table below, not from
the queries.
"""

import pyoxigraph as ox
import pytest

from ohai_kg.build import derive
from tests.queries.asking import BASE, answer

CATALOGUES = """
@prefix : <https://w3id.org/zwgk/id/item/> .
@prefix cat: <https://w3id.org/zwgk/id/catalogue/> .
@prefix limit: <https://w3id.org/zwgk/id/time-limit/> .
@prefix unit: <https://w3id.org/zwgk/id/unit/> .
@prefix doc: <https://w3id.org/zwgk/id/doc/> .
@prefix zwgk: <https://w3id.org/zwgk/ns#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix dom: <https://w3id.org/zwgk/def/domain/> .
@prefix mode: <https://w3id.org/zwgk/def/mode/> .
@prefix g: <https://w3id.org/zwgk/def/disclosure/> .
@prefix ch: <https://w3id.org/zwgk/def/channel/> .
@prefix graph: <https://w3id.org/zwgk/graph/catalogue/> .

graph:a {
  cat:jy a zwgk:DisclosureCatalogue ; dct:title "义务教育目录"@zh ; dct:publisher unit:330304-qu-jiaoyuju ; zwgk:forDomain dom:YWJY .
  :jy-1 a zwgk:InformationItem ; zwgk:order 1 ; zwgk:inCatalogue cat:jy ; dct:title "救助政策"@zh ; zwgk:basis doc:x ;
    zwgk:content "全文" ; zwgk:publisher unit:330304-qu-jiaoyuju ; zwgk:timeLimit limit:d30 ; zwgk:mode mode:proactive ;
    zwgk:channel ch:01 , ch:11 .
  :jy-2 a zwgk:InformationItem ; zwgk:order 2 ; zwgk:inCatalogue cat:jy ; dct:title "招生方案"@zh ; zwgk:content "全文" ;
    zwgk:publisher unit:330304-qu-jiaoyuju , unit:330304-qu-minzhengju ; zwgk:timeLimit limit:d20 ; zwgk:mode mode:proactive ;
    zwgk:channel ch:01 .
  :jy-3 a zwgk:InformationItem ; zwgk:order 3 ; zwgk:inCatalogue cat:jy ; dct:title "学籍材料"@zh ; zwgk:content "全文" ;
    zwgk:publisher unit:330304-qu-jiaoyuju ; zwgk:timeLimit limit:d45 ; zwgk:mode mode:on-request .
}
graph:b {
  cat:mz a zwgk:DisclosureCatalogue ; dct:title "救灾目录"@zh ; dct:publisher unit:330304-qu-minzhengju ; zwgk:forDomain dom:JZ .
  :mz-1 a zwgk:InformationItem ; zwgk:order 1 ; zwgk:inCatalogue cat:mz ; dct:title "救助政策"@zh ; zwgk:basis doc:x ;
    zwgk:content "全文" ; zwgk:publisher unit:330304-qu-minzhengju ; zwgk:timeLimit limit:d20 ; zwgk:disclosureAttribute g:G ;
    zwgk:channel ch:01 .
  :mz-2 a zwgk:InformationItem ; zwgk:order 2 ; zwgk:inCatalogue cat:mz ; dct:title "款物发放"@zh ; zwgk:basis doc:x ;
    zwgk:publisher unit:330304-qu-minzhengju ; zwgk:timeLimit limit:d25 ; zwgk:disclosureAttribute g:G .
  limit:d20 a zwgk:DisclosureTimeLimit ; zwgk:workingDays 20 ; zwgk:text "20个工作日" .
  limit:d25 a zwgk:DisclosureTimeLimit ; zwgk:workingDays 25 ; zwgk:text "25个工作日" .
  limit:d30 a zwgk:DisclosureTimeLimit ; zwgk:workingDays 30 ; zwgk:text "30个工作日" .
  limit:d45 a zwgk:DisclosureTimeLimit ; zwgk:workingDays 45 ; zwgk:text "45个工作日" .
}
"""
EDUCATION, RELIEF = f"{BASE}id/unit/330304-qu-jiaoyuju", f"{BASE}id/unit/330304-qu-minzhengju"
ELEMENTS = {"name": "名称", "basis": "依据", "content": "内容", "subject": "主体", "deadline": "时限", "method": "方式"}


@pytest.fixture
def catalogues(plan_store, plan_project):
    """The plan with the two catalogues; `finish` derives shortcuts and labels after a change."""
    store = ox.Store()
    store.bulk_extend(quad for quad in plan_store if quad.graph_name != ox.NamedNode(f"{BASE}graph/derived"))
    store.bulk_load(input=CATALOGUES.encode(), format=ox.RdfFormat.TRIG)

    def finish() -> ox.Store:
        derive(store, plan_project.vocabulary("ontology/rules/*.rq"), BASE)
        return store

    return store, finish


def item(key: str) -> ox.NamedNode:
    return ox.NamedNode(f"{BASE}id/item/{key}")


def remove(store: ox.Store, key: str, name: str) -> None:
    for quad in list(store.quads_for_pattern(item(key), ox.NamedNode(f"{BASE}ns#{name}"), None)):
        store.remove(quad)


def gaps(issuer: str, label: str, items: int, **missing: int) -> list[list[str]]:
    return [[issuer, label, element, name, str(items), str(missing.get(element, 0))] for element, name in ELEMENTS.items()]


def test_missing_elements_by_issuer(catalogues):
    store, finish = catalogues
    relief = gaps(RELIEF, "区民政局", 2, content=1)
    assert answer(finish(), "catalogue-missing-elements") == gaps(EDUCATION, "区教育局", 3, basis=2) + relief
    assert answer(store, "catalogue-missing-elements", issuer="unit/330304-qu-minzhengju") == relief
    remove(store, "jy-3", "mode")
    assert answer(finish(), "catalogue-missing-elements") == gaps(EDUCATION, "区教育局", 3, basis=2, method=1) + relief


def test_overlong_deadlines_by_excess(catalogues):
    store, finish = catalogues
    regime = "中华人民共和国政府信息公开条例"
    longest = [EDUCATION, "区教育局", item("jy-3").value, "学籍材料", "45", "20"]
    long = [EDUCATION, "区教育局", item("jy-1").value, "救助政策", "30", "20"]
    least = [RELIEF, "区民政局", item("mz-2").value, "款物发放", "25", "20"]
    rows = answer(finish(), "catalogue-overlong-deadlines")
    assert [row[:6] for row in rows] == [longest, long, least]
    assert all(regime in row[6] for row in rows)
    remove(store, "jy-1", "timeLimit")
    assert [row[:6] for row in answer(finish(), "catalogue-overlong-deadlines")] == [longest, least]


def test_one_item_with_different_publishers(catalogues):
    store, finish = catalogues
    there = [item("jy-1").value, "救助政策", "区教育局", "义务教育目录", item("mz-1").value, "救灾目录", "区民政局"]
    back = [item("mz-1").value, "救助政策", "区民政局", "救灾目录", item("jy-1").value, "义务教育目录", "区教育局"]
    assert sorted(answer(finish(), "catalogue-different-publishers")) == sorted([there, back])
    remove(store, "mz-1", "publisher")
    assert answer(finish(), "catalogue-different-publishers") == []


def test_channels_by_domain(catalogues):
    store, finish = catalogues
    site, board = [f"{BASE}def/channel/01", "政府网站"], [f"{BASE}def/channel/11", "社区/企事业单位/村公示栏（电子屏）"]
    plan, relief = [f"{BASE}def/domain/CQAZ", "拆迁安置"], [f"{BASE}def/domain/JZ", "救灾工作"]
    school = [f"{BASE}def/domain/YWJY", "义务教育"]
    before = [[*plan, *site, "1"], [*plan, *board, "1"], [*relief, *site, "1"], [*school, *site, "2"], [*school, *board, "1"]]
    assert answer(finish(), "catalogue-channels-by-domain") == before
    remove(store, "jy-1", "channel")
    assert answer(finish(), "catalogue-channels-by-domain") == [*before[:3], [*school, *site, "1"]]


def test_national_domains_by_issuer(catalogues):
    store, finish = catalogues
    rows = answer(finish(), "catalogue-national-domains")
    assert len(rows) == 52
    assert [(row[1], row[3], row[4]) for row in rows if row[4] != "0"] == [
        ("区教育局", "义务教育", "3"),
        ("区民政局", "救灾", "2"),
    ]
    assert len(answer(store, "catalogue-national-domains", issuer="unit/330304-qu-jiaoyuju")) == 26
    remove(store, "jy-2", "inCatalogue")
    rows = answer(finish(), "catalogue-national-domains")
    assert [(row[1], row[4]) for row in rows if row[4] != "0"] == [("区教育局", "2"), ("区民政局", "2")]
