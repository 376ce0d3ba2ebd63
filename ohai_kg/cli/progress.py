"""How far a long check has got, on stderr and on a terminal only."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_STEPS: Final = {
    "read": "读取 Reading",
    "understand": "理解 Understanding",
    "validate": "校验 Validating",
    "write": "写入 Writing",
}

_WIDTH: Final = 60


@contextmanager
def progress_lines() -> Iterator[Callable[[str, int, int], None]]:
    """A function to call with step, rows done and rows in all; what it shows is wiped away at the end."""
    shows = sys.stderr.isatty()

    def show(step: str, done: int, total: int) -> None:
        if shows:
            share = f" {done}/{total}" if total else ""
            sys.stderr.write(f"\r{_STEPS[step] + share + ' ……':<{_WIDTH}}")
            sys.stderr.flush()

    try:
        yield show
    finally:
        if shows:
            sys.stderr.write(f"\r{'':{_WIDTH}}\r")
            sys.stderr.flush()
