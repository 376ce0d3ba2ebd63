"""One release being served: its loader process and the workers forked from it. POSIX only."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections import deque
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from ohai_kg.errors import GraphUnreadable, OhaiError, QueryFailed, QueryMemoryExceeded, StoreError, from_wire
from ohai_kg.serving import frames
from ohai_kg.serving.links import WorkerLink

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from ohai_kg.engine.writing import Payload
    from ohai_kg.releases import Release
    from ohai_kg.serving.loader import LoaderConfig

_READ_BYTES: Final = 65536
_SEND_BYTES: Final = 1024 * 1024
"""What of an answer may lie in a worker's socket: a few frames, so that it need not wait for the server."""
_PATIENCE: Final = 200
_LINE_BYTES: Final = 1024 * 1024
"""The longest event a loader may tell; its reports are cut to a fraction of that."""


@dataclass(frozen=True, slots=True)
class WriteLimits:
    """Seconds that a write may take to be carried out and to be judged, and what is said of one over them."""

    evaluation_s: float
    over_evaluation: OhaiError
    check_s: float
    over_check: OhaiError


class Generation:
    """Everything that serves one release; made by `start`, or by `write` on the generation before it."""

    def __init__(self, release: Release, control: socket.socket, on_free: Callable[[WorkerLink], None]) -> None:
        self.release = release
        self.links: set[WorkerLink] = set()
        self.retired = False
        self.alive = True
        self._on_free = on_free
        self._control = control
        self._process: subprocess.Popen[bytes] | None = None
        self._pid = 0
        self._writer: Generation | None = None
        self._line = bytearray()
        self._forking: deque[WorkerLink] = deque()
        self._by_pid: dict[int, WorkerLink] = {}
        self._ended: dict[int, int] = {}
        self._events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        control.setblocking(False)
        self._loop.add_reader(control.fileno(), self._on_readable)

    @classmethod
    async def start(cls, release: Release, config: LoaderConfig, on_free: Callable[[WorkerLink], None]) -> Generation:
        """Start a loader in a fresh interpreter and wait until it holds the release. Raises StoreError."""
        ours, theirs = socket.socketpair()
        try:
            process = subprocess.Popen(  # noqa: S603, ASYNC220  our own module; it returns in a millisecond
                [sys.executable, "-m", "ohai_kg.serving.loader", str(theirs.fileno()), json.dumps(asdict(config))],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        generation = cls(release, ours, on_free)
        generation._process = process
        generation._pid = process.pid
        try:
            await generation._expect("ready")
        except BaseException:
            generation.kill()
            raise
        return generation

    async def add_worker(self) -> None:
        """Fork one more worker; it is offered to the pool when it is there."""
        link = WorkerLink(self, self._on_lost)
        ours, theirs = socket.socketpair()
        self.links.add(link)
        try:
            ours.setblocking(False)
            theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BYTES)
            await self._loop.create_unix_connection(lambda: link, sock=ours)
        except BaseException:
            self.links.discard(link)
            ours.close()
            theirs.close()
            raise
        self._forking.append(link)
        self._command("worker", theirs)

    async def write(
        self,
        told: dict[str, Any],
        payloads: Sequence[Payload],
        *,
        limits: WriteLimits,
        release_of: Callable[[str], Release],
    ) -> tuple[Generation | None, Release, bool]:
        """Carry out a write in a fork of the loader.

        Returns the generation that the fork became (None where it cannot be one), the release, and whether a graph was
        made. Raises what the write was refused for; then nothing has changed.
        """
        ours, theirs = socket.socketpair()
        successor = self._writer = Generation(self.release, ours, self._on_free)
        try:
            self._command("successor", theirs)
            parts = [{"format": payload.format, "length": len(payload.content)} for payload in payloads]
            header = json.dumps({**told, "payloads": parts}, ensure_ascii=False).encode()
            message = b"".join((frames.LENGTH.pack(len(header)), header, *(payload.content for payload in payloads)))
            try:
                async with _within(limits.evaluation_s, limits.over_evaluation):
                    successor._pid = (await self._expect("successor"))["pid"]
                    await self._loop.sock_sendall(ours, message)
                    await successor._expect("evaluated")
                async with _within(limits.check_s, limits.over_check):
                    await successor._expect("checked")
                published = await successor._expect("published")
            except StoreError as lost:
                raise await self._why_lost(successor._pid, told["kind"], lost) from None
            release = release_of(published["release"])
            successor.release = release
            if not published["successor"]:
                successor.kill()
                return None, release, published["created"]
            await successor._expect("ready")
        except BaseException:
            successor.kill()
            raise
        finally:
            self._writer = None
        return successor, release, published["created"]

    async def _why_lost(self, pid: int, kind: str, lost: StoreError) -> OhaiError:
        """What ended a fork before it published, by the signal: data or an update may nest deeper than its stack."""
        for _ in range(_PATIENCE):
            if pid in self._ended:
                break
            await asyncio.sleep(0.01)
        by_signal = self._ended.pop(pid, 0)
        if by_signal == signal.SIGABRT:
            return QueryMemoryExceeded("写入超过内存上限。", "The write took more memory than the limit.")
        if by_signal in {signal.SIGSEGV, signal.SIGBUS}:
            told = ("内容嵌套太深，未作任何改动。", "It is nested too deeply; nothing was changed.")
            return QueryFailed(*told) if kind == "update" else GraphUnreadable(*told)
        return lost

    @property
    def size(self) -> int:
        """How many workers there are, those about to be forked included."""
        return len(self.links)

    def retire(self) -> None:
        """Let idle workers go, and the loader when the last busy one is done."""
        self.retired = True
        for link in list(self.links):
            if link.idle:
                link.close()
        self._close_when_empty()

    def kill(self) -> None:
        """End the loader, every worker, and the write under way, now."""
        self.retired = True
        if self._writer is not None:
            self._writer.kill()
        for link in list(self.links):
            link.stop(StoreError("服务正在停止。", "The server is stopping."))
        if self.alive and self._pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
        self._close()

    async def ended(self) -> None:
        """Wait, a little, until sockets are closed and processes reaped; after `kill`."""
        for _ in range(_PATIENCE):
            await asyncio.sleep(0.01)
            if not self.links and self._is_reaped():
                return

    def _command(self, operation: str, descriptor: socket.socket) -> None:
        line = json.dumps({"op": operation}).encode() + b"\n"
        try:
            socket.send_fds(self._control, [line], [descriptor.fileno()])
        except OSError as error:
            raise StoreError("加载进程已终止，请重试。", "The loader process has died; try again.") from error
        finally:
            descriptor.close()

    async def _expect(self, wanted: str) -> dict[str, Any]:
        """The next event of that name. Raises what the loader says failed."""
        while True:
            event = await self._events.get()
            if event["event"] == wanted:
                return event
            if event["event"] == "failed":
                raise from_wire(event["error"])
            if event["event"] == "gone":
                self._events.put_nowait(event)
                raise StoreError("加载版本的进程意外终止。", "The process that holds the release has died.")

    def _on_readable(self) -> None:
        try:
            data = self._control.recv(_READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._close()
            return
        *ended, rest = data.split(b"\n")
        for part in ended:
            self._line += part
            line, self._line = self._line, bytearray()
            self._on_event(json.loads(line))
        self._line += rest
        if len(self._line) > _LINE_BYTES:
            self.kill()

    def _on_event(self, event: dict[str, Any]) -> None:
        if event["event"] == "forked":
            link = self._forking.popleft()
            link.pid = event["pid"]
            self._by_pid[link.pid] = link
            self._on_free(link)
        elif event["event"] == "exited":
            gone = self._by_pid.pop(event["pid"], None)
            if gone is not None:
                gone.exited(event["signal"])
            else:
                self._ended[event["pid"]] = event["signal"]
        else:
            self._events.put_nowait(event)

    def _on_lost(self, link: WorkerLink) -> None:
        self.links.discard(link)
        self._on_free(link)
        self._close_when_empty()

    def _close_when_empty(self) -> None:
        if self.retired and not self.links:
            self._close()

    def _close(self) -> None:
        if not self.alive:
            return
        self.alive = False
        self._loop.remove_reader(self._control.fileno())
        self._control.close()
        self._events.put_nowait({"event": "gone"})
        self._loop.call_later(0.2, self._reap, 25)

    def _reap(self, attempts: int) -> None:
        """Take the exit status where the process is our child; a successor is init's, unless we are init."""
        if not self._is_reaped() and attempts:
            self._loop.call_later(0.2, self._reap, attempts - 1)

    def _is_reaped(self) -> bool:
        if self._process is not None:
            return self._process.poll() is not None
        try:
            return not self._pid or os.waitpid(self._pid, os.WNOHANG)[0] != 0
        except ChildProcessError:
            return True


@contextlib.asynccontextmanager
async def _within(seconds: float, over: OhaiError) -> AsyncIterator[None]:
    """Give up what takes longer. Raises `over`."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise over from None
