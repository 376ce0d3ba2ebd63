"""An rdflib store that looks triples up in a pyoxigraph store: nothing is copied but what pySHACL asks for.

Of several named graphs it shows the union, each triple once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
from rdflib import BNode, Literal
from rdflib.store import Store as RdflibStore

from ohai_kg.shacl.terms import Converter, OxTerm, stored, to_ox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rdflib import Graph
    from rdflib.term import Node

_Triple = tuple["Node", "Node", "Node"]


class StoreView(RdflibStore):
    """The triples of `store`, read only."""

    def __init__(self, store: ox.Store, convert: Converter) -> None:
        super().__init__()
        self._store = store
        self._convert = convert
        self._one_graph = next(iter(store.named_graphs()), None) is None
        self._prefixes: dict[str, Node] = {}

    def triples(
        self, triple_pattern: tuple[Node | None, Node | None, Node | None], context: Graph | None = None
    ) -> Iterator[tuple[_Triple, Iterator[Graph | None]]]:
        """The triples that match; see `rdflib.store.Store.triples`."""
        if isinstance(triple_pattern[0], Literal) or isinstance(triple_pattern[1], Literal | BNode):
            return
        try:
            pattern = [None if term is None else _stored(term) for term in triple_pattern]
        except ValueError:  # a term that a query made, and that no RDF file can hold
            return
        convert, seen = self._convert, set()
        for quad in self._store.quads_for_pattern(pattern[0], pattern[1], pattern[2], None):  # type: ignore[arg-type]
            key = (quad.subject, quad.predicate, quad.object)
            if not self._one_graph:
                if key in seen:
                    continue
                seen.add(key)
            yield (convert(quad.subject), convert(quad.predicate), convert(quad.object)), iter((context,))

    def __len__(self, context: Graph | None = None) -> int:
        return len(self._store)

    def bind(self, prefix: str, namespace: Any, override: bool = True) -> None:  # noqa: ARG002  rdflib's signature
        """Prefixes are kept beside the data."""
        self._prefixes[prefix] = namespace

    def namespace(self, prefix: str) -> Any:
        """See rdflib."""
        return self._prefixes.get(prefix)

    def prefix(self, namespace: Any) -> str | None:
        """See rdflib."""
        return next((prefix for prefix, iri in self._prefixes.items() if iri == namespace), None)

    def namespaces(self) -> Iterator[tuple[str, Any]]:
        """See rdflib."""
        yield from self._prefixes.items()


def _stored(term: Node) -> OxTerm:
    found = to_ox(term)
    return stored(found) if isinstance(found, ox.Literal) else found
