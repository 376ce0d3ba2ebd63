"""An answer as a workbook opens whatever the answer holds."""

import io
import json

import openpyxl
import pytest

from ohai_kg.office.answers import read_json_results
from ohai_kg.office.spreadsheet import write_workbook

XSD = "http://www.w3.org/2001/XMLSchema#"


def cell(text, datatype="string", kind="literal"):
    term = {"type": kind, "value": text, **({"datatype": XSD + datatype} if kind == "literal" else {})}
    results = {"head": {"vars": ["x"]}, "results": {"bindings": [{"x": term}]}}
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(read_json_results(json.dumps(results).encode()), {})))
    return book["结果"]["A2"]


@pytest.mark.parametrize(
    ("text", "datatype", "expected"),
    [
        ("-5", "integer", -5),
        ("-0.5", "decimal", -0.5),
        ("NaN", "double", "NaN"),
        ("-INF", "double", "-INF"),
        ("1E400", "double", "1E400"),
        ("Infinity", "decimal", "Infinity"),
        ("9" * 16, "integer", "9" * 16),
        ("9" * 5000, "integer", "9" * 5000),
        ("0001-01-01", "date", "0001-01-01"),
        ("=1+1", "string", "=1+1"),
        ("=1+1", "integer", "=1+1"),
    ],
)
def test_a_value_is_of_its_type_where_a_workbook_can_say_it_exactly(text, datatype, expected):
    found = cell(text, datatype)
    assert (found.value, found.data_type) == (expected, "s" if isinstance(expected, str) else "n")


@pytest.mark.parametrize(
    ("text", "expected"), [("a\bb", "a_x0008_b"), ("\x1b", "_x001B_"), ("\ufffe", "_xFFFE_"), ("a\rb", "a_x000D_b")]
)
def test_characters_that_xml_cannot_hold_are_escaped_as_workbooks_do(text, expected):
    assert cell(text).value == expected


def test_a_text_too_long_for_a_cell_says_that_it_goes_on():
    found = cell("政" * 40_000).value
    assert (len(found), found[-1]) == (32_767, "…")


@pytest.mark.parametrize(
    "iri", ["javascript:alert(1)", "file:///etc/passwd", "a:b", "http:", "urn:x", "http://x/" + "l" * 3000]
)
def test_only_web_addresses_of_a_length_a_program_takes_are_links(iri):
    found = cell(iri, kind="uri")
    assert (found.value, found.hyperlink) == (iri, None)
    assert cell("http://x/政务", kind="uri").hyperlink.target == "http://x/政务"


def test_more_links_than_a_sheet_may_have_stand_as_text():
    rows = [{"x": {"type": "uri", "value": f"http://x/{number}"}} for number in range(65_540)]
    answer = json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": rows}}).encode()
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(read_json_results(answer), {})), read_only=True)
    values = [row[0] for row in book["结果"].iter_rows(min_row=2, values_only=True)]
    assert values == [f"http://x/{number}" for number in range(65_540)]
