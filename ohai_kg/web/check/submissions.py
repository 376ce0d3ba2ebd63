"""Files that were sent in for validation: they wait on disk for a process, and their reports are kept for a while.

Each is judged by a process of its own, because a file may be large or hostile and pySHACL changes parsing for the whole
process it runs in; see forkserver.py.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from ohai_kg.errors import OhaiError, SubmissionNotFound, ValidationEnded, ValidationQueueFull
from ohai_kg.web.check.endings import error_after
from ohai_kg.web.check.judge import FILE
from ohai_kg.web.check.judges import Judges
from ohai_kg.web.check.receiving import Receiving
from ohai_kg.web.check.spool import Spool, remove, size_of
from ohai_kg.web.check.submission import SentFile, Submission

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ohai_kg.project import Project
    from ohai_kg.releases import Release

_log = logging.getLogger("ohai_kg.web")
_PAGES: Final = 2
"""Pages of reports that are made at a time."""


@dataclass(slots=True)
class UploadFigures:
    """Counts since the start. `failed` by code of the error; `repeated`: judged again because a process was ended."""

    judged: int = 0
    rejected: int = 0
    repeated: int = 0
    failed: Counter[str] = field(default_factory=Counter)


class Submissions:
    """Has files judged, a few at a time, and remembers the reports. `release` gives the one being served."""

    def __init__(self, project: Project, release: Callable[[], Release]) -> None:
        self.figures = UploadFigures()
        self.spool = Spool(project.home)
        places = project.settings.validation_queue + project.settings.validation_workers
        self.receiving = Receiving(places * project.settings.max_upload_mb << 20)
        self.reading = asyncio.Semaphore(_PAGES)
        self._settings = project.settings
        self._release = release
        self._judges = Judges(project.settings)
        self._known: dict[str, Submission] = {}
        self._waiting: list[Submission] = []
        self._running: dict[Submission, asyncio.Task[OhaiError | None]] = {}
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many files wait to be judged."""
        return len(self._waiting)

    @property
    def running(self) -> int:
        """How many files are being judged."""
        return len(self._running)

    def make_room(self, sender: str) -> None:
        """See that one more file of `sender` may wait: where the queue is full, who has most in it gives way.

        Raises ValidationQueueFull, ValidationEnded.
        """
        if self._closed:
            raise _stopping()
        if len(self._running) < self._settings.validation_workers or len(self._waiting) < self._settings.validation_queue:
            return
        self.figures.rejected += 1
        counts = Counter(submission.sender for submission in self._waiting)
        greatest, count = next(iter(counts.most_common(1)), (sender, 0))
        if count <= counts[sender] + 1:
            raise self._full()
        latest = next(submission for submission in reversed(self._waiting) if submission.sender == greatest)
        self._waiting.remove(latest)
        self._finish(latest, self._full())

    def submit(self, file: SentFile, profiles: Sequence[tuple[str, str]], sender: str) -> Submission:
        """Take a file, whose folder is this object's from now on. Raises as `make_room`."""
        self.make_room(sender)
        submission = Submission(file, sender, tuple(profiles))
        self._known[submission.id] = submission
        self._waiting.append(submission)
        self._start_next()
        return submission

    def submit_again(
        self, before: Submission, columns: tuple[tuple[str, str], ...], profiles: Sequence[tuple[str, str]], sender: str
    ) -> Submission:
        """Take the file of a report that is kept, to read it with other columns. Raises as `make_room`."""
        self.make_room(sender)
        folder = self.spool.make()
        try:
            os.link(before.file.folder / FILE, folder / FILE)
        except FileNotFoundError:
            remove(folder)
            raise self.forgotten() from None
        return self.submit(replace(before.file, folder=folder, columns=columns), profiles, sender)

    def get(self, submission_id: str) -> Submission:
        """The submission of that id. Raises SubmissionNotFound: it is unknown, or was forgotten."""
        self._forget_old()
        found = self._known.get(submission_id)
        if found is None:
            raise self.forgotten()
        return found

    def forgotten(self) -> SubmissionNotFound:
        """Why there is no report."""
        hours = f"{self._settings.report_keep_h:g}"
        return SubmissionNotFound(
            f"没有这份报告，或已删除（报告至多保留 {hours} 小时）；请重新提交文件。",
            f"There is no such report, or it was deleted (reports stay for {hours} h at most); send the file again.",
        )

    def drop(self, submission: Submission) -> None:
        """Nobody waits for it any more: it is not judged, or no longer."""
        gone = ValidationEnded("客户端已断开。", "The client has gone.")
        if submission in self._waiting:
            self._waiting.remove(submission)
            self._finish(submission, gone)
        elif submission in self._running:
            submission.error = gone
            self._running[submission].cancel()

    def stop(self, grace_s: float = 0.0) -> None:
        """Take no more files and answer those that wait; what is being judged is ended after `grace_s` seconds."""
        self._closed = True
        while self._waiting:
            self._finish(self._waiting.pop(), _stopping())
        if grace_s:
            asyncio.get_running_loop().call_later(grace_s, self.stop)
            return
        for submission, task in self._running.items():
            submission.error = _stopping()
            task.cancel()

    async def close(self) -> None:
        """Answer everybody, end the processes, and delete everything."""
        self.stop()
        await asyncio.gather(*self._running.values(), return_exceptions=True)
        await self._judges.close()
        self.spool.close()

    def _full(self) -> ValidationQueueFull:
        limit = self._settings.validation_queue
        return ValidationQueueFull(
            f"已有 {limit} 个文件等待校验，请稍后重试。", f"{limit} files are waiting to be judged already; try again shortly."
        )

    def _start_next(self) -> None:
        """Begin with who waits longest of those who have fewest being judged."""
        while self._waiting and len(self._running) < self._settings.validation_workers and not self._closed:
            busy = Counter(submission.sender for submission in self._running)
            chosen = min(self._waiting, key=lambda submission: busy[submission.sender])
            self._waiting.remove(chosen)
            task = asyncio.get_running_loop().create_task(self._judge(chosen))
            self._running[chosen] = task
            task.add_done_callback(partial(self._ended, chosen))

    def _ended(self, submission: Submission, task: asyncio.Task[OhaiError | None]) -> None:
        """Whatever happened to its task, a submission ends with a report or an error."""
        del self._running[submission]
        interrupted = ValidationEnded("校验中断，请稍后重试。", "The validation was interrupted; try again later.")
        if task.cancelled():
            error: OhaiError | None = submission.error or interrupted
        elif task.exception() is not None:
            _log.error("judging %r failed", submission.name, exc_info=task.exception())
            error = interrupted
        else:
            error = task.result()
        self._finish(submission, error)
        self._start_next()

    async def _judge(self, submission: Submission) -> OhaiError | None:
        self.figures.judged += 1
        task = submission.task(self._release())
        ending = await self._judges.judge(task)
        if ending.is_from_outside:
            self.figures.repeated += 1
            ending = await self._judges.judge(task)
        return error_after(ending, submission.file.folder, submission.name, self._settings)

    def _finish(self, submission: Submission, error: OhaiError | None) -> None:
        """Note how it ended, and let others go where it needs room."""
        folder = submission.file.folder
        submission.error = error
        submission.file = replace(submission.file, columns=())
        if error is None:
            submission.renderings = frozenset(path.suffix[1:] for path in folder.glob("report.*"))
            submission.size += size_of(folder)
        else:
            self.figures.failed[error.code] += 1
            submission.size += len((error.zh + error.en).encode())
            remove(folder)
        keep_s = self._settings.report_keep_h * 3600
        submission.kept_until = time.monotonic() + keep_s
        asyncio.get_running_loop().call_later(keep_s + 0.1, self._forget_old)
        self._keep_within_budget(submission)
        submission.done.set()

    def _forget_old(self) -> None:
        now = time.monotonic()
        for submission in [kept for kept in self._known.values() if kept.is_done and kept.kept_until <= now]:
            self._forget(submission)

    def _keep_within_budget(self, newest: Submission) -> None:
        """While there is too much, the sender with most loses the oldest; the newest stays, somebody is about to see it."""
        kept = [submission for submission in self._known.values() if submission.is_done or submission is newest]
        total = sum(submission.size for submission in kept)
        held: Counter[str] = Counter()
        for submission in kept:
            held[submission.sender] += submission.size
        while total > self._settings.report_keep_mb << 20 and len(kept) > 1:
            greatest = next(
                sender for sender, _ in held.most_common() if any(s.sender == sender for s in kept if s is not newest)
            )
            oldest = next(submission for submission in kept if submission.sender == greatest and submission is not newest)
            kept.remove(oldest)
            held[greatest] -= oldest.size
            total -= oldest.size
            self._forget(oldest)

    def _forget(self, submission: Submission) -> None:
        del self._known[submission.id]
        remove(submission.file.folder)


def _stopping() -> ValidationEnded:
    return ValidationEnded("服务正在停止，请稍后重试。", "The server is stopping; try again shortly.")
