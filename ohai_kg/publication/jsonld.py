"""JSON-LD 1.1 with short keys: one node a line, texts by language, and a context that expands to exactly the same quads.

The context is found while writing: a property's first value decides what a bare string under its key means. A value that
does not fit stands under the property's whole IRI, which no context touches; a resource with a term that the context would
misread is written in expanded form, outside the context.
"""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ohai_kg.publication.jsonld_terms import Awkward, JsonTerms, Value, detached, quoted
from ohai_kg.publication.statements import BUFFERED_BYTES, COPY_BYTES, KNOWN_PAIRS, statements

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


@dataclass(slots=True)
class _Graph:
    """A graph being written: its finished nodes, and the current subject's pairs with their values (None: awkward)."""

    path: Path
    nodes: list[bytes] = field(default_factory=list)
    pairs: list[bytes] = field(default_factory=list)
    values: list[Value | None] = field(default_factory=list)


def write_jsonld(quads: Path, target: Path, context: Path, graphs: Sequence[bytes], base: str, work: Path) -> int:
    """Write the dataset to `target` and its context alone to `context`; `graphs` are all of them, b"" the default one.

    Nodes wait in `work`, an empty folder. Returns how many statements JSON-LD cannot say (triple terms, directed texts).
    """
    terms = JsonTerms(base)
    writing = {name: _Graph(work / str(number)) for number, name in enumerate(graphs)}
    for graph in writing.values():
        graph.path.touch()
    left_out = _write_nodes(quads, writing, terms)
    text = quoted({"@context": terms.context}, indent=1)
    context.write_bytes(text + b"\n")
    with target.open("wb") as output:
        output.write(text[:-2] + b',\n"@graph": [\n')
        for number, name in enumerate(name for name in graphs if name or writing[name].path.stat().st_size):
            output.write(b",\n" if number else b"")
            output.write(_opening(name, terms) if name else b"")
            with writing[name].path.open("rb") as nodes:
                shutil.copyfileobj(nodes, output, COPY_BYTES)
            output.write(b"\n]}" if name else b"")
        output.write(b"\n]}\n")
    return left_out


def _write_nodes(quads: Path, graphs: Mapping[bytes, _Graph], terms: JsonTerms) -> int:
    known: dict[bytes, Value | None] = {}
    awkward_graphs = {name for name in graphs if name and not terms.can_say(name)}
    left_out = buffered = 0
    current = b""
    touched: list[bytes] = []
    with quads.open("rb") as file:
        for subject, pair, name in statements(file):
            if subject != current:
                for graph in touched:
                    node, lost = _node(current, graphs[graph], terms, alone=graph in awkward_graphs)
                    left_out += lost
                    buffered += len(node)
                touched.clear()
                current = subject
                if buffered > BUFFERED_BYTES:
                    _flush(graphs)
                    buffered = 0
            if pair in known:
                value = known[pair]
            else:
                if len(known) > KNOWN_PAIRS:
                    known.clear()
                value = known[pair] = terms.value(pair)
            graph_of = graphs[name]
            if not graph_of.pairs:
                touched.append(name)
            graph_of.pairs.append(pair)
            graph_of.values.append(value)
    left_out += sum(_node(current, graphs[graph], terms, alone=graph in awkward_graphs)[1] for graph in touched)
    _flush(graphs)
    return left_out


def _node(subject: bytes, graph: _Graph, terms: JsonTerms, *, alone: bool) -> tuple[bytes, int]:
    """Finish the node of `subject` in a graph; returns it, and how many statements it lacks. `alone`: in expanded form."""
    node, lost = b"", 0
    if not alone:
        with contextlib.suppress(Awkward):
            node = b'{"@id":"' + terms.iri(subject) + b'"' + _members(graph.values) + b"}"
    if not node:
        node, lost = detached(subject, graph.pairs)
    graph.nodes.append(node)
    graph.pairs.clear()
    graph.values.clear()
    return node, lost


def _members(values: list[Value | None]) -> bytes:
    """The members of a node, types first. Raises Awkward."""
    types, parts = b"", []
    place, last = 0, len(values)
    while place < last:
        value = values[place]
        if value is None:
            raise Awkward
        end = place + 1
        while end < last and (other := values[end]) is not None and other.predicate == value.predicate:
            end += 1
        member = b"," + value.alone if end == place + 1 else _together(values[place:end])
        if value.key == b'"@type":':
            types += member
        else:
            parts.append(member)
        place = end
    return types + b"".join(parts)


def _together(values: list[Value | None]) -> bytes:
    """Several values of one property: a list for each key they stand under, or a map of languages."""
    keys: dict[bytes, dict[bytes, list[bytes]]] = {}
    for value in values:
        if value is not None:
            keys.setdefault(value.key, {}).setdefault(value.language, []).append(value.text)
    members = []
    for key, languages in keys.items():
        if b"" in languages:
            members.append(b"," + key + _listed(languages[b""]))
        else:
            texts = [b'"' + language + b'":' + _listed(found) for language, found in languages.items()]
            members.append(b"," + key + b"{" + b",".join(texts) + b"}")
    return b"".join(members)


def _listed(values: list[bytes]) -> bytes:
    return values[0] if len(values) == 1 else b"[" + b",".join(values) + b"]"


def _opening(name: bytes, terms: JsonTerms) -> bytes:
    """A named graph up to its nodes."""
    if terms.can_say(name):
        return b'{"@id":"' + terms.iri(name) + b'","@graph":[\n'
    return b'{"@context":null,"@id":' + quoted(name[1:-1].decode()) + b',"@graph":[\n'


def _flush(graphs: Mapping[bytes, _Graph]) -> None:
    for graph in graphs.values():
        if graph.nodes:
            with graph.path.open("ab") as file:
                file.write((b",\n" if file.tell() else b"") + b",\n".join(graph.nodes))
            graph.nodes.clear()
