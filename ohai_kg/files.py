"""Files as people name them: their names as text, regular ones read, and what is said where that fails."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING, BinaryIO, Final

from ohai_kg.errors import FileTrouble, FileUnreadable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_KINDS: Final = {
    stat.S_IFDIR: ("文件夹", "a folder"),
    stat.S_IFIFO: ("管道", "a pipe"),
    stat.S_IFSOCK: ("套接字", "a socket"),
    stat.S_IFCHR: ("设备", "a device"),
    stat.S_IFBLK: ("设备", "a device"),
}
_REASONS: Final[Mapping[int | None, tuple[str, str, str, str]]] = {
    errno.EISDIR: ("是一个目录", "请给出文件名", "it is a folder", "name a file"),
    errno.ENOTDIR: ("路径中有一段是文件而不是目录", "请核对路径", "part of the path is a file, no folder", "check the path"),
    errno.ENOENT: ("没有这个文件或目录", "请核对路径，或先建目录", "no such file or folder", "check the path or make it"),
    errno.EEXIST: ("已有同名的文件", "请另选一处", "a file of that name is there", "choose another place"),
    errno.EACCES: ("没有权限", "请另选一处，或更改权限", "permission denied", "choose another place or change the permissions"),
    errno.EPERM: ("不允许", "请另选一处，或更改权限", "not permitted", "choose another place or change the permissions"),
    errno.EROFS: ("所在的盘只能读", "请另选一处", "the disk is read-only", "choose another place"),
    errno.ENOSPC: ("磁盘已满", "请腾出空间后重试", "the disk is full", "make room and try again"),
    errno.EDQUOT: ("磁盘配额已满", "请腾出空间后重试", "the disk quota is used up", "make room and try again"),
    errno.EFBIG: ("文件超过允许的大小", "请另选一处", "the file is larger than allowed", "choose another place"),
    errno.ENAMETOOLONG: ("名称太长", "请换一个短的", "the name is too long", "choose a shorter one"),
    errno.ELOOP: ("链接循环", "请核对路径", "links lead in a circle", "check the path"),
    errno.EINVAL: ("名称不可用", "请换一个", "the name cannot be used", "choose another"),
    errno.EMFILE: ("打开的文件太多", "请提高上限（ulimit -n）", "too many open files", "raise the limit (ulimit -n)"),
    errno.EIO: ("读写出错", "请检查磁盘", "input/output error", "check the disk"),
}  # fmt: skip
"""What went wrong and what to do, in Chinese and English."""


def name_of(path: Path) -> str:
    """The last part of a path as text: in UTF-8, else in GB18030, as Windows here names files, else with U+FFFD."""
    name = os.fsencode(path.name)
    for encoding in ("utf-8", "gb18030"):
        try:
            return name.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name.decode("utf-8", errors="replace")


def open_regular(path: Path) -> BinaryIO:
    """Open a file to read its bytes, without waiting: a device never ends, and a pipe nobody writes to waits for ever.

    Raises FileUnreadable where it is none or does not open.
    """
    try:
        _check(path, path.stat().st_mode)  # a device may do something when it is opened
        file = open(path, "rb", opener=_open_at_once)  # noqa: SIM115  a path has no opener; whoever asks closes it
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise FileUnreadable(
            name_of(path) or str(path), f"打不开的文件（{why}）", f"a file that does not open ({why})"
        ) from None
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
        raise FileUnreadable(name_of(path) or str(path), *_KINDS.get(stat.S_IFMT(mode), ("不是文件的东西", "no file")))


def trouble_with(place: Path | str, error: OSError) -> FileTrouble:
    """Why a file or folder could not be read or written, and what to do."""
    what_zh, do_zh, what_en, do_en = _REASONS.get(
        error.errno,
        (str(error.strerror or error), "请另选一处或重试", str(error.strerror or error), "choose another place or retry"),
    )
    shown = str(place) if isinstance(place, str) else str(place.parent / name_of(place))
    return FileTrouble(f"不能读写 {shown}：{what_zh}；{do_zh}。", f"{shown} cannot be read or written: {what_en}; {do_en}.")
