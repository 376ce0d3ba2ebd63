"""Stores on disk for releases too large for memory: derived from the release, made once, rebuilt where missing."""

from __future__ import annotations

import os
import shutil
import time
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ohai_kg.errors import StoreError
from ohai_kg.store.writing import add_empty_graphs

if TYPE_CHECKING:
    from pathlib import Path

    from ohai_kg.store.releases import Release, Releases


def disk_store(releases: Releases, release: Release) -> Path:
    """Where the store of a release is."""
    return releases.home / "stores" / release.id


def ensure_disk_store(releases: Releases, release: Release) -> Path:
    """The store of a release, made where there is none. The engine starts threads, so a fork does it and ends."""
    folder = disk_store(releases, release)
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    _remove_orphans(releases)
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            _make(release, folder)
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    if status != 0 and not folder.is_dir():
        raise StoreError("不能建立磁盘存储，请检查磁盘空间。", "The store on disk could not be made; is the disk full?")
    return folder


def copy_disk_store(folder: Path, home: Path) -> Path:
    """A copy to change; unchanged files are hard links."""
    copy = home / "stores" / f"writing-{os.getpid()}-{time.time_ns()}"
    ox.Store.read_only(str(folder)).backup(str(copy))
    return copy


def _make(release: Release, folder: Path) -> None:
    fresh = folder.with_name(f"making-{os.getpid()}-{time.time_ns()}")
    store = ox.Store(str(fresh))
    store.bulk_load(path=str(release.nquads), format=ox.RdfFormat.N_QUADS)
    add_empty_graphs(store, release)
    store.flush()
    del store
    fresh.rename(folder)


def _remove_orphans(releases: Releases) -> None:
    kept = {release.id for release in releases.history()}
    for path in (releases.home / "stores").iterdir():
        if path.name not in kept and time.time() - path.stat().st_mtime > 3600:
            shutil.rmtree(path, ignore_errors=True)
