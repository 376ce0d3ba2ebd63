"""The sheet 校验结果: the verdict, the counts, what was not kept, and every finding with a link to its cell."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ohai_kg.catalogues.marking.plan import WORDS
from ohai_kg.office.sheets import column_letters
from ohai_kg.office.xlsx.splice import attribute, content

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ohai_kg.catalogues.catalogue import Catalogue
    from ohai_kg.catalogues.marking.plan import Plan
    from ohai_kg.office.xlsx.styles import Styles
    from ohai_kg.shacl import Report

TITLE: Final = "校验结果"
MOST_LISTED: Final = 50_000
MOST_LINKED: Final = 10_000
"""Links are slow to open in great numbers; a sheet holds 65,530 of them at most."""
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_WIDTHS: Final = (14, 11, 26, 11, 22, 74)
_HEADS: Final = ("程度", "规则", "工作表", "单元格", "涉及的事", "说明与改法")


@dataclass(slots=True)
class _Rows:
    """Rows of text with styles, and the links in them."""

    rows: list[list[tuple[str, int]]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    merges: list[str] = field(default_factory=list)

    def add(self, *cells: tuple[str, int]) -> None:
        self.rows.append(list(cells))

    def line(self, text: str, style: int) -> None:
        """One text across the whole sheet."""
        self.rows.append([(text, style)])
        number = len(self.rows)
        self.merges.append(f"A{number}:{column_letters(len(_WIDTHS) - 1)}{number}")

    def link(self, column: int, target: str) -> None:
        """Make a cell of the last row lead to another cell."""
        self.links.append((f"{column_letters(column)}{len(self.rows)}", target))


def write_overview(
    catalogue: Catalogue,
    report: Report,
    plan: Plan,
    styles: Styles,
    names: Mapping[str | None, str],
    facts: Sequence[tuple[str, str]],
    not_kept: Sequence[str],
) -> bytes:
    """The worksheet. `names` are the names of the sheets in the marked workbook; `facts` are shown below the verdict."""
    rows = _Rows()
    plain, bold = styles.own(), styles.own("bold")
    rows.line(f"{TITLE}：{catalogue.title}", styles.own("title"))
    rows.line(_verdict(report), styles.own("bold", "info" if report.passes else "violation"))
    for name, text in facts:
        rows.add((name, bold), (text, plain))
        rows.merges.append(f"B{len(rows.rows)}:F{len(rows.rows)}")
    _counts(rows, report, styles)
    rows.line("标记的样子", bold)
    for degree, words in _LEGEND:
        rows.add((WORDS[degree], styles.marked(styles.own("bold"), degree)), (words, plain))
        rows.merges.append(f"B{len(rows.rows)}:F{len(rows.rows)}")
    rows.line("与原文件的不同", bold)
    for words in not_kept:
        rows.line(words, plain)
    _findings(rows, report, plan, styles, names)
    _notes(rows, catalogue, styles, names)
    return _worksheet(rows)


_LEGEND: Final = (
    ("violation", "红底、粗线框：违反规则，应当改正。"),
    ("warning", "黄底、虚线框：填了但未能识别，请核对。"),
    ("info", "蓝底、细线框：说明。"),
    ("hint", "灰底、点线框：读表时的提示，如疑似丢失的合并、把握不大的栏目；不算错。"),
)


def _verdict(report: Report) -> str:
    counts = report.counts
    head = "通过" if report.passes else "未通过"
    found = "，".join(f"{WORDS[severity]} {counts[severity]} 处" for severity in ("violation", "warning", "info"))
    return f"{head}：{counts['items']} 个事项，{found}。"


def _counts(rows: _Rows, report: Report, styles: Styles) -> None:
    rows.line("各规则的处数", styles.own("bold"))
    found = Counter((finding.rule or finding.component, finding.severity) for finding in report.findings)
    examples = {(f.rule or f.component, f.severity): f.message.get("zh", "") for f in reversed(report.findings)}
    look = styles.own(lined=True)
    if not found:
        rows.line("没有。", styles.own())
    for (rule, severity), count in sorted(found.items()):
        rows.add((WORDS[severity], look), (rule, look), (f"{count} 处", look), (examples[rule, severity], look))
        rows.merges.append(f"D{len(rows.rows)}:F{len(rows.rows)}")


def _findings(rows: _Rows, report: Report, plan: Plan, styles: Styles, names: Mapping[str | None, str]) -> None:
    rows.line(f"逐条列出（共 {len(report.findings)} 条）", styles.own("bold"))
    look, link = styles.own(lined=True), styles.own("link", lined=True)
    looks = {degree: styles.own("plain", degree, lined=True) for degree in WORDS}
    rows.add(*((head, styles.own("bold", "hint", lined=True)) for head in _HEADS))
    for finding, place in list(zip(report.findings, plan.places, strict=True))[:MOST_LISTED]:
        where = names.get(finding.sheet, "") if place else ""
        shown = finding.cell or (f"第{finding.row}行" if finding.row else "全表")
        is_linked = place is not None and place.cell is not None and len(rows.links) < MOST_LINKED
        rows.add(
            (WORDS[finding.severity], looks[finding.severity]),
            (finding.rule or finding.component, look),
            (where, look),
            (shown, link if is_linked else look),
            (finding.item or "", look),
            (finding.message.get("zh", ""), look),
        )
        if place is not None and is_linked:
            rows.link(3, _target(where, place.cell or "A1"))
    if len(report.findings) > MOST_LISTED:
        rows.line(f"此处只列前 {MOST_LISTED} 条；全部见 CSV 或 JSON 格式的报告。", styles.own("bold"))


def _notes(rows: _Rows, catalogue: Catalogue, styles: Styles, names: Mapping[str | None, str]) -> None:
    if not catalogue.notes:
        return
    rows.line(f"读表时的提示（共 {len(catalogue.notes)} 条，不算错）", styles.own("bold"))
    look, link = styles.own(lined=True), styles.own("link", lined=True)
    for note in catalogue.notes[:MOST_LISTED]:
        where = names.get(note.place.sheet, "")
        is_linked = note.place.cell is not None and len(rows.links) < MOST_LINKED
        cell = note.place.cell or (f"第{note.place.row}行" if note.place.row else "全表")
        rows.add(
            (WORDS["hint"], look), ("", look), (where, look), (cell, link if is_linked else look), ("", look), (note.zh, look)
        )
        if is_linked:
            rows.link(3, _target(where, note.place.cell or "A1"))


def _target(sheet: str, cell: str) -> str:
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!{cell}"


def _worksheet(rows: _Rows) -> bytes:
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>' for number, width in enumerate(_WIDTHS, 1)
    )
    pieces = [
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n',
        f'<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>',
        '<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0"/></sheetViews>',
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{columns}</cols><sheetData>',
    ]
    for number, cells in enumerate(rows.rows, 1):
        height = ' ht="24" customHeight="1"' if number == 1 else _height(cells)
        pieces.append(f'<row r="{number}"{height}>')
        pieces.extend(_cell(number, column, text, style) for column, (text, style) in enumerate(cells))
        pieces.append("</row>")
    pieces.append("</sheetData>")
    if rows.merges:
        ranges = "".join(f'<mergeCell ref="{merge}"/>' for merge in rows.merges)
        pieces.append(f'<mergeCells count="{len(rows.merges)}">{ranges}</mergeCells>')
    if rows.links:
        links = "".join(f'<hyperlink ref="{cell}" location="{attribute(target)}"/>' for cell, target in rows.links)
        pieces.append(f"<hyperlinks>{links}</hyperlinks>")
    pieces.append('<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>')
    pieces.append('<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/></worksheet>')
    return "".join(pieces).encode()


def _height(cells: Sequence[tuple[str, int]]) -> str:
    """The height that wrapped text needs: merged rows do not grow by themselves. A Han character takes two columns."""
    widths = _WIDTHS if len(cells) == len(_WIDTHS) else (*_WIDTHS[: len(cells) - 1], sum(_WIDTHS[len(cells) - 1 :]))
    lines = max(
        sum(1 + sum(2 if ord(c) > 0x2E7F else 1 for c in line) // max(width - 1, 1) for line in text.split("\n"))
        for (text, _), width in zip(cells, widths, strict=True)
    )
    return f' ht="{min(15 * lines, 400)}" customHeight="1"' if lines > 1 else ""


def _cell(row: int, column: int, text: str, style: int) -> str:
    reference = f"{column_letters(column)}{row}"
    if not text:
        return f'<c r="{reference}" s="{style}"/>'
    return f'<c r="{reference}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{content(text)}</t></is></c>'
