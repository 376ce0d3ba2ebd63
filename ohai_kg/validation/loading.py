"""RDF files and graphs into a `Dataset`.

The store respells numbers and times ("-5.00" becomes "-5"), so what it has respelled is kept as written. Where two
spellings of one value fall together, queries cannot tell them apart, and the data are validated whole.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from ohai_kg.errors import DataUnreadable
from ohai_kg.namespaces import XSD
from ohai_kg.store.embedded import RDF_SYNTAXES
from ohai_kg.validation.dataset import DataGraph, Dataset
from ohai_kg.validation.reading import bounded, check, syntax_of, unreadable
from ohai_kg.validation.terms import Converter, graph_of, tag_spellings, to_ox

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_Statement = tuple[Any, Any, Any]
_ANY: Final = ox.NamedNode("urn:p")
_STABLE: Final = frozenset({XSD + "string", XSD + "integer", XSD + "boolean", XSD + "anyURI"})
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_TYPED: Final = re.compile(rb'"\^\^<http://www\.w3\.org/2001/XMLSchema#(?!string>|integer>|boolean>)(date>)?')
_DAY_LENGTH: Final = len("2017-08-22")


def read_dataset(content: bytes, name: str, given: str | None, base: str | None = None) -> Dataset:
    """The triples of the file, of whatever named graph. Raises DataUnreadable, UnsupportedMediaType."""
    syntax = syntax_of(name, given)
    check(content, name, syntax)
    content = content.removeprefix(BOM_UTF8)
    store = ox.Store()
    noted: list[_Statement] = []
    prefixes: dict[str, str] = {}
    try:
        if syntax == "nt" and not _has_blank_spellings(content):
            store.bulk_load(input=content, format=ox.RdfFormat.N_TRIPLES)
            lines = b"\n".join(_respelled_lines(content))
            noted = [(q.subject, q.predicate, q.object) for q in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)]
        else:
            parser = ox.parse(content, format=RDF_SYNTAXES[syntax], base_iri=base, rename_blank_nodes=True)
            store.bulk_extend(_kept(bounded(parser, name, len(content)), noted))
            prefixes = dict(parser.prefixes)
    except SyntaxError as error:
        raise unreadable(name, syntax, str(error)) from None
    if len(store) == 0:
        raise DataUnreadable(f"{name} 中没有任何语句。", f"{name} holds no statement.")
    convert = Converter(tag_spellings(content))
    spellings = _spellings(noted)
    if spellings is None:
        graph = _in_memory(content, syntax, base, convert, prefixes)
        return Dataset(store, convert, prefixes=prefixes, distinct=False, graph=graph)
    return Dataset(store, convert, spellings, prefixes, volatile=bool(spellings))


def dataset_of(graph: DataGraph) -> Dataset | None:
    """The graph with a store beside it for the prefilter; None where it holds terms that are no RDF."""
    store = ox.Store()
    try:
        store.bulk_extend(
            ox.Quad(to_ox(s), to_ox(p), to_ox(o))  # type: ignore[arg-type]
            for s, p, o in graph
        )
    except (ValueError, TypeError):
        return None
    return Dataset(store, volatile=True, distinct=len(store) == len(graph), graph=graph)


def _kept(quads: Iterable[ox.Quad], noted: list[_Statement]) -> Iterator[ox.Quad]:
    """The quads in the default graph; those whose literal the store may respell are noted on the way."""
    for quad in quads:
        value = quad.object
        if isinstance(value, ox.Literal) and not value.language:
            datatype = value.datatype.value
            if datatype not in _STABLE and not (datatype == XSD + "date" and _DAY.fullmatch(value.value)):
                noted.append((quad.subject, quad.predicate, value))
        yield quad if isinstance(quad.graph_name, ox.DefaultGraph) else ox.Quad(quad.subject, quad.predicate, value)


def _spellings(noted: list[_Statement]) -> dict[_Statement, ox.Literal] | None:
    """Literals as written by their statement in the store; None where two of them are one there."""
    scratch = ox.Store()
    scratch.extend(ox.Quad(ox.NamedNode(f"urn:{n}"), _ANY, literal) for n, (_, _, literal) in enumerate(noted))
    found: dict[_Statement, ox.Literal] = {}
    for quad in scratch:
        subject, predicate, written = noted[int(quad.subject.value[4:])]
        key = (subject, predicate, quad.object)
        if found.setdefault(key, written) != written:
            return None
    return {key: written for key, written in found.items() if key[2] != written}


def _in_memory(content: bytes, syntax: str, base: str | None, convert: Converter, prefixes: dict[str, str]) -> DataGraph:
    graph = DataGraph(bind_namespaces="none")
    for prefix, namespace in prefixes.items():
        graph.bind(prefix, namespace)
    graph_of(ox.parse(content, format=RDF_SYNTAXES[syntax], base_iri=base, rename_blank_nodes=True), convert, graph)
    return graph


def _respelled_lines(content: bytes) -> Iterator[bytes]:
    """The N-Triples lines whose literal the store may respell; found from the datatype outwards, which is fast."""
    done = 0
    for match in _TYPED.finditer(content):
        at = match.start()
        if at < done:
            continue  # a line that is no N-Triples may hold any number of them
        day = content[at - _DAY_LENGTH : at].decode("ascii", "replace")
        if not (match[1] and content[at - _DAY_LENGTH - 1 : at - _DAY_LENGTH] == b'"' and _DAY.fullmatch(day)):
            end = content.find(b"\n", at)
            done = end if end >= 0 else len(content)
            yield content[content.rfind(b"\n", 0, at) + 1 : done]


def _has_blank_spellings(content: bytes) -> bool:
    """Whether such a line is about a blank node, whose name the store changes."""
    return any(line.lstrip().startswith(b"_:") for line in _respelled_lines(content))
