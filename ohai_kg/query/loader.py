"""The loader process: holds one release and forks workers that share it. POSIX only.

A fresh interpreter without asyncio and without threads, because it forks: `python -m ohai_kg.query.loader FD CONFIG`. In
memory mode it loads the release, freezes the garbage collector and forks; in disk mode each worker opens the store itself
(the engine's disk store has threads, which do not survive a fork).

A write is a fork too: the child applies it to its own copy, checks it, publishes the new release, and on success becomes the
loader of that release. Whatever happens in the child, this process and its workers are as they were.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import signal
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ohai_kg.errors import OhaiError
from ohai_kg.query import worker
from ohai_kg.query.frames import DATA, ERROR, json_frame, receive
from ohai_kg.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST_COMMAND: Final = 65_536
_SET_PARENT_DEATH_SIGNAL: Final = 1


@dataclass(frozen=True, slots=True)
class Config:
    """What a loader needs to know. `writer` names the function that carries out writes, as `module:function`."""

    nquads: str
    disk_store: str | None
    union_default_graph: bool
    memory_mb: int
    max_rows: int
    writer: str | None = None
    writer_options: dict[str, Any] | None = None


class Loader:
    """One release and the control socket of the server."""

    def __init__(self, config: Config, control: socket.socket, store: EmbeddedStore | None = None) -> None:
        self._config = config
        self._control = control
        self._store = store

    def load(self) -> None:
        """Read the release (memory mode), and the writer's code, so that no fork has to."""
        if self._config.disk_store is None and self._store is None:
            self._store = EmbeddedStore.load(Path(self._config.nquads), union_default_graph=self._config.union_default_graph)
        self._writer()
        gc.collect()
        gc.freeze()

    def serve(self) -> None:
        """Carry out the server's commands until it closes the control socket."""
        signal.signal(signal.SIGCHLD, _reap)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self._control.send(json.dumps({"ready": True}).encode())
        while True:
            message, descriptors, _, _ = socket.recv_fds(self._control, _LONGEST_COMMAND, 2)
            if not message:
                return
            sockets = [socket.socket(fileno=descriptor) for descriptor in descriptors]
            pid = os.fork()
            if pid == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                self._control.close()
                if json.loads(message)["do"] == "work":
                    self._work(sockets[0])
                else:
                    self._write(*sockets)
            for sock in sockets:
                sock.close()
            self._control.send(json.dumps({"pid": pid}).encode())

    def _work(self, sock: socket.socket) -> None:
        die_with_parent()
        store = self._store or EmbeddedStore.open(
            Path(self._config.disk_store or ""), union_default_graph=self._config.union_default_graph
        )
        try:
            worker.run(sock, store, memory_mb=self._config.memory_mb, max_rows=self._config.max_rows)
        finally:
            worker.close_quietly(sock)
            os._exit(0)

    def _writer(self) -> Callable[..., dict[str, Any]] | None:
        if self._config.writer is None:
            return None
        module, _, function = self._config.writer.partition(":")
        found: Callable[..., dict[str, Any]] = getattr(importlib.import_module(module), function)
        return found

    def _write(self, channel: socket.socket, control: socket.socket) -> None:
        """In the child: carry out the write told on `channel`; on success serve as the new release's loader."""
        writer = self._writer()
        message = receive(channel)
        status = 1
        try:
            if writer is not None and message is not None:
                header, _, body = message[1].partition(b"\0")
                store = self._store.engine if self._store is not None else None
                outcome = writer(
                    store,
                    json.loads(header),
                    body,
                    nquads=Path(self._config.nquads),
                    **(self._config.writer_options or {}),
                )
                channel.sendall(json_frame(DATA, outcome["answer"]))
                self._become(outcome, control)
                status = 0
        except OhaiError as error:
            channel.sendall(json_frame(ERROR, worker.describe(error) | getattr(error, "extra", {})))
        finally:
            worker.close_quietly(channel)
            os._exit(status)

    def _become(self, outcome: dict[str, Any], control: socket.socket) -> None:
        config = Config(**{**_as_dict(self._config), "nquads": outcome["nquads"], "disk_store": outcome["disk_store"]})
        successor = Loader(config, control, self._store)
        gc.freeze()
        successor.serve()


def _as_dict(config: Config) -> dict[str, Any]:
    return {name: getattr(config, name) for name in Config.__slots__}


def die_with_parent() -> None:
    """Have the kernel end this process when its loader ends, even in the middle of an evaluation (Linux)."""
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def _reap(*_: object) -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def main() -> None:
    """Run as a process of its own."""
    control = socket.socket(fileno=int(sys.argv[1]))
    loader = Loader(Config(**json.loads(sys.argv[2])), control)
    try:
        loader.load()
    except (OSError, SyntaxError) as error:
        control.send(json.dumps({"ready": False, "error": str(error)}).encode())
        return
    loader.serve()


if __name__ == "__main__":
    main()
