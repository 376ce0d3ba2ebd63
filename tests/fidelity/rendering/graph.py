"""Asking the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyoxigraph import Store

PREFIXES = """
PREFIX zwgk: <https://w3id.org/zwgk/ns#>
PREFIX def: <https://w3id.org/zwgk/def/>
PREFIX id: <https://w3id.org/zwgk/id/>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX eli: <http://data.europa.eu/eli/ontology#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX skosxl: <http://www.w3.org/2008/05/skos-xl#>
"""
DOCUMENT = "<https://w3id.org/zwgk/id/doc/wzoh-zbf-2017-107>"
GUIDE = "<https://w3id.org/zwgk/id/doc/wzoh-zbf-2017-107/annex/7>"


def select(store: Store, query: str) -> list[dict[str, str]]:
    """The answers to a SELECT over all graphs, a variable without value as an empty text."""
    solutions = store.query(PREFIXES + query, use_default_graph_as_union=True)
    names = [variable.value for variable in solutions.variables]
    return [
        {name: "" if term is None else term.value for name, term in zip(names, solution, strict=True)} for solution in solutions
    ]


def key(iri: str) -> str:
    """The last segment of an IRI."""
    return iri.rsplit("/", 1)[-1]
