"""What the cells of a column say about its role, where its heading leaves a doubt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from ohai_kg.catalogues.layout.roles import Role
from ohai_kg.catalogues.layout.tables import is_number
from ohai_kg.catalogues.values.bases import parse_bases
from ohai_kg.catalogues.values.channels import looks_like_channels
from ohai_kg.catalogues.values.codes import attribute_code, level_codes, mode_codes, stage_code
from ohai_kg.catalogues.values.timelimits import parse_time_limit
from ohai_kg.office.marks import is_mark
from ohai_kg.office.wording import squeezed

if TYPE_CHECKING:
    from ohai_kg.catalogues.layout.columns import Column
    from ohai_kg.catalogues.layout.tables import Region
    from ohai_kg.catalogues.values.registry import Registry

_SAMPLE: Final = 60
_TOLD: Final = 1_000  # characters of a cell that tell what its column holds
_MOST: Final = 0.6
_Test = Callable[[str, "Registry"], bool]
_TESTS: Final[tuple[tuple[Role, _Test], ...]] = (
    (Role.ORDINAL, lambda text, _: is_number(text)),
    (Role.DEADLINE, lambda text, _: len(text) < 200 and parse_time_limit(text).understood),
    (Role.CHANNEL, looks_like_channels),
    (Role.MODE, lambda text, _: bool(mode_codes(text))),
    (Role.ATTRIBUTE, lambda text, _: attribute_code(text) is not None),
    (Role.BASIS, lambda text, registry: "《" in text and parse_bases(text, registry).understood),
    (Role.STAGE, lambda text, _: stage_code(text) is not None),
    (Role.SUBJECT, lambda text, registry: registry.party(text) is not None),
)


def sample(column: Column, region: Region) -> list[str]:
    """Filled cells of the column, from the top of the body."""
    texts: list[str] = []
    for row in region.body:
        text = region.sheet.text(row, column.index)
        if squeezed(text):
            texts.append(text[:_TOLD])
            if len(texts) == _SAMPLE:
                break
    return texts


def settled(column: Column, region: Region, registry: Registry) -> Column:
    """A column headed 公开方式 judged by its cells: mode, form of publication, channel or levels.

    The heading alone misleads: offices use 公开方式 for 全文发布 and for channels, with the mode in 公开属性.
    """
    texts = sample(column, region) if column.role in {Role.MODE, Role.FORM} else []
    if not texts:
        return column
    if (
        any(attribute_code(text) == "B" for text in texts)
        and _share(texts, lambda text: attribute_code(text) is not None) >= _MOST
    ):
        return replace(column, role=Role.ATTRIBUTE, confidence="medium", reason="cells")  # 不予公开 is no mode
    if _share(texts, lambda text: bool(mode_codes(text)) or is_mark(text) is not None) >= _MOST:
        return column if column.role is Role.MODE else replace(column, role=Role.MODE, confidence="medium", reason="cells")
    role = column.role
    if _share(texts, lambda text: looks_like_channels(text, registry)) >= _MOST:
        role = Role.CHANNEL
    elif _share(texts, lambda text: bool(level_codes(text))) >= _MOST:
        role = Role.LEVEL
    elif not any(mode_codes(text) for text in texts) and _is_form(texts):
        role = Role.FORM
    if role is Role.FORM is column.role:
        return column
    return replace(column, role=role, confidence="medium", reason="heading" if role is Role.MODE else "cells")


def _is_form(texts: list[str]) -> bool:
    """Whether the cells say in what form something is published: 全文发布, 摘要公开."""
    return (
        _share(texts, lambda text: any(word in text for word in ("发布", "全文", "摘要", "公示", "列表", "图表", "解读")))
        >= _MOST
    )


def role_of_cells(column: Column, region: Region, registry: Registry, taken: set[Role]) -> Column:
    """A role for a column whose heading says nothing, if most cells agree and no other column has that role."""
    if column.role is not Role.OTHER or column.reason != "heading":
        return column
    texts = sample(column, region)
    for role, test in _TESTS:
        if role not in taken and texts and _share(texts, lambda text, test=test: test(text, registry)) >= _MOST:  # type: ignore[misc]
            # words that name something else, such as 咨询电话, outweigh what numbers look like
            if role is Role.ORDINAL and (column.heading or column.index > 1):
                continue
            taken.add(role)
            return replace(column, role=role, confidence="low" if column.heading else "medium", reason="cells")
    return column


def _share(texts: list[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, texts)) / len(texts)
