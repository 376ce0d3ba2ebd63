"""Releases: immutable folders of quads, and the pointer that says which one is current.

A release is made in a staging folder, flushed to disk, renamed into place and only then named in the file `current`,
which is replaced in one step. A process killed at any moment leaves the old release current or the new one, whole.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from ohai_kg.errors import NoRelease, ReleaseChanged, ReleaseNotFound, StorageFull

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NQUADS_NAME: Final = "data.nq"
MANIFEST_NAME: Final = "manifest.json"
_STALE_LOCK_S: Final = 30.0
_LOCK_WAIT_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a release is: counts and checksums.

    `graphs` counts quads by graph IRI; `inputs` and `files` are SHA-256 by path. `written_graphs` are the graphs that
    writes have touched since the last build, `built` the release of that build (None where this is one).
    """

    id: str
    created: str
    parent: str | None
    base: str
    quads: int
    graphs: dict[str, int]
    inputs: dict[str, str]
    files: dict[str, str] = field(default_factory=dict)
    written_graphs: tuple[str, ...] = ()
    built: str | None = None

    def to_json(self) -> str:
        """The text of manifest.json."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Read manifest.json."""
        values: dict[str, Any] = json.loads(text)
        return cls(**{**values, "written_graphs": tuple(values.get("written_graphs", ()))})


@dataclass(frozen=True, slots=True)
class Release:
    """One published release. Nothing in `path` ever changes."""

    path: Path
    manifest: Manifest

    @property
    def id(self) -> str:
        """The release's name: UTC time of making to the millisecond, and the start of the quads' SHA-256."""
        return self.manifest.id

    @property
    def nquads(self) -> Path:
        """All quads, sorted, as N-Quads."""
        return self.path / NQUADS_NAME


