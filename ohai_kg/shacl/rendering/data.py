"""A report for machines: JSON (the contract) and CSV."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from ohai_kg.csvtext import write_csv

if TYPE_CHECKING:
    from ohai_kg.shacl.report import Report

COLUMNS: Final = (
    "severity", "rule", "element", "item", "message_zh", "message_en", "path", "value", "sheet", "row", "cell", "focus",
    "shape", "component", "text", "office",
)  # fmt: skip


def to_json(report: Report) -> str:
    """See `Report.to_json`."""
    return json.dumps(report.to_dict(), ensure_ascii=False, indent=2) + "\n"


def to_csv(report: Report) -> str:
    """See `Report.to_csv`. It quotes a stranger's file, so no spreadsheet program shall run a cell of it."""
    rows = []
    for finding in report.findings:
        values = finding.to_dict()
        values["message_zh"], values["message_en"] = finding.message.get("zh"), finding.message.get("en")
        rows.append([values.get(column) for column in COLUMNS])
    return write_csv(COLUMNS, rows, people=True)
