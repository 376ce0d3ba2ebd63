"""Result messages in Chinese and English, with a text for every constraint component."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rdflib import Literal

COMPONENTS_ZH: Final[dict[str, str]] = {
    "AndConstraintComponent": "未同时满足所列各项条件",
    "ClassConstraintComponent": "值不属于要求的类",
    "ClosedConstraintComponent": "含有未允许的属性",
    "DatatypeConstraintComponent": "值的数据类型不符或书写不合法",
    "DisjointConstraintComponent": "与另一属性的值重复",
    "EqualsConstraintComponent": "与另一属性的值不一致",
    "HasValueConstraintComponent": "缺少规定的值",
    "InConstraintComponent": "值不在允许的范围内",
    "LanguageInConstraintComponent": "文字的语言不在允许的范围内",
    "LessThanConstraintComponent": "值应小于另一属性的值",
    "LessThanOrEqualsConstraintComponent": "值应不大于另一属性的值",
    "MaxCountConstraintComponent": "值的个数超过上限",
    "MaxExclusiveConstraintComponent": "值应小于上限",
    "MaxInclusiveConstraintComponent": "值超过上限",
    "MaxLengthConstraintComponent": "文字超过最大长度",
    "MinCountConstraintComponent": "缺少必填的值",
    "MinExclusiveConstraintComponent": "值应大于下限",
    "MinInclusiveConstraintComponent": "值低于下限",
    "MinLengthConstraintComponent": "文字少于最小长度",
    "NodeConstraintComponent": "值不符合要求的形状",
    "NodeKindConstraintComponent": "值的种类不符（IRI、文字或空节点）",
    "NotConstraintComponent": "满足了不应满足的条件",
    "OrConstraintComponent": "所列各项条件均未满足",
    "PatternConstraintComponent": "值不符合规定的格式",
    "QualifiedMaxCountConstraintComponent": "符合条件的值超过上限",
    "QualifiedMinCountConstraintComponent": "符合条件的值少于下限",
    "SPARQLConstraintComponent": "不满足以查询表达的规则",
    "UniqueLangConstraintComponent": "同一语言有多个值",
    "XoneConstraintComponent": "所列条件应恰好满足一项",
}
"""What a result without a Chinese message says, by the local name of its component (SHACL section 4)."""


def in_both(messages: Sequence[Literal], component: str) -> dict[str, str]:
    """The message in Chinese and in English; where the shape gives none, what the component means."""
    texts: dict[str, list[str]] = {"zh": [], "en": []}
    for message in messages:
        language = (message.language or "en").lower().split("-")[0]
        texts.setdefault(language, []).append(str(message))
    name = component.rsplit("#", 1)[-1]
    zh = "；".join(texts["zh"]) or COMPONENTS_ZH.get(name, f"不满足约束 {name}")
    en = "; ".join(texts["en"]) or f"Breaks {name}"
    return {"zh": zh, "en": en}
