"""File names as text: a name on disk is bytes, which need be no UTF-8."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def name_of(path: Path) -> str:
    """The last part of a path as text: in UTF-8, else in GB18030, as Windows here names files, else with U+FFFD."""
    name = os.fsencode(path.name)
    for encoding in ("utf-8", "gb18030"):
        try:
            return name.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name.decode("utf-8", errors="replace")
