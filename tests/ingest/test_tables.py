"""Tables as clerks send them: read where the meaning is clear, refused with every fault listed where it is not."""

import pyoxigraph as ox
import pytest

from ohai_kg.errors import Fault, TableFaults
from ohai_kg.tables import read_sources

UNIT = "https://w3id.org/zwgk/id/unit/"
NS = "https://w3id.org/zwgk/ns#"
TYPE = {
    "virtual": True,
    "name": "type",
    "propertyUrl": "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
    "valueUrl": NS + "PublicUnit",
}


def column(name, title, **more):
    return {"name": name, "titles": {"zh": title, "en": name}, **more}


UNITS = {
    "aboutUrl": UNIT + "{key}",
    "primaryKey": "key",
    "columns": [
        column("key", "键", required=True, suppressOutput=True),
        column("name", "名称", lang="zh", propertyUrl="http://www.w3.org/2004/02/skos/core#prefLabel"),
        column("parent", "上级", separator="|", propertyUrl=NS + "parent", valueUrl=UNIT + "{parent}"),
        column("order", "次序", datatype={"base": "integer", "minimum": 1}, propertyUrl=NS + "order"),
        column("since", "日期", datatype="date", propertyUrl=NS + "since"),
        column("closed", "封闭", datatype="boolean", propertyUrl=NS + "closed"),
        TYPE,
    ],
}
HEADER = "键,名称,上级,次序,日期,封闭\n"


def statements(project):
    return {
        (quad.subject.value.removeprefix(UNIT), quad.predicate.value.rpartition("#")[2], quad.object)
        for quad in read_sources(project).quads
        if quad.graph_name.value.endswith("/graph/office")
    }


def faults_of(project):
    with pytest.raises(TableFaults) as caught:
        read_sources(project)
    return list(caught.value.faults)


def integer(value):
    return ox.Literal(str(value), datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer"))


def test_a_row_becomes_the_statements_its_metadata_says(make_project):
    project = make_project({"units.csv": (UNITS, HEADER + "a,甲局,,1,2017-08-22,true\nb,乙局,a|b,2,,\n")})
    assert statements(project) == {
        ("a", "type", ox.NamedNode(NS + "PublicUnit")),
        ("a", "prefLabel", ox.Literal("甲局", language="zh")),
        ("a", "order", integer(1)),
        ("a", "since", ox.Literal("2017-08-22", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#date"))),
        ("a", "closed", ox.Literal("true", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#boolean"))),
        ("b", "type", ox.NamedNode(NS + "PublicUnit")),
        ("b", "prefLabel", ox.Literal("乙局", language="zh")),
        ("b", "parent", ox.NamedNode(UNIT + "a")),
        ("b", "parent", ox.NamedNode(UNIT + "b")),
        ("b", "order", integer(2)),
    }


@pytest.mark.parametrize(
    "content",
    [
        (HEADER + "a,甲局,,1,2017-08-22,true\n").encode("utf-8-sig"),
        (HEADER + "a,甲局,,1,2017-08-22,true\n").encode("gb18030"),
        (HEADER + "a,甲局,,1,2017/8/22,TRUE\n").encode(),
        (HEADER.replace("\n", "\r\n") + "a,甲局,,1,2017-08-22,true\r\n,,,,,\r\n").encode(),
        "order,since,closed,key,name,parent\n1,2017-08-22,true,a,甲局,\n".encode(),
        '键,名称,上级,次序,日期,封闭\n"a","甲局","","1","2017-08-22","true"'.encode(),
    ],
    ids=[
        "bom",
        "gb18030",
        "saved by a spreadsheet",
        "crlf and blank rows",
        "other order, English titles",
        "quoted, no newline",
    ],
)
def test_what_spreadsheet_programs_save_means_the_same(make_project, content):
    plain = make_project({"units.csv": (UNITS, HEADER + "a,甲局,,1,2017-08-22,true\n")})
    expected = statements(plain)
    assert statements(make_project({"units.csv": (UNITS, content)})) == expected


FILE = "data/office/units.csv"


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("a,甲局,,1\n", Fault(FILE, 2, None, "4 格", "6 格，与表头相同", "6 cells as in the header")),
        ("a,甲局,,1,,,,\n", Fault(FILE, 2, None, "8 格", "6 格，与表头相同", "6 cells as in the header")),
        (",甲局,,1,,\n", Fault(FILE, 2, "键", "空格", "必填内容", "a value; the cell is required")),
        ("a,甲局,,0,,\n", Fault(FILE, 2, "次序", "0", "不小于 1 的整数", "an integer of 1 or more")),
        ("a,甲局,,第一,,\n", Fault(FILE, 2, "次序", "第一", "整数", "an integer").__class__(
            FILE, 2, "次序", "第一", "不小于 1 的整数", "an integer of 1 or more")),
        ("a,甲局,,1,2017-02-30,\n", Fault(
            FILE, 2, "日期", "2017-02-30", "真实存在的日期，如 2017-08-22", "a real date such as 2017-08-22")),
        ("a,甲局,,1,,也许\n", Fault(FILE, 2, "封闭", "也许", "true 或 false", "true or false")),
        ("a,甲局,,1,,\na,乙局,,2,,\n", Fault(FILE, 3, "键", "a", "与第 2 行不同的键", "a key other than that of row 2")),
        ("jiaoyuju,甲局,,1,,\nb,乙局,jiaoyuj,2,,\n", Fault(
            FILE, 3, "上级", "jiaoyuj", f"{FILE} 中已有的键，是否 jiaoyuju", f"a key of {FILE}; did you mean jiaoyuju")),
        ('a,"甲\n局",,1,,\nb,乙局,,x,,\n', Fault(FILE, 3, "次序", "x", "不小于 1 的整数", "an integer of 1 or more")),
    ],
    ids=["short row", "long row", "blank required", "below minimum", "no integer", "impossible date", "no boolean",
         "duplicate key", "unknown reference", "row counted as a spreadsheet does"],
)  # fmt: skip
def test_a_wrong_row_is_told_by_file_row_column_found_and_expected(make_project, rows, fault):
    assert faults_of(make_project({"units.csv": (UNITS, HEADER + rows)})) == [fault]


def test_all_faults_of_all_files_are_told_at_once(make_project):
    others = {**UNITS, "aboutUrl": "https://w3id.org/zwgk/id/person/{key}"}
    project = make_project(
        {
            "units.csv": (UNITS, HEADER + "a,甲局,,x,2017-13-01,maybe\nb,乙局,nobody,1,,\n"),
            "more.csv": (others, None),
        }
    )
    assert [(f.file.rpartition("/")[2], f.row, f.column, f.found) for f in faults_of(project)] == [
        ("more.csv", None, None, "没有此文件"),
        ("units.csv", 2, "封闭", "maybe"),
        ("units.csv", 2, "日期", "2017-13-01"),
        ("units.csv", 2, "次序", "x"),
        ("units.csv", 3, "上级", "nobody"),
    ]


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("键,名称,上级,次序,日期,关闭\n", [("关闭", "没有定义的列")]),
        ("键,名称,名称,上级,次序,日期,封闭\n", [("名称", "重复的列")]),
        ("键,名称,上级,次序\n", [("封闭", "缺少该列"), ("日期", "缺少该列")]),
    ],
)
def test_a_wrong_header_is_told_by_column(make_project, header, found):
    faults = faults_of(make_project({"units.csv": (UNITS, header + "a\n")}))
    assert sorted((f.column, f.found) for f in faults) == found[:1] or sorted((f.column, f.found) for f in faults) == found


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "空文件"),
        ("键,名称".encode("utf-16"), "其他编码"),
        ((HEADER + 'a,"甲局,,1,,\n').encode(), "unexpected end of data"),
    ],
)
def test_a_file_that_is_no_table_is_told(make_project, content, found):
    assert [fault.found for fault in faults_of(make_project({"units.csv": (UNITS, content)}))] == [found]


