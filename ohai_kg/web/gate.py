"""The conformance gate of writes, as the loader process calls it before anything is published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ohai_kg.errors import WriteRefused
from ohai_kg.validation import load_profile, validate_store

if TYPE_CHECKING:
    import pyoxigraph as ox

PROFILE: Final = "core"


class CoreGate:
    """Refuses data that break a rule of profile `core`; made once in the loader, before it forks."""

    def __init__(self, shapes_root: str) -> None:
        self._profile = load_profile(Path(shapes_root), PROFILE)

    def __call__(self, store: ox.Store) -> None:
        """Raise WriteRefused, with the report, where `store` has a violation."""
        report = validate_store(store, [self._profile])
        if report.passes:
            return
        told: dict[str, Any] = json.loads(report.to_json())
        raise WriteRefused(
            f"写入后数据将不符合 {PROFILE} 规则，未作任何改动；report 列出各处。",
            f"The data would break rules of profile {PROFILE} afterwards; nothing was changed. `report` lists where.",
            told,
        )