class Releases:
    """The releases under one home directory."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._folder = home / "releases"
        self._pointer = home / "current"

    def current_id(self) -> str | None:
        """The id of the current release, or None."""
        try:
            return self._pointer.read_text(encoding="ascii").strip() or None
        except FileNotFoundError:
            return None

    def current(self) -> Release:
        """The current release. Raises NoRelease."""
        current = self.current_id()
        if current is None:
            raise NoRelease(
                "还没有任何发布版本，请先运行 ohai-kg build。", "There is no release yet; run `ohai-kg build` first."
            )
        return self.get(current)

    def get(self, release_id: str) -> Release:
        """The release of that id. Raises ReleaseNotFound."""
        path = self.path(release_id)
        try:
            text = (path / MANIFEST_NAME).read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            raise ReleaseNotFound(
                f"没有编号为 {release_id} 的发布版本；ohai-kg releases list 列出现有版本。",
                f"There is no release {release_id}; `ohai-kg releases list` shows those there are.",
            ) from None
        return Release(path, Manifest.from_json(text))

    def path(self, release_id: str) -> Path:
        """Where the release of that id is, if there is one."""
        return self._folder / release_id

    def history(self) -> list[Release]:
        """All releases, newest first."""
        if not self._folder.is_dir():
            return []
        names = sorted((p.name for p in self._folder.iterdir() if (p / MANIFEST_NAME).is_file()), reverse=True)
        return [self.get(name) for name in names]

    @contextlib.contextmanager
    def stage(self) -> Iterator[Path]:
        """A fresh folder to make a release in; gone afterwards unless it was published."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._remove_leftovers()
        staging = self.home / f"staging-{os.getpid()}-{time.time_ns()}"
        with full_disk_told():
            staging.mkdir()
            try:
                yield staging
            finally:
                shutil.rmtree(staging, ignore_errors=True)

    def publish(
        self,
        staging: Path,
        *,
        base: str,
        graphs: dict[str, int],
        inputs: dict[str, str],
        parent: str | None,
        written_graphs: tuple[str, ...] = (),
    ) -> Release:
        """Turn `staging`, which holds data.nq and any further files, into a release and make it current.

        `parent` is the release that was current when the work began. Raises ReleaseChanged where it is no longer.
        """
        with full_disk_told():
            files = {p.relative_to(staging).as_posix(): _sha256(p) for p in sorted(staging.rglob("*")) if p.is_file()}
            created = datetime.now(UTC)
            release_id = f"{created:%Y%m%dT%H%M%S}{created.microsecond // 1000:03d}-{files[NQUADS_NAME][:8]}"
            manifest = Manifest(
                id=release_id,
                created=created.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                parent=parent,
                base=base,
                quads=sum(graphs.values()),
                graphs=graphs,
                inputs=inputs,
                files=files,
                written_graphs=written_graphs,
                built=self._built(parent) if written_graphs else None,
            )
            (staging / MANIFEST_NAME).write_text(manifest.to_json(), encoding="utf-8", newline="\n")
            for path in staging.rglob("*"):
                _flush(path)
            _flush(staging)
            with self._locked():
                if self.current_id() != parent:
                    raise ReleaseChanged(
                        "构建期间另有版本发布，本次未发布。请重新运行。",
                        "Another release was published meanwhile; this one was not. Run again.",
                    )
                target = self._folder / release_id
                staging.rename(target)
                _flush(self._folder)
                self._point_at(release_id)
        return Release(target, manifest)

    def rollback(self, release_id: str) -> Release:
        """Make an older (or newer) release current again."""
        release = self.get(release_id)
        with full_disk_told(), self._locked():
            self._point_at(release_id)
        return release

    def prune(self, keep: int) -> list[str]:
        """Delete all but the newest `keep` releases, the current one and the build it stands on; returns the ids."""
        current = self.current_id()
        kept = {current, self.get(current).manifest.built} if current else set()
        doomed = [release for release in self.history()[keep:] if release.id not in kept]
        for release in doomed:
            shutil.rmtree(release.path)
        return [release.id for release in doomed]

    def _built(self, parent: str | None) -> str | None:
        """The build that a release written on top of `parent` stands on."""
        if parent is None:
            return None
        manifest = self.get(parent).manifest
        return manifest.built if manifest.written_graphs else parent

    def _point_at(self, release_id: str) -> None:
        fresh = self.home / f"current-{os.getpid()}"
        with fresh.open("w", encoding="ascii", newline="\n") as file:
            file.write(release_id + "\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._pointer)
        _flush(self.home)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the publication lock for milliseconds: a file made exclusively (no POSIX lock; offices have Windows)."""
        lock = self.home / "publish.lock"
        deadline = time.monotonic() + _LOCK_WAIT_S
        while True:
            try:
                os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
                break
            except FileExistsError:
                with contextlib.suppress(FileNotFoundError):
                    if time.time() - lock.stat().st_mtime > _STALE_LOCK_S:
                        lock.unlink()
                        continue
                if time.monotonic() > deadline:
                    raise ReleaseChanged(
                        "另一进程正在发布，请稍后重试。", "Another process is publishing; try again shortly."
                    ) from None
                time.sleep(0.01)
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)

    def _remove_leftovers(self) -> None:
        """Staging folders of processes that were killed; those younger than an hour may be in use."""
        for path in self.home.glob("staging-*"):
            with contextlib.suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > 3600 or not _is_alive(path.name.split("-")[1]):
                    shutil.rmtree(path, ignore_errors=True)


def _is_alive(pid: str) -> bool:
    if os.name != "posix":
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextlib.contextmanager
def full_disk_told() -> Iterator[None]:
    """Tell of a full disk in words. Raises StorageFull."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise StorageFull(
                "磁盘已满，未作任何改动；请清理磁盘或运行 ohai-kg releases prune 后重试。",
                "The disk is full; nothing was changed. Free space, or run `ohai-kg releases prune`, and try again.",
            ) from None
        raise


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _flush(path: Path) -> None:
    """Force a file or folder to disk (folders only where the system can)."""
    if path.is_dir() and os.name != "posix":
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
