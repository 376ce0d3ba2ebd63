"""The beginning of an answer, for a page: so small that whoever shows it need not mind how much there is.

Made in the worker, under its limits. A table comes as SPARQL JSON results, a graph in its syntax; both are whole
documents of what they hold, and the head says whether there is more.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from ohai_kg.engine.store import RDF_SYNTAXES

if TYPE_CHECKING:
    from ohai_kg.formats import Format

ROWS: Final = 1000
"""Rows of a table, triples of a graph."""
CELLS: Final = 10_000
BYTES: Final = 512 * 1024
CHARACTERS: Final = 300
"""Of one value; a longer one ends with `…` after so many."""
_LONGEST_IRI: Final = 2000


def preview(answer: ox.QuerySolutions | ox.QueryTriples, form: Format) -> tuple[bytes, bool]:
    """The beginning of an answer in `form` (a table: always JSON), and whether there are more rows or triples."""
    return _table(answer) if isinstance(answer, ox.QuerySolutions) else _graph(answer, form)


def _table(solutions: ox.QuerySolutions) -> tuple[bytes, bool]:
    columns = [variable.value for variable in solutions.variables]
    most = max(1, min(ROWS, CELLS // max(1, len(columns))))
    bindings: list[str] = []
    size = 0
    is_cut = False
    for solution in solutions:
        terms = zip(columns, solution, strict=True)
        row = json.dumps({name: _told(term) for name, term in terms if term is not None}, ensure_ascii=False)
        size += len(row.encode(errors="replace"))
        if len(bindings) == most or (bindings and size > BYTES):
            is_cut = True
            break
        bindings.append(row)
    head = json.dumps({"vars": columns}, ensure_ascii=False)
    return f'{{"head":{head},"results":{{"bindings":[{",".join(bindings)}]}}}}'.encode(), is_cut


def _told(term: Any) -> dict[str, str]:
    if isinstance(term, ox.NamedNode) and len(term.value) <= _LONGEST_IRI:
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    told = {"type": "literal", "value": shortened(str(term) if isinstance(term, ox.Triple) else term.value)}
    if isinstance(term, ox.Literal):
        told |= {"xml:lang": term.language} if term.language else {"datatype": term.datatype.value}
    return told


def _graph(answer: ox.QueryTriples, form: Format) -> tuple[bytes, bool]:
    triples: list[ox.Triple] = []
    size = 0
    is_cut = False
    for triple in answer:
        size += len(str(triple.subject)) + len(str(triple.predicate))
        value = triple.object
        if isinstance(value, ox.Literal) and len(value.value) > CHARACTERS:
            value = ox.Literal(shortened(value.value), language=value.language)
        size += len(str(value))
        if len(triples) == ROWS or (triples and size > BYTES):
            is_cut = True
            break
        triples.append(ox.Triple(triple.subject, triple.predicate, value))
    return ox.serialize(triples, format=RDF_SYNTAXES[form.name]) or b"", is_cut


def shortened(text: str) -> str:
    """A text that a page can show."""
    return text if len(text) <= CHARACTERS else text[:CHARACTERS] + "…"
