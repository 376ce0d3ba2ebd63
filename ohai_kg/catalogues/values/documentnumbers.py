"""文号: 国办发〔2016〕80号, 国务院令第711号, 税务总局公告2018年第15号, in any brackets, with the losses of real cells."""

from __future__ import annotations

import re
from typing import Final

from ohai_kg.office.wording import number_value

_COUNT: Final = r"[\d零〇一二三四五六七八九十百]{1,6}"
_DATES: Final = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日|\d{4}年(?=[\u4e00-\u9fff]+(?:令|公告))")
# 国办发〔2016〕80号 in any bracket; the issuing words stand right before it.
_YEARED: Final = re.compile(r"([\u4e00-\u9fff]{1,14})[〔(](\d{4})[〕)]第?(\d{1,5})号(?:文件?)?")
_ANNOUNCED: Final = re.compile(rf"([\u4e00-\u9fff]{{2,20}}(?:公告|令))[〔(]?(\d{{4}})[年〕)]+第?({_COUNT})号")
_DECREE: Final = re.compile(rf"((?:[\u4e00-\u9fff]{{1,20}})?令)第?({_COUNT})号")
_DECREE_LAST: Final = re.compile(rf"([\u4e00-\u9fff]{{2,20}}?)?第({_COUNT})号([\u4e00-\u9fff]{{2,12}}?)?令")
_DAMAGED: Final = re.compile(r"[\u4e00-\u9fff]{0,14}[〔(]\d{4,6}[)〕]?第?\d{0,5}号|[\u4e00-\u9fff]{1,14}\d{4}年?第?\d{1,5}号")
# Words that lead to an issuing office and are no part of its name.
_LED: Final = re.compile(r"^.*(?:依据|根据|按照|以及|及|与)(?=[\u4e00-\u9fff])|^和")


def take_numbers(words: str) -> tuple[list[tuple[int, str]], str, str]:
    """The numbers in words, each with where it stands and in one form; one too damaged to be read; and the words without them.

    >>> take_numbers("(国办发(2016)80号)"), take_numbers("(国办发〔201680号)")[1]
    (([(1, '国办发〔2016〕80号')], '', '()'), '国办发〔201680号')
    """
    words = _DATES.sub("", words)
    found: list[tuple[int, str]] = []

    def take(pattern: re.Pattern[str]) -> None:
        nonlocal words
        found.extend((number.start(), _form(number)) for number in pattern.finditer(words))
        words = pattern.sub("", words)

    for pattern in (_YEARED, _ANNOUNCED, _DECREE, _DECREE_LAST):
        take(pattern)
    damaged = _DAMAGED.search(words)
    return sorted(found), damaged[0] if damaged else "", words.replace(damaged[0], "") if damaged else words


def _form(number: re.Match[str]) -> str:
    """The number in the form of the State Council's own documents."""
    issuer = _LED.sub("", number[1] or "")
    if number.re is _YEARED:
        return f"{issuer}〔{number[2]}〕{number[3]}号"
    if number.re is _ANNOUNCED:
        return f"{issuer}{number[2]}年第{number_value(number[3])}号"
    if number.re is _DECREE_LAST:
        return f"{issuer}{number[3] or ''}令第{number_value(number[2])}号"
    return f"{issuer}第{number_value(number[2])}号"
