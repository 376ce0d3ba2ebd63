"""Forms 1 to 3 of Annex 7: they list sub-domains, work and duties, not items, and must not be read as a catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ohai_kg.catalogues.layout.tables import head_text
from ohai_kg.errors import NotACatalogue
from ohai_kg.office.wording import squeezed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ohai_kg.catalogues.layout import Region
    from ohai_kg.office.sheets import Sheet

# Number and name of a form by headings that only it has, all in one row.
_FORMS: Final[Mapping[frozenset[str], tuple[int, str, str]]] = {
    frozenset({"序号", "子领域名称", "说明"}): (1, "子领域细分表", "sub-domains"),
    frozenset({"序号", "五公开阶段", "涉及工作", "责任单位"}): (2, "“五公开”过程梳理表", "work by stage"),
    frozenset({"序号", "权力名称", "权力类型", "责任单位"}): (3, "部门工作职责梳理表", "powers and duties"),
    frozenset({"序号", "具体工作事项", "责任单位"}): (3, "部门工作职责梳理表", "powers and duties"),
}
_SERVICES: Final = frozenset({"序号", "事项名称", "责任单位"})
"""The third part of form 3; alone it could be any list."""
_QUOTES: Final = str.maketrans("", "", "“”\"'「」")


def without_other_forms(regions: Iterable[Region]) -> list[Region]:
    """The tables that are no part of forms 1 to 3."""
    return [region for region in regions if not _is_other(region)]


def _is_other(region: Region) -> bool:
    head = frozenset(squeezed(head_text(region.sheet, region.head.start, column)) for column in range(region.sheet.width))
    words = _compared(head)
    return words in _FORMS or (words == _SERVICES and _form_of(region.sheet) is not None)


def refuse_other_forms(sheets: Iterable[Sheet]) -> None:
    """Raise NotACatalogue where one of the sheets is such a form; for files in which no other table was found."""
    found = next(filter(None, map(_form_of, sheets)), None)
    if found is not None:
        number, zh, en = found
        raise NotACatalogue(
            f"这是方案附件7的表{number}“{zh}”，不是事项目录：它没有公开事项，不能按六要素校验。"
            "公开事项请填表4“政府信息清单”（ohai-kg form --annex7 4）或国家目录样式（ohai-kg form --domain …），再校验那张表。",
            f"This is form {number} of Annex 7 ({en}), not a catalogue: it lists no items to be checked for the six elements. "
            "Fill in form 4 (ohai-kg form --annex7 4) or the national layout (ohai-kg form --domain …) and check that.",
        )


def _form_of(sheet: Sheet) -> tuple[int, str, str] | None:
    for row in sheet.rows[:400]:
        found = _FORMS.get(_compared(frozenset(map(squeezed, row))))
        if found is not None:
            return found
    return None


def _compared(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word.translate(_QUOTES) for word in words if word)
