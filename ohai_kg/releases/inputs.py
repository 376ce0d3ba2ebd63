"""What a release was made from, kept with it in one zip: its tables can be handed on when the project has moved on."""

from __future__ import annotations

import hashlib
import zipfile
from typing import TYPE_CHECKING, Final

from ohai_kg.errors import ReleaseChanged

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ohai_kg.project import Project
    from ohai_kg.releases.release import Release
    from ohai_kg.releases.releases import Releases

INPUTS_NAME: Final = "inputs.zip"
_DATE: Final = (1980, 1, 1, 0, 0, 0)
_REGULAR_FILE: Final = 0o100644 << 16
_UNIX: Final = 3


def archive_inputs(
    project: Project, hashes: Mapping[str, str], target: Path, instead: Mapping[Path, Path] | None = None
) -> None:
    """Write every input file of `project` to a zip, the same bytes for the same files; `instead`: see input_files.

    `hashes` are those the build has read. Raises ReleaseChanged where a file is no longer what it was then.
    """
    with zipfile.ZipFile(target, "w") as archive:
        for label, path in project.input_files(instead).items():
            content = path.read_bytes()
            if hashes.get(label) != hashlib.sha256(content).hexdigest():
                raise ReleaseChanged(
                    f"构建期间 {label} 有改动，未发布。请重新运行。",
                    f"{label} changed while it was built; nothing was published. Run again.",
                )
            entry = zipfile.ZipInfo(label, _DATE)
            entry.external_attr, entry.create_system = _REGULAR_FILE, _UNIX
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)


def inputs_archive(releases: Releases, release: Release) -> Path | None:
    """The inputs of a release, or of the build it was written on; None where neither has them. Raises ReleaseDamaged."""
    for candidate in (release.id, release.manifest.built):
        owner = releases.get(candidate) if candidate and releases.path(candidate).is_dir() else None
        if owner is not None and INPUTS_NAME in owner.manifest.files:
            owner.check(INPUTS_NAME)
            return owner.path / INPUTS_NAME
    return None
