"""Annexes 4 to 6: mandates, duties, innovations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fidelity.rendering.graph import select

if TYPE_CHECKING:
    from pyoxigraph import Store


def annex_4(store: Store) -> list[str]:
    """Unit and mandate."""
    rows = select(
        store,
        """SELECT ?unit ?text {
            ?mandate a zwgk:DepartmentMandate ; zwgk:order ?order ; zwgk:verbatimUnit ?unit ; zwgk:verbatimText ?text .
        } ORDER BY ?order""",
    )
    return ["\t".join((row["unit"], row["text"])) for row in rows]


def annex_5(store: Store) -> list[str]:
    """Domain, block, stage, work, unit; the first three only in the first row they hold for, the unit as printed."""
    rows = select(
        store,
        """SELECT ?domain ?block ?stage ?text ?unit {
            ?duty a zwgk:Duty ; zwgk:order ?order ; zwgk:domain/skos:prefLabel ?domain ;
                zwgk:stage/skos:prefLabel ?stage ; zwgk:verbatimText ?text .
            FILTER(LANG(?domain) = "zh" && LANG(?stage) = "zh")
            OPTIONAL { ?duty zwgk:subDomain/skos:prefLabel ?block FILTER(LANG(?block) = "zh") }
            OPTIONAL { ?duty zwgk:verbatimUnit ?unit }
        } ORDER BY ?order""",
    )
    lines = []
    above = ("", "", "")
    for row in rows:
        domain, block, stage = carried = (row["domain"], row["block"], row["stage"])
        in_block = carried[:2] == above[:2]
        cells = ("" if in_block else domain, "" if in_block else block, "" if carried == above else stage)
        lines.append("\t".join((*cells, row["text"], row["unit"])))
        above = carried
    return lines


def annex_6(store: Store) -> list[str]:
    """Number, work, lead, responsible units, person, deadline."""
    rows = select(
        store,
        """SELECT ?order ?text ?lead ?unit ?name ?due {
            ?innovation a zwgk:Innovation ; zwgk:order ?order ; zwgk:verbatimText ?text .
            OPTIONAL { ?innovation zwgk:verbatimLead ?lead }
            OPTIONAL { ?innovation zwgk:verbatimUnit ?unit }
            OPTIONAL { ?innovation zwgk:verbatimName ?name }
            OPTIONAL { ?innovation zwgk:verbatimDue ?due }
        } ORDER BY ?order""",
    )
    return ["\t".join(row.values()) for row in rows]
