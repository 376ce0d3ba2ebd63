"""A report in its forms; the order and the counts."""

import csv
import io
import json
from dataclasses import replace

import pytest
from rdflib import RDF, Graph

from ohai_kg.shacl import Finding, Place, Report, Source, validate_file
from ohai_kg.shacl.results import SH
from tests.validation.support import profile_of

PROFILE = profile_of("""
ex:S sh:targetClass ex:T ; sh:property ex:P , ex:Q , ex:R .
ex:P dct:identifier "T-2" ; sh:path [ sh:alternativePath ( ex:p [ sh:inversePath ex:q ] ) ] ; sh:minCount 1 ;
  sh:message "缺少<甲>"@zh , "no <a>"@en .
ex:Q dct:identifier "T-1" ; sh:path ex:r ; sh:minCount 1 ; sh:severity sh:Warning ; sh:message "缺乙"@zh , "no b"@en .
ex:R dct:identifier "T-3" ; sh:path ex:s ; sh:minCount 1 ; sh:severity sh:Info ; sh:message "缺丙"@zh , "no c"@en .
""")
DATA = (
    b'<http://e/a> a <http://e/T> , <https://w3id.org/zwgk/ns#InformationItem> ; <http://purl.org/dc/terms/title> "=1+1"@zh .'
)


@pytest.fixture(scope="module")
def report() -> Report:
    return validate_file(DATA, [PROFILE], name="d.ttl")


def test_rules_come_in_order_and_are_counted_by_severity(report):
    assert [(f.rule, f.severity) for f in report.findings] == [
        ("T-1", "warning"),
        ("T-2", "violation"),
        ("T-3", "info"),
    ]
    assert report.counts == {"items": 1, "violation": 1, "warning": 1, "info": 1}


def test_warnings_pass_but_do_not_conform(report):
    warned = replace(report, findings=report.findings[:1])
    assert (warned.conforms, warned.passes, report.passes) == (False, True, False)


def test_complex_paths_are_written_as_in_sparql(report):
    assert report.findings[1].path == "<http://e/p>|(^<http://e/q>)"


def test_the_json_is_the_contract(report):
    assert json.loads(report.to_json()) == report.to_dict()
    assert report.to_json().endswith("}\n")


def test_the_csv_has_a_row_a_finding_and_no_formulas(report):
    rows = list(csv.DictReader(io.StringIO(report.to_csv())))
    assert [row["rule"] for row in rows] == ["T-1", "T-2", "T-3"]
    assert {row["item"] for row in rows} == {"'=1+1"}


def test_the_turtle_is_a_validation_report(report):
    graph = Graph().parse(data=report.to_turtle(), format="turtle")
    (node,) = graph.subjects(RDF.type, SH.ValidationReport)
    assert graph.value(node, SH.conforms).toPython() is False
    assert len(list(graph.objects(node, SH.result))) == 3


def test_equal_reports_are_equal_text(report):
    again = validate_file(DATA, [PROFILE], name="d.ttl")
    for form in ("to_json", "to_csv", "to_turtle", "to_text", "to_html"):
        assert getattr(again, form)() == getattr(report, form)()


def test_a_conforming_report_is_short():
    good = b"<http://e/a> a <http://e/Other> ."
    conforming = validate_file(good, [PROFILE], name="d.ttl")
    assert (conforming.conforms, conforming.passes, conforming.findings) == (True, True, ())
    assert conforming.to_text() == "d.ttl: 规则集 test，信息事项 0 条，全部符合。\n"
    assert "sh:conforms true ." in conforming.to_turtle()
    assert "<table>" not in conforming.to_html()


def test_the_text_is_chinese_or_english_and_coloured_on_request(report):
    assert report.to_text().splitlines()[0] == "d.ttl: 规则集 test，信息事项 1 条，不符合 1、提醒 1、说明 1。"
    assert report.to_text(lang="en").splitlines()[0] == "d.ttl: profile test, 1 items: Violation 1, Warning 1, Info 1."
    assert "\x1b[" not in report.to_text()
    assert "\x1b[31m不符合\x1b[0m" in report.to_text(color=True)


def test_the_page_escapes_what_it_shows_and_loads_nothing(report):
    page = report.to_html()
    assert "缺少&lt;甲&gt;" in page
    assert page.startswith('<!doctype html>\n<html lang="zh-CN">')
    for loader in ("src=", "<script", "@import", "url(", "<link"):
        assert loader not in page
    assert report.to_html(lang="en", fragment=True).startswith("<h1>Validation report</h1>")


def test_findings_get_their_cells_and_are_ordered_by_them(report):
    cells = {"T-3": Place("甲表", 3, "B3"), "T-2": Place("甲表", 7, "E7"), "T-1": None}
    placed = report.located(lambda finding: cells[finding.rule])
    assert [(f.rule, f.sheet, f.row, f.cell) for f in placed.findings] == [
        ("T-1", None, None, None),
        ("T-3", "甲表", 3, "B3"),
        ("T-2", "甲表", 7, "E7"),
    ]
    assert "甲表 E7" in placed.to_text()
    assert replace(placed.findings[2], sheet=None, row=None, cell=None) == report.findings[1]


def test_a_message_is_never_missing_in_a_language():
    bare = profile_of("ex:S sh:targetClass ex:T ; sh:property ex:P . ex:P sh:path ex:p ; sh:minCount 1 .")
    (finding,) = validate_file(DATA, [bare], name="d.ttl").findings
    assert finding.message == {"zh": "缺少必填的值", "en": "Less than 1 values on <http://e/a>->ex:p"}


def test_findings_and_sources_are_values():
    assert Source("a", "b") == Source("a", "b")
    one = Finding("info", None, None, None, "X", "f", None, None, None, {"zh": "字", "en": "w"})
    assert hash(one) == hash(replace(one))
