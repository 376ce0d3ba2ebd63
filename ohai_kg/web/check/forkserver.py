"""The process that every judging process is forked from: it has read the rules and the registry, and no upload.

POSIX only. It runs no thread, so forking is safe. On stdin it takes one JSON object a line: a task to fork a process
for, or `{"kill": id}`; on stdout it tells `{"id": ..., "code": ..., "signal": ...}` when such a process has ended.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import json
import os
import resource
import select
import signal
import sys
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from ohai_kg.confinement import deny_sockets, die_with_parent
from ohai_kg.errors import OhaiError, error_values
from ohai_kg.web.check import judge

_READ_BYTES: Final = 65536
_STACK_BYTES: Final = 16 << 20
_BESIDE_BYTES: Final = 16 << 20
"""For libraries that only some files need, and files that are mapped."""


@dataclass(frozen=True, slots=True)
class JudgingLimits:
    """Of one upload: memory of its process, seconds from its beginning, bytes of one file that it writes."""

    memory_bytes: int
    timeout_s: float
    report_bytes: int

    def to_json(self) -> str:
        """As the process is told them on its command line."""
        return json.dumps(asdict(self))


class ForkServer:
    """Forks a process for each task and tells how it ended."""

    def __init__(self, limits: JudgingLimits) -> None:
        self._limits = limits
        self._ids: dict[int, str] = {}
        self._wake, self._woken = os.pipe()
        os.set_blocking(self._woken, False)

    def serve(self) -> None:
        """Work until the server closes stdin; then end what is still being judged."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._woken, warn_on_full_buffer=False)
        rest = b""
        while True:
            readable, _, _ = select.select([0, self._wake], [], [])
            if self._wake in readable:
                os.read(self._wake, _READ_BYTES)
                self._reap()
            if 0 in readable:
                data = os.read(0, _READ_BYTES)
                if not data:
                    break
                *lines, rest = (rest + data).split(b"\n")
                for line in lines:
                    self._obey(json.loads(line))
        for pid in self._ids:
            os.kill(pid, signal.SIGKILL)

    def _obey(self, task: dict[str, Any]) -> None:
        if "kill" in task:
            for pid in [pid for pid, task_id in self._ids.items() if task_id == task["kill"]]:
                os.kill(pid, signal.SIGKILL)  # it is our child and not yet reaped, so the pid is its own
            return
        try:
            judge.prepare(task)
        except OhaiError as error:
            _tell(id=task["id"], code=judge.Exit.BROKEN, signal=0, error=error_values(error))
            return
        except Exception:  # noqa: BLE001  the boundary: the release was pruned, or the disk fails
            traceback.print_exc()
            _tell(id=task["id"], code=judge.Exit.BROKEN, signal=0)
            return
        gc.freeze()
        pid = os.fork()
        if pid == 0:
            self._become_judge(task)
        self._ids[pid] = task["id"]

    def _become_judge(self, task: dict[str, Any]) -> None:
        """In the child: live within the limits, judge, end."""
        code: int = judge.Exit.BROKEN
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            # The kernel ends it at the time limit, whatever it is doing.
            signal.setitimer(signal.ITIMER_REAL, self._limits.timeout_s)
            die_with_parent()
            _redirect(Path(task["folder"]) / judge.STDERR)
            faulthandler.enable()
            _confine(self._limits)
            code = judge.judge(task)
            sys.stderr.flush()
        finally:
            os._exit(code)

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            ended = os.waitstatus_to_exitcode(status)
            _tell(id=self._ids.pop(pid), code=max(ended, 0), signal=max(-ended, 0))


def _tell(**message: Any) -> None:
    """One line to the server, which may be gone."""
    with contextlib.suppress(BrokenPipeError):
        os.write(1, json.dumps(message).encode() + b"\n")


def _redirect(stderr: Path) -> None:
    """Give up what belongs to the server; what libraries say is kept beside the upload."""
    said, nothing = os.open(stderr, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600), os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (said, 1), (said, 2)):
        os.dup2(source, target)
    _close_the_rest()


def _close_the_rest() -> None:
    """Close every file but the standard ones."""
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))


def _confine(limits: JudgingLimits) -> None:
    """Put the limits up, so that all that is resident together stays below the limit of memory."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.report_bytes, limits.report_bytes))
    if sys.platform == "linux":
        # The limit of data counts what is private and writable; programs, libraries and the stack come on top of it.
        fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines())
        mapped = sum(int(fields[name].split()[0]) * 1024 for name in ("VmExe", "VmLib"))
        resource.setrlimit(resource.RLIMIT_STACK, (_STACK_BYTES, resource.RLIM_INFINITY))
        data = max(0, limits.memory_bytes - mapped - _STACK_BYTES - _BESIDE_BYTES)
        resource.setrlimit(resource.RLIMIT_DATA, (data, resource.RLIM_INFINITY))


def main() -> None:
    """Entry of the process; the limits are its argument."""
    die_with_parent()
    deny_sockets()
    _close_the_rest()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ForkServer(JudgingLimits(**json.loads(sys.argv[1]))).serve()


if __name__ == "__main__":
    main()
