"""A kept report as its page shows it: how the file was read, what is broken by rule and by office, and row by row.

The page is made from the JSON report, the one that programs get, so that both always say the same.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

Finding = dict[str, Any]
ROWS_SHOWN: Final = 200
"""Groups of findings on one page; a catalogue of thousands of rows with gaps is read page by page."""
_SEVERITIES: Final = ("violation", "warning", "info")

WORDS: Final[dict[str, dict[str, dict[str, str]]]] = {
    "elements": {
        "name": {"zh": "名称", "en": "name"},
        "basis": {"zh": "依据", "en": "basis"},
        "content": {"zh": "内容", "en": "content"},
        "subject": {"zh": "主体", "en": "subject"},
        "deadline": {"zh": "时限", "en": "time limit"},
        "method": {"zh": "方式", "en": "method"},
    },
    "confidences": {
        "certain": {"zh": "确定", "en": "certain"},
        "high": {"zh": "较大", "en": "high"},
        "medium": {"zh": "一般", "en": "medium"},
        "low": {"zh": "较小", "en": "low"},
    },
    "reasons": {
        "heading": {"zh": "依栏目名", "en": "by its heading"},
        "cells": {"zh": "依单元格内容", "en": "by its cells"},
        "position": {"zh": "依位置", "en": "by its position"},
        "mapping": {"zh": "手工指定", "en": "set by hand"},
    },
}
"""Codes of the JSON report in words."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How often one rule is broken, with the words of its first finding, or how much concerns one office."""

    name: str
    counts: dict[str, int]
    message: dict[str, str] = field(default_factory=dict)

    @property
    def severity(self) -> str:
        """The gravest severity that occurs."""
        return next(name for name in _SEVERITIES if self.counts[name])

    @property
    def total(self) -> int:
        """All findings."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class RowOfFindings:
    """The findings on one row of a sheet, or on one thing of a graph."""

    sheet: str | None
    row: int | None
    item: str | None
    focus: str
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class ReportPage:
    """The report with one page of its rows. `rule` and `office` are what the rows are limited to, empty for all."""

    report: dict[str, Any]
    rules: tuple[Tally, ...]
    offices: tuple[Tally, ...]
    rows: tuple[RowOfFindings, ...]
    rule: str
    office: str
    offset: int
    total_rows: int

    @property
    def before(self) -> int | None:
        """Where the page before begins."""
        return max(0, self.offset - ROWS_SHOWN) if self.offset else None

    @property
    def after(self) -> int | None:
        """Where the next page begins."""
        return self.offset + ROWS_SHOWN if self.offset + ROWS_SHOWN < self.total_rows else None


def read_page(text: str, *, rule: str = "", office: str = "", offset: int = 0) -> ReportPage:
    """One page of a report in JSON."""
    report = json.loads(text)
    findings: list[Finding] = report["findings"]
    chosen = [
        found
        for found in findings
        if (not rule or _rule(found) == rule) and (not office or (found.get("office") or "") == office)
    ]
    groups = [
        RowOfFindings(first["sheet"], first["row"], first["item"], first["focus"], found)
        for found in (list(group) for _, group in groupby(chosen, key=_row))
        for first in (found[0],)
    ]
    return ReportPage(
        report=report,
        rules=_tallies(findings, _rule),
        offices=_tallies([found for found in findings if found.get("office")], lambda found: str(found["office"])),
        rows=tuple(groups[offset : offset + ROWS_SHOWN]),
        rule=rule,
        office=office,
        offset=offset,
        total_rows=len(groups),
    )


def _rule(finding: Finding) -> str:
    return str(finding["rule"] or finding["component"])


def _row(finding: Finding) -> tuple[object, ...]:
    """Findings of a workbook belong together by row, those of a graph by thing."""
    return (finding["sheet"], finding["row"], finding["focus"] if finding["row"] is None else "")


def _tallies(findings: list[Finding], name: Any) -> tuple[Tally, ...]:
    """Gravest first, then most frequent."""
    counts: dict[str, Counter[str]] = {}
    first: dict[str, Finding] = {}
    for finding in findings:
        counts.setdefault(name(finding), Counter())[finding["severity"]] += 1
        first.setdefault(name(finding), finding)
    made = [
        Tally(key, {severity: found[severity] for severity in _SEVERITIES}, first[key]["message"])
        for key, found in counts.items()
    ]
    return tuple(sorted(made, key=lambda tally: (_SEVERITIES.index(tally.severity), -tally.total, tally.name)))
