"""SPARQL text as tokens (SPARQL 1.1 section 19.8): enough to find keywords without being fooled by what is quoted.

`\\u` escapes are allowed in strings and IRIs only (the engine refuses them elsewhere), so a keyword is always literal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN: Final = re.compile(
    r"""
      (?P<blank>\s+|\#[^\n\r]*)
    | (?P<iri><[^<>"{}|^`\\\x00-\x20]*(?:\\[uU][0-9A-Fa-f]+[^<>"{}|^`\\\x00-\x20]*)*>)
    | (?P<string>\"{3}(?:(?:\"|\"\")?(?:[^"\\]|\\.))*\"{3}
               | '{3}(?:(?:'|'')?(?:[^'\\]|\\.))*'{3}
               | "(?:[^"\\\n\r]|\\.)*"
               | '(?:[^'\\\n\r]|\\.)*')
    | (?P<variable>[?$][\w·]+)
    | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<name>(?:[^\W\d_](?:[\w·.\-]*[\w·\-])?)?:(?:(?:[\w·:\-]|%[0-9A-Fa-f]{2}|\\.|\.(?=[\w·:.\-%\\]))*))
    | (?P<node>_:\w(?:[\w·.\-]*[\w·\-])?)
    | (?P<word>[A-Za-z]\w*)
    | (?P<number>\d+)
    | (?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)
# `?a<?b)SERVICE#>`: the engine may read a less-than sign, the end of a filter and a keyword where an IRI seems to stand.
_HIDDEN_KEYWORD: Final = re.compile(r"\).*?SERVICE[^#]*#", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `depth` counts the braces, brackets and parentheses open around it."""

    kind: str
    text: str
    start: int
    depth: int

    @property
    def end(self) -> int:
        """Where the next token starts, at the earliest."""
        return self.start + len(self.text)

    def is_word(self, *words: str) -> bool:
        """Whether this is one of the keywords (given in capitals)."""
        return self.kind == "word" and self.text.upper() in words


def tokens(text: str) -> list[Token]:
    """The tokens of `text` without blanks and comments. An opening mark and its closing one have the same depth."""
    return list(_scan(text))


def _scan(text: str) -> Iterator[Token]:
    depth = 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "mark"
        if kind == "blank":
            continue
        found = match[0]
        if kind == "mark" and found in ")]}":
            depth -= 1
        yield Token(kind, found, match.start(), depth)
        if kind == "mark" and found in "([{":
            depth += 1


def closing(found: list[Token], opening: int) -> int:
    """The index of the mark that closes the one at `opening`, or the last index where none does."""
    depth = found[opening].depth
    for index in range(opening + 1, len(found)):
        if found[index].depth <= depth:
            return index
    return len(found) - 1


def hides_keyword(token: Token) -> bool:
    """Whether what looks like an IRI could be read by the engine as an operator followed by SERVICE."""
    return token.kind == "iri" and _HIDDEN_KEYWORD.search(token.text) is not None
