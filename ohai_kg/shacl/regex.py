"""Regular expressions of SPARQL's REGEX, which are XPath's (F&O 5.6.1), as Python's.

`elementpath` knows character classes, their subtraction and Unicode; what differs between XPath and Python besides is
made explicit for it here.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_UNIT: Final = re.compile(r"\\.|\[|\]|.", re.DOTALL)
_ESCAPES: Final = frozenset("nrt\\|.?*+(){}$-[]^pPsSiIcCdDwW0123456789")
_CLASSES: Final = frozenset("sSdDwW")
_FLAGS: Final = {"s": re.DOTALL, "m": re.MULTILINE, "i": re.IGNORECASE, "x": re.VERBOSE, "q": 0}
_SPACE: Final = " \t\n\r"
_PIECE: Final = r"(?:[A-Za-z0-9一-龥:/_, -]|\\\.|\[(?:[A-Za-z0-9一-龥](?:-[A-Za-z0-9一-龥])?)+\])"
_COMMON: Final = re.compile(rf"\^?(?:{_PIECE}(?:\{{[0-9]+(?:,[0-9]*)?\}}|[*+?])?)*\$?")
"""Patterns that need no translation but of their end: most; `elementpath` takes a tenth of a second to import."""


class PatternIllFormed(ValueError):
    """No regular expression of XPath."""


@lru_cache(maxsize=1024)
def compiled(pattern: str, flags: str = "") -> re.Pattern[str]:
    """The pattern under XPath's flags (s, m, i, x, q), to be searched for. Raises PatternIllFormed."""
    if unknown := set(flags) - _FLAGS.keys():
        raise PatternIllFormed(f"no flag of a regular expression: {''.join(sorted(unknown))}")
    options = 0
    for flag in flags:
        options |= _FLAGS[flag]
    if "q" in flags:  # F&O 3.0: the pattern is plain text
        return re.compile(re.escape(pattern), options & re.IGNORECASE)
    if not flags and _COMMON.fullmatch(pattern):
        try:
            return re.compile(pattern.removesuffix("$") + r"\Z" if pattern.endswith("$") else pattern)
        except re.error as error:
            raise PatternIllFormed(f"{pattern!r}: {error}") from None
    from elementpath.regex import RegexError, translate_pattern

    try:
        plain = "".join(_explicit(pattern, dot_all="s" in flags, spaced="x" in flags))
        options &= ~(re.VERBOSE | re.DOTALL)
        return re.compile(translate_pattern(plain, options, xsd_version="1.1"), options)
    except (RegexError, re.error, IndexError, OverflowError) as error:
        raise PatternIllFormed(f"{pattern!r}: {error}") from None


def _explicit(pattern: str, *, dot_all: bool, spaced: bool) -> list[str]:
    """The pattern without what depends on a flag or means something else in Python."""
    depth, parts = 0, []
    for match in _UNIT.finditer(pattern):
        unit = match[0]
        if unit[0] == "\\" and (len(unit) == 1 or unit[1] not in _ESCAPES):
            raise PatternIllFormed(f"{pattern!r}: no escape of XPath: {unit}")
        if unit in "[]":
            depth += 1 if unit == "[" else -1
        elif not depth and unit == ".":
            unit = r"[\s\S]" if dot_all else r"[^\n]"
        elif not depth and unit[0] == "\\" and unit[1] in _CLASSES:
            unit = f"[{unit}]"
        elif not depth and spaced and unit in _SPACE:
            continue
        parts.append(unit)
    return parts
