"""CSV for people runs nothing and keeps its letters in a spreadsheet program; CSV for programs is verbatim."""

import csv
import io

import pytest

from ohai_kg.csvtext import harmless, write_csv
from ohai_kg.office.answers import AnswerTable, Cell, csv_of, read_json_results

RUN = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u3000=1", "\ufeff=1", "\u200b=1", '"=1', "'=1", "'", "=", "|x", "%0A", "＝1", "＋1", "－1", "＠A", "- —", "-"]  # fmt: skip
KEPT = ["", "政务", "1-2", "a=b", "a\n=b", "(=1)", "《=》", "http://x/=1", "1", "—", "/", "0.5", "x@example.cn"]
XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.mark.parametrize("text", [text for text in RUN if text != "'"])
def test_what_a_program_would_run_gets_an_apostrophe(text):
    assert harmless(text) == "'" + text


@pytest.mark.parametrize("text", KEPT)
def test_everything_else_stays_as_it_is(text):
    assert harmless(text) == text


def test_for_programs_every_cell_is_verbatim():
    text = write_csv(RUN, [RUN], people=False)
    assert list(csv.reader(io.StringIO(text, newline=""))) == [RUN, RUN]


def test_heads_are_guarded_too_and_numbers_stay_numbers():
    assert write_csv(["=a", "b"], [["=1", -1], [None, 2.5]], people=True) == "'=a,b\r\n'=1,-1\r\n,2.5\r\n"


@pytest.mark.parametrize(
    ("text", "datatype", "expected"),
    [
        ("-5", "integer", "-5"),
        ("+5", "integer", "+5"),
        ("-0.50", "decimal", "-0.50"),
        ("-1.5E-3", "double", "-1.5E-3"),
        ("-INF", "double", "'-INF"),
        ("-5", "string", "'-5"),
        ("=1", "integer", "'=1"),
        ("-1_0", "integer", "'-1_0"),
        ("-1+1", "decimal", "'-1+1"),
        (" -1", "integer", "' -1"),
        ("-0001-01-01", "date", "'-0001-01-01"),
    ],
)
def test_a_negative_number_is_no_formula_where_datatype_and_spelling_say_so(text, datatype, expected):
    binding = f'{{"x": {{"type": "literal", "value": "{text}", "datatype": "{XSD}{datatype}"}}}}'
    table = read_json_results(f'{{"head": {{"vars": ["x"]}}, "results": {{"bindings": [{binding}]}}}}'.encode())
    assert csv_of(table, people=True).decode("utf-8-sig") == f"x\r\n{expected}\r\n"
    assert csv_of(table, people=False).decode() == f"x\r\n{text}\r\n"


def test_only_the_one_for_people_has_a_byte_order_mark():
    table = AnswerTable(("名称",), ((Cell("政务", is_iri=False, value="政务"),),))
    assert csv_of(table, people=True) == b"\xef\xbb\xbf" + csv_of(table, people=False)
