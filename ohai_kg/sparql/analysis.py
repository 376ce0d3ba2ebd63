"""What the server must know of a query's text beyond what the engine tells: dataset clause, row limit, function names.

Everything here is asked for only when it matters; most queries are never scanned.
"""

from __future__ import annotations

import itertools
import re
from functools import cached_property
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

import pyoxigraph as ox

from ohai_kg.namespaces import XSD
from ohai_kg.sparql.federation import apply_edits
from ohai_kg.sparql.tokens import tokens, unglued

if TYPE_CHECKING:
    from ohai_kg.sparql.tokens import Token

_VOLATILE: Final = re.compile(r"(?:now|rand|uuid|bnode)(?=[ \t\r\n]*[(#])", re.IGNORECASE)
"""What every call of a volatile function looks like, and few other things do: a call may have comments within."""
_VOLATILE_WORDS: Final = ("now", "rand", "uuid", "bnode")
_CASTS: Final = frozenset(
    XSD + name
    for name in [
        "boolean",
        "byte",
        "int",
        "short",
        "long",
        "integer",
        "decimal",
        "float",
        "double",
        "string",
        "date",
        "dateTime",
        "dateTimeStamp",
        "time",
        "gYear",
        "gYearMonth",
        "gMonth",
        "gMonthDay",
        "gDay",
        "duration",
        "dayTimeDuration",
        "yearMonthDuration",
        "unsignedByte",
        "unsignedInt",
        "unsignedShort",
        "unsignedLong",
        "positiveInteger",
        "nonNegativeInteger",
        "negativeInteger",
        "nonPositiveInteger",
    ]
)
_ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_CLAUSES: Final = re.compile(
    "select|construct|describe|ask|distinct|reduced|from|named|where|limit|offset|[0-9]+", re.IGNORECASE
)
_FORMS: Final = ("SELECT", "CONSTRUCT", "DESCRIBE", "ASK")


def is_volatile(query: str) -> bool:
    """Whether the same query over the same release may answer differently (NOW, RAND, UUID, STRUUID, BNODE)."""
    folded = query.casefold()
    if not any(word in folded for word in _VOLATILE_WORDS) or _VOLATILE.search(query) is None:
        return False
    found = tokens(query)
    # The engine lets a keyword stand before a name without a blank.
    return any(
        token.kind == "word" and token.text.casefold().endswith(_VOLATILE_WORDS) and following.text == "("
        for token, following in itertools.pairwise(found)
    )


class Analysis:
    """A query read token by token, once, when first asked."""

    def __init__(self, query: str) -> None:
        self.query = query

    @cached_property
    def tokens(self) -> list[Token]:
        """All tokens."""
        return unglued(tokens(self.query), _CLAUSES)

    @cached_property
    def form(self) -> str:
        """SELECT, CONSTRUCT, DESCRIBE or ASK; empty where the text is no query."""
        return next((t.text.upper() for t in self.tokens if t.depth == 0 and t.is_word(*_FORMS)), "")

    @property
    def has_dataset(self) -> bool:
        """Whether the query names its own dataset (FROM, FROM NAMED)."""
        return any(t.depth == 0 and (t.is_word("FROM") or self._is_glued_from(t)) for t in self.tokens)

    def _is_glued_from(self, token: Token) -> bool:
        """Whether this is `FROMex:g`, which the engine takes for two words where nothing declares such a prefix."""
        prefix = token.text.partition(":")[0]
        return token.kind == "name" and prefix.upper().startswith("FROM") and prefix not in self._prefixes("")

    @cached_property
    def _modifier(self) -> dict[str, Token]:
        """The numbers after the outermost LIMIT and OFFSET."""
        found: dict[str, Token] = {}
        for index, token in enumerate(self.tokens[:-1]):
            number = self.tokens[index + 1]
            if token.depth == 0 and token.is_word("LIMIT", "OFFSET") and number.text.isdecimal():
                found[token.text.upper()] = number
        return found

    @property
    def limit(self) -> int | None:
        """The outermost LIMIT."""
        number = self._modifier.get("LIMIT")
        return int(number.text) if number else None

    def paged(self, *, limit: int | None, offset: int = 0) -> str:
        """The query after skipping `offset` solutions more than it skips itself, with at most `limit` (None: its own)."""
        own_limit, own_offset = self._modifier.get("LIMIT"), self._modifier.get("OFFSET")
        edits: list[tuple[int, int, str]] = []
        added = []
        if own_limit is not None:
            left = max(0, int(own_limit.text) - offset)
            edits.append((own_limit.start, own_limit.end, str(left if limit is None else min(limit, left))))
        elif limit is not None:
            added.append(f"LIMIT {limit}")
        if own_offset is not None:
            edits.append((own_offset.start, own_offset.end, str(int(own_offset.text) + offset)))
        elif offset:
            added.append(f"OFFSET {offset}")
        place = self._end_of_modifiers()
        if added:
            edits.append((place, place, f"\n{' '.join(added)}\n"))
        return apply_edits(self.query, edits)

    def _end_of_modifiers(self) -> int:
        """Where LIMIT may stand: before a trailing VALUES, else after the last token."""
        for token in reversed(self.tokens):
            if token.depth == 0 and token.is_word("VALUES"):
                return token.start
        return self.tokens[-1].end

    def functions(self, base: str) -> list[ox.NamedNode]:
        """The IRIs called as functions, casts aside (SPARQL 1.1 section 17.6 lets an unknown one be an error value)."""
        prefixes = self._prefixes(base)
        found: set[str] = set()
        for token, following in itertools.pairwise(self.tokens):
            if following.text != "(" or token.kind not in {"iri", "name"}:
                continue
            iri = self._resolve(token, prefixes, base)
            if iri and iri not in _CASTS:
                found.add(iri)
        return [ox.NamedNode(iri) for iri in sorted(found) if _is_iri(iri)]

    def _prefixes(self, base: str) -> dict[str, str]:
        prefixes: dict[str, str] = {}
        for index, token in enumerate(self.tokens[:-2]):
            if token.is_word("PREFIX") and self.tokens[index + 1].kind == "name":
                iri = self.tokens[index + 2].text[1:-1]
                prefixes[self.tokens[index + 1].text[:-1]] = urljoin(base, _unescaped(iri))
        return prefixes

    def _resolve(self, token: Token, prefixes: dict[str, str], base: str) -> str | None:
        if token.kind == "iri":
            iri = _unescaped(token.text[1:-1])
            return iri if ":" in iri else urljoin(base, iri)
        prefix, _, local = token.text.partition(":")
        namespace = prefixes.get(prefix)
        return None if namespace is None else namespace + re.sub(r"\\(.)", r"\1", local)


def _unescaped(iri: str) -> str:
    return _ESCAPE.sub(lambda m: chr(int(m[1] or m[2], 16)), iri)


def _is_iri(text: str) -> bool:
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True
