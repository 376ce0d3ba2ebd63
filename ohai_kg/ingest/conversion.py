"""Rows to quads, by "Generating RDF from Tabular Data on the Web" (W3C 2015), minimal mode.

One departure: where a column with a `separator` also has a `valueUrl`, each of its values makes an IRI of its own (the
recommendation would join them into one); relations of several parties would otherwise need a table each.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from ohai_kg.namespaces import RDF, rebase

if TYPE_CHECKING:
    from uritemplate import URITemplate

    from ohai_kg.ingest.metadata import Column
    from ohai_kg.ingest.tables import Row, TableRows

Variables = dict[str, Any]

_TYPE = ox.NamedNode(RDF + "type")


@dataclass(frozen=True, slots=True)
class Reference:
    """A cell that names something: what, and where the cell stands."""

    iri: str
    file: str
    row: int
    column: str
    text: str


@dataclass(slots=True)
class Converted:
    """Quads, what they refer to, and what they describe (every subject that has a class)."""

    quads: list[ox.Quad] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    described: set[str] = field(default_factory=set)


def convert(read: TableRows, graph: ox.NamedNode, base: str) -> Converted:
    """The statements of one table's rows in `graph`; instance IRIs are moved to `base`."""
    converted = Converted()
    for row in read.rows:
        variables: Variables = {
            name: texts[0] if len(texts) == 1 else list(texts) for name, texts in row.texts.items() if texts
        }
        subjects: dict[str | None, str | None] = {}
        for column in read.table.columns:
            if column.suppressed or column.predicate is None:
                continue
            about = column.about.uri if column.about else None
            if about not in subjects:
                subjects[about] = _expand(column.about, variables, base)
            subject = subjects[about]
            if subject is None:
                continue
            for value in _values(column, row, variables, converted.references, base=base, label=read.table.label):
                converted.quads.append(ox.Quad(ox.NamedNode(subject), ox.NamedNode(column.predicate), value, graph))
                if column.predicate == _TYPE.value:
                    converted.described.add(subject)
    return converted


def _values(
    column: Column,
    row: Row,
    variables: Variables,
    references: list[Reference],
    *,
    base: str,
    label: str,
) -> list[ox.NamedNode | ox.Literal]:
    if column.value is None:
        return list(row.literals.get(column.name, ()))
    texts = ("",) if column.virtual else row.texts.get(column.name, ())
    nodes: list[ox.NamedNode | ox.Literal] = []
    for text in texts:
        iri = _expand(column.value, variables if column.virtual else {**variables, column.name: text}, base)
        if iri is not None:
            nodes.append(ox.NamedNode(iri))
            references.append(Reference(iri, label, row.number, column.title, text or iri))
    return nodes


def _expand(template: URITemplate | None, variables: Variables, base: str) -> str | None:
    """The template's IRI; None where a variable it needs has no value, so that no half IRI is made."""
    if template is None or any(name not in variables for name in template.variable_names):
        return None
    names = tuple(template.variable_names)
    values = tuple(variables[name] for name in names)
    if all(isinstance(value, str) for value in values):
        return _expand_texts(template, names, values, base)
    return rebase(template.expand(variables), base)


@lru_cache(maxsize=65536)
def _expand_texts(template: URITemplate, names: tuple[str, ...], values: tuple[str, ...], base: str) -> str:
    """Every column of a row has the row's subject, and rows refer to the same things: most answers are given again."""
    return rebase(template.expand(dict(zip(names, values, strict=True))), base)
