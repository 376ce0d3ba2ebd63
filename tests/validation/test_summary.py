"""A folder of submissions, a second submission, and the list to print."""

import csv
import io
from dataclasses import replace

import pytest

from ohai_kg.errors import DataUnreadable
from ohai_kg.shacl import load_profile, validate_file
from ohai_kg.shacl.summary import Submission, compare, rectification_list, summarise
from tests.conftest import ROOT

ITEMS = ROOT / "examples" / "invalid" / "plan-2017-107-items.ttl"
GOOD = ROOT / "examples" / "valid" / "elements" / "six-elements.ttl"


@pytest.fixture(scope="module")
def elements():
    return load_profile(ROOT / "shapes", "elements")


@pytest.fixture(scope="module")
def report(elements):
    return validate_file(ITEMS, [elements])


@pytest.fixture(scope="module")
def summary(report, elements):
    bad = DataUnreadable("坏.ttl 是空文件。", "坏.ttl is empty.")
    return summarise(
        [
            Submission("区征收办", report, link="征收办.html"),
            Submission("区教育局", validate_file(GOOD, [elements])),
            Submission("区民政局", error=bad),
        ]
    )


def test_a_folder_is_counted_by_office_and_rule(summary):
    assert [(t.office, t.rule, t.severity, t.count) for t in summary.tallies] == [
        ("区征收办", "ELM-02", "violation", 6),
        ("区征收办", "ELM-03", "violation", 6),
        ("区征收办", "ELM-05", "violation", 6),
        ("区征收办", "ELM-10", "violation", 6),
        ("区征收办", "ELM-04", "violation", 1),
    ]
    assert not summary.passes


def test_a_file_that_could_not_be_read_is_not_forgotten(summary):
    assert [s.office for s in summary.unread] == ["区民政局"]
    assert "坏.ttl 是空文件。" in summary.to_text()
    assert "坏.ttl is empty." in summary.to_html(lang="en")
    errors = {s["office"]: s["error"] for s in summary.to_dict()["submissions"]}
    assert errors["区民政局"]["code"] == "data-unreadable"
    assert errors["区征收办"] is None


def test_the_summary_links_to_the_reports(summary):
    assert '<a href="征收办.html">区征收办</a>' in summary.to_html()


def test_the_summary_has_a_csv(summary):
    rows = list(csv.DictReader(io.StringIO(summary.to_csv())))
    assert sum(int(row["count"]) for row in rows) == 25


def test_a_summary_of_good_files_passes(elements):
    summary = summarise([Submission("区教育局", validate_file(GOOD, [elements]))])
    assert summary.passes
    assert summary.to_text() == "全部符合\n"


def test_a_second_submission_shows_what_was_mended_what_is_open_and_what_is_new(report, elements):
    text = ITEMS.read_text(encoding="utf-8")
    mended = text.replace('zwgk:indexNumber "...100-Y"', 'zwgk:indexNumber "330304-CQAZ01-C-001-0100-Y"')
    worse = mended.replace("<https://w3id.org/zwgk/def/disclosure/G>", "<https://w3id.org/zwgk/def/disclosure/B>")
    comparison = compare(report, validate_file(worse.encode(), [elements], name="again.ttl"))
    assert [f.rule for f in comparison.mended] == ["ELM-10"]
    assert len(comparison.still_open) == 24
    assert sorted(f.rule for f in comparison.new) == ["ELM-08", "ELM-09", "ELM-09", "ELM-11"]
    assert comparison.to_text().startswith("已整改 1，仍存在 24，新增 4。\n")
    assert comparison.to_text("en").startswith("Mended 1, still open 24, new 4.\n")
    assert [len(v) for v in comparison.to_dict().values()] == [1, 24, 4]


def test_a_finding_that_only_moved_is_still_the_same(report):
    moved = replace(report, findings=tuple(replace(f, row=7, sheet="表") for f in report.findings))
    comparison = compare(report, moved)
    assert (len(comparison.mended), len(comparison.still_open), len(comparison.new)) == (0, 25, 0)


def test_the_list_to_print_has_a_line_for_everything_to_correct(report):
    text = rectification_list(report, "区征收办")
    assert "<title>区征收办 整改清单</title>" in text
    assert text.count("<tr>") == 26
    assert "责任人" in text
    infos = replace(report, findings=tuple(replace(f, severity="info") for f in report.findings))
    assert rectification_list(infos, "Office", lang="en").count("<tr>") == 1
