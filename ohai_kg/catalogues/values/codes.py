"""公开对象, 公开方式, 公开属性, 公开层级, 过程 and 不公开依据: columns whose values come from a code list."""

from __future__ import annotations

import re
from typing import Final

from ohai_kg.office.marks import repaired
from ohai_kg.office.wording import squeezed, without_brackets

STAGES: Final = {"决策": "A", "执行": "B", "管理": "C", "服务": "D", "结果": "E"}
_LEVELS: Final[tuple[tuple[str, str], ...]] = (
    ("state", r"国家|中央|全国"),
    ("province", r"省"),
    ("city", r"市|州|地级|地区|盟"),
    ("district", r"县|区|旗"),
    ("township", r"乡|镇|街"),
    ("village", r"村|居|屯"),
)
# Words that name who is meant: 被征收人, 项目单位, 低保家庭; a column of audiences that does not say 全社会 means those.
_PERSONS: Final = re.compile(
    r"(人|单位|机构|企业|对象|[^大国]家庭|[农住用业]户|者|人员|群众|居民|村民|农民|职工|学生|家长|相对人|部门)(\(.*\))?$"
)
_GROUNDS: Final[tuple[tuple[str, str], ...]] = (
    ("guojia-mimi", r"国家秘密"),
    ("falv-jinzhi", r"(法律|行政法规).{0,8}禁止公开"),
    ("weihai-anquan", r"危及.{0,4}安全|三安全一稳定"),
    ("shangye-mimi", r"商业秘密"),
    ("geren-yinsi", r"个人隐私"),
    ("neibu-shiwu", r"内部事务"),
    ("guocheng-xinxi", r"过程性?信息"),
    ("zhifa-anjuan", r"执法案卷"),
    ("neibu-xinxi", r"内部信息"),
)


def mode_codes(text: str) -> tuple[str, ...]:
    """`proactive`, `on-request` or both for the words of a mode; none where they are not all such words.

    >>> mode_codes("主动公开"), mode_codes("□主动 ■依申请公开"), mode_codes("主动公开、依申请公开"), mode_codes("全文发布")
    (('proactive',), ('on-request',), ('proactive', 'on-request'), ())
    """
    found: list[str] = []
    for part in re.split(r"[、/,;和及与或\s]|(?<=公开)(?=主动|依申请)", _chosen(text)):
        if re.fullmatch(r"(向社会)?主动(公开)?", part):
            found.append("proactive")
        elif re.fullmatch(r"依申请(公开)?", part):
            found.append("on-request")
        elif part:
            return ()
    return tuple(dict.fromkeys(found))


def attribute_code(text: str) -> str | None:
    """`G`, `Y` or `B` for the words of a disclosure attribute.

    >>> attribute_code("公开"), attribute_code("依申请公开"), attribute_code("不予公开")
    ('G', 'Y', 'B')
    """
    flat = _chosen(text)
    if re.fullmatch(r"(主动)?公开|主动|G", flat):
        return "G"
    if re.fullmatch(r"依申请(公开)?|Y", flat):
        return "Y"
    return "B" if re.fullmatch(r"不予?公开|B", flat) else None


def audience_codes(text: str) -> tuple[str, ...]:
    """`society` and `specific` for the words of a text column; none where they say neither.

    >>> audience_codes("全社会"), audience_codes("特定群众：申请人"), audience_codes("大家")
    (('society',), ('specific',), ())
    """
    flat = _chosen(text)
    found = []
    if re.search(r"全社会|社会公众|社会各界|全体公众|[向对]社会|^社会$|^公众$", flat):
        found.append("society")
    if re.search(r"特定(群众|群体|对象|人群)|服务对象|申请人|当事人", flat) or (not found and _PERSONS.search(flat)):
        found.append("specific")
    return tuple(found)


def level_codes(text: str) -> tuple[str, ...]:
    """The levels that a heading or a cell names, highest first; none where it names no level.

    >>> level_codes("县（区）级"), level_codes("乡、村级"), level_codes("县市区级")
    (('district',), ('township', 'village'), ('district',))
    """
    flat = re.sub(r"市\((县|区|县、?区|区、?县)\)", "县", _chosen(text))
    flat = re.sub(r"县市区|市县区|区县市|县市", "县", re.sub(r"社区", "村", without_brackets(flat)))
    flat = re.sub(r"直(属)?(部门|单位|机关)?$", "级", flat)
    if not re.fullmatch(r"(?:国家|中央|全国|地区|[省市州地盟区县旗乡镇街道村居屯、,/和及本级])+", flat):
        return ()
    return tuple(code for code, pattern in _LEVELS if re.search(pattern, flat))


def stage_code(text: str) -> str | None:
    """`A` to `E` for one of the five stages.

    >>> stage_code("决策公开"), stage_code("其他")
    ('A', None)
    """
    return STAGES.get(_chosen(text).removesuffix("公开").removesuffix("阶段").removesuffix("环节"))


def ground_codes(text: str) -> tuple[str, ...]:
    """The grounds of non-disclosure that a cell names."""
    flat = squeezed(text)
    return tuple(code for code, pattern in _GROUNDS if re.search(pattern, flat))


def _chosen(text: str) -> str:
    """The words after the filled boxes, or before them where the words come first; without boxes, the whole cell."""
    body = repaired(text).strip()
    if "■" in body or "□" in body:
        body = "".join(re.findall(r"■([^■□]*)" if body[0] in "■□" else r"([^■□]*)■", body))
    return squeezed(body).strip("。.;,、")
