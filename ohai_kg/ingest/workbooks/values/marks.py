"""Ticks and boxes, sound and damaged: □ typed as 口, ■ as ▲, Wingdings symbols fallen to letters."""

from __future__ import annotations

import re
from typing import Final

from ohai_kg.ingest.workbooks.wording import squeezed

MARKED: Final = "√✓✔☑✅■●▲▄◼█◆★⬛▇▆√☒√"
UNMARKED: Final = "□☐○〇◯△◇☆▢⬜❑❏▫◻"
_LETTERS_ON: Final = "ntRPüþvVQ"  # Wingdings n ■, t ◆, ü √, þ ☑; Wingdings 2 R ☑, P √
_LETTERS_OFF: Final = "o¨£q"  # Wingdings o □, ¨ ◻, q ❑; Wingdings 2 £ ☐
_YES: Final = frozenset({"是", "有", "V", "v", "Y", "y", "R", "P", "ü", "þ", "Ö", "TRUE", "1", "J"})
_NO: Final = frozenset(
    {"否", "无", "×", "X", "x", "✗", "✘", "/", "\\", "-", "—", "——", "--", "N", "n", "o", "£", "¨", "FALSE", "0"}
)

# A mark stands before a Chinese word, at the start or after a separator; a letter inside a word is none.
_DAMAGED: Final = re.compile(
    rf"(?:(?<=^)|(?<=[\s、,，;；。]))([{_LETTERS_ON}{_LETTERS_OFF}口])(?=[\s]*[\u4e00-\u9fff])", re.MULTILINE
)


def repaired(text: str) -> str:
    """The text with damaged marks replaced by ■ and □, sound ones made uniform.

    >>> repaired("R政府网站 £政府公报"), repaired("▄政府网站口政府公报")
    ('■政府网站 □政府公报', '■政府网站□政府公报')
    """
    text = "".join("■" if c in MARKED else "□" if c in UNMARKED else c for c in text)
    text = _DAMAGED.sub(lambda found: "■" if found[1] in _LETTERS_ON else "□", text)
    # 口 ends no name of a channel (窗口 and 出口 do, and stay), so before one it is a fallen box.
    if "■" in text:
        text = re.sub(
            r"(?<![窗出进关路人])口(?=(?:政府|政务|两微|一微|发布会|听证|广播|纸质|公开查阅|便民|入户|现场|社区|精准|其他|公示))",
            "□",
            text,
        )
    return text


def is_mark(text: str) -> bool | None:
    """True for a tick, False for a blank, an empty box or a word of refusal, None for anything else.

    >>> is_mark("√"), is_mark("□"), is_mark(""), is_mark("申请人")
    (True, False, False, None)
    """
    squeezed_text = squeezed(text)
    if not squeezed_text or squeezed_text in _NO or all(c in UNMARKED + "口" for c in squeezed_text):
        return False
    if squeezed_text in _YES or all(c in MARKED for c in squeezed_text):
        return True
    return None
