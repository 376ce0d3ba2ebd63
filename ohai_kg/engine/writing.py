"""Writing: changing a copy of a release's quads and publishing the outcome as the next release."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from ohai_kg.engine.store import RDF_SYNTAXES, graph_name, syntax_error
from ohai_kg.errors import GraphNotFound, GraphUnreadable, QueryFailed
from ohai_kg.releases.manifest import DEFAULT_GRAPH, NQUADS_NAME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ohai_kg.releases.release import Release
    from ohai_kg.releases.releases import Releases

_DEEPEST: Final = 1000
_NO_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))


@dataclass(frozen=True, slots=True)
class Payload:
    """One RDF document sent to be written, in one of the formats of `formats.RDF_FORMATS`."""

    format: str
    content: bytes


def update(store: ox.Store, text: str, base: str) -> None:
    """Carry out a SPARQL Update, all of it or nothing. Raises QuerySyntaxError, QueryFailed."""
    try:
        store.update(text, base_iri=base)
    except SyntaxError as error:
        raise syntax_error(str(error)) from None
    except (RuntimeError, OSError, ValueError) as error:
        raise QueryFailed(f"更新不能执行：{error}。", f"The update cannot be carried out: {error}.") from None


def write_graph(store: ox.Store, graph: str | None, payloads: Sequence[Payload], *, base: str, replace: bool) -> bool:
    """Add the payloads to a graph, or replace it by them; None is the default graph. Returns whether it is new."""
    name = graph_name(graph)
    quads = [ox.Quad(quad.subject, quad.predicate, quad.object, name) for payload in payloads for quad in _read(payload, base)]
    created = isinstance(name, ox.NamedNode) and not store.contains_named_graph(name)
    if replace:
        store.clear_graph(name) if not created else None
    if isinstance(name, ox.NamedNode):
        store.add_graph(name)
    store.extend(quads)
    return created


def delete_graph(store: ox.Store, graph: str | None) -> None:
    """Remove a graph; the default graph is emptied. Raises GraphNotFound."""
    name = graph_name(graph)
    if isinstance(name, ox.DefaultGraph):
        store.clear_graph(name)
    elif store.contains_named_graph(name):
        store.remove_graph(name)
    else:
        raise GraphNotFound(f"没有名为 {graph} 的图。", f"There is no graph {graph}.")


def publish(store: ox.Store, releases: Releases, parent: Release, *, keep: int) -> Release:
    """Make what `store` holds the current release, durably; `parent` is what it was before the write.

    Where nothing changed the parent stays. Raises ReleaseChanged, ReleaseDamaged, StorageFull.
    """
    lines = sorted((store.dump(format=ox.RdfFormat.N_QUADS) or b"").splitlines(keepends=True))
    changes, graphs = _compare(store, parent, lines)
    if not changes and graphs == parent.manifest.graphs:
        return parent
    touched = set(changes) | (graphs.keys() ^ parent.manifest.graphs.keys())
    with releases.stage() as staging:
        (staging / NQUADS_NAME).write_bytes(b"".join(lines))
        release = releases.publish(
            staging,
            base=parent.manifest.base,
            graphs=graphs,
            inputs=parent.manifest.inputs,
            parent=parent.id,
            written_graphs=tuple(sorted(touched.union(parent.manifest.written_graphs))),
        )
    releases.tidy(keep)
    return release


def _compare(store: ox.Store, parent: Release, lines: list[bytes]) -> tuple[Counter[str], dict[str, int]]:
    """How many quads came and went in each changed graph, and how many each graph has now."""
    before, after = parent.lines(), set(lines)
    came, went = _count(after - before), _count(before - after)
    graphs = Counter(parent.manifest.graphs)
    graphs.update(came)
    graphs.subtract(went)
    present = {name.value for name in store.named_graphs() if isinstance(name, ox.NamedNode)}
    counts = {graph: graphs[graph] for graph in sorted(present)}
    if graphs[DEFAULT_GRAPH] > 0:
        counts[DEFAULT_GRAPH] = graphs[DEFAULT_GRAPH]
    return came + went, counts


def _count(lines: set[bytes]) -> Counter[str]:
    quads = ox.parse(b"".join(lines), format=ox.RdfFormat.N_QUADS)
    return Counter(quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else DEFAULT_GRAPH for quad in quads)


def _depth(content: bytes) -> int:
    """How deep JSON nests, at most; a bracket in a string counts."""
    brackets = content.translate(None, _NO_BRACKETS)
    return max(accumulate(1 if bracket in b"[{" else -1 for bracket in brackets), default=0)


def _read(payload: Payload, base: str) -> list[ox.Quad]:
    if payload.format == "jsonld" and _depth(payload.content) > _DEEPEST:
        # The engine's memory grows with the square of the depth.
        raise GraphUnreadable("内容嵌套太深，未作任何改动。", "It is nested too deeply; nothing was changed.")
    try:
        return list(
            ox.parse(
                payload.content,
                format=RDF_SYNTAXES[payload.format],
                base_iri=base,
                without_named_graphs=True,
                rename_blank_nodes=True,
            )
        )
    except SyntaxError as error:
        line = error.lineno
        raise GraphUnreadable(
            f"正文不是可读的 RDF：{error}。未作任何改动。",
            f"The body is no readable RDF: {error}. Nothing was changed.",
            line,
            error.offset,
        ) from None
