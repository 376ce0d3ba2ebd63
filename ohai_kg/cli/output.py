"""Where a command's result goes, and what is said when it cannot: the one place where `-o` writes a file."""

from __future__ import annotations

import errno
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from ohai_kg.errors import FileTrouble, OhaiError
from ohai_kg.filenames import name_of

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def write_result(content: bytes | str, output: Path | None) -> None:
    """Write a result to the file `output`, which is either whole or as it was; None: to stdout. Raises FileTrouble."""
    data = content.encode("utf-8", errors="backslashreplace") if isinstance(content, str) else content
    try:
        if output is None:
            sys.stdout.flush()
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        elif output.exists() and not output.is_file():
            output.write_bytes(data)  # a device or a pipe, which nothing can take the place of
        else:
            _replace(Path(os.path.realpath(output)), data)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise trouble_with("标准输出 stdout" if output is None else output, error) from None


def trouble_with(place: Path | str, error: OSError) -> FileTrouble:
    """Why a file or folder could not be read or written, and what to do."""
    what_zh, do_zh, what_en, do_en = _REASONS.get(
        error.errno,
        (str(error.strerror or error), "请另选一处或重试", str(error.strerror or error), "choose another place or retry"),
    )
    shown = str(place) if isinstance(place, str) else str(place.parent / name_of(place))
    return FileTrouble(f"不能读写 {shown}：{what_zh}；{do_zh}。", f"{shown} cannot be read or written: {what_en}; {do_en}.")


def told(error: BaseException) -> OhaiError:
    """Any error as a person is told it; an unforeseen one goes to the log as well."""
    if isinstance(error, OhaiError):
        return error
    if isinstance(error, OSError) and error.errno is not None:
        place = error.filename2 or error.filename
        return trouble_with("文件 a file" if place is None else Path(_text(place)), error)
    if isinstance(error, MemoryError):
        return OhaiError("内存不够，请在内存更大的机器上运行。", "Out of memory: run it on a machine with more.")
    logging.getLogger("ohai_kg.cli").debug("unforeseen", exc_info=error)
    name = type(error).__name__
    return OhaiError(
        f"内部错误（{name}：{error}）。请把命令和本行告知维护者。",
        f"Internal error ({name}: {error}). Please report the command and this line.",
    )


def end_quietly() -> NoReturn:
    """End where nobody reads stdout any more; what is left in it must not be written, or Python says so at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(2)


def _text(place: object) -> str:
    return place.decode(errors="surrogateescape") if isinstance(place, bytes) else str(place)


def _replace(output: Path, data: bytes) -> None:
    """Put `data` in the place of a file, by way of a file beside it."""
    if output.is_symlink():  # where it leads was asked before
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    fresh = output.with_name(f".ohai-kg-{os.getpid()}.part")
    try:
        with fresh.open("xb") as file:
            file.write(data)
        if output.exists():
            fresh.chmod(output.stat().st_mode & 0o777)
        fresh.replace(output)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
