"""A report as a page: Chinese first, no script, nothing loaded from elsewhere, prints well."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from ohai_kg.shacl.rendering.text import SEVERITY_NAMES, cell_name, place, verdict

if TYPE_CHECKING:
    from ohai_kg.shacl.report import Finding, Report

STYLE: Final = """
body{font:16px/1.6 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;margin:2rem auto;max-width:72rem;
padding:0 1rem}
table{border-collapse:collapse;width:100%}th,td{border:1px solid #c8c8c8;padding:.4rem .6rem;text-align:left;
vertical-align:top}th{background:#f2f2f2}.violation{color:#a40000}.warning{color:#7a5000}.info{color:#00507a}
td.where{overflow-wrap:anywhere}@media print{body{margin:0;max-width:none}tr{break-inside:avoid}}
"""
HEADINGS: Final = {
    "zh": ("校验报告", "程度", "规则", "事项", "问题", "现值", "位置"),
    "en": ("Validation report", "Severity", "Rule", "Item", "Finding", "Value", "Place"),
}


def to_html(report: Report, *, lang: str, fragment: bool) -> str:
    """See `Report.to_html`."""
    title, *columns = HEADINGS[lang]
    body = f"<h1>{title}</h1>\n<p>{escape(verdict(report, lang))}</p>\n"
    if report.source:
        body += f"<p><small>SHA-256 <code>{report.source.sha256}</code></small></p>\n"
    if report.findings:
        head = "".join(f'<th scope="col">{column}</th>' for column in columns)
        rows = "".join(_row(finding, lang) for finding in report.findings)
        body += f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n"
    if report.notes:
        heading, where, what = ("请核对", "位置", "说明") if lang == "zh" else ("To be checked", "Place", "Note")
        rows = "".join(
            f'<tr><td class="where">{escape(cell_name(note, lang))}</td><td>{escape(note.message[lang])}</td></tr>\n'
            for note in report.notes
        )
        head = f'<tr><th scope="col">{where}</th><th scope="col">{what}</th></tr>'
        body += f"<h2>{heading}</h2>\n<table>\n<thead>{head}</thead>\n<tbody>\n{rows}</tbody>\n</table>\n"
    return body if fragment else page(title, body, lang)


def page(title: str, body: str, lang: str) -> str:
    """A whole HTML document."""
    language = "zh-CN" if lang == "zh" else "en"
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(title)}</title>\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )


def _row(finding: Finding, lang: str) -> str:
    message = finding.message.get(lang) or next(iter(finding.message.values()), "")
    cells = (
        f'<td class="{finding.severity}">{SEVERITY_NAMES[lang][finding.severity]}</td>',
        f"<td>{escape(finding.rule or finding.component)}</td>",
        f"<td>{escape(finding.item or '')}</td>",
        f"<td>{escape(message)}</td>",
        f"<td>{escape(finding.value or '')}</td>",
        f'<td class="where">{escape(place(finding, lang))}</td>',
    )
    return f"<tr>{''.join(cells)}</tr>\n"
