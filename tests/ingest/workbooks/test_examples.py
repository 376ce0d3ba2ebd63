"""The example workbooks say exactly what their expectations say: every row, missing element, normal form and finding."""

import json

import pytest

from ohai_kg.catalogues.catalogue import read_catalogue
from tests.ingest.workbooks.support import described, examples, findings, registry


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.name)
def test_an_example_reads_as_expected(path):
    expected = json.loads(path.with_name(path.name + ".json").read_text(encoding="utf-8"))
    catalogue = read_catalogue(path, registry=registry())
    assert described(catalogue) == expected["catalogue"]
    assert findings(catalogue) == expected["findings"]


def test_the_examples_cover_every_kind_of_file():
    kinds = {
        json.loads(path.with_name(path.name + ".json").read_text(encoding="utf-8"))["catalogue"]["kind"] for path in examples()
    }
    assert kinds == {"xlsx", "xls", "ods", "csv", "html", "docx"}


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.name)
def test_a_missing_element_is_one_finding_in_its_row(path):
    catalogue = read_catalogue(path, registry=registry())
    rules = ("name", "basis", "content", "subject", "deadline", "method")
    missing = [
        (item.place.sheet, item.place.row, f"ELM-0{rules.index(element) + 1}")
        for item in catalogue.items
        for element in item.missing
    ]
    violations = [
        (sheet, row, rule)
        for severity, rule, sheet, row, _ in findings(catalogue)
        if severity == "violation" and rule <= "ELM-06"
    ]
    assert sorted(violations, key=str) == sorted(missing, key=str)


@pytest.mark.parametrize("path", [path for path in examples() if "gbk" in path.name], ids=lambda path: path.name)
def test_a_file_that_is_said_to_be_in_gbk_is(path):
    content = path.read_bytes()
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")
    assert "公开依据" in content.decode("gb18030")
