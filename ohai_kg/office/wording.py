"""Text as it is compared: width, blanks and number words made equal. What is shown and kept is never this, but the cell."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_BLANKS: Final = re.compile(r"[\s\u200b\u200c\u200d\ufeff\u2060\u00ad]+")
_BRACKETED: Final = re.compile(r"[(〔\[【<〈{][^()〔〕\[\]【】<>〈〉{}]*[)〕\]】>〉}]")
_LOOSE_BRACKET: Final = re.compile(r"[(〔\[【{][^)〕\]】}]*$")
_ANGLES: Final = str.maketrans({"〈": "(", "〉": ")", "[": "(", "]": ")", "【": "(", "】": ")", "﹝": "〔", "﹞": "〕"})
# 1. 1、 （1） 1） ①: what numbers the entries of a list, at its start or in mid text; 3.1 and 12345 are none.
NUMBERING: Final = re.compile(r"[(（]\d{1,2}[)）][.、．]?|(?<![\d.])\d{1,2}(?:[、．)）]|\.(?!\d))|[①-⑳]")
_DIGITS: Final = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_NUMBER_WORD: Final = re.compile(r"[零〇一二两三四五六七八九十百]+(?=个?(?:工作日|月|日|天|周|年|小时|星期))")


@lru_cache(maxsize=16384)
def squeezed(text: str) -> str:
    """Full width folded, every blank and line break taken out; the cells of a catalogue repeat, so answers are kept.

    >>> squeezed("依申⏎请 公开（要素）".replace("⏎", chr(10)))
    '依申请公开(要素)'
    """
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text))


def without_brackets(text: str) -> str:
    """`squeezed`, with bracketed text cut, also where the bracket was never closed.

    >>> without_brackets("县（区）级"), without_brackets("公开内容（要素")
    ('县级', '公开内容')
    """
    text = squeezed(text)
    while (shorter := _BRACKETED.sub("", text)) != text:
        text = shorter
    return _LOOSE_BRACKET.sub("", text)


def as_name(text: str) -> str:
    """`squeezed`, with every kind of bracket written alike: how names of units and documents are looked up."""
    return squeezed(text).translate(_ANGLES)


def with_digits(text: str) -> str:
    """Number words before a unit of time as digits.

    >>> with_digits("二十个工作日"), with_digits("十五日")
    ('20个工作日', '15日')
    """
    return _NUMBER_WORD.sub(lambda found: str(number_value(found[0])), text)


def number_value(word: str) -> int:
    """The value of digits or of a number word up to 999.

    >>> number_value("四十"), number_value("711")
    (40, 711)
    """
    if word.isdecimal():
        return int(word)
    total = digit = 0
    for character in word:
        if character in _DIGITS:
            digit = _DIGITS[character]
        else:
            total += (digit or 1) * (10 if character == "十" else 100)
            digit = 0
    return total + digit
