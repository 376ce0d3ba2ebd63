"""Where uploads and their reports lie: a private folder of this server, gone with it.

A server that was killed leaves its folder behind; the next one under the same home removes it. POSIX only.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import tempfile
from pathlib import Path
from typing import Final

FOLDER: Final = "uploads"
_PREFIX: Final = "server-"
_LOCK: Final = "lock"
_BLOCK: Final = 512


class Spool:
    """One folder an upload. `home` is where the project's releases lie."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._root: Path | None = None
        self._lock = -1

    def open(self) -> None:
        """Make the folder, and remove those of servers that are gone."""
        parent = self._home / FOLDER
        parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in parent.glob(f"{_PREFIX}*"):
            _remove_where_left(folder)
        while not self._take(Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))):
            os.close(self._lock)

    def _take(self, root: Path) -> bool:
        """Lock a new folder; False where another server that starts took it for one that was left."""
        self._root, self._lock = root, os.open(root / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
        return _try_lock(self._lock) and (root / _LOCK).exists()

    def make(self) -> Path:
        """A new folder; its name is the upload's id, which nobody can guess."""
        if self._root is None:
            self.open()
        folder = (self._root or self._home) / secrets.token_urlsafe(12)
        folder.mkdir(mode=0o700)
        return folder

    def close(self) -> None:
        """Remove everything."""
        if self._root is not None:
            remove(self._root)
            os.close(self._lock)
            self._root = None


def remove(folder: Path) -> None:
    """Delete a folder with what is in it."""
    shutil.rmtree(folder, ignore_errors=True)


def size_of(folder: Path) -> int:
    """Bytes of disk that a folder takes."""
    return sum(entry.stat().st_blocks * _BLOCK for entry in os.scandir(folder)) + folder.stat().st_blocks * _BLOCK


def _remove_where_left(folder: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        lock = os.open(folder / _LOCK, os.O_RDWR)
        try:
            if _try_lock(lock):
                remove(folder)
        finally:
            os.close(lock)


def _try_lock(lock: int) -> bool:
    """Whether nobody else holds the lock; it is ours then, until it is closed."""
    import fcntl

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
