"""One release being served: its loader process and the workers forked from it, as the server sees them. POSIX only."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ohai_kg.errors import StoreError
from ohai_kg.query import frames
from ohai_kg.query.loader import Config

if TYPE_CHECKING:
    from ohai_kg.settings import Settings
    from ohai_kg.store import Release

_READ_AHEAD = 512 * 1024


@dataclass(eq=False, slots=True)
class Worker:
    """One worker process: its pid and the two ends of its socket."""

    pid: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    generation: Generation

    @property
    def is_alive(self) -> bool:
        """Whether the process has not closed its socket."""
        return not self.reader.at_eof() and not self.writer.is_closing()

    def kill(self) -> None:
        """End the process at once, whatever it is doing."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self.writer.close()

    def lower_priority(self) -> None:
        """Let shorter queries of other workers go first."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.setpriority(os.PRIO_PROCESS, self.pid, 10)


@dataclass(eq=False, slots=True)
class Generation:
    """A loader with its release. Commands go one at a time."""

    release: Release
    control: socket.socket
    config: Config
    process: subprocess.Popen[bytes] | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    busy: int = 0
    retired: bool = False

    @classmethod
    async def start(cls, release: Release, settings: Settings, writer: str | None, options: dict[str, Any]) -> Generation:
        """Start a loader on `release` and wait until it has loaded. Raises StoreError."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        config = Config(
            nquads=str(release.nquads),
            disk_store=None if release.manifest.quads <= settings.memory_max_quads else str(release.path / "store"),
            union_default_graph=settings.union_default_graph,
            memory_mb=settings.query_memory_mb,
            max_rows=settings.max_rows,
            writer=writer,
            writer_options=options,
        )
        process = subprocess.Popen(
            [sys.executable, "-m", "ohai_kg.query.loader", str(theirs.fileno()), json.dumps(asdict(config))],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            cwd=Path(__file__).parent.parent.parent,
        )
        theirs.close()
        generation = cls(release, ours, config, process)
        answer = await generation.receive()
        if not answer.get("ready"):
            raise StoreError(
                f"版本 {release.id} 不能载入：{answer.get('error', '')}",
                f"Release {release.id} could not be loaded: {answer.get('error', '')}",
            )
        return generation

    async def receive(self) -> dict[str, Any]:
        """The loader's next answer; empty when it has ended."""
        self.control.setblocking(False)
        data = await asyncio.get_running_loop().sock_recv(self.control, 65_536)
        answer: dict[str, Any] = json.loads(data) if data else {}
        return answer

    async def fork(self) -> Worker:
        """A fresh worker. Raises StoreError when the loader is gone."""
        ours, theirs = socket.socketpair()
        try:
            async with self.lock:
                socket.send_fds(self.control, [b'{"do": "work"}'], [theirs.fileno()])
                answer = await self.receive()
        except OSError:
            answer = {}
        finally:
            theirs.close()
        if "pid" not in answer:
            ours.close()
            raise StoreError("查询进程不能启动。", "No query process could be started.")
        ours.setblocking(False)
        reader, writer = await asyncio.open_connection(sock=ours, limit=_READ_AHEAD)
        return Worker(answer["pid"], reader, writer, self)

    async def write(self, header: dict[str, Any], body: bytes) -> tuple[bytes, dict[str, Any], socket.socket]:
        """Fork a writer and have it carry out `header` and `body`.

        Returns the frame's kind (DATA or ERROR), its JSON, and the control socket of the loader it has become.
        """
        channel, theirs = socket.socketpair()
        control, their_control = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            async with self.lock:
                socket.send_fds(self.control, [b'{"do": "write"}'], [theirs.fileno(), their_control.fileno()])
                pid = (await self.receive()).get("pid")
        finally:
            theirs.close()
            their_control.close()
        channel.setblocking(False)
        reader, writer = await asyncio.open_connection(sock=channel, limit=_READ_AHEAD)
        try:
            writer.write(frames.frame(frames.REQUEST, json.dumps(header).encode() + b"\0" + body))
            await writer.drain()
            kind, payload = await frames.read(reader)
        except (asyncio.IncompleteReadError, OSError):
            control.close()
            raise StoreError(
                "写入进程意外结束，未作改动。", "The writing process ended unexpectedly; nothing changed."
            ) from None
        except asyncio.CancelledError:
            if pid:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            control.close()
            raise
        finally:
            writer.close()
        return kind, json.loads(payload), control

    def close(self) -> None:
        """End the loader; the kernel ends its workers with it."""
        self.control.close()
        if self.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=2)
            if self.process.returncode is None:
                self.process.kill()
                self.process.wait()
