"""A report for machines: JSON (the contract) and CSV."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ohai_kg.validation.report import Report

COLUMNS: Final = (
    "severity", "rule", "element", "item", "message_zh", "message_en", "path", "value", "sheet", "row", "cell", "focus",
    "shape", "component", "text", "office",
)  # fmt: skip
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


def to_json(report: Report) -> str:
    """See `Report.to_json`."""
    return json.dumps(report.to_dict(), ensure_ascii=False, indent=2) + "\n"


def to_csv(report: Report) -> str:
    """See `Report.to_csv`. A cell a spreadsheet would run as a formula gets an apostrophe in front."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for finding in report.findings:
        values = finding.to_dict()
        values["message_zh"], values["message_en"] = finding.message.get("zh"), finding.message.get("en")
        writer.writerow([_cell(values.get(column)) for column in COLUMNS])
    return out.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
