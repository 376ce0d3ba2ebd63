"""Following the current release: whatever happens meanwhile is logged, shown and tried again, and what is broken is not served.

Where the current release is damaged, what is served stays; where nothing is, the newest whole release takes its place.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from ohai_kg.errors import NoRelease, OhaiError, ReleaseDamaged, ReleaseNotFound, ReleaseNotLoaded
from ohai_kg.releases.manifest import MANIFEST_NAME, MANIFEST_SUM_NAME, NQUADS_NAME

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from ohai_kg.releases import Release, Releases
    from ohai_kg.serving.generation import Generation

FOLLOW: Final = "following the current release"
FILL: Final = "starting workers"
POINTER: Final = "current"
_FOLLOW_S: Final = 0.5
_LONGEST_S: Final = 4.0
_ATTEMPTS: Final = 5
_REPEAT_S: Final = 60.0
"""How often an error that stays the same is logged again."""
_log = logging.getLogger("ohai_kg.serving")

Signature = tuple[tuple[int, ...] | None, ...]
"""What tells that somebody has touched the files of a release."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What goes wrong now: the error's text, and the UTC time since when."""

    error: str
    since: str


class Follower:
    """Sees to it that the current release is served, or the newest whole one."""

    def __init__(
        self,
        releases: Releases,
        serving: Callable[[], Generation | None],
        load: Callable[[Release], Awaitable[Generation]],
        flip: Callable[[Generation], None],
    ) -> None:
        self.damaged: dict[str, OhaiError] = {}
        """What would be served and cannot be, by release id (`current`: the pointer), and why."""
        self.troubles: dict[str, Trouble] = {}
        self.failures = 0
        self._releases = releases
        self._serving = serving
        self._load = load
        self._flip = flip
        self._found: dict[str, OhaiError] = {}
        self._known: dict[str, tuple[Signature, OhaiError]] = {}
        self._last: Exception | None = None
        self._logged: dict[str, tuple[str, float]] = {}

    async def run(self, lock: asyncio.Lock) -> None:
        """Follow until cancelled; never while `lock` is held."""
        rest_s = _FOLLOW_S
        while True:
            await asyncio.sleep(rest_s)
            if lock.locked():
                continue
            async with lock:
                rest_s = _FOLLOW_S if await self.attempt() else min(2 * rest_s, _LONGEST_S)

    async def attempt(self) -> bool:
        """Catch up; an error is noted. Whether there was none."""
        try:
            await self._catch_up()
        except Exception as error:  # noqa: BLE001  background task
            self._last = error
            self.failed(FOLLOW, error)
            return False
        self.recovered(FOLLOW)
        return True

    async def catch_up(self) -> None:
        """Serve the current release. Raises what is wrong with it, also where an older one is served instead."""
        await self._catch_up()
        for error in self.damaged.values():
            raise error

    def failed(self, task: str, error: Exception) -> None:
        """Note and log an error of a background task, which is going to try again."""
        self.failures += 1
        text = error.en if isinstance(error, OhaiError) else f"{type(error).__name__}: {error}"
        known = self.troubles.get(task)
        if known is None or known.error != text:
            self.troubles[task] = Trouble(text, datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"))
        last, at = self._logged.get(task, ("", 0.0))
        if last != text or time.monotonic() - at > _REPEAT_S:
            self._logged[task] = text, time.monotonic()
            cause = None if isinstance(error, OhaiError) else error
            _log.error("%s failed and is tried again: %s", task, text, exc_info=cause)

    def recovered(self, task: str) -> None:
        """The task has done its work."""
        if self.troubles.pop(task, None) is not None:
            self._logged.pop(task, None)
            _log.warning("%s works again", task)

    @property
    def reason(self) -> OhaiError:
        """Why nothing is served, where nothing is."""
        if isinstance(self._last, ReleaseDamaged | NoRelease):
            return self._last
        trouble = self.troubles.get(FOLLOW)
        if trouble is None:
            return ReleaseNotLoaded("版本正在载入，请稍后重试。", "The release is being loaded; try again shortly.")
        return ReleaseNotLoaded(
            f"版本不能载入，正在重试：{trouble.error}", f"The release cannot be loaded, which is tried again: {trouble.error}"
        )

    async def _catch_up(self) -> None:
        before = set(self.damaged)
        try:
            await self._serve_what_is_whole()
        finally:
            self.damaged = self._found
        serving = self._serving()
        if serving is not None and set(self.damaged) - before:
            reasons = " ".join(error.en for error in self.damaged.values())
            _log.error("release %s is served instead: %s", serving.release.id, reasons)

    async def _serve_what_is_whole(self) -> None:
        for _ in range(_ATTEMPTS):
            self._found = {}
            wanted = self._wanted()
            serving = self._serving()
            if serving is not None and wanted == serving.release.id:
                self._known.clear()
                return
            if wanted is not None and await self._take(wanted):
                return
            # A release may be pruned while it is loaded, when many are published in a row.
            if wanted == self._releases.named_id():
                break
        if self._serving() is None:
            await self._take_newest(wanted)

    def _wanted(self) -> str | None:
        """What the pointer names. That it is damaged or gone is noted."""
        try:
            current = self._releases.current_id()
        except ReleaseDamaged as damage:
            self._found[POINTER] = damage
            return None
        if current is None:
            self._found[POINTER] = NoRelease(
                "没有现用版本：请运行 ohai-kg build，或用 ohai-kg releases rollback 编号 指定。",
                "No release is current: run `ohai-kg build`, or name one with `ohai-kg releases rollback ID`.",
            )
        return current

    async def _take_newest(self, wanted: str | None) -> None:
        """Serve the newest release that is whole. Raises why `wanted` cannot be served where there is none."""
        reason = next(iter(self._found.values()))
        for name in self._releases.ids():
            if name != wanted and await self._take(name):
                return
        raise reason

    async def _take(self, name: str) -> bool:
        """Serve a release; False where it is damaged, or was when its files were last touched."""
        signature = self._signature(name)
        known = self._known.get(name)
        if known is not None and known[0] == signature:
            self._found[name] = known[1]
            return False
        try:
            generation = await self._load(self._releases.get(name))
        except (ReleaseDamaged, ReleaseNotFound) as error:
            self._known[name] = signature, error
            self._found[name] = error
            return False
        self._known.pop(name, None)
        self._flip(generation)
        return True

    def _signature(self, name: str) -> Signature:
        folder = self._releases.path(name)
        return tuple(_touched(folder / file) for file in ("", MANIFEST_NAME, MANIFEST_SUM_NAME, NQUADS_NAME))


def _touched(path: Path) -> tuple[int, ...] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
