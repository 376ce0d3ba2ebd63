"""The invented second district under examples/: the same code, another publisher's names, base and domains."""

import json
import re
from collections import Counter

import pyoxigraph as ox
import pytest

from ohai_kg.build import build
from ohai_kg.project import open_project
from tests.conftest import ROOT

DISTRICT = ROOT / "examples" / "district"
BASE = "https://data.yunting.example/zwgk/"
CANONICAL = "https://w3id.org/zwgk/"
OF_OUHAI = re.compile(r"瓯海|ouhai|330304|wzoh|温州|温瓯|wenzhou|wenou", re.IGNORECASE)
PREFIXES = f"""
PREFIX zwgk: <{CANONICAL}ns#>
PREFIX id: <{BASE}id/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX org: <http://www.w3.org/ns/org#>
"""


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    return build(open_project(DISTRICT, home=tmp_path_factory.mktemp("district-home"))).release


@pytest.fixture(scope="module")
def store(release):
    store = ox.Store()
    store.bulk_load(path=str(release.nquads), format=ox.RdfFormat.N_QUADS)
    return store


@pytest.fixture(scope="module")
def select(store):
    def select(where: str, variables: str) -> list[tuple[str, ...]]:
        names = variables.split()
        query = f"{PREFIXES} SELECT DISTINCT {' '.join('?' + name for name in names)} WHERE {{ {where} }}"
        return sorted(
            tuple(row[name].value.removeprefix(BASE + "id/") for name in names)
            for row in store.query(query, use_default_graph_as_union=True)
        )

    return select


def graph_of(quad: ox.Quad) -> str:
    return quad.graph_name.value.removeprefix(BASE + "graph/")


def iris(quad: ox.Quad) -> list[str]:
    terms = (quad.subject, quad.predicate, quad.object, quad.graph_name)
    return [term.value for term in terms if isinstance(term, ox.NamedNode)]


def test_every_class_has_its_exact_number_of_individuals(store):
    types = store.quads_for_pattern(None, ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), None, None)
    counts = Counter(re.split(r"[#/]", q.object.value)[-1] for q in types if q.subject.value.startswith(BASE + "id/"))
    assert counts == {
        "PolicyDocument": 1, "LegalResource": 1, "Duty": 8, "ResponsibilityAssignment": 14, "Delegation": 1,
        "PublicUnit": 7, "CollectiveUnit": 1, "OrganizationalUnit": 1, "UnitLabel": 1, "Person": 5, "Post": 5,
        "WorkingGroup": 1, "Membership": 5, "Phase": 1, "Task": 2, "Deadline": 2, "InformationItem": 6,
        "DisclosureTimeLimit": 2, "SourceDefect": 1,
        "ProactiveCatalogue": 1, "OnRequestCatalogue": 1, "NegativeList": 1, "Catalog": 3,
    }  # fmt: skip


def test_the_domains_are_its_own_two(select):
    assert select("?d a zwgk:Domain ; skos:notation ?code", "code") == [("JYFW",), ("YLFW",)]


def test_responsible_parties_are_those_of_the_assignments(select):
    shortcut = select("?duty zwgk:responsibleParty ?party", "duty party")
    assert shortcut == select("?duty a zwgk:Duty ; zwgk:assignment/zwgk:party ?party", "duty party")
    assert shortcut == [
        ("duty/JYFW-A-001", "unit/990101-qu-rensheju"),
        ("duty/JYFW-B-001", "collective/990101-ge-zhenjie"),
        ("duty/JYFW-B-001", "unit/990101-qu-rensheju"),
        ("duty/JYFW-B-002", "unit/990100-shi-rensheju"),
        ("duty/JYFW-B-002", "unit/990101-qu-rensheju"),
        ("duty/JYFW-C-001", "unit/990101-qu-caizhengju"),
        ("duty/JYFW-C-001", "unit/990101-qu-rensheju"),
        ("duty/JYFW-E-001", "unit/990101-qu-rensheju"),
        ("duty/YLFW-A-001", "unit/990101-qu-minzhengju"),
        ("duty/YLFW-B-001", "collective/990101-ge-zhenjie"),
        ("duty/YLFW-B-001", "unit/990101-qu-minzhengju"),
        ("duty/YLFW-D-001", "unit/990101-qu-minzhengju"),
    ]


def test_the_other_shortcuts_hold_too(select):
    assert select("?domain zwgk:leadUnit/skos:prefLabel ?unit . FILTER(LANG(?unit) = 'zh')", "domain unit") == [
        (CANONICAL + "def/domain/JYFW", "区人社局"),
        (CANONICAL + "def/domain/YLFW", "区民政局"),
    ]
    assert len(select("?person zwgk:memberOf id:group\\/lead-group", "person")) == 5
    assert select("id:membership\\/lead-group\\/zhao-wuzhou-1 zwgk:representing ?unit", "unit") == [
        ("unit/990101-qu-rensheju",)
    ]
    assert select("?task zwgk:dueDate ?date", "task date") == [
        ("task/task-1-1", "2024-04-30"),
        ("task/task-1-2", "2024-12-31"),
    ]


