"""Turtle of each graph, and TriG of all of them: the same text between braces."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from ohai_kg.namespaces import PREFIXES
from ohai_kg.publication.statements import BUFFERED_BYTES, COPY_BYTES, KNOWN_PAIRS, TYPE, is_iri, statements, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import BinaryIO

_LOCAL: Final = re.compile(rb"[A-Za-z_][A-Za-z0-9_-]*")
_NAMESPACES: Final = {namespace.encode(): prefix.encode() for prefix, namespace in PREFIXES.items()}

PROLOGUE: Final = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items()).encode() + b"\n"
"""The prefixes of code, queries and dumps alike."""


class _Pair(NamedTuple):
    """A predicate and object as Turtle writes them: after other predicates, and after other objects of the same."""

    predicate: bytes
    first: bytes
    further: bytes


@dataclass(slots=True)
class _Graph:
    """A graph being written. `start` is where the current subject's pairs begin in `parts`, types before all others."""

    path: Path
    parts: list[bytes] = field(default_factory=list)
    subject: bytes = b""
    predicate: bytes = b""
    start: int = 0
    types: int = 0

    def close(self) -> None:
        """End the current subject."""
        if self.subject:
            self.parts[self.start] = self.parts[self.start][2:]
            self.parts.append(b" .\n")
            self.subject = b""


def write_turtle(quads: Path, trig: Path, graphs: Mapping[bytes, Path]) -> None:
    """Write a Turtle file for each graph, and `trig`. `graphs` has the file of every graph by its term (b"": default)."""
    written = {name: _Graph(path) for name, path in graphs.items()}
    for graph in written.values():
        graph.path.parent.mkdir(parents=True, exist_ok=True)
        graph.path.write_bytes(PROLOGUE)
    _write_graphs(quads, written)
    with trig.open("wb") as file:
        file.write(PROLOGUE)
        for name, path in graphs.items():
            file.write(name + b" {\n" if name else b"")
            _append(path, file)
            file.write(b"}\n" if name else b"")


def _write_graphs(quads: Path, graphs: Mapping[bytes, _Graph]) -> None:
    pairs: dict[bytes, _Pair] = {}
    buffered = 0
    with quads.open("rb") as file:
        for subject, rest, name in statements(file):
            pair = pairs.get(rest)
            if pair is None:
                if len(pairs) > KNOWN_PAIRS:
                    pairs.clear()
                pair = pairs[rest] = _spell(rest)
            graph = graphs[name]
            if graph.subject != subject:
                graph.close()
                if buffered > BUFFERED_BYTES:
                    _flush(graphs)
                    buffered = 0
                graph.parts.append(_shorten(subject))
                graph.subject, graph.predicate, graph.start, graph.types = subject, b"", len(graph.parts), 0
            predicate, first, further = pair
            if predicate == b"a":
                graph.parts.insert(graph.start + graph.types, further if graph.types else first)
                graph.types += 1
            elif predicate == graph.predicate:
                graph.parts.append(further)
            else:
                graph.parts.append(first)
                graph.predicate = predicate
            buffered += len(further)
    _flush(graphs)


def _flush(graphs: Mapping[bytes, _Graph]) -> None:
    for graph in graphs.values():
        if graph.parts:
            graph.close()
            with graph.path.open("ab") as file:
                file.write(b"".join(graph.parts))
            graph.parts.clear()


def _spell(rest: bytes) -> _Pair:
    predicate, value = rest.split(b" ", 1)
    verb = b"a" if predicate == TYPE else _shorten(predicate)
    if is_iri(value):
        value = _shorten(value)
    elif value.endswith(b">") and not value.startswith(b"<<"):
        text, datatype = text_of(value)
        value = text + b"^^" + _shorten(datatype[2:])
    return _Pair(verb, b" ;\n    " + verb + b" " + value, b" , " + value)


def _shorten(term: bytes) -> bytes:
    cut = max(term.rfind(b"#"), term.rfind(b"/")) + 1
    prefix = _NAMESPACES.get(term[1:cut])
    if prefix is None or not _LOCAL.fullmatch(term, cut, len(term) - 1):
        return term
    return prefix + b":" + term[cut:-1]


def _append(turtle: Path, target: BinaryIO) -> None:
    with turtle.open("rb") as file:
        file.seek(len(PROLOGUE))
        shutil.copyfileobj(file, target, COPY_BYTES)
