"""The document's body rows written back from the graph alone, part by part, as the document prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fidelity.document import Row, number_rows
from tests.fidelity.rendering.annex7 import annex_7
from tests.fidelity.rendering.body import annex_headings, annex_list, imprint, provisions, steps_of_the_plan, title_page
from tests.fidelity.rendering.groups import annex_1, annex_2, annex_3
from tests.fidelity.rendering.tables import annex_4, annex_5, annex_6

if TYPE_CHECKING:
    from pyoxigraph import Store

RENDERERS = {
    "title-page": title_page,
    "section-1": lambda store: provisions(store, "guiding", "principle", "goal"),
    "section-2": lambda store: provisions(store, "scope"),
    "section-3": lambda store: provisions(store, "task"),
    "section-4": steps_of_the_plan,
    "section-5": lambda store: provisions(store, "safeguard"),
    "annex-list": annex_list,
    "annex-headings": annex_headings,
    "annex-1": annex_1,
    "annex-2": annex_2,
    "annex-3": annex_3,
    "annex-4": annex_4,
    "annex-5": annex_5,
    "annex-6": annex_6,
    "annex-7": annex_7,
    "imprint": imprint,
}


def rendered_rows(store: Store, *parts: str) -> list[Row]:
    """The rows of `parts` (all, if none is named), hashed as those of the document are."""
    return number_rows((part, text, 0) for part in parts or RENDERERS for text in RENDERERS[part](store))