def test_an_inferred_party_points_to_its_defect(select):
    assert select("?a zwgk:explicit false ; zwgk:explainedBy ?defect . ?duty zwgk:assignment ?a", "duty defect") == [
        ("duty/JYFW-E-001", "defect/D-MERGE-1")
    ]


def test_labels_say_what_things_are(select):
    labels = dict(select("?thing rdfs:label ?label . FILTER(LANG(?label) = 'zh')", "thing label"))
    assert labels["duty/JYFW-B-001"] == "招聘岗位信息发布"
    assert labels["assignment/JYFW-B-002-2"] == "就业创业补贴审核：区人社局（受托）"
    assert labels["post/zhao-wuzhou-1-kezhang"] == "区人社局就业科科长（赵五洲）"
    assert labels["deadline/dl-task-1-2"] == "总结评估 截止 12月底前"
    assert labels["defect/D-MERGE-1"] == "D-MERGE-1 合并单元格使责任单位空缺"
    assert select("?unit skos:altLabel '区人力社保局'@zh", "unit") == [("unit/990101-qu-rensheju",)]


def test_a_catalogue_with_gaps_is_held_as_it_is(select):
    labels = dict(select("?item a zwgk:InformationItem ; rdfs:label ?label", "item label"))
    assert labels["item/990101-jiuye-2024-r1"] == "年度就业服务计划"
    assert labels["item/990101-jiuye-2024-r5"] == "（未填名称）就业服务公开事项目录 第5行"
    elements = (
        "dct:title",
        "zwgk:basis",
        "zwgk:content",
        "zwgk:publisher",
        "zwgk:timeLimit",
        "zwgk:disclosureAttribute",
    )
    missing = {
        element: [
            item.rpartition("-")[2]
            for (item,) in select(f"?i a zwgk:InformationItem . FILTER NOT EXISTS {{ ?i {element} ?x }}", "i")
        ]
        for element in elements
    }
    assert missing == {
        "dct:title": ["r5"],
        "zwgk:basis": ["r2"],
        "zwgk:content": ["r3"],
        "zwgk:publisher": ["r4"],
        "zwgk:timeLimit": ["r3", "r6"],
        "zwgk:disclosureAttribute": [],
    }


def test_every_individual_has_one_chinese_label_and_a_source(select):
    individuals = {thing for (thing,) in select("?thing a ?class", "thing") if "://" not in thing}
    labels = Counter(thing for thing, _ in select("?thing rdfs:label ?l . FILTER(LANG(?l) = 'zh')", "thing l"))
    assert {thing: labels[thing] for thing in individuals if labels[thing] != 1} == {}
    located = {thing for (thing,) in select("?thing zwgk:sourceLocation|dct:source ?place", "thing")}
    assert individuals - located == set()


def test_instances_and_graphs_stand_under_its_own_base(store, release):
    moved = tuple(CANONICAL + folder for folder in ("id/", "graph/"))
    assert [iri for quad in store for iri in iris(quad) if iri.startswith(moved)] == []
    assert {name.removeprefix(BASE + "graph/") for name in release.manifest.graphs} == {
        "ontology", "schemes", "shapes", "registry", "plan-2024-1", "corrections", "catalogue/990101/jiuye-2024", "derived",
    }  # fmt: skip


def test_no_iri_dangles_and_none_is_blank_or_beyond_ascii(store):
    subjects = {quad.subject.value for quad in store}
    ours = (BASE + "id/", CANONICAL + "def/", CANONICAL + "ns#")
    own = [quad for quad in store if graph_of(quad) not in {"ontology", "shapes"}]
    objects = {quad.object.value for quad in own if isinstance(quad.object, ox.NamedNode)}
    assert {iri for iri in objects if iri.startswith(ours)} - subjects == set()
    assert [quad for quad in store if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode)] == []
    assert [iri for quad in store for iri in iris(quad) if not iri.isascii()] == []


def test_the_site_shows_this_district_and_no_other(release):
    from starlette.testclient import TestClient

    from ohai_kg.web.app import create_app

    project = open_project(DISTRICT, home=release.nquads.parent.parent.parent)
    with TestClient(create_app(project)) as client:
        page = client.get("/").text
    assert project.settings.title_zh in page
    assert "<b>8</b> 项职责" in page
    assert OF_OUHAI.findall(page) == []


def test_every_term_and_title_of_its_tables_is_there():
    defined = (ROOT / "ontology" / "zwgk.ttl").read_text(encoding="utf-8")
    for path in DISTRICT.rglob("csv-metadata.json"):
        text = path.read_text(encoding="utf-8")
        for term in re.findall(re.escape(CANONICAL) + r"ns#(\w+)", text):
            assert re.search(rf"^zwgk:{term}\b", defined, re.MULTILINE), term
        for table in json.loads(text)["tables"]:
            for column in table["tableSchema"]["columns"]:
                assert column.get("virtual") or set(column["titles"]) == {"zh", "en"}, (table["url"], column["name"])


@pytest.mark.parametrize(
    "inherited",
    [
        False,
        True,
    ],
    ids=["own data, code lists and derived", "inherited terms and shapes"],
)
def test_no_word_of_ouhai_is_in_its_release(store, inherited):
    assert [str(q) for q in store if (graph_of(q) in {"ontology", "shapes"}) == inherited and OF_OUHAI.search(str(q))] == []
