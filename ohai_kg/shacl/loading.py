"""RDF files and graphs into a `Dataset`."""

from __future__ import annotations

import io
import re
from codecs import BOM_UTF8
from typing import IO, TYPE_CHECKING, Final, cast

import pyoxigraph as ox
from rdflib import Literal

from ohai_kg.engine.store import RDF_SYNTAXES
from ohai_kg.errors import DataUnreadable
from ohai_kg.shacl.dataset import DataGraph, Dataset
from ohai_kg.shacl.reading import bounded, check, check_statements, syntax_of, unreadable
from ohai_kg.shacl.terms import Converter, fill, tag_spellings, to_ox

if TYPE_CHECKING:
    from collections.abc import Iterator

_TYPED: Final = re.compile(rb'"\^\^<http://www\.w3\.org/2001/XMLSchema#(?!string>)(?:(date|integer|boolean)>)?')
_KEPT: Final = {
    b"date": re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    b"integer": re.compile(rb"0|-?[1-9][0-9]{0,17}"),
    b"boolean": re.compile(rb"true|false"),
}
"""Spellings that a store keeps."""
_LONGEST: Final = len("-100000000000000000")


def read_dataset(
    content: bytes, name: str, given: str | None, base: str | None = None, max_statements: int | None = None
) -> Dataset:
    """The triples of the file, of whatever named graph. Raises DataUnreadable, UnsupportedMediaType, UploadTooLarge."""
    syntax = syntax_of(name, given)
    check(content, name, syntax)
    content = content.removeprefix(BOM_UTF8)
    store = ox.Store()
    prefixes: dict[str, str] = {}
    try:
        spans = list(_lines_to_check(content)) if syntax == "nt" else []
        if syntax == "nt" and not any(content[start:end].lstrip().startswith(b"_:") for start, end in spans):
            store.bulk_load(
                input=cast("IO[bytes]", _Without(content, spans)) if spans else content, format=ox.RdfFormat.N_TRIPLES
            )
            lines = b"".join(content[start:end] for start, end in spans)
            fill(store, bounded(ox.parse(lines, format=ox.RdfFormat.N_TRIPLES), name, len(content), max_statements))
        else:
            parser = ox.parse(content, format=RDF_SYNTAXES[syntax], base_iri=base, rename_blank_nodes=True)
            fill(store, bounded(parser, name, len(content), max_statements))
            prefixes = dict(parser.prefixes)
    except SyntaxError as error:
        raise unreadable(name, syntax, str(error)) from None
    check_statements(len(store), name, max_statements)
    if len(store) == 0:
        raise DataUnreadable(f"{name} 中没有任何语句。", f"{name} holds no statement.")
    return Dataset(store, Converter(tag_spellings(content)), prefixes)


def dataset_of(graph: DataGraph) -> Dataset | None:
    """The graph with a store beside it for the prefilter; None where it holds terms that are no RDF."""
    store = ox.Store()
    try:
        fill(store, (ox.Quad(to_ox(s), to_ox(p), to_ox(o)) for s, p, o in graph))  # type: ignore[arg-type]
    except (ValueError, TypeError):
        return None
    tags = {o.language for o in graph.objects(unique=True) if isinstance(o, Literal) and o.language}
    convert = Converter({tag.lower(): tag for tag in tags if tag != tag.lower()})
    return Dataset(store, convert, graph=graph) if len(store) == len(graph) else None


class _Without(io.RawIOBase):
    """`content` without some spans of it, so that nothing large is copied."""

    def __init__(self, content: bytes, spans: list[tuple[int, int]]) -> None:
        super().__init__()
        starts, ends = [0, *(end for _, end in spans)], [*(start for start, _ in spans), len(content)]
        self._pieces = [(start, end) for start, end in zip(starts, ends, strict=True) if start < end][::-1]
        self._content = content

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """See `io.RawIOBase`."""
        if not self._pieces:
            return 0
        start, end = self._pieces.pop()
        until = min(end, start + len(buffer))
        buffer[: until - start] = self._content[start:until]
        if until < end:
            self._pieces.append((until, end))
        return until - start


def _lines_to_check(content: bytes) -> Iterator[tuple[int, int]]:
    """Where the N-Triples lines begin and end whose literal the store may change; found from the datatype outwards, fast."""
    done = 0
    for match in _TYPED.finditer(content):
        at, kept = match.start(), _KEPT.get(match[1])
        if at < done:
            continue  # a line that is no N-Triples may hold any number of them
        opening = content.rfind(b'"', max(0, at - _LONGEST - 1), at)
        if kept is None or opening < 0 or kept.fullmatch(content, opening + 1, at) is None:
            end = content.find(b"\n", at)
            done = end + 1 if end >= 0 else len(content)
            yield content.rfind(b"\n", 0, at) + 1, done
