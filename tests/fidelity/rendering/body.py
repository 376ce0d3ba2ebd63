"""Title page, the five sections, the list and the headings of the annexes, the imprint."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tests.fidelity.rendering.graph import DOCUMENT, select

if TYPE_CHECKING:
    from pyoxigraph import Store

# The graph holds the addressees as a set; this is how the title page prints them.
ADDRESSED = "{各街道办事处}、{泽雅镇人民政府}，{区政府直属各单位}，{市派驻瓯海各工作单位}："


def title_page(store: Store) -> list[str]:
    """Letterhead, number, title, addressees, issuer, date, title of the plan."""
    document = _document(store)
    titles = [
        row["title"] for row in select(store, f"SELECT ?title {{ {DOCUMENT} dct:title ?title }} ORDER BY DESC(STRLEN(?title))")
    ]
    return [
        document["issuer"] + "文件",
        document["number"],
        titles[0],  # of the notice: the longest
        _addressees(store),
        document["issuer"],
        _printed(document["issued"]),
        titles[-1],  # of the plan itself: the shortest
    ]


def imprint(store: Store) -> list[str]:
    """Issuer and date of printing."""
    document = _document(store)
    return [f"{document['issuer']}{_printed(document['printed'])}印发"]


def _document(store: Store) -> dict[str, str]:
    """Issuer by its full name, number and dates."""
    found = select(
        store,
        f"""SELECT ?issuer ?number ?issued ?printed {{
            {DOCUMENT} eli:passed_by/^zwgk:denotes/skosxl:literalForm ?issuer ; zwgk:documentNumber ?number ;
                eli:date_document ?issued ; eli:date_publication ?printed .
        }} ORDER BY DESC(STRLEN(?issuer)) LIMIT 1""",
    )
    assert found, "the graph does not say who issued the document, under which number and when"
    return found[0]


def _addressees(store: Store) -> str:
    names = select(
        store,
        f"SELECT ?name {{ {DOCUMENT} zwgk:addressee/skos:prefLabel ?name FILTER(LANG(?name) = 'zh') }}",
    )
    line = ADDRESSED
    for row in names:
        slot = f"{{{row['name']}}}"
        line = line.replace(slot, row["name"]) if slot in line else line + row["name"]
    return line


def _printed(day: str) -> str:
    value = date.fromisoformat(day)
    return f"{value.year}年{value.month}月{value.day}日"


def provisions(store: Store, *kinds: str) -> list[str]:
    """Clauses of the kinds given; guiding idea and goal print their heading in a line of its own."""
    rows = select(
        store,
        f"""SELECT ?kind ?numbering ?heading ?text {{
            VALUES ?kind {{ {" ".join(f"'{kind}'" for kind in kinds)} }}
            ?clause a zwgk:Provision ; dct:isPartOf {DOCUMENT} ; zwgk:provisionKind/skos:notation ?kind ;
                zwgk:order ?order ; dct:title ?heading ; zwgk:text ?text .
            OPTIONAL {{ ?clause zwgk:sourceNumbering ?numbering }}
        }} ORDER BY ?order""",
    )
    own_line = {"guiding", "goal"}
    return [row["numbering"] + (row["heading"] if row["kind"] in own_line else "") + row["text"] for row in rows]


def steps_of_the_plan(store: Store) -> list[str]:
    """Section 四: each phase and, under it, its tasks."""
    rows = select(
        store,
        f"""SELECT ?phase ?heading ?number ?text {{
            ?phase a zwgk:Phase ; zwgk:within {DOCUMENT} ; zwgk:order ?phaseOrder ; zwgk:verbatimText ?heading .
            OPTIONAL {{
                ?task a zwgk:Task ; zwgk:within ?phase ; zwgk:order ?order ; zwgk:text ?text .
                OPTIONAL {{ ?task zwgk:sourceNumber ?number }}
            }}
        }} ORDER BY ?phaseOrder ?order""",
    )
    lines = []
    phase = ""
    for row in rows:
        if row["phase"] != phase:
            phase = row["phase"]
            lines.append(row["heading"])
        lines.append(f"{row['number']}. {row['text']}" if row["number"] else row["text"])
    return lines


def annex_list(store: Store) -> list[str]:
    """The list of annexes after the body."""
    lines = [f"{row['number']}. {row['listed']}" for row in _annexes(store)]
    return [f"附件：{lines[0]}", *lines[1:]]


def annex_headings(store: Store) -> list[str]:
    """The mark of each annex, where it is printed, and its title."""
    lines = []
    for row in _annexes(store):
        lines += [f"附件 {row['number']}" if row["marked"] == "true" else "", row["heading"]]
    return lines


def _annexes(store: Store) -> list[dict[str, str]]:
    return select(
        store,
        f"""SELECT ?number ?listed ?heading ?marked {{
            ?annex a zwgk:Annex ; eli:is_part_of {DOCUMENT} ; zwgk:annexNumber ?number ; zwgk:order ?order ;
                zwgk:listedTitle ?listed ; zwgk:verbatimHeading ?heading ; zwgk:headingPresent ?marked .
        }} ORDER BY ?order""",
    )
