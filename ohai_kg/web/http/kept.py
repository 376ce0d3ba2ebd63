"""What is worked out once for a release and kept until the next one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ohai_kg.serving.service import QueryService

Kept = TypeVar("Kept")


class PerRelease(Generic[Kept]):
    """A value that `make` works out from the release being served, when it is first wanted."""

    def __init__(self, service: QueryService, make: Callable[[QueryService], Awaitable[Kept]]) -> None:
        self._service = service
        self._make = make
        self._lock = asyncio.Lock()
        self._kept: tuple[str, Kept] | None = None

    async def get(self) -> Kept:
        """The value for the release being served. Raises what making it raises."""
        release = self._service.release.id
        if self._kept is None or self._kept[0] != release:
            async with self._lock:
                if self._kept is None or self._kept[0] != release:
                    self._kept = (release, await self._make(self._service))
        return self._kept[1]
