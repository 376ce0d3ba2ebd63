"""Annexes 1 to 3: the leading group and its office, the topic groups, the core group."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from tests.fidelity.rendering.graph import select

if TYPE_CHECKING:
    from pyoxigraph import Store


def annex_1(store: Store) -> list[str]:
    """The leading group, then the sentence on its office, which names its members."""
    office = _members(store, "office")
    assert office, "the office of the leading group has no members"
    start, _, _ = office[0]["heading"].partition(office[0]["name"])
    clauses = "、".join(f"{row['name']}任{row['role']}" for row in office)
    return [*map(_member, _members(store, "leading")), f"{start}{clauses}。"]


def annex_2(store: Store) -> list[str]:
    """Each topic group: its heading, then its members, persons and collective ones."""
    lines = []
    for heading, members in groupby(_members(store, "topic"), key=lambda row: row["heading"]):
        lines += [heading, *map(_member, members)]
    return lines


def annex_3(store: Store) -> list[str]:
    """The core group: unit (where printed), name, post."""
    return [row["unit"] + row["name"] + row["title"] for row in _members(store, "core")]


def _members(store: Store, kind: str) -> list[dict[str, str]]:
    """Memberships of the groups of a kind; a collective member has no name."""
    return select(
        store,
        f"""SELECT ?heading ?role ?unit ?name ?title {{
            ?group a zwgk:WorkingGroup ; zwgk:groupKind/skos:notation '{kind}' ; zwgk:order ?groupOrder ;
                zwgk:verbatimText ?heading .
            ?membership org:organization ?group ; zwgk:order ?order .
            OPTIONAL {{ ?membership zwgk:verbatimRole ?role }}
            OPTIONAL {{ ?membership zwgk:verbatimUnit ?unit }}
            OPTIONAL {{ ?membership zwgk:verbatimName ?name }}
            OPTIONAL {{ ?membership zwgk:verbatimTitle ?title }}
        }} ORDER BY ?groupOrder ?order""",
    )


def _member(row: dict[str, str]) -> str:
    return f"{row['role']}：{row['name']}{row['title']}" if row["role"] else row["name"] + row["title"]
