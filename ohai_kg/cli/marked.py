"""Workbooks given back with their cells marked: what `ohai-kg validate --format xlsx` writes."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ohai_kg.cli.output import told, write_result
from ohai_kg.files import name_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ohai_kg.catalogues import Checked
    from ohai_kg.project import Project
    from ohai_kg.shacl import Profile, Report
    from ohai_kg.shacl.summary import Submission


class Checker(Protocol):
    """How the workbooks of one call are checked."""

    @property
    def project(self) -> Project: ...
    def check_workbook(self, path: Path) -> Checked: ...
    def profiles(self, *, workbook: bool) -> list[Profile]: ...


def offices(paths: Sequence[Path]) -> list[tuple[Path, str]]:
    """The files with a name each that no other has: of several alike, folder and file, and a number where these are alike."""
    stems = [Path(name_of(path)).stem for path in paths]
    counts = Counter(stems)
    named: dict[str, Path] = {}
    for path, stem in zip(paths, stems, strict=True):
        wanted = stem if counts[stem] == 1 else f"{name_of(path.parent)}-{name_of(path)}".removeprefix("-")
        name, number = wanted, 1
        while name in named:
            number += 1
            name = f"{wanted}-{number}"
        named[name] = path
    return [(path, name) for name, path in named.items()]


def mark_one(path: Path, checker: Checker, output: Path | None) -> Report:
    """The marked workbook in a file, or on stdout where that is no terminal. Raises WorkbookUnreadable, RequestError."""
    from ohai_kg.errors import RequestError

    if output is None and sys.stdout.isatty():
        raise RequestError(
            "xlsx 不能显示在终端上：请用 -o 指定文件。", "xlsx cannot be shown on a terminal: name a file with -o."
        )
    if output is not None and os.path.realpath(output) == os.path.realpath(path):
        raise RequestError(
            "-o 不能是原文件：标记的工作簿另存，原文件不动。", "-o cannot be the file itself: it stays as it is."
        )
    checked = _checked(path, checker)
    marked = _marked(checked, checker)
    write_result(marked, output)
    return checked.report


def mark_many(paths: Sequence[Path], checker: Checker, folder: Path | None) -> list[Submission]:
    """A marked workbook in `folder` for each that can be read; what cannot is kept with the reason."""
    from ohai_kg.errors import RequestError
    from ohai_kg.shacl.summary import Submission

    if folder is None:
        raise RequestError("多个文件的 xlsx 请用 -o 指定目录。", "For the xlsx of several files name a folder with -o.")
    folder.mkdir(parents=True, exist_ok=True)
    found: list[Submission] = []
    for path, office in offices(paths):
        try:
            checked = _checked(path, checker)
            write_result(_marked(checked, checker), folder / f"{office}-校验.xlsx")
            found.append(Submission(office, checked.report, link=f"{office}-校验.xlsx"))
        except Exception as error:  # noqa: BLE001  one file never ends the run; told here, logged by `told`
            found.append(Submission(office, error=told(error)))
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
    from ohai_kg.releases import Releases

    release = Releases(checker.project.home).current_id()
    return mark_workbook(checked, rules=rules_version(checker.profiles(workbook=True), release))
