"""Ticks and boxes, sound and damaged: □ typed as 口, ■ as ▲, Wingdings symbols fallen to letters."""

from __future__ import annotations

import re
from typing import Final

from ohai_kg.office.wording import squeezed

TICKS: Final = "√✓✔☑✅∨ˇ"
MARKED: Final = TICKS + "■●▲▄◼█◆★⬛▇▆☒⊙◙◾▪"
UNMARKED: Final = "□☐○〇◯△◇☆▢⬜❑❏▫◻◽"
# Symbol fonts keep their characters in the private area; an old file has the bare letters.
SYMBOLS: Final = {
    **dict.fromkeys((0xF06E, 0xF074, 0xF0A7), "■"),
    **dict.fromkeys((0xF0FE, 0xF052, 0xF053, 0xF054), "☑"),
    **dict.fromkeys((0xF0FC, 0xF050), "√"),
    **dict.fromkeys((0xF06F, 0xF070, 0xF071, 0xF072, 0xF0A3, 0xF0A8), "□"),
}
_LETTERS_ON: Final = "ntRPüþvVQ"  # Wingdings n ■, t ◆, ü √, þ ☑; Wingdings 2 R ☑, P √
_LETTERS_OFF: Final = "o¨£q"  # Wingdings o □, ¨ ◻, q ❑; Wingdings 2 £ ☐
_YES: Final = frozenset({"是", "有", "V", "v", "Y", "y", "R", "P", "ü", "þ", "Ö", "TRUE", "1", "J", "ν", "勾", "对", "t"})
_NO: Final = frozenset(
    {"否", "无", "×", "X", "x", "✗", "✘", "/", "\\", "-", "—", "——", "--", "N", "o", "£", "¨", "FALSE", "0", "_", "//"}
)
# How the names of channels begin: what stands right before one of them is a mark, not the end of another word.
_BEGINNINGS: Final = (
    "政府|政务|人民政府|两微|一微|微信|微博|新媒体|门户|网站|发布会|新闻|听证|广播|电视|纸质|报刊|报纸|公开|查阅|行政|便民|入户|"
    "现场|社区|企事业|村|居|精准|其他|公示|主动|依申请|全社会|特定|县|区|市|省|乡|镇|决策|执行|管理|服务|结果|信用|公共资源"
)
# A mark stands before a Chinese word, at the start or after a separator; a letter inside a word is none.
_DAMAGED: Final = re.compile(
    rf"(?:(?<=^)|(?<=[\s、,，;；。]))([{_LETTERS_ON}{_LETTERS_OFF}口])(?=[\s]*[\u4e00-\u9fff])", re.MULTILINE
)
_BETWEEN: Final = re.compile(rf"(?<=[\u4e00-\u9fff)）])([{_LETTERS_ON}{_LETTERS_OFF}])(?=\s*(?:{_BEGINNINGS}))")
# 口 ends no name of a channel (窗口 and 出口 do, and stay), so before one it is a fallen box.
_FALLEN_BOX: Final = re.compile(rf"(?<![窗出进关路人])口(?=\s*(?:{_BEGINNINGS}))")
_FRAMED: Final = re.compile(rf"[\[(（【]\s*([{MARKED}])\s*[\])）】]")
_EMPTY_FRAME: Final = re.compile(r"[\[(（【][\s_]*[\])）】](?=\s*[\u4e00-\u9fff])")


def with_symbols(text: str) -> str:
    """The text with the private characters of symbol fonts as the marks they show.

    >>> with_symbols(chr(0xF0FE) + "政府网站")
    '☑政府网站'
    """
    return text if text.isascii() else text.translate(SYMBOLS).replace("\ufe0f", "").replace("\ufe0e", "")


def repaired(text: str) -> str:
    """The text with damaged marks replaced by ■ and □, sound ones made uniform.

    >>> repaired("R政府网站 £政府公报"), repaired("▄政府网站口政府公报"), repaired("R政府网站£政府公报R公开查阅点")
    ('■政府网站 □政府公报', '■政府网站□政府公报', '■政府网站□政府公报■公开查阅点')
    """
    text = with_symbols(text)
    if _FRAMED.search(text):
        text = _EMPTY_FRAME.sub("□", _FRAMED.sub(r"\1", text))
    text = "".join("■" if c in MARKED else "□" if c in UNMARKED else c for c in text)
    fallen = _DAMAGED.sub(_sound, text)
    if fallen != text or "£" in text or "¨" in text:
        fallen = _BETWEEN.sub(_sound, fallen)
    return _FALLEN_BOX.sub("□", fallen) if "■" in fallen or "□" in fallen else fallen


def _sound(found: re.Match[str]) -> str:
    return "■" if found[1] in _LETTERS_ON else "□"


def is_mark(text: str) -> bool | None:
    """True for a tick, False for a blank, an empty box or a word of refusal, None for anything else.

    A tick with words behind it (√（部分）) is a tick.

    >>> is_mark("√"), is_mark("□"), is_mark(""), is_mark("申请人"), is_mark("√（部分）")
    (True, False, False, None, True)
    """
    flat = squeezed(with_symbols(text)).strip("。.,、;")
    if not flat or flat in _NO or all(c in UNMARKED + "口" for c in flat):
        return False
    if flat in _YES or all(c in MARKED for c in flat) or flat[0] in TICKS:
        return True
    return None
