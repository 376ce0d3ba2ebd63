"""How many rows an answer can have at most, told from its bytes as they pass, without parsing them.

Counting solutions one by one in Python would cost more than evaluating them. Each serialization has a mark that stands at
least once for every row; while fewer marks than the row limit have passed, the answer cannot be over it.
"""

from __future__ import annotations

from typing import Final

_MARKS: Final = {
    "json": b"},{",
    "xml": b"<result>",
    "csv": b"\r\n",
    "tsv": b"\n",
    "nt": b"\n",
    "nq": b"\n",
}
_SHORTEST_TRIPLE: Final = 4
"""Bytes: `,a:b` in Turtle, with subject and predicate shared."""


class RowBound:
    """An upper bound of the rows in the bytes seen so far."""

    def __init__(self, format_name: str) -> None:
        self._mark = _MARKS.get(format_name)
        self._tail = b""
        self.rows = 0

    def see(self, data: bytes) -> None:
        """Take the next bytes into account; a mark cut in two by a chunk's end is counted once."""
        if self._mark is None:
            self.rows += len(data) // _SHORTEST_TRIPLE + 1
            return
        self.rows += (self._tail + data).count(self._mark)
        keep = len(self._mark) - 1
        self._tail = data[-keep:] if keep else b""
