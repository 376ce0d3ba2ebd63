"""Whole answers of one release, remembered for pages and saved queries, and asked for once before anybody does."""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from ohai_kg.errors import OhaiError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from ohai_kg.sparql.requests import Answer, QueryRequest

_LARGEST: Final = 1_000_000
"""Bytes: longer answers are not remembered."""
_QUIET_S: Final = 1.0
"""Warming waits until no release has been published for this long."""


class AnswerMemory:
    """The most recently used answers, up to a number of bytes."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._answers: OrderedDict[tuple[str, str], Answer] = OrderedDict()
        self._bytes = 0
        self._warming: asyncio.Task[None] | None = None

    def get(self, request: QueryRequest) -> Answer | None:
        """The remembered answer; only whole-store requests are."""
        key = _key(request)
        if key is None or key not in self._answers:
            return None
        self._answers.move_to_end(key)
        return self._answers[key]

    def put(self, request: QueryRequest, answer: Answer) -> None:
        """Remember an answer; the least recently used go when room is needed."""
        key = _key(request)
        size = len(answer.body) + len(request.query)
        if key is None or key in self._answers or answer.truncated or size > min(_LARGEST, self._max_bytes):
            return
        self._answers[key] = answer
        self._bytes += size
        while self._bytes > self._max_bytes:
            (query, _), dropped = self._answers.popitem(last=False)
            self._bytes -= len(dropped.body) + len(query)

    def clear(self) -> None:
        """Forget everything: the release has changed."""
        self._answers.clear()
        self._bytes = 0

    def warm(self, requests: Sequence[QueryRequest], ask: Callable[[QueryRequest], Awaitable[Answer]]) -> None:
        """Ask `requests` one after another in the background, once the release has been still for a while."""
        self.stop()
        self._warming = asyncio.get_running_loop().create_task(_ask_all(requests, ask))

    def stop(self) -> None:
        """End the warming."""
        if self._warming is not None:
            self._warming.cancel()
            self._warming = None


async def _ask_all(requests: Sequence[QueryRequest], ask: Callable[[QueryRequest], Awaitable[Answer]]) -> None:
    await asyncio.sleep(_QUIET_S)
    for request in requests:
        with contextlib.suppress(OhaiError):
            await ask(request)


def _key(request: QueryRequest) -> tuple[str, str] | None:
    if request.default_graphs is not None or request.named_graphs is not None or request.preview:
        return None
    results = request.results.name if request.results else ""
    return (request.query, f"{results} {request.rdf.name if request.rdf else ''}")
