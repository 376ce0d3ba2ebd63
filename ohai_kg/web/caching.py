"""Answers kept in memory, by the raw query string and Accept header, so that a repeated question costs no parsing at all."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

LARGEST: Final = 1_000_000
"""Bytes: longer answers are not kept."""


@dataclass(frozen=True, slots=True)
class CachedAnswer:
    """A complete answer: its headers and body."""

    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


class AnswerCache:
    """The most recently used answers of one release, up to a number of bytes."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._answers: OrderedDict[tuple[bytes, bytes], CachedAnswer] = OrderedDict()
        self._bytes = 0
        self.hits = 0
        self.misses = 0

    def get(self, key: tuple[bytes, bytes]) -> CachedAnswer | None:
        """The answer kept for `key`."""
        answer = self._answers.get(key)
        if answer is None:
            self.misses += 1
            return None
        self.hits += 1
        self._answers.move_to_end(key)
        return answer

    def put(self, key: tuple[bytes, bytes], answer: CachedAnswer) -> None:
        """Keep an answer; the least recently used ones go when room is needed."""
        size = len(answer.body) + len(key[0]) + len(key[1])
        if size > min(LARGEST, self._max_bytes) or key in self._answers:
            return
        self._answers[key] = answer
        self._bytes += size
        while self._bytes > self._max_bytes:
            (query, accept), dropped = self._answers.popitem(last=False)
            self._bytes -= len(dropped.body) + len(query) + len(accept)

    def clear(self) -> None:
        """Forget everything: the release has changed."""
        self._answers.clear()
        self._bytes = 0


def entity_tag(release_id: str, query: bytes, accept: bytes) -> bytes:
    """The ETag of an answer: the release, and what was asked for. Weak, because a body may be sent compressed."""
    return b'W/"%s-%s"' % (release_id.encode(), hashlib.sha256(query + b"\0" + accept).hexdigest()[:16].encode())


def matches(if_none_match: bytes, tag: bytes) -> bool:
    """Whether an If-None-Match header names the tag (weak comparison, RFC 9110 section 8.8.3.2)."""
    return if_none_match.strip() == b"*" or tag in (part.strip() for part in if_none_match.split(b","))
