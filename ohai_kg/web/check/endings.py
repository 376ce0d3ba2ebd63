"""How the process of an upload ended, and what that means to who sent it."""

from __future__ import annotations

import json
import logging
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ohai_kg.errors import (
    OhaiError,
    StorageFull,
    UploadTooLarge,
    ValidationCrashed,
    ValidationEnded,
    ValidationMemoryExceeded,
    ValidationTimeout,
    from_wire,
)
from ohai_kg.web.check.judge import OUTCOME, STDERR, Exit

if TYPE_CHECKING:
    from pathlib import Path

    from ohai_kg.settings import Settings

_FROM_OUTSIDE: Final = {signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT}
_STDERR_BYTES: Final = 8192
_REFUSED_MEMORY: Final = b"memory allocation of"
"""What programs in Rust say before they abort for want of memory."""
_log = logging.getLogger("ohai_kg.web")


@dataclass(frozen=True, slots=True)
class Ending:
    """By itself with a code, or by a signal; `error` where no process could be started."""

    code: int
    signal: int
    error: OhaiError | None = None

    @property
    def is_from_outside(self) -> bool:
        """Whether somebody else ended it: the file has nothing to do with it."""
        return self.signal in _FROM_OUTSIDE


def error_after(ending: Ending, folder: Path, name: str, settings: Settings) -> OhaiError | None:
    """What is told of the upload in `folder`; None where its report is made. What was unforeseen is logged."""
    if ending.error is not None:
        return ending.error
    if not ending.signal and ending.code == Exit.DONE:
        outcome = json.loads((folder / OUTCOME).read_text(encoding="utf-8"))
        return from_wire(outcome) if outcome else None
    if ending.is_from_outside:
        return ValidationEnded(
            "校验进程两次被外部终止，请稍后重试。",
            "The process that judged the file was ended twice from outside; try again later.",
        )
    said = _end_of(folder / STDERR)
    over = _over_limit(ending, said, settings)
    if over is None:
        _log.error(
            "judging %r ended by code %d, signal %d\n%s", name, ending.code, ending.signal, said.decode(errors="replace")
        )
    return over or ValidationCrashed(
        "校验程序在处理该文件时出错，已记入日志；请检查文件或告知维护者。",
        "The program failed on this file, which was logged; check the file or tell the maintainers.",
    )


def _over_limit(ending: Ending, said: bytes, settings: Settings) -> OhaiError | None:
    """The error of a process that was over a limit, with the limit."""
    limit: float
    if ending.signal == signal.SIGALRM:
        limit = settings.validation_timeout_s
        return ValidationTimeout(
            f"校验超过 {limit:g} 秒的时限，已终止；请拆分文件后重试。",
            f"Judging took longer than the limit of {limit:g} s and was stopped; split the file and try again.",
        )
    if ending.code == Exit.MEMORY or _REFUSED_MEMORY in said:
        limit = settings.validation_memory_mb
        return ValidationMemoryExceeded(
            f"校验所需内存超过 {limit} MB 的上限，已终止；请拆分文件后重试。",
            f"Judging needs more than the limit of {limit} MB of memory and was stopped; split the file and try again.",
        )
    if ending.code == Exit.LARGE:
        limit = settings.report_keep_mb
        return UploadTooLarge(
            f"校验报告超过 {limit} MB 的上限；请拆分文件后重试。",
            f"The report would be over {limit} MB; split the file and try again.",
        )
    if ending.code == Exit.FULL:
        return StorageFull("服务器磁盘已满，请稍后重试。", "The server's disk is full; try again later.")
    if ending.code == Exit.NESTED:
        return ValidationCrashed(
            "文件嵌套过深，无法读取；请简化后重试。", "The file is nested too deeply to be read; simplify it."
        )
    return None


def _end_of(file: Path) -> bytes:
    if not file.is_file():
        return b""
    with file.open("rb") as stream:
        stream.seek(max(0, file.stat().st_size - _STDERR_BYTES))
        return stream.read()
