"""The embedded engine: pyoxigraph over one release, in memory or read-only from disk.

A store opened here is never written: a release is immutable, and pyoxigraph would change its files.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from ohai_kg.engine.xml import XmlOutput
from ohai_kg.errors import FormatInsufficient, QuerySyntaxError, RequestError
from ohai_kg.releases.manifest import DEFAULT_GRAPH, NQUADS_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from ohai_kg.formats import Format
    from ohai_kg.releases.release import Release

RESULT_SYNTAXES: Final = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
RDF_SYNTAXES: Final = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG,
    "nq": ox.RdfFormat.N_QUADS,
}
_NOT_IN_IRI: Final = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_PLACE: Final = re.compile(r"error at (\d+):(\d+): ?")
_CHARACTER_CLASS: Final = re.compile(r",? ?\[[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*\]")


class EmbeddedStore:
    """A pyoxigraph store with the dataset rules of a deployment."""

    def __init__(self, store: ox.Store, *, union_default_graph: bool = True) -> None:
        self.engine = store
        self.union = union_default_graph

    @classmethod
    def load(cls, release: Release, *, union_default_graph: bool = True) -> EmbeddedStore:
        """Read a release into memory. Raises ReleaseDamaged."""
        store = ox.Store()
        fill(store, release)
        return cls(store, union_default_graph=union_default_graph)

    @classmethod
    def open(cls, folder: Path, *, union_default_graph: bool = True) -> EmbeddedStore:
        """Open a finished store on disk. It starts threads: never before a fork."""
        return cls(ox.Store.read_only(str(folder)), union_default_graph=union_default_graph)

    @classmethod
    def open_to_write(cls, folder: Path) -> EmbeddedStore:
        """Open a copy that is going to be the store of the next release."""
        return cls(ox.Store(str(folder)), union_default_graph=False)

    def solve(
        self,
        query: str,
        *,
        base: str | None = None,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        own_dataset: bool = False,
        functions: Iterable[ox.NamedNode] = (),
    ) -> ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean:
        """The engine's answer, evaluated as it is read.

        `own_dataset`: the query has FROM clauses, which the engine forgets when asked for the union of all graphs.
        `functions` are unknown ones; their value is an error, that is, unbound. Raises QuerySyntaxError.
        """
        dataset_given = default_graphs is not None or named_graphs is not None
        try:
            return self.engine.query(
                query,
                base_iri=base,
                use_default_graph_as_union=self.union and not dataset_given and not own_dataset,
                default_graph=[_graph(g) for g in default_graphs or ()] if dataset_given else None,
                named_graphs=[_graph(g) for g in named_graphs or ()] if dataset_given else None,
                custom_functions=dict.fromkeys(functions, _unbound),
            )
        except SyntaxError as error:
            raise syntax_error(str(error)) from None

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
        answer = self.solve(query, base=base, default_graphs=default_graphs, named_graphs=named_graphs)
        return serialize(answer, output, results=results, rdf=rdf)

    def dump(self, graph: ox.NamedNode | ox.DefaultGraph, form: Format) -> bytes:
        """All statements of one graph. Raises FormatInsufficient."""
        output = io.BytesIO()
        with _graph_output(output, form) as target:
            self.engine.dump(target, format=RDF_SYNTAXES[form.name], from_graph=graph)
        return output.getvalue()

    def count(self) -> int:
        """See `Store.count`."""
        return len(self.engine)


def fill(store: ox.Store, release: Release) -> None:
    """Put the quads of a release into an empty store, and the graphs that exist without holding any. Raises ReleaseDamaged."""
    with release.open(NQUADS_NAME) as file:
        store.bulk_load(file, format=ox.RdfFormat.N_QUADS)
    release.check_count(len(store))
    for graph, count in release.manifest.graphs.items():
        if count == 0 and graph != DEFAULT_GRAPH:
            store.add_graph(ox.NamedNode(graph))


def serialize(
    answer: ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean, output: BinaryIO, *, results: Format, rdf: Format
) -> Format:
    """Write an answer in the format of its kind, which is returned. Raises FormatInsufficient, perhaps in its midst."""
    if isinstance(answer, ox.QueryTriples):
        serialize_graph(answer, output, rdf)
        return rdf
    target = XmlOutput(output, graph=False).file if results.name == "xml" else output
    answer.serialize(target, format=RESULT_SYNTAXES[results.name])
    return results


def serialize_graph(
    statements: Iterable[ox.Triple] | Iterable[ox.Quad],
    output: BinaryIO,
    form: Format,
    prefixes: Mapping[str, str] | None = None,
) -> None:
    """Write statements in an RDF syntax. Raises FormatInsufficient, perhaps in its midst, where it cannot say them all."""
    with _graph_output(output, form) as target:
        ox.serialize(statements, target, format=RDF_SYNTAXES[form.name], prefixes=dict(prefixes or {}))


@contextlib.contextmanager
def _graph_output(output: BinaryIO, form: Format) -> Iterator[BinaryIO]:
    """Where the engine writes a graph to; what the syntax cannot say is told as FormatInsufficient."""
    try:
        yield XmlOutput(output, graph=True).file if form.name == "rdf" else output
    except OSError as error:
        if type(error) is not OSError or error.errno is not None:
            raise  # of the output, not of the syntax
        raise FormatInsufficient(
            f"{form.media_type} 写不出其中一句（{error}）；请改取 Turtle 或 N-Triples。",
            f"{form.media_type} cannot say one of the statements ({error}); ask for Turtle or N-Triples.",
        ) from None


def graph_text(
    statements: Iterable[ox.Triple] | Iterable[ox.Quad], form: Format, prefixes: Mapping[str, str] | None = None
) -> bytes:
    """Statements in an RDF syntax. Raises FormatInsufficient."""
    output = io.BytesIO()
    serialize_graph(statements, output, form, prefixes)
    return output.getvalue()


def read_rows(body: bytes) -> list[dict[str, str]]:
    """The rows of a SELECT answer in JSON, each cell as its text ('' where unbound)."""
    found = json.loads(body)
    names = found["head"]["vars"]
    return [{name: text_of(row[name]) if name in row else "" for name in names} for row in found["results"]["bindings"]]


def text_of(term: Mapping[str, Any]) -> str:
    """A term of an answer in JSON as plain text, as the CSV form has it; a triple term in RDF 1.2's brackets."""
    value = term["value"]
    if isinstance(value, str):
        return value
    return f"<<( {' '.join(text_of(value[part]) for part in ('subject', 'predicate', 'object'))} )>>"


