"""The values that a parameter may take: the concepts of its code list or the things of its classes that the graph has."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ohai_kg.namespaces import DEF
from ohai_kg.questions.model import Bilingual

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ohai_kg.questions.model import Parameter

_FEW: Final = 12
"""So many choices are told in full when a value is wrong."""
_NEAR: Final = 6
_PATTERN: Final = """PREFIX zwgk: <https://w3id.org/zwgk/ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?thing ?notation ?zh ?en ?rank ?order WHERE {{
  {pattern}
  OPTIONAL {{ ?thing zwgk:order ?order }}
  OPTIONAL {{ ?thing rdfs:label ?zh . FILTER(LANG(?zh) = "zh") }}
  OPTIONAL {{ ?thing rdfs:label ?en . FILTER(LANG(?en) = "en") }}
}}
ORDER BY ?rank ?order ?notation ?thing
"""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value: its IRI, the short key that stands for it in an address, its label."""

    iri: str
    key: str
    label: Bilingual


class Choices:
    """All values of one parameter, in the graph's order."""

    def __init__(self, all_of_them: Iterable[Choice]) -> None:
        self.all = tuple(all_of_them)
        self._by_name: dict[str, Choice] = {}
        for name_of in (_iri, _key, _zh, _en):
            for choice in self.all:
                self._by_name.setdefault(name_of(choice), choice)

    def find(self, value: str) -> Choice | None:
        """The choice of this IRI, key or label."""
        return self._by_name.get(value.strip())

    def near(self, value: str) -> tuple[str, ...]:
        """What to say to someone who wrote `value`: all choices where they are few, else the most similar."""
        if len(self.all) <= _FEW:
            return tuple(map(_told, self.all))
        close = difflib.get_close_matches(value.strip(), self._by_name, n=_NEAR, cutoff=0.5)
        return tuple(dict.fromkeys(_told(self._by_name[name]) for name in close))


def choices_query(parameter: Parameter) -> str | None:
    """The query for the choices of a parameter; None where its type has none (text, integer, date)."""
    if parameter.type == "concept":
        pattern = f"?thing skos:inScheme <{DEF}{parameter.scheme}> ; skos:notation ?notation ."
    elif parameter.type == "iri":
        classes = " ".join(f"(<{iri}> {rank})" for rank, iri in enumerate(parameter.classes))
        pattern = f"VALUES (?class ?rank) {{ {classes} }} ?thing a ?class ."
    else:
        return None
    return _PATTERN.format(pattern=pattern)


def read_choices(rows: Iterable[Mapping[str, str]], base: str) -> Choices:
    """The choices from the rows of that query; the key of a thing is what follows `{base}id/` in its IRI."""
    found: dict[str, Choice] = {}
    for row in rows:
        iri = row["thing"]
        key = row["notation"] or iri.removeprefix(f"{base}id/")
        label = row["zh"] or row["en"] or key
        found.setdefault(iri, Choice(iri, key, Bilingual(label, row["en"] or label)))
    return Choices(found.values())


def _iri(choice: Choice) -> str:
    return choice.iri


def _key(choice: Choice) -> str:
    return choice.key


def _zh(choice: Choice) -> str:
    return choice.label.zh


def _en(choice: Choice) -> str:
    return choice.label.en


def _told(choice: Choice) -> str:
    return choice.key if choice.key == choice.label.zh else f"{choice.key}（{choice.label.zh}）"
