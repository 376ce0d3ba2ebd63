"""What links to a thing: groups with words for their meaning, the first ten of each, and a page with all of one group."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ohai_kg.errors import ParameterInvalid
from ohai_kg.namespaces import DEF, PREFIXES
from ohai_kg.resources import description as describing
from ohai_kg.resources.description import BACKWARD, LinkGroup
from ohai_kg.resources.vocabulary import named
from ohai_kg.web.http.addresses import linked_at
from ohai_kg.web.resources.inbound import HIDDEN, meaning

if TYPE_CHECKING:
    from starlette.requests import Request

    from ohai_kg.resources.vocabulary import Vocabulary
    from ohai_kg.serving.service import QueryService
    from ohai_kg.sparql.requests import QueryRequest

SHOWN: Final = 10
PAGE: Final = 200
_TABLED: Final = {PREFIXES[p] + n for p, _, n in (name.partition(":") for name in BACKWARD)}
"""Links that the page shows as tables, row by row."""
_PREFIXES: Final = """PREFIX zwgk: <https://w3id.org/zwgk/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
_STAGES: Final = (
    _PREFIXES
    + """SELECT ?stage ?label WHERE {{
  GRAPH ?g {{ ?stage a zwgk:Stage ; zwgk:order ?order ; skos:prefLabel ?label }} FILTER(LANG(?label) = "{lang}")
}} ORDER BY ?order"""
)
_UNIT_ROW: Final = (
    _PREFIXES
    + """SELECT ?domain ?stage ?label (COUNT(DISTINCT ?duty) AS ?duties) WHERE {{
  GRAPH ?g {{ ?duty zwgk:responsibleParty <{iri}> }}
  GRAPH ?h {{ ?duty a zwgk:Duty ; zwgk:domain ?domain ; zwgk:stage ?stage }}
  GRAPH ?i {{ ?domain zwgk:order ?order ; skos:prefLabel ?label }}
  FILTER(LANG(?label) = "{lang}")
}} GROUP BY ?domain ?stage ?label ?order ORDER BY ?order"""
)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that links here."""

    label: str
    path: str | None
    outside: str | None
    place: str


@dataclass(frozen=True, slots=True)
class Group:
    """The things of one kind that link here: their meaning in words, how many, the first few."""

    title: str
    key: str
    count: int
    items: list[Item]


class Links:
    """Asks for the links to one thing and puts them into words."""

    def __init__(self, service: QueryService, iri: str, vocabulary: Vocabulary, lang: str) -> None:
        self._service = service
        self.iri = iri
        self.vocabulary = vocabulary
        self.lang = lang

    async def counts(self) -> list[LinkGroup]:
        """All groups, in the order of a page."""
        found = await self._service.read(describing.link_counts_query(self.iri), describing.read_link_counts)
        groups = [group for group in found if group.property not in HIDDEN]
        return sorted(groups, key=lambda g: (*meaning(g.property, g.type, self.lang, self.vocabulary), g.property))

    def title(self, group: LinkGroup) -> str:
        """The words for a group."""
        return meaning(group.property, group.type, self.lang, self.vocabulary)[1]

    async def items(self, request: QueryRequest) -> dict[tuple[str, str | None], list[Item]]:
        """The answer of `links_query`, by group; one row a thing, in the language of the page where it has a label in it."""
        found: dict[tuple[str, str | None], dict[str, dict[str, Any]]] = {}
        for row in await self._service.read(request, describing.read_links):
            things = found.setdefault((row.property, row.type), {})
            thing = things.setdefault(row.iri, {"labels": {}, "place": row.place})
            if row.label is not None:
                thing["labels"][row.language] = row.label
        return {key: [self._item(iri, thing) for iri, thing in things.items()] for key, things in found.items()}

    def _item(self, iri: str, thing: dict[str, Any]) -> Item:
        labels = thing["labels"]
        label = labels.get(self.lang) or labels.get("zh") or next(iter(labels.values()), None)
        address = linked_at(iri, self._service.release.manifest.base)
        path = address if address.startswith("/") else None
        return Item(label or self.vocabulary.name(iri, self.lang), path, None if path else address, thing["place"])

    async def unit_row(self) -> dict[str, Any] | None:
        """A unit's duties by domain and stage."""
        rows = await self._service.select(_UNIT_ROW.format(iri=self.iri, lang=self.lang))
        if not rows:
            return None
        stages = await self._service.select(_STAGES.format(lang=self.lang))
        domains: dict[str, dict[str, Any]] = {}
        for row in rows:
            domain = domains.setdefault(row["domain"], {"label": row["label"], "cells": {}, "total": 0})
            domain["cells"][row["stage"]] = int(row["duties"])
            domain["total"] += int(row["duties"])
        return {
            "stages": [(row["stage"].removeprefix(DEF + "stage/"), row["label"], row["stage"]) for row in stages],
            "domains": [(iri.removeprefix(DEF + "domain/"), domain) for iri, domain in domains.items()],
            "total": sum(domain["total"] for domain in domains.values()),
        }


async def link_groups(links: Links) -> list[Group]:
    """The groups of a page with their first things; what the page shows as tables is left out."""
    counts = [group for group in await links.counts() if group.property not in _TABLED]
    if not counts:
        return []
    items = await links.items(describing.links_query(links.iri, counts, limit=SHOWN))
    return [
        Group(links.title(group), _key(group), group.count, items.get((group.property, group.type), [])) for group in counts
    ]


async def listed(links: Links, request: Request) -> dict[str, Any]:
    """One group whole, by pages of 200; duties also by domain and stage. Raises ParameterInvalid."""
    given = request.query_params
    groups = await links.counts()
    group = next((group for group in groups if _key(group) == given["all"]), None)
    if group is None:
        raise ParameterInvalid("all", given["all"], [_key(group) for group in groups], "没有这一组", "there is no such group")
    page = int(given["page"]) if re.fullmatch("[0-9]{1,5}", given.get("page", "")) else 1
    where, filters = "", {}
    for name in ("domain", "stage"):
        value = given.get(name, "")
        if value and describing.is_iri(DEF + value):
            where += f"GRAPH ?{name}Graph {{ ?s zwgk:{name} <{DEF}{name}/{value}> }} "
            filters[name] = value
    query = describing.links_query(links.iri, [group], limit=PAGE + 1, offset=(max(page, 1) - 1) * PAGE, where=where)
    items = (await links.items(query)).get((group.property, group.type), [])
    shown = Group(links.title(group), _key(group), group.count, items[:PAGE])
    return {"group": shown, "page": max(page, 1), "more": len(items) > PAGE, "filters": filters}


def _key(group: LinkGroup) -> str:
    """How an address names a group."""
    return named(group.property) + (f",{named(group.type)}" if group.type else "")