def syntax_error(message: str) -> QuerySyntaxError:
    """The engine's syntax message as ours, with its line and column (counted from 1) where it tells them."""
    place = _PLACE.search(message)
    line, column = (int(place[1]), int(place[2])) if place else (None, None)
    # The engine lists whole alphabets among what it expected; nobody can read those.
    reason = _CHARACTER_CLASS.sub("", _PLACE.sub("", message)).replace("\n", " ").strip(" ,|") or "unexpected end"
    where_zh = f"第 {line} 行第 {column} 列" if place else "查询"
    where_en = f"line {line}, column {column}" if place else "the query"
    return QuerySyntaxError(
        f"{where_zh}有语法错误：{reason}。请改正后重试。",
        f"Syntax error at {where_en}: {reason}. Correct it and try again.",
        line,
        column,
    )


def graph_name(iri: str | None) -> ox.NamedNode | ox.DefaultGraph:
    """A graph's name for the engine; None is the default graph. Raises RequestError where `iri` is not absolute."""
    return ox.DefaultGraph() if iri is None else _graph(iri)


def resolve(reference: str, base: str) -> str:
    """The IRI of a reference as the engine reads it in a query (RFC 3986 section 5.2, RFC 3987). Raises RequestError.

    >>> resolve("http://ex.org/voc#", "http://x/"), resolve("HTTP://ex.org", "http://x/"), resolve("a;?", "http://x/graphs")
    ('http://ex.org/voc#', 'HTTP://ex.org', 'http://x/a;?')
    """
    fault = RequestError(
        f"“{reference or base}”不是 IRI，不能作为图名。", f'"{reference or base}" is no IRI and names no graph.'
    )
    if _NOT_IN_IRI.search(reference):
        raise fault
    try:
        (triple,) = ox.parse(f"<{reference}> <x:p> <x:o> .", format=ox.RdfFormat.TURTLE, base_iri=base)
    except (SyntaxError, ValueError):
        raise fault from None
    subject = triple.subject
    assert isinstance(subject, ox.NamedNode)  # noqa: S101  it is written as an IRI
    return subject.value


def _graph(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError:
        raise RequestError(
            f"“{iri}”不是绝对 IRI，不能作为图名。", f'"{iri}" is not an absolute IRI and cannot name a graph.'
        ) from None


def _unbound(*_: object) -> None:
    """The value of a function nobody knows."""
