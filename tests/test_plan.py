"""What the release says of the plan, counted independently from the document."""

import pytest

PREFIXES = """
PREFIX zwgk: <https://w3id.org/zwgk/ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX eli: <http://data.europa.eu/eli/ontology#>
PREFIX cpsv: <http://purl.org/vocab/cpsv#>
"""


@pytest.fixture(scope="module")
def ask(plan_store):
    """Rows of a SELECT over the union of all graphs, each cell as its text."""

    def run(query: str) -> list[tuple[str, ...]]:
        rows = plan_store.query(PREFIXES + query, use_default_graph_as_union=True)
        return [tuple(cell.value if cell is not None else "" for cell in row) for row in rows]

    return run


def test_annex_5_has_263_duties_by_stage(ask):
    rows = ask("SELECT ?n (COUNT(?d) AS ?c) { ?d a zwgk:Duty ; zwgk:stage/skos:notation ?n } GROUP BY ?n ORDER BY ?n")
    assert rows == [("A", "38"), ("B", "77"), ("C", "63"), ("D", "51"), ("E", "34")]


def test_annex_5_has_ten_domains(ask):
    rows = ask(
        'SELECT ?l (COUNT(?d) AS ?c) { ?d a zwgk:Duty ; zwgk:domain ?o . ?o zwgk:order ?n ; rdfs:label ?l FILTER(LANG(?l) = "zh") }'
        " GROUP BY ?l ?n ORDER BY ?n"
    )
    assert rows == [
        ("征地补偿", "18"), ("拆迁安置", "34"), ("保障性住房", "15"), ("农村危房改造", "16"), ("扶贫工作", "22"),
        ("救灾工作", "18"), ("市政服务", "24"), ("公共资源交易", "21"), ("义务教育", "85"), ("为民办实事项目", "10"),
    ]  # fmt: skip


def test_three_cells_are_inherited_and_two_rows_shifted(ask):
    assert ask(
        "SELECT ?line { ?d a zwgk:Duty ; zwgk:sourceLine ?line ; zwgk:assignment [ zwgk:explicit false ] } ORDER BY ?line"
    ) == [("665",), ("670",), ("671",)]
    assert ask(
        "SELECT ?line { GRAPH <https://w3id.org/zwgk/graph/corrections> { ?d a zwgk:Duty ; zwgk:sourceLine ?line } } ORDER BY ?line"
    ) == [("625",), ("696",)]


def test_three_duties_are_delegated(ask):
    rows = ask(
        "SELECT ?line ?from ?to { ?x a zwgk:Delegation ; zwgk:forDuty/zwgk:sourceLine ?line ;"
        " zwgk:delegator/skos:prefLabel ?from ; zwgk:delegate/skos:prefLabel ?to"
        ' FILTER(LANG(?from) = "zh" && LANG(?to) = "zh") } ORDER BY ?line'
    )
    assert rows == [
        ("520", "市人民政府", "区政府"),
        ("521", "市国土资源局", "区国土资源分局"),
        ("523", "市人民政府", "区政府"),
    ]


@pytest.mark.parametrize(
    ("unit", "duties", "domains"),
    [
        ("区教育局", 82, 2),
        ("区财政局", 22, 7),
        ("区住建局", 34, 6),
        ("各镇街", 29, 6),
        ("区民政局", 23, 5),
        ("区国土资源分局", 14, 5),
    ],
)
def test_units_bear_the_duties_the_document_gives_them(ask, unit, duties, domains):
    rows = ask(
        "SELECT (COUNT(DISTINCT ?d) AS ?n) (COUNT(DISTINCT ?o) AS ?m) {"
        f' ?u skos:prefLabel "{unit}"@zh . ?d a zwgk:Duty ; zwgk:responsibleParty ?u ; zwgk:domain ?o }}'
    )
    assert rows == [(str(duties), str(domains))]


def test_twenty_duties_are_borne_at_city_level(ask):
    rows = ask("SELECT (COUNT(DISTINCT ?d) AS ?n) { ?d a zwgk:Duty ; zwgk:responsibleParty/zwgk:level/skos:notation 'city' }")
    assert rows == [("20",)]


@pytest.mark.parametrize(
    ("pattern", "count"),
    [
        ("?x a foaf:Person", 143),
        ("?x a org:Membership", 205),
        ("?x a zwgk:CollectiveMembership", 14),
        ("?x a org:Membership ; zwgk:liaison true", 10),
        ("?x a zwgk:WorkingGroup ; zwgk:groupKind/skos:notation 'topic'", 10),
        ("?x a zwgk:Innovation", 10),
        ("?x a zwgk:Phase", 4),
        ("?x a zwgk:Task", 11),
        ("?t a zwgk:Task ; zwgk:deadline ?x", 12),
        ("?x a zwgk:InformationItem", 6),
        ("?x a zwgk:AdministrativePower", 2),
        ("?x a zwgk:DepartmentResponsibility", 7),
        ("?x a cpsv:PublicService", 0),
        ("?x a zwgk:Annex", 8),
        ("?x a zwgk:DepartmentMandate", 15),
        ("?x a zwgk:GuideStep", 5),
        ("?x a zwgk:FormEntry", 17),
    ],
)
def test_the_rest_of_the_document_is_counted(ask, pattern, count):
    assert ask(f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ {pattern} }}") == [(str(count),)]


def test_the_document_cites_five_document_numbers(ask):
    rows = ask(
        "SELECT DISTINCT ?n { GRAPH <https://w3id.org/zwgk/graph/plan-2017-107> { ?x zwgk:documentNumber ?n } } ORDER BY ?n"
    )
    assert {row[0] for row in rows} == {
        "温瓯政办发〔2017〕107号",
        "国办发〔2017〕42号",
        "浙政办发〔2017〕82号",
        "温瓯教基办〔2015〕1号",
        "温瓯教办民〔2014〕42号",
    }


SHORTCUTS = {
    "responsibleParty": "{ ?s a zwgk:Duty ; zwgk:assignment/zwgk:party ?o } UNION"
    " { ?s a zwgk:GuideStep ; zwgk:assignment ?a . ?a zwgk:party ?o ; zwgk:responsibilityRole ?r"
    " FILTER(?r != <https://w3id.org/zwgk/def/responsibility-role/review>) }",
    "memberOf": "?m a org:Membership ; org:member ?s ; org:organization ?o",
    "dueDate": "?s zwgk:deadline/zwgk:statedDate ?o",
}


@pytest.mark.parametrize("name", SHORTCUTS)
def test_a_shortcut_says_just_what_its_path_says(ask, name):
    derived = ask(f"SELECT DISTINCT ?s ?o {{ ?s zwgk:{name} ?o }}")
    stated = ask(f"SELECT DISTINCT ?s ?o {{ {SHORTCUTS[name]} }}")
    assert sorted(derived) == sorted(stated)
    assert derived


def test_every_domain_of_annex_5_has_a_lead_unit(ask):
    rows = ask("SELECT ?o (COUNT(?u) AS ?n) { ?d a zwgk:Domain ; zwgk:order ?o ; zwgk:leadUnit ?u } GROUP BY ?o ORDER BY ?o")
    assert [row[1] for row in rows] == ["1", "1", "1", "1", "2", "2", "2", "1", "1", "1", "2"]
