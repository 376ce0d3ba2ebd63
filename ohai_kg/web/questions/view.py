"""An answer as a page shows it: one column for a thing and its label, links into this site, and how to draw it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from ohai_kg.web.http.addresses import linked_at
from ohai_kg.web.questions.columns import heading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ohai_kg.office.answers import AnswerTable, Cell
    from ohai_kg.questions.model import SavedQuery

_TRUTH: Final = {("zh", True): "是", ("zh", False): "否", ("en", True): "yes", ("en", False): "no"}
_AXES: Final[dict[str, dict[str, str]]] = {"bar": {"label": "x", "value": "y"}, "pie": {"label": "x", "value": "y"}}
"""What the header calls the columns of a chart, and what the script that draws it does."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: its name in files, its heading, whether its values are numbers."""

    column: str
    text: str
    numeric: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell: its text, where it leads, and the raw value where the text is another."""

    text: str
    address: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class View:
    """The table of a page."""

    headings: tuple[Heading, ...]
    rows: tuple[tuple[Shown, ...], ...]


def view(query: SavedQuery, table: AnswerTable, lang: str, base: str, names: Mapping[str, str]) -> View:
    """The table in `lang`; `names` are labels of things whose label is no column of the answer."""
    shown = [at for at, column in enumerate(table.columns) if f"{column}Label" not in table.columns]
    headings = tuple(
        Heading(table.columns[at], heading(query, table.columns[at]).get(lang), _is_numeric(table, at)) for at in shown
    )
    rows = tuple(tuple(_shown(table, row, at, lang, base, names) for at in shown) for row in table.rows)
    return View(headings, rows)


def chart(query: SavedQuery) -> str | None:
    """What the script that draws the table must know, as JSON; None where there is nothing to draw."""
    if query.chart.type == "none":
        return None
    axes = _AXES.get(query.chart.type, {})
    columns = {axes.get(role, role): column for role, column in query.chart.columns.items()}
    return json.dumps({"type": query.chart.type, **columns})


def _shown(table: AnswerTable, row: tuple[Cell | None, ...], at: int, lang: str, base: str, names: Mapping[str, str]) -> Shown:
    cell = row[at]
    if cell is None:
        return Shown("")
    if isinstance(cell.value, bool):
        return Shown(_TRUTH["en" if lang == "en" else "zh", cell.value], value=cell.text)
    if cell.is_iri:
        return Shown(names.get(cell.text, cell.text.rpartition("/")[2]), linked_at(cell.text, base))
    named = table.columns[at].removesuffix("Label")
    thing = row[table.columns.index(named)] if named != table.columns[at] and named in table.columns else None
    return Shown(cell.text, linked_at(thing.text, base) if thing and thing.is_iri else None)


def _is_numeric(table: AnswerTable, at: int) -> bool:
    values = [row[at] for row in table.rows]
    return bool(values) and all(
        cell is not None and isinstance(cell.value, int | float | Decimal) and not isinstance(cell.value, bool)
        for cell in values
    )
