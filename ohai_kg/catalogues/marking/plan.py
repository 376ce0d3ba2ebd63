"""Which cells are marked, how strongly, and in which words: findings and remarks gathered by cell."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ohai_kg.office.sheets import Place, column_index

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ohai_kg.catalogues.catalogue import Catalogue, CatalogueTable
    from ohai_kg.office.sheets import Sheet
    from ohai_kg.shacl import Finding, Report

DEGREES: Final = ("violation", "warning", "info", "hint")
"""From the gravest; `hint` is a remark of the reader, which no rule makes."""
WORDS: Final[Mapping[str, str]] = {"violation": "违反", "warning": "提醒", "info": "说明", "hint": "提示"}
MOST_COMMENTS: Final = 2000
"""In one workbook: spreadsheet programs draw a box for each, and with many more they open slowly or not at all."""
_LONGEST_COMMENT: Final = 1500


@dataclass(slots=True)
class Mark:
    """What is said of one cell: the gravest degree, and the lines of its comment (degree, text)."""

    degree: str = "hint"
    lines: list[tuple[str, str]] = field(default_factory=list)

    def add(self, degree: str, text: str) -> None:
        """Say one more thing, once."""
        if (degree, text) not in self.lines:
            self.lines.append((degree, text))
        if DEGREES.index(degree) < DEGREES.index(self.degree):
            self.degree = degree

    @property
    def comment(self) -> str:
        """The gravest first, cut where a box could not show it."""
        lines = sorted(self.lines, key=lambda line: DEGREES.index(line[0]))
        text = "\n".join(f"【{WORDS[degree]}】{words}" for degree, words in lines)
        return text if len(text) <= _LONGEST_COMMENT else text[:_LONGEST_COMMENT] + "……（其余见校验结果）"


@dataclass(slots=True)
class SheetPlan:
    """The marks of one sheet by row and column, both counted from 0; `beside` are words for the margin by row."""

    sheet: Sheet
    marks: dict[tuple[int, int], Mark] = field(default_factory=lambda: defaultdict(Mark))
    beside: dict[int, str] = field(default_factory=dict)
    commented: set[tuple[int, int]] = field(default_factory=set)


@dataclass(slots=True)
class Plan:
    """The marks of a workbook by sheet; `places` gives each finding, in the order of the report, the cell it is marked in.

    `uncommented` counts the cells that are marked without a comment, for there were too many.
    """

    sheets: dict[str | None, SheetPlan]
    places: list[Place | None]
    uncommented: int = 0


def make_plan(catalogue: Catalogue, report: Report) -> Plan:
    """The marks that the findings of `report` and the remarks of `catalogue` make. The report must be located."""
    sheets = {table.region.sheet.name: SheetPlan(table.region.sheet) for table in catalogue.tables}
    plan = Plan(sheets, [])
    lacking: dict[tuple[int, str], list[Finding]] = defaultdict(list)
    for finding in report.findings:
        table = _table_of(catalogue, finding)
        if table is None:
            plan.places.append(None)  # about the catalogue as a whole: the summary tells it
            continue
        at = _cell(finding.row, finding.cell, table)
        where = plan.sheets[finding.sheet]
        plan.places.append(where.sheet.place(*at))
        if (
            finding.cell is None
            and finding.row is not None
            and finding.row - 1 in range(table.region.head.stop, table.region.end)
        ):
            lacking[id(table), finding.rule or ""].append(finding)
            plan.places[-1] = where.sheet.place(finding.row - 1, 0)
        else:
            _mark(where, at, finding.severity, _words(finding))
    _mark_heads(plan, catalogue, lacking)
    for note in catalogue.notes:
        if note.place.cell is not None and note.place.row is not None and note.place.sheet in sheets:
            at = (note.place.row - 1, column_index(note.place.cell.rstrip("0123456789")))
            _mark(sheets[note.place.sheet], at, "hint", note.zh)
    _say_beside(plan, report)
    _choose_commented(plan)
    return plan


def _table_of(catalogue: Catalogue, finding: Finding) -> CatalogueTable | None:
    """The table that a finding stands in."""
    if finding.row is None:
        return None
    inside = (
        table
        for table in catalogue.tables
        if table.region.sheet.name == finding.sheet and table.region.head.start < finding.row <= table.region.end
    )
    return next(inside, None)


def _cell(row: int | None, cell: str | None, table: CatalogueTable) -> tuple[int, int]:
    """Row and column of a finding; one without a cell goes to the first heading."""
    if cell is None or row is None:
        head = table.region.sheet.rows[table.region.head.start]
        return table.region.head.start, next((column for column, text in enumerate(head) if text.strip()), 0)
    return row - 1, column_index(cell.rstrip("0123456789"))


def _words(finding: Finding) -> str:
    message = finding.message.get("zh") or next(iter(finding.message.values()), "")
    return f"{finding.rule or finding.component}　{message}"


def _mark(where: SheetPlan, at: tuple[int, int], degree: str, words: str) -> None:
    """Mark a cell; in a merged range its first one, which is the only one a spreadsheet shows."""
    merge = where.sheet.merge_at(*at)
    if merge is not None and at != (merge.top, merge.left):
        if merge.bottom > merge.top:
            words = f"第{at[0] + 1}行：{words}"
        at = (merge.top, merge.left)
    where.marks[at].add(degree, words)


def _mark_heads(plan: Plan, catalogue: Catalogue, lacking: Mapping[tuple[int, str], list[Finding]]) -> None:
    """What every row lacks because the table has no such column is said once, at the head of the table."""
    for table in catalogue.tables:
        for (number, _rule), findings in lacking.items():
            if number == id(table):
                at = _cell(None, None, table)
                words = f"{_words(findings[0])}（表中没有此栏，共 {len(findings)} 行）"
                _mark(plan.sheets[table.region.sheet.name], at, findings[0].severity, words)


def _say_beside(plan: Plan, report: Report) -> None:
    """A word for each row with findings, in the margin right of the table: colours do not print, and not all see them."""
    rows: dict[tuple[str | None, int], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for finding, place in zip(report.findings, plan.places, strict=True):
        if place is None or place.row is None or finding.row != place.row:
            continue
        shown = finding.cell or "缺栏"
        words = rows[finding.sheet, place.row - 1][finding.severity]
        if shown not in words:
            words.append(shown)
    for (name, row), found in rows.items():
        text = "；".join(f"{WORDS[degree]} {'、'.join(found[degree])}" for degree in DEGREES if degree in found)
        plan.sheets[name].beside[row] = f"◀ {text}"


def _choose_commented(plan: Plan) -> None:
    """The cells that get a comment: the gravest, from the top, as many as a spreadsheet program bears."""
    cells = [
        (DEGREES.index(mark.degree), number, at, where)
        for number, where in enumerate(plan.sheets.values())
        for at, mark in where.marks.items()
    ]
    cells.sort(key=lambda cell: cell[:3])
    for _, _, at, where in cells[:MOST_COMMENTS]:
        where.commented.add(at)
    plan.uncommented = max(0, len(cells) - MOST_COMMENTS)


def margin(sheet: Sheet) -> int:
    """The first column right of everything in the sheet, counted from 0."""
    return max([sheet.width, *(merge.right + 1 for merge in sheet.merges if merge.right < 16383)])
