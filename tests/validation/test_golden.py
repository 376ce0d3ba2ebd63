"""The document's own six items against `elements`: the report a standards body can check by hand."""

import json
from collections import Counter

import pytest

from ohai_kg.shacl import load_profile, validate_file, validate_store
from tests.conftest import ROOT

ITEMS = ROOT / "examples" / "invalid" / "plan-2017-107-items.ttl"


@pytest.fixture(scope="module")
def elements():
    return load_profile(ROOT / "shapes", "elements")


@pytest.fixture(scope="module")
def report(elements):
    return validate_file(ITEMS, [elements])


def test_the_golden_report_is_exact(report):
    assert report.to_json() == ITEMS.with_suffix(".json").read_text(encoding="utf-8")


def test_nineteen_elements_are_missing_and_six_index_numbers_malformed(report):
    assert Counter((f.rule, f.element, f.component) for f in report.findings) == {
        ("ELM-02", "basis", "MinCountConstraintComponent"): 6,
        ("ELM-03", "content", "MinCountConstraintComponent"): 6,
        ("ELM-04", "subject", "MinCountConstraintComponent"): 1,
        ("ELM-05", "deadline", "MinCountConstraintComponent"): 6,
        ("ELM-10", None, "PatternConstraintComponent"): 6,
    }
    assert report.counts == {"items": 6, "violation": 25, "warning": 0, "info": 0}
    assert (report.conforms, report.passes) == (False, False)


def test_the_only_item_without_a_subject_is_the_withheld_one(report):
    assert [f.focus for f in report.findings if f.rule == "ELM-04"] == ["https://w3id.org/zwgk/id/item/plan-2017-107-120"]


def test_the_release_says_the_same_as_the_example(report, elements, plan_store):
    built = validate_store(plan_store, [elements])
    assert [f.to_dict() for f in built.findings] == [f.to_dict() for f in report.findings]


def test_the_contract_has_exactly_these_members(report):
    document = json.loads(report.to_json())
    assert list(document) == ["conforms", "profiles", "source", "counts", "findings"]
    assert list(document["counts"]) == ["items", "violation", "warning", "info"]
    assert document["findings"][0] == {
        "severity": "violation",
        "rule": "ELM-02",
        "element": "basis",
        "shape": "https://w3id.org/zwgk/shapes#elements-basis",
        "component": "MinCountConstraintComponent",
        "focus": "https://w3id.org/zwgk/id/item/plan-2017-107-100",
        "item": "XX项目国有土地上房屋征收与补偿申请报告",
        "path": "zwgk:basis",
        "value": None,
        "message": {
            "zh": "缺少公开依据：请写明要求或允许公开该信息的法律、法规或文件，并注明条款（依据：三（二）；附件7 二、5）",
            "en": "No basis: name the law, regulation or document that requires or allows disclosure, with its article"
            " (Source: section 3 (2); Annex 7, 2.5)",
        },
        "sheet": None,
        "row": None,
        "cell": None,
    }
