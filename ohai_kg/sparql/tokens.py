"""SPARQL text as tokens (SPARQL 1.1 section 19.8): enough to find keywords without being fooled by what is quoted.

The time is linear in the length of the text, whatever it holds. An engine may take it apart differently: ours needs no
blank after a keyword, and reads `<` as less-than where the grammar wants it (see `federation.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_FIRST: Final = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_LATER: Final = rf"{_FIRST}_0-9\u00b7\u0300-\u036f\u203f\u2040"
_ESCAPED: Final = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]"
_WORDS: Final = r"""
      (?P<word>[A-Za-z][A-Za-z0-9_]*+)
    | (?P<number>(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)[eE][+\-]?[0-9]++|[0-9]*+\.[0-9]++|[0-9]++)
    | (?P<mark>.)
"""
# Quantifiers are possessive: what was read once is not read again. A token is read twice at most, in strings alone.
_TOKEN: Final = re.compile(
    rf"""
      (?P<blank>[ \t\r\n]++|\#[^\n\r]*+)
    | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*+>)
    | (?P<quote>\"{{3}}|'{{3}}|["'])
    | (?P<variable>[?$][{_FIRST}_0-9][{_LATER}]*+)
    | (?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+(?:--[A-Za-z]++)?+)
    | (?P<node>_:[{_FIRST}_0-9](?:[{_LATER}\-]|\.++(?=[{_LATER}\-]))*+)
    | (?P<run>[{_FIRST}][{_LATER}.\-]*+|:)
    | {_WORDS}
    """,
    re.VERBOSE | re.DOTALL,
)
_PIECE: Final = re.compile(_WORDS, re.VERBOSE | re.DOTALL)
_LOCAL: Final = re.compile(
    rf"""(?:(?:[{_FIRST}_0-9:]|{_ESCAPED})(?:[{_LATER}:\-]|{_ESCAPED}|\.++(?=[{_LATER}:\-]|{_ESCAPED}))*+)?+""", re.VERBOSE
)
_REST: Final = {
    '"""': re.compile(r'(?:"{0,2}+(?:[^"\\]|\\.))*+"""', re.DOTALL),
    "'''": re.compile(r"(?:'{0,2}+(?:[^'\\]|\\.))*+'''", re.DOTALL),
    '"': re.compile(r'(?:[^"\\\n\r]|\\.)*+"'),
    "'": re.compile(r"(?:[^'\\\n\r]|\\.)*+'"),
}
"""What follows the opening quote of a string."""
_LINE_END: Final = re.compile(r"[\n\r]|\Z")


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
    found: list[Token] = []
    depth = 0
    for kind, start, end in scan(text):
        part = text[start:end]
        if kind == "mark" and part in ")]}":
            depth -= 1
        found.append(Token(kind, part, start, depth))
        if kind == "mark" and part in "([{":
            depth += 1
    return found


def closing(found: list[Token], opening: int) -> int:
    """The index of the mark that closes the one at `opening`, or the last index where none does."""
    depth = found[opening].depth
    for index in range(opening + 1, len(found)):
        if found[index].depth <= depth:
            return index
    return len(found) - 1


def unglued(
    found: list[Token],
    keywords: re.Pattern[str],
    kinds: tuple[str, ...] = ("word",),
    after: Mapping[str, re.Pattern[str]] = MappingProxyType({}),
) -> list[Token]:
    """The tokens as an engine sees them that needs no blank after keywords: those are cut off what starts with them.

    `after` has the keywords that may be cut off right after a word (in capitals), where those are other ones.
    """
    parts: list[Token] = []
    before = ""
    for token in found:
        at = 0
        while token.kind in kinds and (match := after.get(before, keywords).match(token.text, at)):
            parts.append(Token("number" if match[0].isdecimal() else "word", match[0], token.start + at, token.depth))
            before, at = match[0].upper(), match.end()
        if rest := token.text[at:]:
            parts.append(Token(token.kind, rest, token.start + at, token.depth))
            before = rest.upper()
    return parts


def scan(text: str) -> Iterator[tuple[str, int, int]]:
    """Kind, start and end of each token, for those who need no more."""
    at = 0
    barren: dict[str, int] = {}
    while match := _TOKEN.match(text, at):
        start, at, kind = at, match.end(), match.lastgroup or ""
        if kind == "blank":
            continue
        if kind == "quote":
            at = _end_of_string(text, start, match[0], barren)
            yield ("string" if at > start + 1 else "mark"), start, at
        elif kind != "run":
            yield kind, start, at
        elif text[start] == ":" or (text[at : at + 1] == ":" and text[at - 1] != "."):
            after = at if text[start] == ":" else at + 1
            local = _LOCAL.match(text, after)
            at = local.end() if local else after
            yield "name", start, at
        else:
            # No colon at the end of the run, so none of its parts is a prefix.
            for piece in _PIECE.finditer(text, start, at):
                yield piece.lastgroup or "mark", piece.start(), piece.end()


def _end_of_string(text: str, start: int, quote: str, barren: dict[str, int]) -> int:
    """Where the string that opens at `start` ends; one after its first mark where none does.

    A quote that nothing closes before some place is followed by none that something closes before it: until there, which
    `barren` keeps, it need not be tried again.
    """
    for opening in (quote, quote[0]):
        begin = start + len(opening)
        if barren.get(opening, 0) > start:
            continue
        if match := _REST[opening].match(text, begin):
            return match.end()
        end = _LINE_END.search(text, begin) if len(opening) == 1 else None
        barren[opening] = end.start() if end else len(text)
    return start + 1
