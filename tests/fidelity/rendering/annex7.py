"""Annex 7: the guide's clauses and steps, and its worked example with four forms."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from tests.fidelity.rendering.graph import GUIDE, key, select

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyoxigraph import Store

STEPS_BEFORE_CHART = 3
"""The flow chart stands after the third step."""


def annex_7(store: Store) -> list[str]:
    """The clauses in their order; the steps stand around the flow chart, the forms in the example."""
    steps = _steps(store)
    lines = []
    for row in _clauses(store):
        clause = key(row["clause"])
        own_line = clause == "guide-requirement-1"
        colon = "：" if row["kind"] == "rule" else ""
        lines.append(row["numbering"] + colon + (row["heading"] if own_line else "") + row["text"])
        if clause == "guide-process":
            lines += [step["text"] for step in steps[:STEPS_BEFORE_CHART]]
        elif clause == "guide-flowchart":
            lines += [step["text"] for step in steps[STEPS_BEFORE_CHART:]]
        elif clause == "guide-example":
            for step in steps:
                lines += [step["example"], *_forms(store, step["step"])]
    return lines


def _clauses(store: Store) -> list[dict[str, str]]:
    return select(
        store,
        f"""SELECT ?clause ?kind ?numbering ?heading ?text {{
            ?clause a zwgk:Provision ; dct:isPartOf {GUIDE} ; zwgk:provisionKind/skos:notation ?kind ;
                zwgk:order ?order ; dct:title ?heading ; zwgk:text ?text .
            OPTIONAL {{ ?clause zwgk:sourceNumbering ?numbering }}
        }} ORDER BY ?order""",
    )


def _steps(store: Store) -> list[dict[str, str]]:
    return select(
        store,
        f"""SELECT ?step ?text ?example {{
            ?step a zwgk:GuideStep ; dct:isPartOf {GUIDE} ; zwgk:order ?order ; zwgk:verbatimText ?text ;
                zwgk:verbatimExample ?example .
        }} ORDER BY ?order""",
    )


def _forms(store: Store, step: str) -> list[str]:
    """The forms used in a step: heading, line of who filled it, and by section the column heads and the rows."""
    rows = select(
        store,
        f"""SELECT ?form ?heading ?filing ?section ?column {{
            ?form a zwgk:Form ; zwgk:usedInStep <{step}> ; zwgk:order ?formOrder ; zwgk:verbatimHeading ?heading ;
                zwgk:verbatimText ?filing .
            ?head zwgk:columnOf ?form ; zwgk:order ?order ; dct:title ?column .
            OPTIONAL {{ ?head zwgk:formSection ?section }}
        }} ORDER BY ?formOrder ?order""",
    )
    lines = []
    for (form, heading, filing), columns in groupby(rows, lambda row: (row["form"], row["heading"], row["filing"])):
        lines += [heading, filing]
        for section, heads in groupby(columns, lambda row: row["section"]):
            lines += [section, "\t".join(head["column"] for head in heads)]
            body = BODIES.get(section or key(form))
            lines += body(store, form) if body else []
    return lines


def _sub_domains(store: Store, form: str) -> list[str]:
    return _table(
        store,
        """SELECT ?order ?name {
            ?concept skos:inScheme <https://w3id.org/zwgk/def/sub-domain> ; zwgk:order ?order ; skos:prefLabel ?name .
            FILTER(LANG(?name) = "zh")
        } ORDER BY ?order""",
    )


def _entries(store: Store, form: str) -> list[str]:
    return _table(
        store,
        f"""SELECT ?number ?stage ?text ?unit {{
            ?entry zwgk:entryOf <{form}> ; zwgk:order ?order ; zwgk:sourceNumber ?number ; zwgk:verbatimText ?text .
            OPTIONAL {{ ?entry zwgk:verbatimStage ?stage }}
            OPTIONAL {{ ?entry zwgk:verbatimUnit ?unit }}
        }} ORDER BY ?order""",
    )


def _powers(store: Store, form: str) -> list[str]:
    return _table(
        store,
        f"""SELECT ?number ?name ?type ?unit {{
            ?power a zwgk:AdministrativePower ; zwgk:inForm <{form}> ; zwgk:order ?order ; zwgk:sourceNumber ?number ;
                dct:title ?name ; zwgk:verbatimType ?type .
            OPTIONAL {{ ?power zwgk:verbatimUnit ?unit }}
        }} ORDER BY ?order""",
    )


def _responsibilities(store: Store, form: str) -> list[str]:
    return _table(
        store,
        f"""SELECT ?number ?text ?unit {{
            ?work a zwgk:DepartmentResponsibility ; zwgk:inForm <{form}> ; zwgk:order ?order ;
                zwgk:sourceNumber ?number ; zwgk:verbatimText ?text .
            OPTIONAL {{ ?work zwgk:verbatimUnit ?unit }}
        }} ORDER BY ?order""",
    )


def _items(store: Store, form: str) -> list[str]:
    return _table(
        store,
        f"""SELECT ?stage ?duty ?source ?index ?name ?attribute ?ground ?unit ?channel {{
            ?item a zwgk:InformationItem ; zwgk:inForm <{form}> ; zwgk:order ?order ; dct:title ?name ;
                zwgk:indexNumber ?index .
            OPTIONAL {{ ?item zwgk:verbatimStage ?stage }}
            OPTIONAL {{ ?item zwgk:verbatimDuty ?duty }}
            OPTIONAL {{ ?item zwgk:verbatimSource ?source }}
            OPTIONAL {{ ?item zwgk:verbatimAttribute ?attribute }}
            OPTIONAL {{ ?item zwgk:verbatimGround ?ground }}
            OPTIONAL {{ ?item zwgk:verbatimUnit ?unit }}
            OPTIONAL {{ ?item zwgk:verbatimChannel ?channel }}
        }} ORDER BY ?order""",
    )


def _table(store: Store, query: str) -> list[str]:
    return ["\t".join(row.values()) for row in select(store, query)]


BODIES: dict[str, Callable[[Store, str], list[str]]] = {
    "zilingyu-xifenbiao": _sub_domains,
    "wugongkai-guocheng-shulibiao": _entries,
    "涉及行政权力": _powers,
    "涉及部门责任": _responsibilities,
    "zhengfu-xinxi-qingdan": _items,
}
"""What fills a form, or a section of one; the section on public services has no row."""
