"""Which process holds something: a lock or a folder being made, judged by whether that process lives and never by age.

A pid is used again, so a process is told by the time it started too (Linux: boot and clock ticks since; Windows: time of
creation; elsewhere the pid alone). Of a process on another host nobody here can say whether it lives.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from ohai_kg.errors import PublishingElsewhere

if TYPE_CHECKING:
    from collections.abc import Iterator

_WAIT_S: Final = 10.0
_UNREADABLE_S: Final = 2.0
"""How long a lock that names no process is respected: its maker may be about to write, or was an older version."""
_UNKNOWN_S: Final = 24 * 3600.0
"""How old a folder of a process that cannot be judged must be to count as left behind."""
_SEPARATOR: Final = "~"
_WINDOWS_QUERY: Final = 0x1000
_WINDOWS_NO_SUCH: Final = 87


@dataclass(frozen=True, slots=True)
class Process:
    """One process of one host. `started` is empty where the system does not tell it."""

    pid: int
    started: str
    host: str

    @classmethod
    def current(cls) -> Process:
        """The process that asks."""
        pid = os.getpid()
        return cls(pid, _started(pid) or "", socket.gethostname())

    @classmethod
    def parse(cls, text: str) -> Process | None:
        """The process that `str` wrote; None where it is something else."""
        parts = text.strip().split(_SEPARATOR)
        if len(parts) != 3 or not parts[0].isascii() or not parts[0].isdigit():
            return None
        return cls(int(parts[0]), parts[1], unquote(parts[2]))

    def __str__(self) -> str:
        return _SEPARATOR.join((str(self.pid), self.started, quote(self.host, safe="")))

    def is_alive(self) -> bool | None:
        """Whether it still runs; None where that cannot be known from here."""
        if self.host != socket.gethostname():
            return None
        started = _started(self.pid)
        if started is None:
            return False
        return not started or not self.started or started == self.started


def _started(pid: int) -> str | None:
    """When the process of that pid started, '' where the system does not tell; None: there is no such process."""
    if sys.platform == "win32":
        return _windows_started(pid)
    if Path("/proc/self/stat").is_file():
        try:
            # The name stands in brackets and may hold anything; state is the first field after it, the start the 20th.
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        except (FileNotFoundError, ProcessLookupError):
            return None
        return None if fields[0] in "ZX" else f"{boot[:8]}.{fields[19]}"
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return None
    except PermissionError:
        pass
    return ""


def _windows_started(pid: int) -> str | None:
    import ctypes

    kernel = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]
    kernel.OpenProcess.restype = ctypes.c_void_p
    handle = kernel.OpenProcess(_WINDOWS_QUERY, False, pid)
    if not handle:
        error = ctypes.get_last_error()  # type: ignore[attr-defined,unused-ignore]
        return None if error == _WINDOWS_NO_SUCH else ""
    try:
        created, ended, _kernel, _user = times = [ctypes.c_uint64() for _ in range(4)]
        if not kernel.GetProcessTimes(ctypes.c_void_p(handle), *map(ctypes.byref, times)):
            return ""
        return None if ended.value else str(created.value)
    finally:
        kernel.CloseHandle(ctypes.c_void_p(handle))


class Lock:
    """A file made exclusively that names its process (no POSIX lock; offices have Windows)."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextlib.contextmanager
    def held(self, wait_s: float = _WAIT_S) -> Iterator[None]:
        """Hold the lock; one whose process has died is taken over at once. Raises PublishingElsewhere."""
        text = f"{Process.current()}\n".encode()
        self._acquire(text, wait_s)
        try:
            yield
        finally:
            if _content(self._path) == text:
                self._path.unlink(missing_ok=True)

    def _acquire(self, text: bytes, wait_s: float) -> None:
        began = time.monotonic()
        while True:
            try:
                descriptor = os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
            except FileExistsError:
                self._judge(time.monotonic() - began, wait_s)
                continue
            try:
                os.write(descriptor, text)
            except OSError:
                self._path.unlink(missing_ok=True)
                raise
            finally:
                os.close(descriptor)
            return

    def _judge(self, waited_s: float, wait_s: float) -> None:
        """Remove the lock where its process is dead, else wait a little. Raises PublishingElsewhere."""
        content = _content(self._path)
        if content is None:
            return
        holder = Process.parse(content.decode("utf-8", "replace"))
        alive = holder.is_alive() if holder is not None else waited_s < min(_UNREADABLE_S, wait_s)
        if alive is False:
            self._take_away(content)
        elif waited_s > wait_s:
            who = f"{holder.pid} @ {holder.host}" if holder else "?"
            raise PublishingElsewhere(
                f"进程 {who} 正在发布，请稍后重试；若该进程已不在运行，删除 {self._path} 后重试。",
                f"Process {who} is publishing; try again shortly. If it no longer runs, delete {self._path} and try again.",
            )
        else:
            time.sleep(0.01)

    def _take_away(self, content: bytes) -> None:
        """Remove the lock that says `content`; one that somebody made meanwhile is put back."""
        aside = self._path.with_name(f"{self._path.name}{_SEPARATOR}{os.getpid()}{_SEPARATOR}{time.monotonic_ns()}")
        with contextlib.suppress(FileNotFoundError):
            self._path.rename(aside)
            if _content(aside) == content:
                aside.unlink(missing_ok=True)
            else:
                aside.replace(self._path)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def work_name(kind: str) -> str:
    """A name for a folder that this process is about to fill; `remove_leftovers` knows whose it is."""
    return f"{kind}-{time.time_ns()}{_SEPARATOR}{Process.current()}"


def remove_leftovers(folder: Path, kind: str) -> None:
    """Delete what processes that are dead have left half-made under `work_name(kind)`."""
    for path in folder.glob(f"{kind}-*"):
        owner = Process.parse(path.name.partition(_SEPARATOR)[2])
        alive = owner.is_alive() if owner is not None else None
        with contextlib.suppress(FileNotFoundError):
            if alive is False or (alive is None and abs(time.time() - path.stat().st_mtime) > _UNKNOWN_S):
                shutil.rmtree(path, ignore_errors=True)
