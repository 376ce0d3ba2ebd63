"""The specification where pySHACL does not follow it: every row of the table, on little and on much data, by every way."""

import re
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import RDF, RDFS, XSD, BNode, Graph, Literal

from ohai_kg.cli import main
from ohai_kg.errors import ShapesInvalid
from ohai_kg.shacl import report_turtle
from ohai_kg.shacl.results import SH
from ohai_kg.shacl.terms import Converter, graph_of, quiet_literals
from tests.validation.differences import DIFFERENCES, render
from tests.validation.support import DECLARED, EX, PREFIXES

pytestmark = [
    pytest.mark.filterwarnings("ignore:Dataset.* is deprecated:DeprecationWarning"),  # pySHACL's reader
    pytest.mark.filterwarnings("ignore:NotImplemented should not be used:DeprecationWarning"),  # its comparisons
    pytest.mark.filterwarnings("ignore:Parsing weird boolean:UserWarning"),  # rdflib's
]
ROOT = Path(__file__).parents[2]
MORE = "".join(f"ex:other{i} ex:other 'x{i}' .\n" for i in range(1200))
PREFIX = PREFIXES + "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
BY_NAME = pytest.mark.parametrize("case", DIFFERENCES, ids=lambda case: case.name)


def _short(term) -> str:
    if term is None:
        return ""
    if isinstance(term, BNode):
        return "_:"
    if not isinstance(term, Literal):
        return str(term).replace(str(EX), "ex:").replace(str(RDFS), "rdfs:").replace(str(RDF), "rdf:")
    text = '"' + str(term).replace("\\", "\\\\").replace("\n", "\\n") + '"'
    if term.language:
        return f"{text}@{term.language}"
    return text if term.datatype is None else f"{text}^^{str(term.datatype).replace(str(XSD), 'xsd:')}"


def answer(report: Graph, *, messages: bool) -> str:
    rows = []
    for result in report.objects(None, SH.result):
        component = re.sub(r".*[#/]|ConstraintComponent$", "", str(report.value(result, SH.sourceConstraintComponent)))
        parts = [_short(report.value(result, p)) for p in (SH.focusNode, SH.value)]
        text = " ".join(part for part in [*parts, component] if part)
        said = ", ".join(sorted(map(str, report.objects(result, SH.resultMessage)))) if messages else ""
        rows.append(f"{text}: {said}" if messages else text)
    return "; ".join(sorted(rows)) or "conforms"


def _read(turtle: str) -> Graph:
    """The report as written; rdflib's reader would respell it."""
    return graph_of(ox.parse(turtle.encode(), format=ox.RdfFormat.TURTLE), Converter())


@BY_NAME
@pytest.mark.parametrize("size", ["little", "much"])
def test_our_report_is_right_by_the_specification(case, size, tmp_path):
    data, shapes = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    data.write_text(PREFIX + case.data + "\n" + (MORE if size == "much" else ""), "utf-8")
    shapes.write_text(PREFIX + DECLARED + case.shapes, "utf-8")
    try:
        found = answer(_read(report_turtle(data, shapes)), messages=case.messages)
    except ShapesInvalid:
        found = "refused"
    assert found == case.ours


@BY_NAME
@pytest.mark.parametrize("size", ["little", "much"])
def test_the_command_says_the_same(case, size, tmp_path, capsys):
    data, shapes = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    data.write_text(PREFIX + case.data + "\n" + (MORE if size == "much" else ""), "utf-8")
    shapes.write_text(PREFIX + DECLARED + case.shapes, "utf-8")
    with pytest.raises(SystemExit) as end:
        main(["validate", str(data), "--shapes", str(shapes), "--no-context", "--format", "turtle"])
    written = capsys.readouterr().out
    if case.ours == "refused":
        assert (end.value.code, written) == (2, "")
    else:
        assert answer(_read(written), messages=case.messages) == case.ours
        assert end.value.code == (case.ours != "conforms")


@BY_NAME
def test_pyshacl_says_what_the_table_says(case):
    with quiet_literals():
        try:
            _, report, _ = pyshacl.validate(
                PREFIX + case.data,
                shacl_graph=PREFIX + DECLARED + case.shapes,
                data_graph_format="turtle",
                shacl_graph_format="turtle",
            )
        except pyshacl.errors.ReportableRuntimeError:
            report = "refused"
        except Exception:  # noqa: BLE001  whatever a library that was not ready for the input raises
            report = "error"
    if isinstance(report, Graph):
        assert answer(report, messages=case.messages) == case.pyshacl
    else:
        assert (report if report == "error" else "refused") == case.pyshacl  # it returns its failures, as an object


def test_the_page_is_made_from_the_table():
    assert (ROOT / "docs" / "shacl-differences.md").read_text("utf-8") == render()


@BY_NAME
def test_every_row_is_a_difference(case):
    assert case.ours != case.pyshacl
