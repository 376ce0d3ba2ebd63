"""Many reports at once: a summary of a folder, a comparison with the last submission, and the 整改清单 to print.

A finding is the same as one of the last submission where rule, item and path are; its wording and its row may change.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from ohai_kg.csvtext import write_csv
from ohai_kg.errors import DataUnreadable
from ohai_kg.shacl.rendering.html import page
from ohai_kg.shacl.rendering.text import SEVERITY_NAMES, place
from ohai_kg.shacl.report import SEVERITIES, Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ohai_kg.errors import OhaiError
    from ohai_kg.shacl.report import Report


@dataclass(frozen=True, slots=True)
class Submission:
    """What one office handed in: its report, or why there is none. `link` leads to the full report."""

    office: str
    report: Report | None = None
    error: OhaiError | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How often one rule is broken by one office."""

    office: str
    rule: str
    severity: str
    count: int
    message: str
    link: str | None


@dataclass(frozen=True, slots=True)
class Summary:
    """Office × rule × count, the most severe and most frequent first; `unread` are the files that have no report."""

    submissions: tuple[Submission, ...]
    tallies: tuple[Tally, ...]

    @property
    def unread(self) -> tuple[Submission, ...]:
        """Submissions that could not be validated."""
        return tuple(s for s in self.submissions if s.report is None)

    @property
    def passes(self) -> bool:
        """Every submission was read and has no violation."""
        return all(s.report is not None and s.report.passes for s in self.submissions)

    def to_dict(self) -> dict[str, Any]:
        """The summary for JSON."""
        return {
            "passes": self.passes,
            "submissions": [
                {
                    "office": s.office,
                    "link": s.link,
                    "counts": s.report.counts if s.report else None,
                    "error": {"code": s.error.code, "zh": s.error.zh, "en": s.error.en} if s.error else None,
                }
                for s in self.submissions
            ],
            "tallies": [{"office": t.office, "rule": t.rule, "severity": t.severity, "count": t.count} for t in self.tallies],
        }

    def to_json(self) -> str:
        """JSON, ends with a newline."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2) + "\n"

    def to_csv(self) -> str:
        """One row an office and rule."""
        rows = ((t.office, t.rule, t.severity, t.count) for t in self.tallies)
        return write_csv(("office", "rule", "severity", "count"), rows, people=True)

    def to_text(self, lang: str = "zh") -> str:
        """Lines for a terminal."""
        names = SEVERITY_NAMES[lang]
        lines = [f"{s.office}: {s.error.zh if lang == 'zh' else s.error.en}" for s in self.unread if s.error]
        lines += [f"{t.office}\t{t.rule}\t{names[t.severity]}\t{t.count}" for t in self.tallies]
        return "\n".join(lines or ["全部符合" if lang == "zh" else "Everything conforms"]) + "\n"

    def to_html(self, *, lang: str = "zh", fragment: bool = False) -> str:
        """A page with one row an office and rule, each linked to its report."""
        title = "校验汇总" if lang == "zh" else "Summary of validation"
        zh, en = ("单位", "规则", "程度", "处数", "问题"), ("Office", "Rule", "Severity", "Count", "Finding")
        heads = zh if lang == "zh" else en
        names = SEVERITY_NAMES[lang]
        rows = [
            (_link(t.office, t.link), escape(t.rule), names[t.severity], str(t.count), escape(t.message)) for t in self.tallies
        ]
        rows += [
            (escape(s.office), "", "", "", escape(s.error.zh if lang == "zh" else s.error.en)) for s in self.unread if s.error
        ]
        body = f"<h1>{title}</h1>\n{_table(heads, rows)}"
        return body if fragment else page(title, body, lang)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of the findings of the last submission."""

    mended: tuple[Finding, ...]
    still_open: tuple[Finding, ...]
    new: tuple[Finding, ...]

    def to_dict(self) -> dict[str, Any]:
        """The comparison for JSON."""
        return {
            "mended": [f.to_dict() for f in self.mended],
            "still_open": [f.to_dict() for f in self.still_open],
            "new": [f.to_dict() for f in self.new],
        }

    def to_text(self, lang: str = "zh") -> str:
        """One line with the three counts, then what is open."""
        counts = (len(self.mended), len(self.still_open), len(self.new))
        head = "已整改 {}，仍存在 {}，新增 {}。" if lang == "zh" else "Mended {}, still open {}, new {}."
        lines = [
            f"  {finding.rule or finding.component} {finding.item or finding.focus}: {finding.message.get(lang, '')}"
            for finding in (*self.still_open, *self.new)
        ]
        return "\n".join([head.format(*counts), *lines]) + "\n"


