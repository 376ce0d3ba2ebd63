"""`Report` and `Finding`: what a validation says, in the form every way in shows (contract: the report format).

`conforms` is SHACL's verdict, false also for warnings and infos; gates and exit codes ask `passes`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from ohai_kg.shacl.results import Results

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

SEVERITIES: Final = ("violation", "warning", "info")


@dataclass(frozen=True, slots=True)
class Source:
    """The validated file: its name as the user gave it, and the SHA-256 of its bytes in hexadecimal."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a workbook something stands: sheet (None for csv), row as a spreadsheet shows it, cell like `E7`."""

    sheet: str | None
    row: int | None
    cell: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One result in words. `component` is a local name, `path` is in SPARQL syntax; null where there is nothing.

    Of a workbook `text` are the words of the cell and `office` those of the row's 公开主体, as they stand there.
    """

    severity: str
    rule: str | None
    element: str | None
    shape: str | None
    component: str
    focus: str
    item: str | None
    path: str | None
    value: str | None
    message: Mapping[str, str] = field(hash=False)
    sheet: str | None = None
    row: int | None = None
    cell: str | None = None
    text: str | None = None
    office: str | None = None

    @property
    def order(self) -> tuple[object, ...]:
        """Sheet, row, rule; then whatever makes the order of equal rules stable."""
        return (
            self.sheet or "",
            self.row or 0,
            self.rule or "~",
            self.focus,
            self.path or "",
            self.component,
            self.value or "",
            self.message.get("zh", ""),
        )

    @property
    def key(self) -> tuple[str, ...]:
        """What stays the same when a file is submitted again: rule, thing and place in it, not the wording."""
        return (self.rule or self.shape or self.component, self.item or self.focus, self.path or "", self.component)

    def to_dict(self) -> dict[str, Any]:
        """The finding as the JSON contract orders its members; the words only where there are any."""
        told: dict[str, Any] = {
            "severity": self.severity,
            "rule": self.rule,
            "element": self.element,
            "shape": self.shape,
            "component": self.component,
            "focus": self.focus,
            "item": self.item,
            "path": self.path,
            "value": self.value,
            "message": dict(self.message),
            "sheet": self.sheet,
            "row": self.row,
            "cell": self.cell,
        }
        words = {"text": self.text, "office": self.office}
        return told | {name: value for name, value in words.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Note:
    """What a person should look at in a workbook though no rule is broken; `proposal`: words that could fill a blank."""

    code: str
    element: str | None
    proposal: str | None
    message: Mapping[str, str] = field(hash=False)
    sheet: str | None = None
    row: int | None = None
    cell: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The note as JSON has it."""
        return {
            "code": self.code,
            "element": self.element,
            "proposal": self.proposal,
            "message": dict(self.message),
            "sheet": self.sheet,
            "row": self.row,
            "cell": self.cell,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of one validation. `items` counts the information items in the data.

    For a workbook, `understood` says as plain data how it was read and `notes` what of that is doubtful; neither is a
    result of SHACL.
    """

    conforms: bool
    profiles: tuple[str, ...]
    findings: tuple[Finding, ...]
    items: int = 0
    source: Source | None = None
    results: Results = field(default_factory=Results, compare=False, repr=False)
    understood: Mapping[str, Any] | None = field(default=None, hash=False, repr=False)
    notes: tuple[Note, ...] = ()

    @property
    def passes(self) -> bool:
        """No violation; warnings and infos are allowed."""
        return not any(finding.severity == "violation" for finding in self.findings)

    @property
    def counts(self) -> dict[str, int]:
        """Items, and findings by severity."""
        found = Counter(finding.severity for finding in self.findings)
        return {"items": self.items, **{severity: found[severity] for severity in SEVERITIES}}

    def located(self, place_of: Callable[[Finding], Place | None]) -> Report:
        """The same report with sheet, row and cell filled in, in the order they give."""
        placed: list[Finding] = []
        for finding in self.findings:
            place = place_of(finding)
            placed.append(finding if place is None else replace(finding, sheet=place.sheet, row=place.row, cell=place.cell))
        return replace(self, findings=tuple(sorted(placed, key=lambda f: f.order)))

    def about(self, things: Collection[str], items: int) -> Report:
        """What this report says of certain things (IRIs), `items` of which are information items.

        A graph is validated together with all it refers to; its own report is then this part of the whole.
        """
        entries = tuple(entry for entry in self.results.entries if str(entry.focus) in things)
        return replace(
            self,
            conforms=not entries,
            findings=tuple(finding for finding in self.findings if finding.focus in things),
            items=items,
            results=replace(self.results, entries=entries),
        )

    def to_dict(self) -> dict[str, Any]:
        """The report as the JSON contract has it; of a workbook also how it was read."""
        told = {
            "conforms": self.conforms,
            "profiles": list(self.profiles),
            "source": {"name": self.source.name, "sha256": self.source.sha256} if self.source else None,
            "counts": self.counts,
            "findings": [finding.to_dict() for finding in self.findings],
        }
        if self.understood is not None:
            told |= {"notes": [note.to_dict() for note in self.notes], "understood": dict(self.understood)}
        return told

    def to_json(self) -> str:
        """JSON, UTF-8, two-space indented, ends with a newline."""
        from ohai_kg.shacl.rendering.data import to_json

        return to_json(self)

    def to_csv(self) -> str:
        """CSV (RFC 4180), one row a finding, with a header."""
        from ohai_kg.shacl.rendering.data import to_csv

        return to_csv(self)

    def to_turtle(self) -> str:
        """A standard `sh:ValidationReport`."""
        from ohai_kg.shacl.rendering.turtle import to_turtle

        return to_turtle(self.results)

    def to_text(self, *, color: bool = False, lang: str = "zh") -> str:
        """Lines for a terminal; `color` adds ANSI colours."""
        from ohai_kg.shacl.rendering.text import to_text

        return to_text(self, color=color, lang=lang)

    def to_html(self, *, lang: str = "zh", fragment: bool = False) -> str:
        """A page that stands alone, or (`fragment`) only its contents."""
        from ohai_kg.shacl.rendering.html import to_html

        return to_html(self, lang=lang, fragment=fragment)
