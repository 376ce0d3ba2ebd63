"""A kept report as its page shows it: how the file was read, what is broken by rule and by office, and row by row.

The page is made from what the JSON report says, the one that programs get, so that both always say the same.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from dataclasses import dataclass, field
from itertools import accumulate, groupby
from typing import TYPE_CHECKING, Any, Final

from ohai_kg.web.check.judge import FINDINGS, HEAD

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

Finding = dict[str, Any]
ROWS_SHOWN: Final = 200
"""Groups of findings on one page; a catalogue of thousands of rows with gaps is read page by page."""
_SHOWN_OF_A_ROW: Final = 50
_COLUMNS_SHOWN: Final = 2000
_LONGEST: Final = 1000
"""Characters of one text."""
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


def read_page_in(folder: Path, *, rule: str = "", office: str = "", offset: int = 0) -> ReportPage:
    """One page of the report that lies in `folder`."""
    report = json.loads((folder / HEAD).read_text(encoding="utf-8"))
    with gzip.open(folder / FINDINGS, "rt", encoding="utf-8") as lines:
        return read_page(report, map(json.loads, lines), rule=rule, office=office, offset=offset)


def read_page(
    report: dict[str, Any], findings: Iterable[Finding], *, rule: str = "", office: str = "", offset: int = 0
) -> ReportPage:
    """One page of a report, whose findings pass by once: a long report is never in memory as a whole."""
    rules, offices = _Tallies(), _Tallies()
    rows: list[RowOfFindings] = []
    total = 0
    for _, group in groupby(findings, key=_row):
        shown: list[Finding] = []
        for found in group:
            rules.add(_rule(found), found)
            if found.get("office"):
                offices.add(str(found["office"]), found)
            is_chosen = (not rule or _rule(found) == rule) and (not office or (found.get("office") or "") == office)
            if is_chosen and len(shown) < _SHOWN_OF_A_ROW:
                shown.append(_shortened(found))
        if shown:
            total += 1
            if offset < total <= offset + ROWS_SHOWN:
                rows.append(RowOfFindings(shown[0]["sheet"], shown[0]["row"], shown[0]["item"], shown[0]["focus"], shown))
    return ReportPage(
        report=report | {"understood": _shown_tables(report["understood"])} if report.get("understood") else report,
        rules=rules.in_order(),
        offices=offices.in_order(),
        rows=tuple(rows),
        rule=rule,
        office=office,
        offset=offset,
        total_rows=total,
    )


class _Tallies:
    """Counts by name and severity."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] = {}
        self._messages: dict[str, dict[str, str]] = {}

    def add(self, name: str, finding: Finding) -> None:
        """Count a finding."""
        self._counts.setdefault(name, Counter())[finding["severity"]] += 1
        self._messages.setdefault(name, finding["message"])

    def in_order(self) -> tuple[Tally, ...]:
        """Gravest first, then most frequent."""
        made = [
            Tally(name, {severity: counts[severity] for severity in _SEVERITIES}, self._messages[name])
            for name, counts in self._counts.items()
        ]
        return tuple(sorted(made, key=lambda tally: (_SEVERITIES.index(tally.severity), -tally.total, tally.name)))


def _shown_tables(understood: dict[str, Any]) -> dict[str, Any]:
    """What a page shows of how a workbook was read: its first tables, up to a number of columns."""
    widths = accumulate(len(table["columns"]) for table in understood["tables"])
    shown = [table for table, width in zip(understood["tables"], widths, strict=True) if width <= _COLUMNS_SHOWN]
    return understood | {"tables": shown, "more": len(understood["tables"]) - len(shown)}


def _shortened(finding: Finding) -> Finding:
    """A finding whose texts are as long as a page can show."""
    message = {lang: _shorten(text) for lang, text in finding["message"].items()}
    return {name: _shorten(value) for name, value in finding.items()} | {"message": message}


def _shorten(value: Any) -> Any:
    return value[:_LONGEST] + " …" if isinstance(value, str) and len(value) > _LONGEST else value


def _rule(finding: Finding) -> str:
    return str(finding["rule"] or finding["component"])


def _row(finding: Finding) -> tuple[object, ...]:
    """Findings of a workbook belong together by row, those of a graph by thing."""
    return (finding["sheet"], finding["row"], finding["focus"] if finding["row"] is None else "")
