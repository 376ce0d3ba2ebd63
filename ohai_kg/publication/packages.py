"""Packages: everything the platform takes of one release, beside the releases, made when somebody needs it.

A release stays quick to make; its package is derived from the release folder alone, so that the same release always gives
the same bytes, also long after the project has moved on. It is made in a staging folder and renamed. `python -m
ohai_kg.publication.packages HOME RELEASE` makes one.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import zipfile
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ohai_kg.publication.contents import describe
from ohai_kg.publication.distributions import MANIFEST_NAME, SUMS_NAME, distributions
from ohai_kg.publication.dumps import write_dumps
from ohai_kg.publication.inputtables import list_tables, unpack_tables, write_input_workbook
from ohai_kg.publication.packaged_lists import write_lists
from ohai_kg.publication.provenance import render_provenance
from ohai_kg.publication.readme import render_readme
from ohai_kg.releases import Releases
from ohai_kg.releases.inputs import INPUTS_NAME, inputs_archive
from ohai_kg.releases.processes import remove_leftovers, work_name
from ohai_kg.releases.release import RELEASE_ID
from ohai_kg.releases.releases import full_disk_told

if TYPE_CHECKING:
    from ohai_kg.releases import Release

WORKBOOK: Final = "tables.xlsx"
_STAGING: Final = "staging"


class Packages:
    """The packages under one home directory."""

    def __init__(self, releases: Releases) -> None:
        self.releases = releases
        self._folder = releases.home / "packages"

    def path(self, release_id: str) -> Path:
        """Where the package of a release is, if there is one."""
        return self._folder / release_id

    def find(self, release_id: str) -> Path | None:
        """The package of a release where it is there and whole: a power cut may leave files without their end."""
        path = self.path(release_id)
        if not RELEASE_ID.fullmatch(release_id) or not (path / SUMS_NAME).is_file():
            return None
        try:
            whole = all((path / file.path).stat().st_size == file.bytes for file in distributions(path))
        except (OSError, ValueError, KeyError, TypeError):
            whole = False
        return path if whole else None

    def history(self) -> list[str]:
        """The ids of all packages, newest first."""
        if not self._folder.is_dir():
            return []
        return sorted((path.name for path in self._folder.iterdir() if RELEASE_ID.fullmatch(path.name)), reverse=True)

    def make(self, release: Release) -> Path:
        """The package of `release`, made where it is not there. Raises ReleaseDamaged, StorageFull, StoreError."""
        found = self.find(release.id)
        if found is not None:
            return found
        target = self.path(release.id)
        self._folder.mkdir(parents=True, exist_ok=True)
        remove_leftovers(self._folder, _STAGING)
        staging = self._folder / work_name(_STAGING)
        with full_disk_told():
            staging.mkdir()
            try:
                self.releases.check(release.id)
                write_package(release, inputs_archive(self.releases, release), staging)
                if self.find(release.id) is None:
                    shutil.rmtree(target, ignore_errors=True)
                    staging.rename(target)
            finally:
                shutil.rmtree(staging, ignore_errors=True)
        return target

    def prune(self, keep: int) -> list[str]:
        """Delete packages whose release is gone, but the newest `keep`: a harvester may be in the middle of one."""
        doomed = [name for name in self.history()[keep:] if not self.releases.path(name).is_dir()]
        for name in doomed:
            shutil.rmtree(self.path(name), ignore_errors=True)
        return doomed


def write_package(release: Release, inputs: Path | None, folder: Path) -> None:
    """Write the package of `release` into `folder`, which is empty; its checksums come last."""
    manifest = release.manifest
    dumped = write_dumps(release, folder)
    (folder / "provenance.ttl").write_text(render_provenance(manifest), encoding="utf-8", newline="\n")
    if (release.path / "reports").is_dir():
        shutil.copytree(release.path / "reports", folder / "reports")
    tables = []
    if inputs is not None:
        shutil.copyfile(inputs, folder / INPUTS_NAME)
        with zipfile.ZipFile(inputs) as archive:
            unpack_tables(archive, folder)
            write_input_workbook(archive, folder / WORKBOOK, datetime.fromisoformat(manifest.created).replace(tzinfo=None))
            tables = list_tables(archive)
    lists = write_lists(release, folder)
    readme = render_readme(manifest, dumped.left_out, with_tables=inputs is not None)
    (folder / "README.md").write_text(readme, encoding="utf-8", newline="\n")
    listed = [asdict(file) for file in describe(folder, dumped, tables, lists)]
    about = {name: value for name, value in json.loads(manifest.to_json()).items() if name not in {"id", "files"}}
    told: dict[str, Any] = {"release": manifest.id, **about, "distributions": listed}
    text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    (folder / MANIFEST_NAME).write_text(text, encoding="utf-8", newline="\n")
    sums = {file["path"]: file["sha256"] for file in listed}
    sums[MANIFEST_NAME] = hashlib.sha256(text.encode()).hexdigest()
    lines = "".join(f"{sums[path]}  {path}\n" for path in sorted(sums))
    (folder / SUMS_NAME).write_text(lines, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    home = Releases(Path(sys.argv[1]))
    Packages(home).make(home.get(sys.argv[2]))
