"""Files that were sent in for validation: checked in a process of their own, their reports kept for an hour.

pySHACL changes parsing for the whole process it runs in, and a large file takes long: neither may touch the server's own.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import secrets
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ohai_kg.errors import OhaiError, SubmissionNotFound, ValidationEnded, from_wire
from ohai_kg.query.frames import error_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ohai_kg.store import Release

KEPT_S: Final = 3600
_MOST_KEPT: Final = 200
_MOST_BYTES: Final = 256 * 1024 * 1024
"""Files kept so that they can be read again with other columns; the oldest go first, their reports stay."""
_PROCESSES: Final = 2


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it came. `syntax`: format name or media type given with it; `columns`: roles by hand, for a workbook.

    `is_marked`: whether the workbook is to be given back with its cells marked, which a program that wants data need not
    wait for.
    """

    content: bytes
    name: str
    syntax: str | None
    columns: tuple[tuple[str, str], ...] = ()
    is_marked: bool = False

    @property
    def is_workbook(self) -> bool:
        """Whether it is read as a workbook rather than as RDF."""
        from ohai_kg.catalogues import is_workbook

        return is_workbook(self.content, self.name, self.syntax)


@dataclass(slots=True)
class Submission:
    """One file under way or done. `renderings` by format name; `error` where there is no report.

    `profiles` are the names of those it was checked against; `file` is None once there is no room to keep it.
    """

    id: str
    name: str
    received: float
    profiles: tuple[str, ...]
    file: SentFile | None
    renderings: dict[str, str | bytes] | None = None
    error: OhaiError | None = None
    done: asyncio.Event = field(default_factory=asyncio.Event)


class Submissions:
    """Validates files one or two at a time and remembers the reports."""

    def __init__(self) -> None:
        self._kept: dict[str, Submission] = {}
        self._executor: ProcessPoolExecutor | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def submit(self, file: SentFile, profiles: Sequence[tuple[str, str]], release: Release) -> Submission:
        """Take a file; `profiles` are pairs of the folder that holds a profile and its name.

        What `release` has in its registry and code lists counts as known.
        """
        self._forget()
        names = tuple(name for _, name in profiles)
        submission = Submission(secrets.token_urlsafe(12), file.name, time.monotonic(), names, file)
        self._kept[submission.id] = submission
        task = asyncio.get_running_loop().create_task(self._run(submission, file, tuple(profiles), release))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return submission

    def get(self, submission_id: str) -> Submission:
        """The submission of that id. Raises SubmissionNotFound: it is unknown, or was forgotten after an hour."""
        self._forget()
        found = self._kept.get(submission_id)
        if found is None:
            raise SubmissionNotFound(
                "没有这份报告，或已过一小时被删除；请重新提交文件。",
                "There is no such report, or it was deleted after an hour; send the file again.",
            )
        return found

    def close(self) -> None:
        """End the processes."""
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)

    async def _run(
        self, submission: Submission, file: SentFile, profiles: tuple[tuple[str, str], ...], release: Release
    ) -> None:
        if self._executor is None:
            self._executor = ProcessPoolExecutor(
                _PROCESSES, mp_context=multiprocessing.get_context("spawn"), initializer=_die_with_the_server
            )
        loop = asyncio.get_running_loop()
        try:
            known = (release.nquads, release.manifest.base, release.id)
            outcome = await loop.run_in_executor(self._executor, check_file, file, profiles, known)
        except BrokenProcessPool:
            self._executor = None
            submission.error = ValidationEnded(
                "校验进程意外结束，可能是文件过大；请拆分后重试。",
                "The validation ended unexpectedly; the file may be too large. Split it and try again.",
            )
        else:
            submission.renderings = outcome.get("renderings")
            if "error" in outcome:
                submission.error = from_wire(outcome["error"])
        submission.done.set()

    def _forget(self) -> None:
        """Drop reports older than an hour, and the oldest where there are too many."""
        limit = time.monotonic() - KEPT_S
        for submission in list(self._kept.values()):
            if submission.received < limit or len(self._kept) > _MOST_KEPT:
                del self._kept[submission.id]
        room = _MOST_BYTES
        for submission in reversed(self._kept.values()):
            room -= len(submission.file.content) if submission.file else 0
            if room < 0:
                submission.file = None


def _die_with_the_server() -> None:
    """A server that is killed leaves no process behind (Linux)."""
    if os.name == "posix":
        from ohai_kg.query.worker import die_with_parent

        die_with_parent()


def check_file(file: SentFile, profiles: tuple[tuple[str, str], ...], known: tuple[Path, str, str]) -> dict[str, Any]:
    """In a process of its own: validate, and render the report in every format."""
    from ohai_kg.catalogues import check_workbook, known_in
    from ohai_kg.catalogues.marking import mark_workbook, rules_version
    from ohai_kg.validation import load_profile, validate_file

    try:
        loaded = [load_profile(Path(root), profile) for root, profile in profiles]
        nquads, base, release = known
        given = known_in(nquads, base)
        marked: dict[str, bytes] = {}
        if file.is_workbook:
            checked = check_workbook(file.content, file.name, loaded, given, columns=dict(file.columns))
            report = checked.report
            if file.is_marked:
                marked = {"xlsx": mark_workbook(checked, rules=rules_version(loaded, release))}
        else:
            report = validate_file(file.content, loaded, name=file.name, format=file.syntax, context=given.context)
    except OhaiError as error:
        return {"error": error_values(error)}
    renderings = {
        "json": report.to_json(),
        "ttl": report.to_turtle(),
        "csv": report.to_csv(),
        **marked,
    }
    return {"renderings": renderings}
