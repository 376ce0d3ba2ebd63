"""A report for a terminal: Chinese by default, colours only when asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ohai_kg.shacl.report import Finding, Note, Report

_COLORS: Final = {"violation": "31", "warning": "33", "info": "36", "good": "32", "dim": "2"}
_QUOTED: Final = 40
"""Characters shown of the cell that a finding is about."""

SEVERITY_NAMES: Final = {
    "zh": {"violation": "不符合", "warning": "提醒", "info": "说明"},
    "en": {"violation": "Violation", "warning": "Warning", "info": "Info"},
}


def to_text(report: Report, *, color: bool, lang: str) -> str:
    """See `Report.to_text`."""
    lines = [_paint(verdict(report, lang), "good" if report.passes else "violation", color=color)]
    lines += [_line(finding, lang, color=color) for finding in report.findings]
    if report.notes:
        head = f"请核对 {len(report.notes)} 处：" if lang == "zh" else f"To be checked: {len(report.notes)}"
        lines += [head, *(_note_line(note, lang, color=color) for note in report.notes)]
    return "\n".join(lines) + "\n"


def verdict(report: Report, lang: str) -> str:
    """One sentence: which rules, what came out."""
    counts, names = report.counts, ", ".join(report.profiles)
    where = f"{report.source.name}: " if report.source else ""
    found = [f"{SEVERITY_NAMES[lang][severity]} {counts[severity]}" for severity in SEVERITY_NAMES[lang] if counts[severity]]
    if lang == "zh":
        return f"{where}规则集 {names}，信息事项 {counts['items']} 条，" + ("、".join(found) or "全部符合") + "。"
    return f"{where}profile {names}, {counts['items']} items: " + (", ".join(found) or "conforms") + "."


def place(finding: Finding, lang: str) -> str:
    """Where the finding is: sheet and cell, or the row, or the thing's IRI."""
    return finding.focus if finding.row is None else cell_name(finding, lang)


def cell_name(placed: Finding | Note, lang: str) -> str:
    """Sheet and cell, or sheet and row."""
    sheet = f"{placed.sheet} " if placed.sheet else ""
    row = f"第 {placed.row} 行" if lang == "zh" else f"row {placed.row}"
    return sheet + (placed.cell or row)


def _note_line(note: Note, lang: str, *, color: bool) -> str:
    return f"  {_paint(cell_name(note, lang), 'dim', color=color)} {note.message[lang]}"


def _line(finding: Finding, lang: str, *, color: bool) -> str:
    severity = _paint(SEVERITY_NAMES[lang][finding.severity], finding.severity, color=color)
    item = f" {finding.item}" if finding.item else ""
    words = " ".join((finding.text or "").split())
    quoted = f" “{words[:_QUOTED]}{'……' if len(words) > _QUOTED else ''}”" if words else ""
    where = _paint(place(finding, lang) + quoted, "dim", color=color)
    text = finding.message.get(lang) or next(iter(finding.message.values()), "")
    return f"  {severity} {finding.rule or finding.component}{item}\n    {text}\n    {where}"


def _paint(text: str, kind: str, *, color: bool) -> str:
    return f"\x1b[{_COLORS[kind]}m{text}\x1b[0m" if color else text
