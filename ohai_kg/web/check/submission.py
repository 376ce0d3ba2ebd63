"""One file that was sent in: what it is, who sent it, and what became of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from ohai_kg.web.http.clients import share_of

if TYPE_CHECKING:
    from pathlib import Path

    from ohai_kg.errors import OhaiError
    from ohai_kg.releases import Release

_ENTRY_BYTES: Final = 4096
"""What a submission takes besides its folder and the words of its error."""


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it came: its bytes are FILE in `folder`. `syntax`: format name or media type given with it.

    `columns`: roles by hand, for a workbook. `is_marked`: whether the workbook is to be given back with its cells marked,
    which a program that wants data need not wait for.
    """

    folder: Path
    name: str
    syntax: str | None
    columns: tuple[tuple[str, str], ...] = ()
    is_marked: bool = False


@dataclass(slots=True, eq=False)
class Submission:
    """One file waiting, being judged, or done. `renderings` are the forms its report has; `error` where there is none.

    `profiles` are pairs of the folder that holds a profile and its name; `kept_until` is of the monotonic clock.
    """

    file: SentFile
    sender: str
    profiles: tuple[tuple[str, str], ...]
    renderings: frozenset[str] = frozenset()
    error: OhaiError | None = None
    size: int = _ENTRY_BYTES
    kept_until: float = 0.0
    done: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def id(self) -> str:
        """Part of the addresses of its report."""
        return self.file.folder.name

    @property
    def name(self) -> str:
        """What the file is called."""
        return self.file.name

    @property
    def is_done(self) -> bool:
        """Whether there is a report or an error."""
        return self.done.is_set()

    def task(self, release: Release) -> dict[str, Any]:
        """What its process is told. What `release` has in its registry and code lists counts as known."""
        return {
            "id": self.id,
            "folder": str(self.file.folder),
            "name": self.file.name,
            "syntax": self.file.syntax,
            "columns": self.file.columns,
            "is_marked": self.file.is_marked,
            "profiles": self.profiles,
            "nquads": str(release.nquads),
            "base": release.manifest.base,
            "release": release.id,
        }


def sender_of(host: str) -> str:
    """Who an address counts as: itself, or for IPv6 its /64, all of which one subscriber has."""
    share = share_of(host)
    return f"{share}/64" if ":" in share else share
