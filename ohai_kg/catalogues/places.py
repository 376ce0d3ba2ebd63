"""From a finding on an item to the cell it is about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Protocol

from ohai_kg.catalogues.layout import Role

if TYPE_CHECKING:
    from ohai_kg.catalogues.rows import CatalogueItem
    from ohai_kg.office.sheets import Place

_METHOD: Final = (Role.MODE, Role.MODE_PROACTIVE, Role.MODE_ON_REQUEST, Role.ATTRIBUTE)
_AUDIENCE: Final = (Role.AUDIENCE, Role.AUDIENCE_GENERAL, Role.AUDIENCE_SPECIFIC)
# Element or local name of a property, to the columns that hold it.
_ROLES: Final[dict[str, tuple[Role, ...]]] = {
    "basis": (Role.BASIS,),
    "content": (Role.CONTENT,),
    "subject": (Role.SUBJECT,),
    "publisher": (Role.SUBJECT,),
    "deadline": (Role.DEADLINE,),
    "timeLimit": (Role.DEADLINE,),
    "method": _METHOD,
    "mode": _METHOD,
    "disclosureAttribute": (Role.ATTRIBUTE, *_METHOD),
    "channel": (Role.CHANNEL,),
    "channelCarrier": (Role.CHANNEL,),
    "ground": (Role.GROUND,),
    "nonDisclosureGround": (Role.GROUND,),
    "audience": _AUDIENCE,
    "level": (Role.LEVEL,),
    "stage": (Role.STAGE,),
    "sourceNumber": (Role.ORDINAL,),
    "indexNumber": (Role.INDEX_NUMBER,),
    "name": (Role.CATEGORY,),
    "title": (Role.CATEGORY,),
    "category": (Role.CATEGORY,),
}

PLACED_ELEMENTS: Final = ("name", "basis", "content", "subject", "deadline", "method", "channel", "ground")
"""The elements whose cells the map from rows to cells has."""


class Located(Protocol):
    """What of a finding tells its cell: the node, the element and the path in SPARQL syntax."""

    @property
    def focus(self) -> str: ...
    @property
    def element(self) -> str | None: ...
    @property
    def path(self) -> str | None: ...


def place_in(item: CatalogueItem, finding: Located) -> Place:
    """The cell of the finding's element or path in the item's row; the row where the table has no such column."""
    names = [finding.element or "", *re.findall(r":(\w+)", finding.path or "")]
    for name in names:
        if name in _ROLES:
            return place_of_element(item, name)
    return item.place


def place_of_element(item: CatalogueItem, name: str) -> Place:
    """The cell of an element, or of the property of that local name."""
    if name in {"name", "title"}:
        cells = item.of(Role.CATEGORY)
        return item.name_place or (cells[-1][1].place if cells else item.place)
    return item.place_of(*_ROLES[name])
