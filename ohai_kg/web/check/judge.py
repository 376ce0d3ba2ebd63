"""What the process of one upload does: validate the file, and write the report in every form into the upload's folder.

The report as JSON, Turtle and CSV is compressed, since it says much the same in every line. The process answers by its
exit code; an error that the file is to blame for stands in OUTCOME, anything unforeseen on stderr.
"""

from __future__ import annotations

import errno
import gzip
import json
import traceback
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ohai_kg.catalogues import check_workbook, is_workbook, known_in
from ohai_kg.catalogues.marking import mark_workbook, rules_version
from ohai_kg.errors import OhaiError, error_values
from ohai_kg.shacl import load_profile, validate_file
from ohai_kg.shacl.profiles import machine_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ohai_kg.shacl import Profile, Report

FILE: Final = "file"
OUTCOME: Final = "outcome.json"
STDERR: Final = "stderr"
HEAD: Final = "head.json"
"""The report without its findings, which FINDINGS has, one a line: a page of a long report is made without all of it."""
FINDINGS: Final = "findings.jsonl.gz"
MOST_STATEMENTS: Final = 500_000
"""Of an RDF file: about a kilobyte each is what judging takes."""
_LEVEL: Final = 1
"""Of compression: quick."""


class Exit(IntEnum):
    """How the process ended."""

    DONE = 0
    BROKEN = 70
    MEMORY = 71
    NESTED = 72
    LARGE = 73
    FULL = 74


def prepare(task: dict[str, Any]) -> None:
    """Load what every upload needs that is judged by the same profiles and release; forks share it. Raises OhaiError."""
    machine_for(_profiles(task))
    known_in(Path(task["nquads"]), task["base"])


def judge(task: dict[str, Any]) -> Exit:
    """Validate, and write the report. `task` is what `Submission.task` gives."""
    folder = Path(task["folder"])
    try:
        try:
            _write(folder, *_check(folder, task))
            outcome = {}
        except OhaiError as error:
            outcome = error_values(error)
        (folder / OUTCOME).write_text(json.dumps(outcome), encoding="utf-8")
    except MemoryError:
        return Exit.MEMORY
    except RecursionError:
        return Exit.NESTED
    except BaseException as error:  # noqa: BLE001  the boundary: a panic of a library is no Exception
        number = error.errno if isinstance(error, OSError) else None
        if number in {errno.EFBIG, errno.ENOSPC}:
            return Exit.LARGE if number == errno.EFBIG else Exit.FULL
        traceback.print_exc()
        return Exit.BROKEN
    return Exit.DONE


def _check(folder: Path, task: dict[str, Any]) -> tuple[Report, bytes | None]:
    """The report, and the workbook with its cells marked where that is wanted."""
    content = (folder / FILE).read_bytes()
    name, syntax, profiles = task["name"], task["syntax"], _profiles(task)
    known = known_in(Path(task["nquads"]), task["base"])
    if not is_workbook(content, name, syntax):
        report = validate_file(
            content, profiles, name=name, format=syntax, max_statements=MOST_STATEMENTS, context=known.context
        )
        return report, None
    checked = check_workbook(content, name, profiles, known, columns=dict(task["columns"]))
    marked = mark_workbook(checked, rules=rules_version(profiles, task["release"])) if task["is_marked"] else None
    return checked.report, marked


def _write(folder: Path, report: Report, marked: bytes | None) -> None:
    for extension, render in (("json", report.to_json), ("ttl", report.to_turtle), ("csv", report.to_csv)):
        with gzip.open(folder / f"report.{extension}", "wb", _LEVEL) as file:
            file.write(render().encode())
    if marked is not None:
        (folder / "report.xlsx").write_bytes(marked)
    head = {name: value for name, value in report.to_dict().items() if name != "findings"}
    (folder / HEAD).write_text(json.dumps(head, ensure_ascii=False), encoding="utf-8")
    with gzip.open(folder / FINDINGS, "wt", _LEVEL, encoding="utf-8") as lines:
        for finding in report.findings:
            lines.write(json.dumps(finding.to_dict(), ensure_ascii=False) + "\n")


def _profiles(task: dict[str, Any]) -> Sequence[Profile]:
    return [load_profile(Path(root), name) for root, name in task["profiles"]]
