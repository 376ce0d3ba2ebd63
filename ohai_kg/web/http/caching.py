"""Answers kept in memory, by raw query string and Accept header, so that a repeated question costs no parsing at all."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ohai_kg.web.http.endpoints import CORS, POLICY

if TYPE_CHECKING:
    from collections.abc import Sequence

LARGEST: Final = 1_000_000
"""Bytes: longer answers are not kept."""
_OVERHEAD: Final = 1000
"""Bytes an answer takes besides its body and key."""
_VALIDATORS: Final = frozenset({b"etag", b"vary", b"cache-control", b"x-release"})

Key = tuple[bytes, bytes, bool]
"""Raw query string, Accept header, whether the client takes gzip."""


@dataclass(frozen=True, slots=True)
class CachedAnswer:
    """A complete answer as the two ASGI messages that send it, and what a 304 says instead."""

    tag: bytes
    start: dict[str, Any]
    end: dict[str, Any]
    validators: tuple[tuple[bytes, bytes], ...]

    @classmethod
    def make(cls, tag: bytes, headers: Sequence[tuple[bytes, bytes]], body: bytes) -> CachedAnswer:
        """Keep an answer of status 200."""
        return cls(
            tag,
            {"type": "http.response.start", "status": 200, "headers": [*headers, *CORS, POLICY]},
            {"type": "http.response.body", "body": body},
            tuple(pair for pair in headers if pair[0] in _VALIDATORS),
        )


class AnswerCache:
    """The most recently used answers of one release, up to a number of bytes."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._answers: OrderedDict[Key, CachedAnswer] = OrderedDict()
        self._bytes = 0
        self.hits = 0
        self.misses = 0

    def get(self, key: Key) -> CachedAnswer | None:
        """The answer kept for `key`."""
        answer = self._answers.get(key)
        if answer is None:
            self.misses += 1
            return None
        self.hits += 1
        self._answers.move_to_end(key)
        return answer

    def put(self, key: Key, answer: CachedAnswer) -> None:
        """Keep an answer; the least recently used ones go when room is needed."""
        size = _size(key, answer)
        if size > min(LARGEST, self._max_bytes) or key in self._answers:
            return
        self._answers[key] = answer
        self._bytes += size
        while self._bytes > self._max_bytes:
            self._bytes -= _size(*self._answers.popitem(last=False))

    def clear(self) -> None:
        """Forget everything: the release has changed."""
        self._answers.clear()
        self._bytes = 0

    @property
    def bytes_used(self) -> int:
        """Bytes of all answers kept."""
        return self._bytes


def _size(key: Key, answer: CachedAnswer) -> int:
    return len(answer.end["body"]) + len(key[0]) + len(key[1]) + _OVERHEAD


def entity_tag(release_id: str, query: bytes, accept: bytes) -> bytes:
    """The ETag of an answer: the release, and what was asked for. Weak, because a body may be sent compressed."""
    return b'W/"%s-%s"' % (release_id.encode(), hashlib.sha256(query + b"\0" + accept).hexdigest()[:16].encode())


def matches(if_none_match: bytes, tag: bytes) -> bool:
    """Whether an If-None-Match header names the tag (weak comparison, RFC 9110 section 8.8.3.2)."""
    if if_none_match.strip() == b"*":
        return True
    opaque = tag.removeprefix(b"W/")
    return any(part.strip().removeprefix(b"W/") == opaque for part in if_none_match.split(b","))
