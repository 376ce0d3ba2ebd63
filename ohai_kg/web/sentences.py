"""The answer to a question in one sentence, from the template of its header and the rows that lead the answer.

A template names columns in braces: `{unitLabel}承担职责的领域最多，共 {domains} 个。` The rows that lead are those that equal
the first in every number the template names, so a tie names all of them; where it names no number, all rows lead. `{rows}`
is the number of rows.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ohai_kg.export.tables import AnswerTable, Cell
    from ohai_kg.query.saved import SavedQuery

_PLACE: Final = re.compile(r"\{(\w+)\}")
_MOST: Final = 12
"""So many names are told; a reader finds the rest in the table."""


def sentence(query: SavedQuery, table: AnswerTable, lang: str) -> str | None:
    """The sentence in `lang`; None where the header has no template."""
    if query.answer is None:
        return None
    if not table.rows:
        return "None: no row fits." if lang == "en" else "没有：无一相符。"
    template = query.answer.get(lang)
    leading = _leading(table, _PLACE.findall(template))

    def filled(match: re.Match[str]) -> str:
        if match[1] == "rows":
            return str(len(table.rows))
        return _told([row[table.columns.index(match[1])] for row in leading], lang)

    return _PLACE.sub(filled, template)


def _leading(table: AnswerTable, names: list[str]) -> list[tuple[Cell | None, ...]]:
    numbers = [at for at, column in enumerate(table.columns) if column in names and _is_number(table.rows[0][at])]
    first = [table.rows[0][at] for at in numbers]
    return [row for row in table.rows if [row[at] for at in numbers] == first]


def _is_number(cell: Cell | None) -> bool:
    return cell is not None and isinstance(cell.value, int | float | Decimal) and not isinstance(cell.value, bool)


def _told(cells: list[Cell | None], lang: str) -> str:
    texts = list(dict.fromkeys(cell.text for cell in cells if cell and cell.text))
    told = (", " if lang == "en" else "、").join(texts[:_MOST])
    left = len(texts) - _MOST
    if left <= 0:
        return told
    return f"{told} and {left} more" if lang == "en" else f"{told}等 {len(texts)} 个"
