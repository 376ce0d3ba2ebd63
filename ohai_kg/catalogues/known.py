"""What a project knows when a file arrives: who and what is registered, and the statements a validation takes as given."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from ohai_kg.catalogues.values.registry import Registry
from ohai_kg.namespaces import graph_iri
from ohai_kg.shacl.context import choose_context

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pyoxigraph as ox

    from ohai_kg.project import Project


@dataclass(frozen=True, slots=True)
class Known:
    """`context` holds terms, code lists, registry and outside facts; `registry` looks parties and documents up by name."""

    base: str
    context: tuple[ox.Quad, ...]
    registry: Registry


def read_known(project: Project) -> Known:
    """What is known of the project: from its current release, or from its tables where there is none."""
    from ohai_kg.releases import Releases

    releases = Releases(project.home)
    if releases.current_id() is not None:
        current = releases.current()
        return known_in(current.nquads, current.manifest.base)
    return read_known_from_tables(project)


def read_known_from_tables(project: Project) -> Known:
    """What the tables of the project say now. Raises TableFaults."""
    from ohai_kg.tables import read_sources

    return _known(read_sources(project).quads, project.settings.base)


@lru_cache(maxsize=2)
def known_in(nquads: Path, base: str) -> Known:
    """What the release with that file of quads knows; it never changes, so the answer is kept. Raises ReleaseDamaged."""
    from ohai_kg.releases import Releases

    folder = nquads.parent
    return _known(Releases(folder.parent.parent).get(folder.name).quads(), base)


def _known(quads: Iterable[ox.Quad], base: str) -> Known:
    """Catalogues are left out: what one office cites does not become registered by that."""
    catalogues = graph_iri(base, "catalogue/")
    given = [quad for quad in quads if not str(getattr(quad.graph_name, "value", "")).startswith(catalogues)]
    return Known(base, tuple(choose_context(given, base)), Registry.from_quads(given))
