"""Hand-over on a disk: a package copied to a folder, and the check of such a folder by its checksums.

Until a copy is whole the folder holds the file INCOMPLETE and no SHA-256SUMS, so that nothing half copied ever verifies.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ohai_kg.errors import FolderNotEmpty, NotAPackage
from ohai_kg.publication.distributions import MANIFEST_NAME, SUMS_NAME
from ohai_kg.publication.dumps import NQUADS
from ohai_kg.releases.releases import full_disk_told

if TYPE_CHECKING:
    from pathlib import Path

INCOMPLETE_NAME: Final = "INCOMPLETE"
_LINE: Final = re.compile(r"([0-9a-f]{64}) [ *](.+)")
_COUNT_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True, order=True)
class Discrepancy:
    """One thing that is not as the checksums and the manifest say: a file, or the count of statements."""

    path: str
    zh: str
    en: str


def hand_over(package: Path, folder: Path) -> None:
    """Copy a package into `folder`, which is new, empty, or holds a package or part of one and nothing else.

    Raises FolderNotEmpty, StorageFull.
    """
    with full_disk_told():
        _clear(folder)
        names = sorted(_files(package) - {SUMS_NAME})
        marker = folder / INCOMPLETE_NAME
        marker.write_text("".join(f"{name}\n" for name in names), encoding="utf-8", newline="\n")
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(package / name, folder / name)
        shutil.copyfile(package / SUMS_NAME, folder / SUMS_NAME)
        marker.unlink()


def verify(folder: Path) -> list[Discrepancy]:
    """Whatever differs from what the package says of itself; nothing where it is whole. Raises NotAPackage."""
    if not (folder / SUMS_NAME).is_file() and not (folder / INCOMPLETE_NAME).is_file():
        raise NotAPackage(f"{folder} 不是数据包：其中没有 {SUMS_NAME}。", f"{folder} is no package: it has no {SUMS_NAME}.")
    found = [Discrepancy(INCOMPLETE_NAME, "导出未完成", "the export was not finished")] * (folder / INCOMPLETE_NAME).is_file()
    sums = _sums(folder)
    present = _files(folder) - {SUMS_NAME, INCOMPLETE_NAME}
    found += [Discrepancy(name, "缺少", "missing") for name in sums.keys() - present]
    found += [Discrepancy(name, "多余，不在校验和中", "extra: not among the checksums") for name in present - sums.keys()]
    for name in sums.keys() & present:
        with (folder / name).open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != sums[name]:
                found.append(Discrepancy(name, "内容与校验和不符", "its content does not match its checksum"))
    if not found:
        found = _check_manifest(folder, sums)
    return sorted(found)


def _check_manifest(folder: Path, sums: dict[str, str]) -> list[Discrepancy]:
    """Whether manifest.json lists the same files and sums, and the statements are as many as it says."""
    try:
        manifest = json.loads((folder / MANIFEST_NAME).read_text(encoding="utf-8"))
        listed = {file["path"]: file["sha256"] for file in manifest["distributions"]}
        quads = int(manifest["quads"])
    except (OSError, ValueError, KeyError, TypeError):
        return [Discrepancy(MANIFEST_NAME, "不可读", "not readable")]
    found = []
    if listed != {name: checksum for name, checksum in sums.items() if name != MANIFEST_NAME}:
        found.append(Discrepancy(MANIFEST_NAME, f"所列文件与 {SUMS_NAME} 不同", f"lists other files than {SUMS_NAME}"))
    counted = _count_lines(folder / NQUADS)
    if counted != quads:
        found.append(
            Discrepancy(NQUADS, f"有 {counted} 条语句，应为 {quads} 条", f"has {counted} statements instead of {quads}")
        )
    return found


def _clear(folder: Path) -> None:
    """Make `folder` empty where that loses nothing but a package. Raises FolderNotEmpty."""
    folder.mkdir(parents=True, exist_ok=True)
    present = _files(folder)
    marker = folder / INCOMPLETE_NAME
    known = {SUMS_NAME, INCOMPLETE_NAME, *_sums(folder)}
    if marker.is_file():
        known |= set(marker.read_text(encoding="utf-8").splitlines())
    foreign = sorted(present - known)
    if foreign:
        raise FolderNotEmpty(
            f"{folder} 中有不属于数据包的文件（{foreign[0]} 等 {len(foreign)} 个），未作改动；请另选一个空文件夹。",
            f"{folder} holds files that are of no package ({foreign[0]}, {len(foreign)} in all); nothing was changed. "
            "Name an empty folder.",
        )
    if present and not marker.is_file():
        marker.write_text("".join(f"{name}\n" for name in sorted(present)), encoding="utf-8", newline="\n")
    for name in [SUMS_NAME, *sorted(present - {SUMS_NAME, INCOMPLETE_NAME})]:
        (folder / name).unlink(missing_ok=True)


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() or path.is_symlink()}


def _sums(folder: Path) -> dict[str, str]:
    """The checksums by path; lines that are none are not taken."""
    path = folder / SUMS_NAME
    if not path.is_file():
        return {}
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return {found[2]: found[1] for line in lines if (found := _LINE.fullmatch(line))}


def _count_lines(path: Path) -> int:
    if not path.is_file():
        return 0
    with path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(_COUNT_BYTES), b""))
