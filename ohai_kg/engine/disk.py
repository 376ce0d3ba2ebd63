"""Stores on disk for releases too large for memory: derived from the release, made once, rebuilt where missing or not its own.

A store holds a file that says which data.nq it was made from. POSIX only: the engine starts threads, so forks use it and end.
"""

from __future__ import annotations

import os
import shutil
import time
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from ohai_kg.engine.store import fill
from ohai_kg.errors import OhaiError, StoreError
from ohai_kg.releases.manifest import NQUADS_NAME
from ohai_kg.releases.processes import remove_leftovers, work_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ohai_kg.releases.release import Release
    from ohai_kg.releases.releases import Releases

_MARKER: Final = "made-from.sha256"
_MAKING: Final = "making"
_WRITING: Final = "writing"


def disk_store(releases: Releases, release: Release) -> Path:
    """Where the store of a release is."""
    return releases.home / "stores" / release.id


def ensure_disk_store(releases: Releases, release: Release) -> Path:
    """The store of a release, made where there is none that is its own and opens.

    The quads are compared with their checksum either way. Raises ReleaseDamaged, StoreError.
    """
    folder = disk_store(releases, release)
    folder.parent.mkdir(parents=True, exist_ok=True)
    _remove_orphans(releases)
    if folder.is_dir():
        release.check(NQUADS_NAME)
        if _is_made_from(folder, release) and _in_a_fork(lambda: ox.Store.read_only(str(folder))):
            return folder
        shutil.rmtree(folder, ignore_errors=True)
    if not _in_a_fork(lambda: _make(release, folder)) and not folder.is_dir():
        releases.check(release.id)
        raise StoreError("不能建立磁盘存储，请检查磁盘空间。", "The store on disk could not be made; is the disk full?")
    return folder


def copy_disk_store(folder: Path) -> Path:
    """A copy to change; unchanged files are hard links."""
    copy = folder.with_name(work_name(_WRITING))
    ox.Store.read_only(str(folder)).backup(str(copy))
    return copy


def adopt_disk_store(copy: Path, releases: Releases, release: Release) -> None:
    """Make a changed copy, which is closed, the store of the release that was published from it."""
    (copy / _MARKER).write_text(release.manifest.files[NQUADS_NAME], encoding="ascii")
    copy.rename(disk_store(releases, release))


def _is_made_from(folder: Path, release: Release) -> bool:
    try:
        return (folder / _MARKER).read_text(encoding="ascii") == release.manifest.files[NQUADS_NAME]
    except (OSError, UnicodeDecodeError):
        return False


def _make(release: Release, folder: Path) -> None:
    fresh = folder.with_name(work_name(_MAKING))
    try:
        store = ox.Store(str(fresh))
        fill(store, release)
        store.flush()
        del store
        (fresh / _MARKER).write_text(release.manifest.files[NQUADS_NAME], encoding="ascii")
        fresh.rename(folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _in_a_fork(work: Callable[[], object]) -> bool:
    """Whether `work` succeeds in a process of its own."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            work()
            code = 0
        except (OSError, OhaiError):
            pass  # the parent finds out why
        finally:
            os._exit(code)
    return os.waitpid(pid, 0)[1] == 0


def _remove_orphans(releases: Releases) -> None:
    stores = releases.home / "stores"
    for kind in (_MAKING, _WRITING):
        remove_leftovers(stores, kind)
    kept = set(releases.ids())
    for path in stores.iterdir():
        if (
            path.name not in kept
            and not path.name.startswith((_MAKING, _WRITING))
            and time.time() - path.stat().st_mtime > 3600
        ):
            shutil.rmtree(path, ignore_errors=True)
