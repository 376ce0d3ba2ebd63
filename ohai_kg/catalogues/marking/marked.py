"""The workbook given back with its cells marked. An xlsx is changed in place, part by part; any other file is made anew."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ohai_kg.catalogues.marking.losses import drop_what_cannot_stay, hidden_by_threads, lost_by_making_anew, told_of_marks
from ohai_kg.catalogues.marking.overview import TITLE, write_overview
from ohai_kg.catalogues.marking.plain import sheet_names, write_plain
from ohai_kg.catalogues.marking.plan import make_plan, margin
from ohai_kg.office.reading import Limits, read_workbook
from ohai_kg.office.xlsx.comments import NO_BOXES, NO_COMMENTS, add_boxes, add_comments
from ohai_kg.office.xlsx.package import Package
from ohai_kg.office.xlsx.splice import Edits, parse
from ohai_kg.office.xlsx.styles import EMPTY, Styles
from ohai_kg.office.xlsx.worksheets import CellChange, change_cells, drawing_of, unselect, with_drawing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ohai_kg.catalogues.catalogue import Catalogue
    from ohai_kg.catalogues.check import Checked
    from ohai_kg.catalogues.marking.plan import Plan, SheetPlan
    from ohai_kg.office.xlsx.splice import Node
    from ohai_kg.shacl import Profile, Report

_STRICT: Final = "http://purl.oclc.org/ooxml/"
_KINDS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_KINDS: Final = "http://purl.oclc.org/ooxml/officeDocument/relationships"
ALL_KEPT: Final = "原文件的内容、公式、格式、合并、列宽、数据验证、图片、图表、打印设置、已有批注等均保留。"


def mark_workbook(checked: Checked, *, rules: str = "", limits: Limits | None = None) -> bytes:
    """The workbook that was checked, as an xlsx with its cells marked and the sheet 校验结果 first.

    `rules` says which version of the rules judged it. Raises WorkbookUnreadable where the file is damaged in a part that
    reading did not need.
    """
    catalogue, report, data = checked.catalogue, checked.report, checked.content
    limits = limits or Limits()
    plan = make_plan(catalogue, report)
    not_kept: list[str] = []
    names: dict[str | None, str] = {sheet: sheet for sheet in plan.sheets if sheet is not None}
    if catalogue.kind != "xlsx":
        sheets = read_workbook(data, name=catalogue.name, limits=limits).sheets
        names = sheet_names(sheets, Path(catalogue.name).stem or "目录")
        data, cut = write_plain(sheets, names)
        not_kept += lost_by_making_anew(catalogue.kind, names, cut)
    return _Marking(Package(data, limits), plan, names, not_kept).finish(catalogue, report, rules)


def rules_version(profiles: Sequence[Profile], release: str | None) -> str:
    """Which rules judged a file, in words: the checksum of each profile, and the release whose registry was known."""
    shown = "、".join(f"{profile.name}（{profile.digest[:12]}）" for profile in profiles)
    return f"{shown}；单位表和代码表取自" + (f"发布 {release}" if release else "项目的数据表（尚未发布）")


class _Marking:
    """The changes to one package."""

    def __init__(self, package: Package, plan: Plan, names: Mapping[str | None, str], not_kept: list[str]) -> None:
        self._package = package
        self._plan = plan
        self._names = names
        self._not_kept = not_kept
        workbook = package.read(package.workbook)
        self._kinds = _STRICT_KINDS if _STRICT.encode() in workbook[:2000] else _KINDS
        targets = package.relations(package.workbook)
        self._styles_part = package.target(package.workbook, "styles")
        self._styles = Styles(package.read(self._styles_part) if self._styles_part else EMPTY)
        self._parts = _sheet_parts(parse(workbook), {identifier: target for _, identifier, target in targets})

    def finish(self, catalogue: Catalogue, report: Report, rules: str) -> bytes:
        """The marked file."""
        for sheet, plan in self._plan.sheets.items():
            part = self._parts.get(self._names[sheet])
            if part is not None and (plan.marks or plan.beside):
                self._mark_sheet(part, plan)
        for part in self._parts.values():
            if part in self._package and "/worksheets/" in part:
                self._package.write(part, unselect(self._package.read(part)))
        self._not_kept += drop_what_cannot_stay(self._package)
        told = [*(self._not_kept or [ALL_KEPT]), *told_of_marks(self._plan.uncommented)]
        facts = _facts(catalogue, report, rules)
        overview = write_overview(catalogue, report, self._plan, self._styles, self._names, facts, told)
        self._add_first_sheet(overview)
        self._write_styles()
        return self._package.to_bytes()

    def _mark_sheet(self, part: str, plan: SheetPlan) -> None:
        changes: dict[tuple[int, int], CellChange] = {}
        for at, mark in plan.marks.items():
            for cell in _whole(plan, at):
                changes[cell] = CellChange(lambda style, degree=mark.degree: self._styles.marked(style, degree))  # type: ignore[misc]
        beside = self._styles.own("bold", wrapped=False)
        column = margin(plan.sheet)
        for row, text in plan.beside.items():
            changes[row, column] = CellChange(lambda _style: beside, text)
        self._package.write(part, change_cells(self._package.read(part), changes))
        self._comment(part, plan)

    def _comment(self, part: str, plan: SheetPlan) -> None:
        """Comments on the cells, besides those that are there."""
        texts = {at: mark.comment for at, mark in sorted(plan.marks.items()) if at in plan.commented}
        if not texts:
            return
        package = self._package
        self._not_kept += hidden_by_threads(package, part, texts)
        comments = package.target(part, "comments")
        data, new = add_comments(package.read(comments) if comments else NO_COMMENTS, texts)
        if comments:
            package.write(comments, data)
        else:
            added = package.add("xl/comments{}.xml", data, "spreadsheetml.comments+xml")
            package.relate(part, f"{self._kinds}/comments", added)
        self._add_boxes(part, new, texts)

    def _add_boxes(self, part: str, new: list[tuple[int, int]], texts: Mapping[tuple[int, int], str]) -> None:
        """The boxes that the new comments are shown in."""
        package = self._package
        sheet = package.read(part)
        wanted = drawing_of(sheet)
        drawing = next((target for _, identifier, target in package.relations(part) if identifier == wanted), None)
        if drawing is not None and drawing in package:
            package.write(drawing, add_boxes(package.read(drawing), new, texts))
        elif new:
            added = package.add("xl/drawings/vmlDrawing{}.vml", add_boxes(NO_BOXES, new, texts), "vmlDrawing")
            package.write(part, with_drawing(sheet, package.relate(part, f"{self._kinds}/vmlDrawing", added)))

    def _add_first_sheet(self, overview: bytes) -> None:
        part = self._package.add("xl/worksheets/sheet{}.xml", overview, "spreadsheetml.worksheet+xml")
        relation = self._package.relate(self._package.workbook, f"{self._kinds}/worksheet", part)
        data = self._package.read(self._package.workbook)
        root = parse(data)
        edits = Edits(data)
        sheets = root.child("sheets")
        if sheets is not None:
            taken = {sheet.attributes.get("name", "").lower() for sheet in sheets.children}
            name = next(name for name in (TITLE, *(f"{TITLE}{n}" for n in range(2, 400))) if name not in taken)
            number = 1 + max((int(sheet.attributes.get("sheetId", "0")) for sheet in sheets.children), default=0)
            sheet = f'<{root.prefix}sheet xmlns:r="{self._kinds}" name="{name}" sheetId="{number}" r:id="{relation}"/>'
            edits.insert(sheets.inside, sheet.encode())
        for names in root.all("definedNames"):
            for defined in names.children:
                if "localSheetId" in defined.attributes:
                    edits.set(defined, localSheetId=str(int(defined.attributes["localSheetId"]) + 1))
        for views in root.all("bookViews"):
            for view in views.children:
                edits.set(view, activeTab="0", firstSheet="0")
        self._package.write(self._package.workbook, edits.result())

    def _write_styles(self) -> None:
        if self._styles_part:
            self._package.write(self._styles_part, self._styles.result())
        else:
            part = self._package.add("xl/styles{}.xml", self._styles.result(), "spreadsheetml.styles+xml")
            self._package.relate(self._package.workbook, f"{self._kinds}/styles", part)


def _sheet_parts(workbook: Node, targets: Mapping[str, str]) -> dict[str, str]:
    """Sheet name to the part that holds it."""
    found: dict[str, str] = {}
    sheets = workbook.child("sheets")
    for sheet in sheets.children if sheets is not None else ():
        relation = next((value for key, value in sheet.attributes.items() if re.fullmatch(r"\w+:id", key)), "")
        if relation in targets:
            found[sheet.attributes.get("name", "")] = targets[relation]
    return found


def _whole(plan: SheetPlan, at: tuple[int, int]) -> list[tuple[int, int]]:
    """The cell, or every cell of the merged range it heads: the line goes round all of it."""
    merge = plan.sheet.merge_at(*at)
    if merge is None:
        return [at]
    rows = range(merge.top, min(merge.bottom, len(plan.sheet.rows) - 1) + 1)
    return [(row, column) for row in rows for column in range(merge.left, min(merge.right, plan.sheet.width - 1) + 1)] or [at]


def _facts(catalogue: Catalogue, report: Report, rules: str) -> list[tuple[str, str]]:
    facts = [
        ("文件", catalogue.name or "（未给文件名）"),
        ("SHA-256", report.source.sha256 if report.source else catalogue.sha256),
        ("规则集", "、".join(report.profiles)),
    ]
    return [*facts, ("规则版本", rules)] if rules else facts
