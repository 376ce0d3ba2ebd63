"""How text becomes words that can be found: folded in width, case and script, Han as overlapping pairs of characters."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_RUNS: Final = re.compile(
    r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+|[^\W_\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
)
LONGEST: Final = 200
"""Characters of a query that are looked at."""


def fold(text: str) -> str:
    """Half-width, lower case, simplified characters: what is the same to a reader who searches.

    >>> fold("區教育局 ＡＢＣ")
    '区教育局 abc'
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return folded if folded.isascii() else _simplified()(folded)


def words(text: str) -> list[str]:
    """The words of a folded text: pairs of each Han run and its last character, other runs whole."""
    found: list[str] = []
    for run in _RUNS.findall(text):
        found += [run[i : i + 2] for i in range(len(run))] if _is_han(run) else [run]
    return found


def phrases(query: str) -> list[str]:
    """What a query asks for, in the syntax of FTS5: each part between blanks as one phrase, its end open.

    Nothing of the query but letters and digits gets through, and that between quotes, so no syntax can.
    """
    return [phrase for part in fold(query[:LONGEST]).split() if (phrase := _phrase(part))]


def _phrase(part: str) -> str:
    runs = _RUNS.findall(part)
    if not runs:
        return ""
    found = [word for run in runs[:-1] for word in words(run)]
    last = runs[-1]
    if _is_han(last) and len(last) > 1:
        found += [last[i : i + 2] for i in range(len(last) - 1)]
        return " + ".join(f'"{word}"' for word in found)
    return " + ".join(f'"{word}"' for word in (*found, last)) + " *"


def _is_han(run: str) -> bool:
    return "\u3400" <= run[0] <= "\u9fff" or "\uf900" <= run[0] <= "\ufaff" or run[0] >= "\U00020000"


@lru_cache(maxsize=1)
def _simplified() -> Callable[[str], str]:
    import opencc

    convert: Callable[[str], str] = opencc.OpenCC("t2s").convert
    return convert
