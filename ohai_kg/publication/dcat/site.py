"""What the DCAT catalogue describes: a site with its releases, and what it has to ask of the current one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ohai_kg.namespaces import DEF, PREFIXES
from ohai_kg.publication.disclosure_lists import LISTS, read_lists

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ohai_kg.publication.disclosure_lists import DisclosureList, Row
    from ohai_kg.publication.distributions import Distribution
    from ohai_kg.releases import Release
    from ohai_kg.settings import Settings

PAGE_SIZE: Final = 100
"""Members (releases, sub-catalogues) on one page."""
_USED: Final = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("adms", "dct", "rdfs", "skos", "zwgk"))


def questions(settings: Settings) -> dict[str, str]:
    """What the catalogue needs to know of the current release, by the name of each answer."""
    publisher = f"BIND(<{settings.publisher}> AS ?publisher)" if settings.publisher else "FILTER(false)"
    return {
        "lists": LISTS,
        "publisher": f"""{_USED}SELECT ?zh ?en ?code WHERE {{ {publisher}
  OPTIONAL {{ ?publisher rdfs:label ?zh . FILTER(LANG(?zh) = "zh") }}
  OPTIONAL {{ ?publisher rdfs:label ?en . FILTER(LANG(?en) = "en") }}
  OPTIONAL {{ ?publisher adms:identifier/skos:notation ?code }} }}""",
        "domains": f"""{_USED}SELECT DISTINCT ?domain ?scheme ?zh ?en WHERE {{
  {{ ?thing zwgk:domain|zwgk:forDomain ?own . ?own (skos:closeMatch|skos:exactMatch|skos:narrowMatch)? ?domain }}
  ?domain skos:inScheme ?scheme . FILTER(isIRI(?domain) && ?scheme IN (<{DEF}domain>, <{DEF}national-domain>))
  OPTIONAL {{ ?domain rdfs:label ?zh . FILTER(LANG(?zh) = "zh") }}
  OPTIONAL {{ ?domain rdfs:label ?en . FILTER(LANG(?en) = "en") }}
}} ORDER BY ?scheme ?domain""",
        "catalogues": f"""{_USED}SELECT ?catalogue ?zh ?issuer ?issuerZh ?issuerEn ?issued ?domain ?items WHERE {{
  {{ SELECT ?catalogue (COUNT(?item) AS ?items) WHERE {{ ?item zwgk:inCatalogue ?catalogue }} GROUP BY ?catalogue }}
  ?catalogue a zwgk:DisclosureCatalogue . FILTER(isIRI(?catalogue))
  OPTIONAL {{ ?catalogue rdfs:label ?zh . FILTER(LANG(?zh) = "zh") }}
  OPTIONAL {{ ?catalogue dct:publisher ?issuer . FILTER(isIRI(?issuer)) }}
  OPTIONAL {{ ?catalogue dct:publisher/rdfs:label ?issuerZh . FILTER(LANG(?issuerZh) = "zh") }}
  OPTIONAL {{ ?catalogue dct:publisher/rdfs:label ?issuerEn . FILTER(LANG(?issuerEn) = "en") }}
  OPTIONAL {{ ?catalogue dct:issued ?issued }}
  OPTIONAL {{ ?catalogue zwgk:forDomain ?domain . FILTER(isIRI(?domain)) }}
}} ORDER BY ?catalogue""",
    }


@dataclass(frozen=True, slots=True)
class Site:
    """What is described: settings, root address, releases (newest first) with their files, and the answers to `questions`."""

    settings: Settings
    root: str
    releases: Sequence[Release]
    files: Mapping[str, Sequence[Distribution]] = field(default_factory=dict)
    answers: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    current: str | None = None
    """The id of the release that answers queries."""

    @property
    def catalog(self) -> str:
        """The IRI of the catalogue."""
        return self.settings.base + "catalog"

    @property
    def lists(self) -> list[DisclosureList]:
        """The lists derived from the items."""
        return read_lists(self.answers.get("lists", ()))

    @property
    def catalogues(self) -> list[Sequence[Row]]:
        """The imported disclosure catalogues, each with a row for every domain it is for."""
        grouped: dict[str, list[Row]] = {}
        for row in self.answers.get("catalogues", ()):
            grouped.setdefault(row["catalogue"], []).append(row)
        return list(grouped.values())

    @property
    def pages(self) -> int:
        """How many pages the catalogue has."""
        return max(1, -(-(len(self.releases) + len(self.lists) + len(self.catalogues)) // PAGE_SIZE))

    def page(self, number: int) -> tuple[Sequence[Release], Sequence[DisclosureList], Sequence[Sequence[Row]]]:
        """The releases, lists and imported catalogues on a page, counted from 1."""
        start, end = (number - 1) * PAGE_SIZE, number * PAGE_SIZE
        kinds: list[Sequence[object]] = [self.releases, self.lists, self.catalogues]
        parts = []
        for members in kinds:
            parts.append(members[max(0, start) : max(0, end)])
            start, end = start - len(members), end - len(members)
        return parts[0], parts[1], parts[2]  # type: ignore[return-value]
