"""The embedded engine: pyoxigraph over one release, in memory.

A store opened here is never written: a release is immutable, and pyoxigraph would change its files.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from ohai_kg.errors import QuerySyntaxError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import BinaryIO

    from ohai_kg.mediatypes import Format

_RESULT_FORMATS: Final = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
_RDF_FORMATS: Final = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG,
    "nq": ox.RdfFormat.N_QUADS,
}
_PLACE: Final = re.compile(r"error at (\d+):(\d+)")


class EmbeddedStore:
    """A pyoxigraph store with the dataset rules of a deployment."""

    def __init__(self, store: ox.Store, *, union_default_graph: bool = True) -> None:
        self._store = store
        self._union = union_default_graph

    @classmethod
    def load(cls, nquads: Path, *, union_default_graph: bool = True) -> EmbeddedStore:
        """Read a release's N-Quads file into memory."""
        store = ox.Store()
        store.bulk_load(path=str(nquads), format=ox.RdfFormat.N_QUADS)
        return cls(store, union_default_graph=union_default_graph)

    def evaluate(
        self,
        query: str,
        output: BinaryIO,
        *,
        results: Format,
        rdf: Format,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        base: str | None = None,
    ) -> Format:
        """See `Store.evaluate`."""
        dataset_given = default_graphs is not None or named_graphs is not None
        try:
            answer = self._store.query(
                query,
                base_iri=base,
                use_default_graph_as_union=self._union and not dataset_given,
                default_graph=[ox.NamedNode(g) for g in default_graphs or ()] if dataset_given else None,
                named_graphs=[ox.NamedNode(g) for g in named_graphs or ()] if dataset_given else None,
            )
        except SyntaxError as error:
            raise syntax_error(str(error)) from None
        if isinstance(answer, ox.QueryTriples):
            answer.serialize(output, format=_RDF_FORMATS[rdf.name])
            return rdf
        answer.serialize(output, format=_RESULT_FORMATS[results.name])
        return results

    def count(self) -> int:
        """See `Store.count`."""
        return len(self._store)


def syntax_error(message: str) -> QuerySyntaxError:
    """The engine's syntax message as ours, with its line and column (counted from 1) where it tells them."""
    place = _PLACE.search(message)
    line, column = (int(place[1]), int(place[2])) if place else (None, None)
    where_zh = f"第 {line} 行第 {column} 列" if place else "查询"
    where_en = f"line {line}, column {column}" if place else "the query"
    return QuerySyntaxError(
        f"{where_zh}有语法错误：{message}。请改正后重试。",
        f"Syntax error at {where_en}: {message}. Correct it and try again.",
        line,
        column,
    )
