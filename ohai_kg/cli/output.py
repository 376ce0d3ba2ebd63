"""Where a command's result goes, and what is said when it cannot: the one place where `-o` writes a file."""

from __future__ import annotations

import errno
import logging
import os
import sys
from pathlib import Path
from typing import NoReturn

from ohai_kg.errors import OhaiError
from ohai_kg.files import trouble_with


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
