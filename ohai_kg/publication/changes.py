"""Changes between two releases, kept as files beside the packages: RDF Patch, N-Quads of both sides, a readable summary.

`python -m ohai_kg.publication.changes HOME SINCE UNTIL` makes them. Releases never change, so neither do these.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ohai_kg.errors import ReleaseGone, ReleaseNotFound
from ohai_kg.publication.change_summary import ChangeSummary, follow, render_summary
from ohai_kg.publication.distributions import MANIFEST_NAME
from ohai_kg.publication.dumps import NQUADS
from ohai_kg.publication.packages import Packages
from ohai_kg.publication.patch import ADDED, KEPT, compare, write_head, write_tail
from ohai_kg.publication.statements import copy_named
from ohai_kg.releases import Releases
from ohai_kg.releases.processes import remove_leftovers, work_name
from ohai_kg.releases.release import RELEASE_ID
from ohai_kg.releases.releases import full_disk_told

if TYPE_CHECKING:
    from collections.abc import Iterator

PATCH: Final = "changes.rdfp"
ADDED_NAME: Final = "added.nq"
REMOVED_NAME: Final = "removed.nq"
SUMMARY: Final = "changes.json"
_KEPT_PAIRS: Final = 20
_STAGING: Final = "staging"


class Changes:
    """The changes between releases under one home directory."""

    def __init__(self, releases: Releases) -> None:
        self.releases = releases
        self.packages = Packages(releases)
        self._folder = releases.home / "changes"

    def find(self, since: str, until: str) -> Path | None:
        """The folder of a pair of releases, where it was made."""
        path = self._folder / f"{since}_{until}"
        return path if path.is_dir() else None

    def check(self, release_id: str) -> None:
        """See that a release or its package is there. Raises ReleaseNotFound, ReleaseGone."""
        if not RELEASE_ID.fullmatch(release_id):
            raise _unknown(release_id)
        if self.releases.path(release_id).is_dir() or self.packages.find(release_id) is not None:
            return
        history = [release.id for release in self.releases.history()]
        if history and release_id < history[0]:
            raise ReleaseGone(
                f"版本 {release_id} 已清理或不存在，不能再算出变化；请从 /downloads/current/ 重新取全部数据。",
                f"Release {release_id} is gone or never was; take the whole data from /downloads/current/ again.",
            )
        raise _unknown(release_id)

    def make(self, since: str, until: str) -> Path:
        """The files for a pair, made where they are not there. Raises ReleaseNotFound, ReleaseGone, StorageFull."""
        found = self.find(since, until)
        if found is not None:
            return found
        for release_id in (since, until):
            self.check(release_id)
        target = self._folder / f"{since}_{until}"
        self._folder.mkdir(parents=True, exist_ok=True)
        remove_leftovers(self._folder, _STAGING)
        staging = self._folder / work_name(_STAGING)
        with full_disk_told():
            staging.mkdir()
            try:
                with self._quads(since, staging / "before.nq") as before, self._quads(until, staging / "after.nq") as after:
                    write_changes(before, after, staging, base=self._base(until), since=since, until=until)
                if not target.is_dir():
                    staging.rename(target)
            finally:
                shutil.rmtree(staging, ignore_errors=True)
        self._prune()
        return target

    @contextlib.contextmanager
    def _quads(self, release_id: str, work: Path) -> Iterator[Path]:
        """The quads of a release with blank nodes named, from its package or made for the moment."""
        package = self.packages.find(release_id)
        if package is not None:
            yield package / NQUADS
            return
        self.releases.check(release_id)
        release = self.releases.get(release_id)
        copy_named(release.nquads, work, release.manifest.base)
        yield work
        work.unlink()

    def _base(self, release_id: str) -> str:
        if self.releases.path(release_id).is_dir():
            return self.releases.get(release_id).manifest.base
        package = self.packages.path(release_id)
        base: str = json.loads((package / MANIFEST_NAME).read_text(encoding="utf-8"))["base"]
        return base

    def _prune(self) -> None:
        """Keep the pairs made last."""
        pairs = sorted(self._folder.glob("*_*"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in pairs[_KEPT_PAIRS:]:
            shutil.rmtree(path, ignore_errors=True)


def write_changes(before: Path, after: Path, folder: Path, *, base: str, since: str, until: str) -> None:
    """Compare two sorted N-Quads files into `folder`."""
    summary = ChangeSummary(since, until)
    with (
        before.open("rb") as old,
        after.open("rb") as new,
        (folder / PATCH).open("wb") as patch,
        (folder / ADDED_NAME).open("wb") as added,
        (folder / REMOVED_NAME).open("wb") as removed,
    ):
        write_head(patch, base, since, until)
        for kind, line in follow(compare(old, new), summary):
            if kind != KEPT:
                patch.write(kind + b" " + line)
                (added if kind == ADDED else removed).write(line)
        write_tail(patch)
    told = json.dumps(render_summary(summary, (after, before)), ensure_ascii=False, indent=1)
    (folder / SUMMARY).write_text(told + "\n", encoding="utf-8", newline="\n")


def _unknown(release_id: str) -> ReleaseNotFound:
    return ReleaseNotFound(
        f"没有编号为 {release_id} 的发布版本；可从 /downloads/current/ 取全部数据。",
        f"There is no release {release_id}; the whole data are at /downloads/current/.",
    )


if __name__ == "__main__":
    Changes(Releases(Path(sys.argv[1]))).make(sys.argv[2], sys.argv[3])
