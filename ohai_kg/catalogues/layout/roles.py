"""The roles a column can have, and the words of headings that give them away."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from ohai_kg.catalogues.values.codes import level_codes
from ohai_kg.office.wording import squeezed, without_brackets


class Role(StrEnum):
    """What a column holds. Mode and audience each have a text form and one column a value; level has both too."""

    ORDINAL = "ordinal"
    CATEGORY = "category"
    CONTENT = "content"
    BASIS = "basis"
    DEADLINE = "deadline"
    SUBJECT = "subject"
    CHANNEL = "channel"
    AUDIENCE = "audience"
    AUDIENCE_GENERAL = "audience-general"
    AUDIENCE_SPECIFIC = "audience-specific"
    MODE = "mode"
    MODE_PROACTIVE = "mode-proactive"
    MODE_ON_REQUEST = "mode-on-request"
    LEVEL = "level"
    STAGE = "stage"
    ATTRIBUTE = "attribute"
    GROUND = "ground"
    INDEX_NUMBER = "index-number"
    DOMAIN = "domain"
    FORM = "form"
    DURATION = "duration"
    SECTION = "section"
    OTHER = "other"


ROLE_WORDS: Final[dict[Role, tuple[str, str]]] = {
    Role.ORDINAL: ("序号", "number"),
    Role.CATEGORY: ("公开事项", "name or category"),
    Role.CONTENT: ("公开内容", "content"),
    Role.BASIS: ("公开依据", "basis"),
    Role.DEADLINE: ("公开时限", "time limit"),
    Role.SUBJECT: ("公开主体", "subject"),
    Role.CHANNEL: ("公开渠道和载体", "channel"),
    Role.AUDIENCE: ("公开对象", "audience"),
    Role.AUDIENCE_GENERAL: ("公开对象：全社会", "audience: everyone"),
    Role.AUDIENCE_SPECIFIC: ("公开对象：特定群体", "audience: a group"),
    Role.MODE: ("公开方式", "mode"),
    Role.MODE_PROACTIVE: ("公开方式：主动", "mode: proactive"),
    Role.MODE_ON_REQUEST: ("公开方式：依申请", "mode: on request"),
    Role.LEVEL: ("公开层级", "level"),
    Role.STAGE: ("过程（五公开）", "stage"),
    Role.ATTRIBUTE: ("公开属性", "disclosure attribute"),
    Role.GROUND: ("不公开理由", "ground of non-disclosure"),
    Role.INDEX_NUMBER: ("索引号", "index number"),
    Role.DOMAIN: ("领域", "domain"),
    Role.FORM: ("公开形式", "form of publication"),
    Role.DURATION: ("公开时长", "duration"),
    Role.SECTION: ("责任科室", "section"),
    Role.OTHER: ("其他（不采用）", "other (not used)"),
}
"""What a column may hold, in words: Chinese, English."""

ELEMENT_ROLES: Final[dict[str, frozenset[Role]]] = {
    "name": frozenset({Role.CATEGORY}),
    "basis": frozenset({Role.BASIS}),
    "content": frozenset({Role.CONTENT}),
    "subject": frozenset({Role.SUBJECT}),
    "deadline": frozenset({Role.DEADLINE}),
    "method": frozenset({Role.MODE, Role.MODE_PROACTIVE, Role.MODE_ON_REQUEST, Role.ATTRIBUTE}),
}
_NAME_LEVEL: Final = 9  # 公开事项 or 信息名称 without a level: below every numbered level
_LEVELS: Final = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "I": 1, "II": 2, "III": 3, "IV": 4, "V": 5}
_LEVELS_HEADING: Final = re.compile(
    r"(?:公开)?([一二三四五1-5]|I{1,3}|IV|V)级(?:公开)?(?:事项?|目录?|指标?|类别|分类|栏目|主题)?(?:名称)?|"
    r"(?:公开)?(?:事项|目录|指标)\(?([一二三四五1-5]|I{1,3})级?\)?(?:事项)?"
)
_LOST_LEVEL: Final = re.compile(r"级(?:公开)?(?:事项|目录|指标)")  # the 一 or 二 fell off
_MAIN_AND_SUB: Final = {"主项": 1, "子项": 2}
# The first pattern that matches decides; grounds stand before bases, forms and durations before their like.
_HEADINGS: Final[tuple[tuple[Role, str], ...]] = (
    (Role.ORDINAL, r"序号?|编号|序列号|项次|(?i:no\.?)"),
    (Role.GROUND, r"(?:不予?公开|豁免公开)的?(?:依据|理由|原因).*"),
    (
        Role.BASIS,
        r"(?:主要)?公开的?(?:法律|政策)?依据|(?:法律|法规|法律法规|政策|法定|设定|设立|制定|执行|文件|实施|办理|办事|发布)?依据(?:文件|名称)?",
    ),
    (
        Role.CONTENT,
        r"(?:主要)?公开的?内容.*|内容(?:要素)?|公开(?:的?信息)?要素|(?:具体|发布|公开信息|信息公开|公开具体|公开主要)内容|信息要素",
    ),
    (Role.DURATION, r"公开时长.*"),
    (Role.DEADLINE, r"公开的?(?:时限|期限|时间|时效).*|(?:发布)?(?:时限|期限)(?:要求)?|时效"),
    (Role.SECTION, r"(?:责任|承办|具体)(?:科室|处室|股室|人).*"),
    (
        Role.SUBJECT,
        r"公开(?:责任)?(?:主体|单位|部门|机构)(?:[及和、/].*)?|(?:责任|发布|实施)?主体|(?:责任|发布)(?:部门|单位|机构)",
    ),
    (Role.CHANNEL, r"公开的?(?:渠道|载体|途径|平台).*|(?:渠道|载体).*|(?:信息)?发布(?:渠道|途径|平台|载体)|主动公开的?方式"),
    (Role.AUDIENCE_GENERAL, r"(?:面向|向)?全社会(?:公众|公开)?|(?:面向)?社会(?:公众)?"),
    (Role.AUDIENCE_SPECIFIC, r"(?:面向|向)?特定(?:群众|群体|对象|人群|社会群体)?"),
    (Role.AUDIENCE, r"公开的?(?:对象|范围|群体|人群)|对象|受众"),
    (Role.MODE_PROACTIVE, r"主动(?:公开)?"),
    (Role.MODE_ON_REQUEST, r"依申请(?:公开)?"),
    (Role.MODE, r"公开的?(?:方式|类型).*|方式"),
    (Role.FORM, r"公开形式|发布形式"),
    (Role.LEVEL, r"公开的?层[级次].*|层级"),
    (Role.STAGE, r"过程|[“\"]?五公开.*|(?:公开)?(?:环节|阶段|过程)"),
    (Role.ATTRIBUTE, r"公开属性|属性"),
    (Role.INDEX_NUMBER, r"(?:信息)?索引号|统一编号"),
    (Role.DOMAIN, r"(?:相应|试点|公开|所属)?领域(?:名称)?"),
)
_PATTERNS: Final = tuple((role, re.compile(pattern)) for role, pattern in _HEADINGS)
# 公开对象（全社会） is the one column of a value, as if the words in brackets stood below the heading.
_DIVIDED: Final[dict[Role, frozenset[Role]]] = {
    Role.AUDIENCE: frozenset({Role.AUDIENCE_GENERAL, Role.AUDIENCE_SPECIFIC}),
    Role.MODE: frozenset({Role.MODE_PROACTIVE, Role.MODE_ON_REQUEST}),
}
_NAME: Final = re.compile(
    r"(?:公开)?(?:事项|信息|政府信息|目录)(?:名称)?|(?:事项|信息|项目)?名称|(?:公开的|具体|服务|主要|政务服务)事项(?:名称)?|公开项目(?:名称)?|公开(?:的)?(?:政府)?信息(?:名称|事项)?|公开标准事项"
)
# Headings that lose a character still are a subsequence of these.
_FULL: Final[tuple[tuple[str, Role], ...]] = (
    ("公开内容", Role.CONTENT),
    ("公开依据", Role.BASIS),
    ("公开时限", Role.DEADLINE),
    ("公开主体", Role.SUBJECT),
    ("公开渠道和载体", Role.CHANNEL),
    ("公开对象", Role.AUDIENCE),
    ("公开方式", Role.MODE),
    ("公开层级", Role.LEVEL),
    ("特定群体", Role.AUDIENCE_SPECIFIC),
    ("特定群众", Role.AUDIENCE_SPECIFIC),
    ("主动公开", Role.MODE_PROACTIVE),
    ("依申请公开", Role.MODE_ON_REQUEST),
)


@dataclass(frozen=True, slots=True)
class Heading:
    """What the words of one heading say: role, the level of a category, the administrative levels, how sure."""

    role: Role
    level: int = 0
    codes: tuple[str, ...] = ()
    confidence: str = "certain"


@lru_cache(maxsize=4096)
def read_heading(text: str, *, under_level: bool = False) -> Heading | None:
    """The role that a heading names; None where its words name none. `under_level`: it stands below 公开层级.

    >>> read_heading("依申⏎请公开".replace("⏎", chr(10))).role.value, read_heading("公开主").confidence
    ('mode-on-request', 'medium')
    """
    flat = without_brackets(text) or squeezed(text).strip("()〔〕[]【】")
    if not flat or len(flat) > 24:
        return None
    if category := _category(flat) or _category(squeezed(text)):
        return category
    if (codes := level_codes(text)) and (under_level or flat.endswith(("级", "本级"))):
        return Heading(Role.LEVEL, codes=codes)
    role = next((role for role, pattern in _PATTERNS if pattern.fullmatch(flat)), None)
    if role in _DIVIDED and (bracket := re.search(r"\(([^()]+)\)$", squeezed(text))):
        inner = next((inner for inner, pattern in _PATTERNS if pattern.fullmatch(bracket[1])), None)
        return Heading(inner if inner in _DIVIDED[role] else role)
    if role is not None:
        return Heading(role)
    return Heading(Role.CATEGORY, _NAME_LEVEL) if _NAME.fullmatch(flat) else _with_losses(flat)


def _category(flat: str) -> Heading | None:
    """一级事项, Ⅱ级公开事项, 公开事项（三级）, 子项; 级事项 lost its number and gets the one that is not there."""
    if found := _LEVELS_HEADING.fullmatch(flat):
        word = found[1] or found[2]
        return Heading(Role.CATEGORY, _LEVELS.get(word, 0) or int(word))
    if flat in _MAIN_AND_SUB:
        return Heading(Role.CATEGORY, _MAIN_AND_SUB[flat])
    return Heading(Role.CATEGORY, confidence="medium") if _LOST_LEVEL.fullmatch(flat) else None


def _with_losses(flat: str) -> Heading | None:
    """A heading that lost one character, or the last ones of 公开渠道和载体, where only one full heading fits."""
    fitting = {
        role
        for full, role in _FULL
        if 2 < len(flat) < len(full)
        and _is_part(flat, full)
        and (full.startswith(flat) or len(full) - len(flat) <= (3 if len(full) > 5 else 1))
    }
    return Heading(fitting.pop(), confidence="medium") if len(fitting) == 1 else None


def _is_part(short: str, full: str) -> bool:
    """Whether `short` is `full` with characters taken out."""
    rest = iter(full)
    return all(character in rest for character in short)