def test_a_table_that_the_metadata_do_not_list_is_told(make_project):
    project = make_project({"units.csv": (UNITS, HEADER)})
    (project.data / "office" / "stray.csv").write_text("a\n", encoding="utf-8")
    assert [(f.file, f.found) for f in faults_of(project)] == [("data/office/stray.csv", "未列入的数据表")]


@pytest.mark.parametrize(
    ("text", "found"),
    [("{", "Expecting property name enclosed in double quotes"), ('{"tables": [{"url": "a.csv"}]}', None)],
)
def test_metadata_that_cannot_be_read_are_told(make_project, text, found):
    project = make_project({"units.csv": (UNITS, HEADER)})
    (project.data / "office" / "csv-metadata.json").write_text(text, encoding="utf-8")
    faults = faults_of(project)
    assert {fault.file for fault in faults} <= {"data/office/csv-metadata.json", "data/office/a.csv", FILE}
    assert found is None or faults[0].found == found


def test_instances_move_with_the_base_and_terms_stay(make_project):
    project = make_project({"units.csv": (UNITS, HEADER + "a,甲局,,1,,\n")}, settings='base = "https://data.example.cn/kg/"\n')
    mine = [quad for quad in read_sources(project).quads if "office" in quad.graph_name.value]
    assert {quad.subject.value for quad in mine} == {"https://data.example.cn/kg/id/unit/a"}
    assert {quad.graph_name.value for quad in mine} == {"https://data.example.cn/kg/graph/office"}
    assert NS + "PublicUnit" in {quad.object.value for quad in mine}


def test_a_table_that_cannot_be_read_brings_no_false_faults_of_references_to_it(make_project):
    others = {**UNITS, "aboutUrl": "https://w3id.org/zwgk/id/person/{key}"}
    project = make_project({"units.csv": (UNITS, None), "more.csv": (others, HEADER + "p,某人,a,1,,\n")})
    assert [(f.file.rpartition("/")[2], f.found) for f in faults_of(project)] == [("units.csv", "没有此文件")]


def test_a_folder_whose_metadata_cannot_be_read_brings_no_false_faults(make_project):
    project = make_project({"units.csv": (UNITS, HEADER + "a,甲局,b,1,,\n")})
    broken = project.data / "broken"
    broken.mkdir()
    (broken / "csv-metadata.json").write_text("{", encoding="utf-8")
    assert [(f.file, f.row) for f in faults_of(project)] == [("data/broken/csv-metadata.json", 1)]
