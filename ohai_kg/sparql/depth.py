"""How much stack a query takes: the engine parses, plans and evaluates it by recursion, and a full stack ends the process.

Into every bracket it goes one step down, and along every chain (`1+1+1`, UNION, triples, FILTER) one step an operand. What
the steps take was measured with pyoxigraph 0.5.13: up to 10 kB a bracket (EXISTS), up to 2 kB a token of a chain (a
collection), 4 kB a character (open braces alone).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ohai_kg.confinement import stack_bytes
from ohai_kg.errors import QueryTooDeep
from ohai_kg.sparql.tokens import scan

_CHARACTER_BYTES: Final = 4096
_BRACKET_BYTES: Final = 10_240
_TOKEN_BYTES: Final = 2048
_SHARE: Final = 0.9
"""The part of the stack that a query may take; the rest is for what calls the engine."""
_DATA: Final = ("VALUES", "DATA")


@dataclass(slots=True)
class _Group:
    """What stands within one bracket, so far, in bytes of stack.

    `chain`: its tokens; `inner`: the brackets within it that take most; `argument`: the most that an argument before took,
    for arguments, like the operations of an update, stand side by side and are no chain.
    """

    mark: str = ""
    is_data: bool = False
    chain: int = 0
    inner: int = 0
    argument: int = 0

    @property
    def takes(self) -> int:
        """What it takes together with all that is in it."""
        return _BRACKET_BYTES + max(self.chain + self.inner, self.argument)

    def next_argument(self) -> None:
        """A comma between parentheses, a semicolon outside of all."""
        self.argument = max(self.argument, self.chain + self.inner)
        self.chain = self.inner = 0


def refuse_too_deep(text: str) -> None:
    """Raise QueryTooDeep where the engine could run out of stack. The time is linear; most texts are too short to matter."""
    limit = int(stack_bytes() * _SHARE)
    if len(text) * _CHARACTER_BYTES > limit and _takes(text, limit) > limit:
        raise QueryTooDeep


def _takes(text: str, limit: int) -> int:
    """The stack that `text` takes, in bytes; any number above the limit where it is more."""
    group = _Group()
    around: list[_Group] = []
    outside = 0
    data_follows = False
    for kind, start, end in scan(text):
        if not group.is_data:
            group.chain += _TOKEN_BYTES
        if kind == "word":
            data_follows = data_follows or text[start:end].upper().endswith(_DATA)
        elif kind == "mark" and (mark := text[start]) in "([{":
            around.append(group)
            outside += group.chain + _BRACKET_BYTES
            group = _Group(mark, group.is_data or (data_follows and mark == "{"))
            data_follows = data_follows and mark != "{"
            if outside > limit:
                break
        elif kind == "mark" and mark in ")]}" and around:
            taken, group = group.takes, around.pop()
            outside -= group.chain + _BRACKET_BYTES
            group.inner = max(group.inner, taken)
        elif kind == "mark" and group.mark + mark in {"(,", ";"}:
            group.next_argument()
    return outside + group.takes
