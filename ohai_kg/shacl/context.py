"""What is known besides the data under validation: the terms, the code lists, the registry and the facts from outside.

A submitted file names units and concepts that it does not describe itself; with the context they count as registered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from ohai_kg.namespaces import graph_iri

if TYPE_CHECKING:
    from collections.abc import Iterable

GRAPHS: Final = ("ontology", "schemes", "registry", "external")


def choose_context(quads: Iterable[ox.Quad], base: str) -> list[ox.Quad]:
    """The context among quads that are in memory."""
    graphs = {graph_iri(base, name) for name in GRAPHS}
    return [quad for quad in quads if isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value in graphs]
