"""Files named by a user, read only where they are files: a device never ends, and a pipe nobody writes to waits for ever."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, BinaryIO, Final

from ohai_kg.errors import FileUnreadable

if TYPE_CHECKING:
    from pathlib import Path

_KINDS: Final = {
    stat.S_IFDIR: ("文件夹", "a folder"),
    stat.S_IFIFO: ("管道", "a pipe"),
    stat.S_IFSOCK: ("套接字", "a socket"),
    stat.S_IFCHR: ("设备", "a device"),
    stat.S_IFBLK: ("设备", "a device"),
}


def open_regular(path: Path) -> BinaryIO:
    """Open a file to read its bytes, without waiting. Raises FileUnreadable where it is none or does not open."""
    try:
        _check(path, path.stat().st_mode)  # a device may do something when it is opened
        file = open(path, "rb", opener=_open_at_once)  # noqa: SIM115  a path has no opener; whoever asks closes it
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise FileUnreadable(_shown(path), f"打不开的文件（{why}）", f"a file that does not open ({why})") from None
    try:
        _check(path, os.fstat(file.fileno()).st_mode)  # another may stand in its place by now
    except FileUnreadable:
        file.close()
        raise
    return file


def read_regular(path: Path, most: int | None = None) -> bytes:
    """The bytes of a file, no more than one beyond `most`, whatever size it is said to have. Raises FileUnreadable."""
    with open_regular(path) as file:
        return file.read() if most is None else file.read(most + 1)


def _open_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _check(path: Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise FileUnreadable(_shown(path), *_KINDS.get(stat.S_IFMT(mode), ("不是文件的东西", "no file")))


def _shown(path: Path) -> str:
    """The name; one that is not UTF-8 can be shown only in part."""
    return os.fsencode(path.name).decode("utf-8", "replace") or str(path)
