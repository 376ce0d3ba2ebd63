"""A catalogue's tables as statements, by the one way from table to graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from ohai_kg.catalogues.tables import described
from ohai_kg.errors import TableFaults
from ohai_kg.namespaces import DEF, PREFIXES, RDF, ZWGK, graph_iri
from ohai_kg.tables.conversion import convert
from ohai_kg.tables.tables import check_rows

if TYPE_CHECKING:
    from ohai_kg.catalogues.tables import CatalogueTables

_PARENTS: Final = {
    f"{ZWGK}PolicyDocument": f"{PREFIXES['eli']}LegalResource",
    f"{ZWGK}ReadingPoint": f"{ZWGK}ChannelCarrier",
}


def statements(tables: CatalogueTables) -> list[ox.Quad]:
    """Every statement of the tables once, in the graph of the catalogue. Raises TableFaults."""
    graph = ox.NamedNode(graph_iri(tables.base, f"catalogue/{tables.edition.issuer}/{tables.edition.key}"))
    quads: dict[ox.Quad, None] = {}
    for table in described():
        if all(column.suppressed or column.predicate is None for column in table.columns):
            continue  # the way back to the cells is no statement
        read = check_rows(table, tables.rows[table.path.name])
        if read.faults:
            raise TableFaults(read.faults)
        quads |= dict.fromkeys(convert(read, graph, tables.base).quads)
    return list(quads)


def context_of(tables: CatalogueTables) -> list[ox.Quad]:
    """The classes of what the tables refer to but describe nowhere."""
    graph = ox.NamedNode(graph_iri(tables.base, "registry"))
    kind = ox.NamedNode(RDF + "type")
    classes = tables.catalogue.registry.classes
    codes = {row["channel"] for row in tables.rows["channels.csv"] if row.get("channel")}
    found = [ox.Quad(ox.NamedNode(f"{DEF}{code}"), kind, ox.NamedNode(f"{ZWGK}Channel"), graph) for code in sorted(codes)]
    for iri in sorted(tables.used):
        own = classes.get(iri)
        names = [name for name in (own, _PARENTS.get(own or "")) if name]
        found += [ox.Quad(ox.NamedNode(iri), kind, ox.NamedNode(name), graph) for name in names]
    return found
