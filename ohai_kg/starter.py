"""A new project: the worked example that ships with the package, copied into an empty directory."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ohai_kg.errors import ProjectError
from ohai_kg.project import CONFIG_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

_RELEASES: Final = ".ohai-kg"
_PLACES: Final = (
    Path(__file__).parent / "bundled" / "example",
    Path(__file__).parent.parent / "examples" / "district",
)
"""Where the example is in an installed package, and in a checkout."""


def start_project(directory: Path) -> Path:
    """Copy the worked example into `directory`, which may be absent or empty; returns its absolute path.

    Raises ProjectError, with nothing left behind, where something is there already or it cannot be written.
    """
    root = directory.absolute()
    _refuse_what_is_there(directory, root)
    existed = root.is_dir()
    try:
        for source, name in _example_files():
            target = root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    except BaseException as error:
        _undo(root, keep=existed)
        if not isinstance(error, OSError):
            raise
        raise ProjectError(
            f"不能在 {directory} 中新建项目：{error.strerror}。没有留下文件。",
            f"No project could be made in {directory}: {error.strerror}. No file was left there.",
        ) from None
    return root


def _refuse_what_is_there(directory: Path, root: Path) -> None:
    try:
        empty = not root.exists() or (root.is_dir() and not any(root.iterdir()))
    except OSError as error:
        raise ProjectError(
            f"不能读取 {directory}：{error.strerror}。", f"{directory} cannot be read: {error.strerror}."
        ) from None
    if not empty:
        what = ("目录不是空的", "is not empty") if root.is_dir() else ("不是目录", "is not a directory")
        raise ProjectError(
            f"{directory} {what[0]}，未作任何改动；请换一个空目录或尚不存在的目录。",
            f"{directory} {what[1]}; nothing was changed. Name an empty directory or one that does not exist yet.",
        )


def _example_files() -> Iterator[tuple[Path, Path]]:
    """Each file of the example with its path inside it; releases built there are not part of it."""
    example = next((place for place in _PLACES if (place / CONFIG_NAME).is_file()), None)
    if example is None:
        raise ProjectError(
            "安装不完整：随附的样例不见了，请重新安装 ohai-kg。",
            "The installation is incomplete: the example is missing. Install ohai-kg again.",
        )
    for path in sorted(example.rglob("*")):
        name = path.relative_to(example)
        if path.is_file() and _RELEASES not in name.parts:
            yield path, name


def _undo(root: Path, *, keep: bool) -> None:
    """Remove what was written; `keep` the directory itself where it was there, empty, before."""
    for path in root.iterdir() if keep else ():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    if not keep:
        shutil.rmtree(root, ignore_errors=True)
