"""The loader: a fresh interpreter that holds one release and forks worker processes from it. POSIX only.

It runs no thread and no event loop, so forking is safe. On its control socket it takes one JSON object a line:
`{"op": "worker"}` or `{"op": "successor"}`, each with one file descriptor, and tells `ready`, `forked`, `exited`.

A successor is a fork that carries out one write on its own copy of the quads, publishes it, and becomes the loader of
the new release. Whatever happens to it, this process and its workers stay as they were.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import logging
import os
import select
import signal
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ohai_kg.confinement import confine, deny_sockets, die_with_parent, grow_stack
from ohai_kg.engine.disk import ensure_disk_store
from ohai_kg.engine.store import EmbeddedStore
from ohai_kg.errors import OhaiError, error_values
from ohai_kg.releases import Releases
from ohai_kg.serving import worker
from ohai_kg.serving.successor import carry_out
from ohai_kg.sparql.requests import Limits

if TYPE_CHECKING:
    from ohai_kg.releases import Release

_LINE_BYTES: Final = 4096


@dataclass(frozen=True, slots=True)
class LoaderConfig:
    """What a loader is told on its command line, as JSON. `check` names the callable that judges writes (or none)."""

    home: str
    release: str
    union: bool
    base: str
    disk: bool
    memory_mb: int
    max_rows: int
    keep: int
    check: str | None = None
    check_arguments: tuple[str, ...] = ()


class Loader:
    """Holds the release and forks."""

    def __init__(self, config: LoaderConfig, control: socket.socket) -> None:
        self.config = config
        self.control = control
        self.releases = Releases(Path(config.home))
        self.release: Release = self.releases.get(config.release)
        self.folder: Path | None = None
        self.store: EmbeddedStore | None = None
        self.check = _load_check(config)
        self._workers: set[int] = set()
        self._wake = socket.socketpair()

    def load(self) -> None:
        """Read the release, into memory or as a store on disk. Raises ReleaseDamaged, StoreError."""
        if self.config.disk:
            self.folder = ensure_disk_store(self.releases, self.release)
        else:
            # In a thread, over before anything is forked, because the C library then takes the memory from an arena of
            # its own. From the one that workers use they would be given gaps between the quads, and copy page after page.
            with ThreadPoolExecutor(1) as thread:
                self.store = thread.submit(EmbeddedStore.load, self.release, union_default_graph=self.config.union).result()

    def serve(self) -> None:
        """Announce readiness, then fork on demand until the server closes the control socket."""
        self._announce()
        while True:
            wake = self._wake[0]
            readable, _, _ = select.select([self.control, wake], [], [])
            if wake in readable:
                with contextlib.suppress(BlockingIOError):
                    wake.recv(_LINE_BYTES)
                self._reap()
            if self.control in readable and not self._obey():
                break
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        signal.set_wakeup_fd(-1)
        for pid in self._workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _announce(self) -> None:
        gc.collect()
        gc.freeze()
        fresh = socket.socketpair()
        for end in fresh:
            end.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(fresh[1].fileno(), warn_on_full_buffer=False)
        for end in self._wake:
            end.close()
        self._wake = fresh
        self.tell(event="ready", release=self.release.id)

    def tell(self, **message: Any) -> None:
        """See `send_line`."""
        send_line(self.control, **message)

    def _obey(self) -> bool:
        """Carry out one command; False when the server is gone."""
        try:
            line, descriptors, _, _ = socket.recv_fds(self.control, _LINE_BYTES, 1)
        except ConnectionError:
            return False
        if not line:
            return False
        connection = socket.socket(fileno=descriptors[0])
        if json.loads(line)["op"] == "worker":
            self._fork_worker(connection)
        else:
            self._fork_successor(connection)
        return True

    def _fork_worker(self, connection: socket.socket) -> None:
        pid = os.fork()
        if pid == 0:
            _as_child(lambda: self._work(connection))
        connection.close()
        self._workers.add(pid)
        self.tell(event="forked", pid=pid)

    def _work(self, connection: socket.socket) -> None:
        die_with_parent()
        self._leave_loader()
        # What the engine says while it dies of a memory limit helps nobody.
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 2)
        os.close(quiet)
        store = self.store
        if store is None:
            store = EmbeddedStore.open(self.folder or Path(), union_default_graph=self.config.union)
        confine(self.config.memory_mb << 20, files=self.store is None)
        worker.serve(connection, store, Limits(self.config.max_rows), self.config.base)

    def _fork_successor(self, connection: socket.socket) -> None:
        pid = os.fork()
        if pid == 0:
            self._succeed(connection)
            return
        connection.close()
        self.tell(event="successor", pid=pid)

    def _succeed(self, connection: socket.socket) -> None:
        """In the child: do the write and go on as a loader, in the same loop so that the stack never grows; or end."""
        die_with_parent()
        self._leave_loader()
        self.control = connection
        self._workers.clear()
        done = False
        try:
            done = carry_out(self)
        finally:
            if not done:
                os._exit(1)
        die_with_parent(wanted=False)
        self._announce()

    def _leave_loader(self) -> None:
        """Give up, in a child, what belongs to the loader."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for end in self._wake:
            end.close()
        self.control.close()

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            self._workers.discard(pid)
            self.tell(event="exited", pid=pid, signal=os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0)


def send_line(control: socket.socket, **message: Any) -> None:
    """One line to the server, which may be gone."""
    with contextlib.suppress(ConnectionError):
        control.sendall(json.dumps(message, ensure_ascii=False).encode() + b"\n")


def _as_child(task: Any) -> None:
    """Run `task` as the whole life of a forked child."""
    code = 1
    try:
        task()
        code = 0
    finally:
        os._exit(code)


def _load_check(config: LoaderConfig) -> Any:
    """The callable that judges what a write would leave, imported before the fork so that each write need not."""
    if config.check is None:
        return None
    module, _, name = config.check.partition(":")
    return getattr(importlib.import_module(module), name)(*config.check_arguments)


def main() -> None:
    """Entry of the loader process: control socket's number and configuration are its arguments."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = socket.socket(fileno=int(sys.argv[1]))
    # Every worker and every successor is a fork of this process: none of them can reach another host, whatever it reads.
    if not deny_sockets():
        logging.getLogger(__name__).warning("this system cannot take sockets away; SERVICE and LOAD are refused all the same")
    grow_stack()
    values = json.loads(sys.argv[2])
    config = LoaderConfig(**{**values, "check_arguments": tuple(values["check_arguments"])})
    try:
        loader = Loader(config, control)
        loader.load()
    except OhaiError as error:
        send_line(control, event="failed", error=error_values(error))
        sys.exit(1)
    loader.serve()


if __name__ == "__main__":
    main()
