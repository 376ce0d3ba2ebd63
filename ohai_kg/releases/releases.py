"""Releases: immutable folders of quads, and the pointer that says which one is current.

A release is made in a staging folder, flushed to disk, renamed into place and only then named in the file `current`,
which is replaced in one step. A process killed at any moment leaves the old release current or the new one, whole.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import logging
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ohai_kg.errors import FileTrouble, NoRelease, ReleaseChanged, ReleaseDamaged, ReleaseNotFound, StorageFull, StoreError
from ohai_kg.files import trouble_with
from ohai_kg.releases.manifest import NQUADS_NAME, Manifest, read_manifest, write_manifest
from ohai_kg.releases.processes import Lock, remove_leftovers, work_name
from ohai_kg.releases.release import RELEASE_ID, Release

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

_STAGING: Final = "staging"
_STAMP: Final = "%Y%m%dT%H%M%S%f"
_POINTER_BYTES: Final = 200
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Releases:
    """The releases under one home directory."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._folder = home / "releases"
        self._pointer = home / "current"

    def current_id(self) -> str | None:
        """The id of the current release, or None. Raises ReleaseDamaged where the pointer holds no id, FileTrouble."""
        expected = ("一个版本编号", "the id of a release")
        try:
            with self._pointer.open("rb") as file:
                content = file.read(_POINTER_BYTES)
        except FileNotFoundError:
            return None
        except NotADirectoryError as error:
            raise trouble_with(self.home, error) from None
        except OSError as error:
            raise ReleaseDamaged.from_system(error, self.home, None, self._pointer.name, expected) from error
        text = content.decode("ascii", "backslashreplace").strip()
        if not RELEASE_ID.fullmatch(text):
            raise ReleaseDamaged(self.home, None, self._pointer.name, expected, (repr(text), repr(text)))
        return text

    def named_id(self) -> str | None:
        """What the pointer names; None where it names nothing or is damaged: a publication then puts it right."""
        try:
            return self.current_id()
        except ReleaseDamaged:
            return None

    def current(self) -> Release:
        """The current release. Raises NoRelease, ReleaseDamaged."""
        current = self.current_id()
        if current is None:
            raise NoRelease(
                "还没有任何发布版本，请先运行 ohai-kg build。", "There is no release yet; run `ohai-kg build` first."
            )
        return self.get(current)

    def get(self, release_id: str) -> Release:
        """The release of that id; its manifest is compared with its checksum. Raises ReleaseNotFound, ReleaseDamaged."""
        path = self.path(release_id)
        if not RELEASE_ID.fullmatch(release_id) or not path.is_dir():
            raise ReleaseNotFound(
                f"没有编号为 {release_id} 的发布版本；ohai-kg releases list 列出现有版本。",
                f"There is no release {release_id}; `ohai-kg releases list` shows those there are.",
            )
        return Release(path, read_manifest(path))

    def path(self, release_id: str) -> Path:
        """Where the release of that id is, if there is one."""
        return self._folder / release_id

    def ids(self) -> list[str]:
        """The ids of all releases, damaged ones too, newest first: ids sort in the order of publication."""
        if not self._folder.is_dir():
            return []
        return sorted((p.name for p in self._folder.iterdir() if RELEASE_ID.fullmatch(p.name) and p.is_dir()), reverse=True)

    def history(self) -> list[Release]:
        """All releases whose manifest is whole, newest first."""
        found = []
        for name in self.ids():
            with contextlib.suppress(ReleaseDamaged, ReleaseNotFound):  # pruned meanwhile
                found.append(self.get(name))
        return found

    def damages(self, release_id: str) -> list[ReleaseDamaged]:
        """Whatever is wrong with any file of a release, each read whole. Raises ReleaseNotFound."""
        try:
            return self.get(release_id).damages()
        except ReleaseDamaged as damage:
            return [damage]

    def check(self, release_id: str) -> None:
        """Read every file of a release. Raises ReleaseNotFound, ReleaseDamaged for the first that is damaged."""
        for damage in self.damages(release_id):
            raise damage

    def newest_whole(self) -> Release | None:
        """The newest release all of whose files are as they were published; None where there is none."""
        return next((release for release in self.history() if not release.damages()), None)

    @contextlib.contextmanager
    def stage(self) -> Iterator[Path]:
        """A fresh folder to make a release in; gone afterwards unless it was published."""
        with full_disk_told():
            self._folder.mkdir(parents=True, exist_ok=True)
            remove_leftovers(self.home, _STAGING)
            staging = self.home / work_name(_STAGING)
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
        along: AbstractContextManager[None] | None = None,
    ) -> Release:
        """Turn `staging`, which holds data.nq and any further files, into a release and make it current.

        `parent` is the release that was current when the work began. `along` is entered when nothing but the last two
        steps is left to do, and told where they fail. Raises ReleaseChanged where `parent` is current no longer,
        PublishingElsewhere, StoreError.
        """
        with full_disk_told():
            files = {p.relative_to(staging).as_posix(): _sha256(p) for p in sorted(staging.rglob("*")) if p.is_file()}
            for path in staging.rglob("*"):
                _flush(path)
            built = self._built(parent) if written_graphs else None
            with self._lock().held():
                if self.named_id() != parent:
                    raise ReleaseChanged(
                        "构建期间另有版本发布，本次未发布。请重新运行。",
                        "Another release was published meanwhile; this one was not. Run again.",
                    )
                now = datetime.now(UTC)
                manifest = Manifest(
                    id=self._next_id(now, files[NQUADS_NAME]),
                    created=now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                    parent=parent,
                    base=base,
                    quads=sum(graphs.values()),
                    graphs=graphs,
                    inputs=inputs,
                    files=files,
                    written_graphs=written_graphs,
                    built=built,
                )
                for path in (*write_manifest(staging, manifest), staging):
                    _flush(path)
                target = self.path(manifest.id)
                with along or contextlib.nullcontext():
                    staging.rename(target)
                    try:
                        _flush(self._folder)
                        self._point_at(manifest.id)
                    except OSError:
                        if self.named_id() != manifest.id:
                            target.rename(staging)
                        raise
        return Release(target, manifest)

    def rollback(self, release_id: str) -> Release:
        """Make an older (or newer) release current again. Raises ReleaseNotFound, ReleaseDamaged, StoreError."""
        self.check(release_id)
        with full_disk_told(), self._lock().held():
            self._point_at(release_id)
        return self.get(release_id)

    def prune(self, keep: int) -> list[str]:
        """Delete all but the newest `keep` releases, the current one and the build it stands on; returns the ids.

        A release with a damaged manifest does not count among the newest, and goes with those older than them. Raises
        ReleaseDamaged where the pointer or the current manifest is damaged (nothing is deleted then), StoreError.
        """
        current = self.current_id()
        kept = {current, self.get(current).manifest.built} if current else set()
        newest = [release.id for release in self.history()[:keep]]
        doomed = [name for name in self.ids() if name not in kept and name < newest[-1]] if len(newest) == keep else []
        with full_disk_told():
            for name in doomed:
                # Renamed first: a release is whole or absent, also when this process is killed.
                aside = self.home / work_name(_STAGING)
                self.path(name).rename(aside)
                shutil.rmtree(aside, ignore_errors=True)
        return doomed

    def tidy(self, keep: int) -> None:
        """Prune after a publication, which stands whatever comes of this: what cannot be deleted goes to the log."""
        try:
            self.prune(keep)
        except (StoreError, FileTrouble) as error:
            logging.getLogger("ohai_kg.releases").warning("old releases were not deleted: %s", error.en)

    def _next_id(self, now: datetime, checksum: str) -> str:
        """An id later than every other, whatever the clock says."""
        stamp = f"{now:{_STAMP}}"[:-3]
        newest = max((name.partition("-")[0] for name in self.ids()), default="")
        if stamp <= newest:
            after = datetime.strptime(newest + "000", _STAMP).replace(tzinfo=UTC) + timedelta(milliseconds=1)
            stamp = f"{after:{_STAMP}}"[:-3]
        return f"{stamp}-{checksum[:8]}"

    def _built(self, parent: str | None) -> str | None:
        """The build that a release written on top of `parent` stands on."""
        if parent is None:
            return None
        manifest = self.get(parent).manifest
        return manifest.built if manifest.written_graphs else parent

    def _point_at(self, release_id: str) -> None:
        fresh = self.home / f"current-{os.getpid()}"
        try:
            with fresh.open("w", encoding="ascii", newline="\n") as file:
                file.write(release_id + "\n")
                file.flush()
                os.fsync(file.fileno())
            if self._pointer.is_dir():
                self._pointer.rmdir()
            fresh.replace(self._pointer)
        except OSError:
            fresh.unlink(missing_ok=True)
            raise
        _flush(self.home)

    def _lock(self) -> Lock:
        return Lock(self.home / "publish.lock")


@contextlib.contextmanager
def full_disk_told() -> Iterator[None]:
    """Tell of a full disk, or a file that cannot be read or written, in words. Raises StorageFull, FileTrouble."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(
                "磁盘已满，未作任何改动；请清理磁盘或运行 ohai-kg releases prune 后重试。",
                "The disk is full; nothing was changed. Free space, or run `ohai-kg releases prune`, and try again.",
            ) from None
        raise trouble_with(Path(error.filename2 or error.filename or ""), error) from error


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
