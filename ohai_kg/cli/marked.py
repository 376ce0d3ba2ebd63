"""Workbooks given back with their cells marked: what `ohai-kg validate --format xlsx` writes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ohai_kg.catalogues import Checked
    from ohai_kg.project import Project
    from ohai_kg.validation import Profile, Report
    from ohai_kg.validation.summary import Submission


class Checker(Protocol):
    """How the workbooks of one call are checked."""

    @property
    def project(self) -> Project: ...
    def check_workbook(self, path: Path) -> Checked: ...
    def profiles(self, *, workbook: bool) -> list[Profile]: ...


def mark_one(path: Path, checker: Checker, output: Path | None) -> Report:
    """The marked workbook in a file, or on stdout where that is no terminal. Raises WorkbookUnreadable, RequestError."""
    from ohai_kg.errors import RequestError

    if output is None and sys.stdout.isatty():
        raise RequestError(
            "xlsx 不能显示在终端上：请用 -o 指定文件。", "xlsx cannot be shown on a terminal: name a file with -o."
        )
    if output is not None and output.resolve() == path.resolve():
        raise RequestError(
            "-o 不能是原文件：标记的工作簿另存，原文件不动。", "-o cannot be the file itself: it stays as it is."
        )
    checked = _checked(path, checker)
    marked = _marked(checked, checker)
    if output is None:
        sys.stdout.buffer.write(marked)
        sys.stdout.buffer.flush()
    else:
        output.write_bytes(marked)
    return checked.report


def mark_many(paths: Sequence[Path], checker: Checker, folder: Path | None) -> list[Submission]:
    """A marked workbook in `folder` for each that can be read; what cannot is kept with the reason."""
    from ohai_kg.errors import OhaiError, RequestError
    from ohai_kg.validation.summary import Submission

    if folder is None:
        raise RequestError("多个文件的 xlsx 请用 -o 指定目录。", "For the xlsx of several files name a folder with -o.")
    folder.mkdir(parents=True, exist_ok=True)
    found: list[Submission] = []
    taken: set[str] = set()
    for path in paths:
        office = path.stem if path.stem not in taken else "-".join(path.parts[-2:])
        taken.add(office)
        try:
            checked = _checked(path, checker)
            (folder / f"{office}-校验.xlsx").write_bytes(_marked(checked, checker))
            found.append(Submission(office, checked.report, link=f"{office}-校验.xlsx"))
        except OhaiError as error:
            found.append(Submission(office, error=error))
    return found


def _checked(path: Path, checker: Checker) -> Checked:
    from ohai_kg.catalogues import is_workbook_file
    from ohai_kg.errors import RequestError

    if not is_workbook_file(path):
        raise RequestError(
            f"{path.name} 不是工作簿：xlsx 报告只用于目录文件，RDF 请用其他格式。",
            f"{path.name} is no workbook: the xlsx report is for catalogues; choose another format for RDF.",
        )
    return checker.check_workbook(path)


def _marked(checked: Checked, checker: Checker) -> bytes:
    from ohai_kg.catalogues.marking import mark_workbook, rules_version
    from ohai_kg.store import Releases

    release = Releases(checker.project.home).current_id()
    return mark_workbook(checked, rules=rules_version(checker.profiles(workbook=True), release))
