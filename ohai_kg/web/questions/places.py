"""Where in the document the rows of an answer come from: the source locations of the things in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ohai_kg.office.answers import AnswerTable
    from ohai_kg.serving.service import QueryService

_MOST: Final = 300
"""So many things are looked up; an answer that is longer says less about where each row is from."""
_QUERY: Final = """PREFIX zwgk: <https://w3id.org/zwgk/ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?thing ?zh ?en ?location WHERE {{
  VALUES ?thing {{ {things} }}
  OPTIONAL {{ ?thing rdfs:label ?zh . FILTER(LANG(?zh) = "zh") }}
  OPTIONAL {{ ?thing rdfs:label ?en . FILTER(LANG(?en) = "en") }}
  OPTIONAL {{ ?thing zwgk:sourceLocation ?location }}
}}
"""


@dataclass(frozen=True, slots=True)
class Places:
    """One thing of the answer and the places of the document that speak of it."""

    iri: str
    name: str
    locations: tuple[str, ...]


def things(table: AnswerTable) -> list[str]:
    """The IRIs in the answer, each once, in its order."""
    return list(dict.fromkeys(cell.text for row in table.rows for cell in row if cell is not None and cell.is_iri))


async def names_and_places(service: QueryService, iris: list[str], lang: str) -> tuple[dict[str, str], list[Places]]:
    """The labels of these things, and of those that the document names the places, by one query."""
    if not iris:
        return {}, []
    asked = iris[:_MOST]
    rows = await service.select(_QUERY.format(things=" ".join(f"<{iri}>" for iri in asked)))
    names: dict[str, str] = {}
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        names.setdefault(row["thing"], (row["en"] if lang == "en" else "") or row["zh"] or row["en"])
        if row["location"]:
            found.setdefault(row["thing"], {})[row["location"]] = None
    names = {iri: name for iri, name in names.items() if name}
    return names, [Places(iri, names.get(iri, ""), tuple(found[iri])) for iri in asked if iri in found]
