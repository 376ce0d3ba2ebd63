"""The answer to a question in one sentence, from the template of its header and the rows that lead the answer.

A template names columns in braces: `{unitLabel}承担职责的领域最多，共 {domains} 个。` The rows that lead are those that equal
the first in every number the template names, so a tie names all of them; where it names no number, all rows lead. `{rows}`
is the number of rows; `{stageLabel:last}` takes the rows that equal the last one instead.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ohai_kg.office.answers import AnswerTable, Cell
    from ohai_kg.questions.model import SavedQuery

_PLACE: Final = re.compile(r"\{(\w+)(:last)?\}")
_MOST: Final = 12
"""So many names are told; a reader finds the rest in the table."""


def sentence(query: SavedQuery, table: AnswerTable, lang: str) -> str | None:
    """The sentence in `lang`; None where the header has no template."""
    if query.answer is None:
        return None
    if not table.rows:
        return "None: no row fits." if lang == "en" else "没有：无一相符。"
    template = query.answer.get(lang)
    names = [name for name, _ in _PLACE.findall(template)]
    ends = {None: _like(table, 0, names), ":last": _like(table, -1, names)}

    def filled(match: re.Match[str]) -> str:
        if match[1] == "rows":
            return str(len(table.rows))
        return _told([row[table.columns.index(match[1])] for row in ends[match[2]]], lang)

    return _PLACE.sub(filled, template)


def _like(table: AnswerTable, end: int, names: list[str]) -> list[tuple[Cell | None, ...]]:
    """The rows that equal the one at this end in every number that the template names."""
    wanted = table.rows[end]
    numbers = [at for at, column in enumerate(table.columns) if column in names and _is_number(wanted[at])]
    return [row for row in table.rows if all(_value(row[at]) == _value(wanted[at]) for at in numbers)]


def _value(cell: Cell | None) -> object:
    return None if cell is None else cell.value


def _is_number(cell: Cell | None) -> bool:
    return cell is not None and isinstance(cell.value, int | float | Decimal) and not isinstance(cell.value, bool)


def _told(cells: list[Cell | None], lang: str) -> str:
    texts = list(dict.fromkeys(cell.text for cell in cells if cell and cell.text))
    told = (", " if lang == "en" else "、").join(texts[:_MOST])
    left = len(texts) - _MOST
    if left <= 0:
        return told
    return f"{told} and {left} more" if lang == "en" else f"{told}等 {len(texts)} 个"
