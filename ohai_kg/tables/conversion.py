"""Rows to quads, by "Generating RDF from Tabular Data on the Web" (W3C 2015), minimal mode.

One departure: where a column with a `separator` also has a `valueUrl`, each of its values makes an IRI of its own (the
recommendation would join them into one); relations of several parties would otherwise need a table each.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pyoxigraph as ox

from ohai_kg.namespaces import RDF, rebase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from uritemplate import URITemplate

    from ohai_kg.tables.metadata import Column
    from ohai_kg.tables.tables import Row, TableRows

Variables = dict[str, Any]

_TYPE: Final = RDF + "type"
_UNRESERVED: Final = "[A-Za-z0-9._~-]"


class Reference(NamedTuple):
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
    templates: dict[str, _Template] = {}
    plans = [
        _Plan(column, ox.NamedNode(column.predicate), *(_prepared(t, base, templates) for t in (column.about, column.value)))
        for column in read.table.columns
        if column.predicate is not None and not column.suppressed
    ]
    add = converted.quads.append
    for row in read.rows:
        variables: Variables = {
            name: texts[0] if len(texts) == 1 else list(texts) for name, texts in row.texts.items() if texts
        }
        subjects: dict[_Template | None, ox.NamedNode | None] = {None: None}
        for plan in plans:
            if plan.about not in subjects:
                subjects[plan.about] = plan.about.expand(variables) if plan.about else None
            subject = subjects[plan.about]
            if subject is None:
                continue
            for value in _values(plan, row, variables, converted.references, label=read.table.label):
                add(ox.Quad(subject, plan.predicate, value, graph))
                if plan.column.predicate == _TYPE:
                    converted.described.add(subject.value)
    return converted


class _Plan(NamedTuple):
    """A column with what is the same for all its rows."""

    column: Column
    predicate: ox.NamedNode
    about: _Template | None
    value: _Template | None


def _prepared(template: URITemplate | None, base: str, templates: dict[str, _Template]) -> _Template | None:
    return None if template is None else templates.setdefault(template.uri, _Template(template, base))


def _values(
    plan: _Plan, row: Row, variables: Variables, references: list[Reference], *, label: str
) -> Iterator[ox.NamedNode | ox.Literal]:
    column = plan.column
    if plan.value is None:
        yield from row.literals.get(column.name, ())
        return
    for text in ("",) if column.virtual else row.texts.get(column.name, ()):
        node = plan.value.expand(variables if column.virtual else {**variables, column.name: text})
        if node is not None:
            references.append(Reference(node.value, label, row.number, column.title, text or node.value))
            yield node


class _Template:
    """A URI template over one table: every column of a row has the row's subject, and rows refer to the same things."""

    __slots__ = ("_base", "_join", "_known", "_names", "_plain", "_template")

    def __init__(self, template: URITemplate, base: str) -> None:
        self._template = template
        self._base = base
        self._names = tuple(template.variable_names)
        self._known: dict[tuple[str, ...], ox.NamedNode] = {}
        self._plain, self._join = _shortcut(template, self._names)

    def expand(self, variables: Variables) -> ox.NamedNode | None:
        """The IRI; None where a variable it needs has no value, so that no half IRI is made."""
        try:
            values = tuple([variables[name] for name in self._names])
        except KeyError:
            return None
        for value in values:
            if not isinstance(value, str):
                return ox.NamedNode(rebase(self._template.expand(variables), self._base))
        node = self._known.get(values)
        if node is None:
            node = self._known[values] = ox.NamedNode(rebase(self._text(values), self._base))
        return node

    def _text(self, values: tuple[str, ...]) -> str:
        if all(map(self._plain, values)):
            return self._join.format(*values)
        return self._template.expand(dict(zip(self._names, values, strict=True)))


def _shortcut(template: URITemplate, names: tuple[str, ...]) -> tuple[Callable[[str], object], str]:
    """What a value must look like to go in as it is, and the format it then goes into; found by trying (RFC 6570, 3.2).

    Unreserved characters stay in every kind of expression, the slash in some.
    """
    for inner, allowed in (("/", f"(?:{_UNRESERVED}|/)+"), (".", f"{_UNRESERVED}+")):
        marks: Variables = {name: f"~{number}{inner}{number}~" for number, name in enumerate(names)}
        text = template.expand(marks).replace("{", "{{").replace("}", "}}")
        if all(mark in text for mark in marks.values()):
            for number, mark in enumerate(marks.values()):
                text = text.replace(mark, f"{{{number}}}")
            return re.compile(allowed).fullmatch, text
    return lambda _: None, ""