def summarise(submissions: Iterable[Submission], lang: str = "zh") -> Summary:
    """The summary of a folder of submissions."""
    given = tuple(sorted(submissions, key=lambda s: s.office))
    tallies: list[Tally] = []
    for submission in given:
        if submission.report is None:
            continue
        groups: dict[tuple[str, str], list[Finding]] = {}
        for finding in submission.report.findings:
            groups.setdefault((finding.rule or finding.component, finding.severity), []).append(finding)
        tallies += [
            Tally(submission.office, rule, severity, len(found), found[0].message.get(lang, ""), submission.link)
            for (rule, severity), found in groups.items()
        ]
    tallies.sort(key=lambda t: (SEVERITIES.index(t.severity), -t.count, t.office, t.rule))
    return Summary(given, tuple(tallies))


def read_findings(text: str) -> tuple[Finding, ...]:
    """The findings of an earlier report in JSON. Raises DataUnreadable where it is none."""
    try:
        return tuple(Finding(**values) for values in json.loads(text)["findings"])
    except (KeyError, TypeError, ValueError):
        raise DataUnreadable(
            "上次的报告不是本程序写出的 JSON 报告。", "The earlier report is not a JSON report as written here."
        ) from None


def compare_findings(before: Iterable[Finding], after: Iterable[Finding]) -> Comparison:
    """See `compare`."""
    earlier, later = tuple(before), tuple(after)
    still, new = _split(later, Counter(finding.key for finding in earlier))
    _, mended = _split(earlier, Counter(finding.key for finding in later))
    return Comparison(mended=mended, still_open=still, new=new)


def compare(before: Report, after: Report) -> Comparison:
    """What of `before` is mended, what is still open (as `after` words it), and what is new."""
    return compare_findings(before.findings, after.findings)


def rectification_list(report: Report, office: str, *, lang: str = "zh") -> str:
    """The 整改清单 of one office: a page to print, with empty columns for measure, person and date."""
    if lang == "zh":
        title, heads = f"{office} 整改清单", ("序号", "规则", "位置", "事项", "问题", "整改措施", "责任人", "完成时间")
    else:
        title = f"{office}: list of corrections"
        heads = ("No", "Rule", "Place", "Item", "Finding", "Measure", "Person", "Date")
    rows = [
        (
            str(number),
            escape(finding.rule or finding.component),
            escape(place(finding, lang)),
            escape(finding.item or ""),
            escape(finding.message.get(lang, "")),
            "",
            "",
            "",
        )
        for number, finding in enumerate(_to_correct(report), start=1)
    ]
    return page(title, f"<h1>{escape(title)}</h1>\n{_table(heads, rows)}", lang)


def _to_correct(report: Report) -> list[Finding]:
    """Violations and warnings; an info asks for nothing."""
    return [finding for finding in report.findings if finding.severity != "info"]


def _split(findings: Sequence[Finding], known: Counter[tuple[str, ...]]) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Those that are among the known, each known one used once, and the others."""
    left = Counter(known)
    inside: list[Finding] = []
    outside: list[Finding] = []
    for finding in findings:
        (inside if left[finding.key] > 0 else outside).append(finding)
        left[finding.key] -= 1
    return tuple(inside), tuple(outside)


def _link(text: str, href: str | None) -> str:
    return f'<a href="{escape(href)}">{escape(text)}</a>' if href else escape(text)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{h}</th>' for h in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>\n" for row in rows)
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n"
