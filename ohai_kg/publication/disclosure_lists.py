"""主动公开目录, 依申请公开目录 and 负面清单 as the graph holds them (三（六）, 四（二）3, 四（三）1 of the document).

What stands in which list is derived at build (ontology/rules/27-disclosure-lists.rq); here it is only read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ohai_kg.errors import DisclosureListNotFound
from ohai_kg.namespaces import PREFIXES, ZWGK

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Row = Mapping[str, str]
    """A row of an answer: the text of each variable, '' where unbound."""

KINDS: Final = {
    "proactive": ("主动公开目录", "Proactive disclosure"),
    "on-request": ("依申请公开目录", "Disclosure on request"),
    "negative": ("负面清单", "Negative lists"),
}
"""The kinds of lists in the order of the plan."""
_CLASSES: Final = {"ProactiveCatalogue": "proactive", "OnRequestCatalogue": "on-request", "NegativeList": "negative"}
_USED: Final = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("dcat", "dct", "prov", "rdfs", "zwgk"))

LISTS: Final = f"""{_USED}
SELECT ?list ?slug ?class ?zh ?en ?domain ?domainZh ?domainEn ?issuer ?issuerZh ?issuerEn ?status ?version ?items WHERE {{
  {{ SELECT ?list (COUNT(?item) AS ?items) WHERE {{ ?list zwgk:entry ?item }} GROUP BY ?list }}
  VALUES ?class {{ {" ".join(f"zwgk:{name}" for name in _CLASSES)} }}
  ?list a ?class ; dct:identifier ?slug ; rdfs:label ?zh . FILTER(isIRI(?list) && LANG(?zh) = "zh")
  OPTIONAL {{ ?list rdfs:label ?en . FILTER(LANG(?en) = "en") }}
  OPTIONAL {{ ?list zwgk:forDomain ?domain . FILTER(isIRI(?domain)) OPTIONAL {{ ?domain zwgk:order ?order }} }}
  OPTIONAL {{ ?list zwgk:forDomain/rdfs:label ?domainZh . FILTER(LANG(?domainZh) = "zh") }}
  OPTIONAL {{ ?list zwgk:forDomain/rdfs:label ?domainEn . FILTER(LANG(?domainEn) = "en") }}
  OPTIONAL {{ ?list dct:publisher ?issuer . FILTER(isIRI(?issuer)) }}
  OPTIONAL {{ ?list dct:publisher/rdfs:label ?issuerZh . FILTER(LANG(?issuerZh) = "zh") }}
  OPTIONAL {{ ?list dct:publisher/rdfs:label ?issuerEn . FILTER(LANG(?issuerEn) = "en") }}
  OPTIONAL {{ ?list zwgk:status/rdfs:label ?status . FILTER(LANG(?status) = "zh") }}
  OPTIONAL {{ ?list dcat:version ?version }}
}}
ORDER BY (!BOUND(?order)) ?order ?domain ?issuer ?slug
"""
UNLISTED: Final = f"""{_USED}
SELECT ?catalogue ?zh (COUNT(DISTINCT ?item) AS ?items) WHERE {{
  ?item a zwgk:InformationItem .
  FILTER NOT EXISTS {{ ?list zwgk:entry ?item }}
  OPTIONAL {{ ?item zwgk:inCatalogue ?catalogue }}
  OPTIONAL {{ ?item zwgk:inCatalogue/rdfs:label ?zh . FILTER(LANG(?zh) = "zh") }}
}}
GROUP BY ?catalogue ?zh ORDER BY ?zh
"""
"""How many items of each catalogue are in no list, because neither attribute nor mode is stated or understood."""


@dataclass(frozen=True, slots=True)
class DisclosureList:
    """One list; `domain` and `issuer` are IRIs, '' where none is stated; labels fall back to Chinese."""

    iri: str
    slug: str
    kind: str
    title_zh: str
    title_en: str
    domain: str
    domain_zh: str
    domain_en: str
    issuer: str
    issuer_zh: str
    issuer_en: str
    status: str
    version: str
    items: int


def read_lists(rows: Iterable[Row]) -> list[DisclosureList]:
    """The lists from the rows of `LISTS`: by domain, issuer and kind."""
    found: dict[str, DisclosureList] = {}
    for row in rows:
        found.setdefault(
            row["list"],
            DisclosureList(
                iri=row["list"], slug=row["slug"], kind=_CLASSES[row["class"].removeprefix(ZWGK)],
                title_zh=row["zh"], title_en=row["en"] or row["zh"],
                domain=row["domain"], domain_zh=row["domainZh"], domain_en=row["domainEn"] or row["domainZh"],
                issuer=row["issuer"], issuer_zh=row["issuerZh"], issuer_en=row["issuerEn"] or row["issuerZh"],
                status=row["status"], version=row["version"], items=int(row["items"]),
            ),
        )  # fmt: skip
    kinds = list(KINDS)
    places = {(one.domain, one.issuer): place for place, one in reversed(list(enumerate(found.values())))}
    return sorted(found.values(), key=lambda one: (places[one.domain, one.issuer], kinds.index(one.kind)))


def find_list(lists: Sequence[DisclosureList], slug: str) -> DisclosureList:
    """The list of that slug. Raises DisclosureListNotFound."""
    for one in lists:
        if one.slug == slug:
            return one
    raise DisclosureListNotFound(
        f"没有名为 {slug} 的目录；ohai-kg catalogues 或 /catalogues 列出现有的。",
        f"There is no catalogue {slug}; `ohai-kg catalogues` or /catalogues shows those there are.",
    )


def entries_query(iri: str) -> str:
    """The query for everything the columns of a list need: one row a value."""
    return f"""{_USED}
SELECT ?item ?property ?value ?label ?order ?text ?number WHERE {{
  <{iri}> zwgk:entry ?item .
  VALUES ?property {{
    rdfs:label zwgk:content zwgk:basis zwgk:publisher zwgk:timeLimit zwgk:channel zwgk:channelCarrier zwgk:audience
    zwgk:nonDisclosureGround zwgk:verbatimGround zwgk:inCatalogue zwgk:sourceLocation zwgk:order
  }}
  ?item ?property ?value .
  FILTER(?property != rdfs:label || LANG(?value) = "zh")
  OPTIONAL {{ ?value rdfs:label ?label . FILTER(LANG(?label) = "zh") }}
  OPTIONAL {{ ?value zwgk:order ?order }}
  OPTIONAL {{ ?value zwgk:text ?text }}
  OPTIONAL {{ ?value zwgk:documentNumber ?number }}
}}
"""


def graph_query(iri: str) -> str:
    """The query for a list as RDF: its own statements, its items', and the labels of what they name."""
    return f"""{_USED}
CONSTRUCT {{ <{iri}> ?p ?o . ?item ?q ?v . ?named rdfs:label ?label }}
WHERE {{
  {{ <{iri}> ?p ?o }}
  UNION
  {{ <{iri}> zwgk:entry ?item . ?item ?q ?v }}
  UNION
  {{ <{iri}> zwgk:forDomain|dct:publisher|zwgk:status|(zwgk:entry/!zwgk:entry) ?named . ?named rdfs:label ?label }}
}}
"""
