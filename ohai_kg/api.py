"""The Python interface: `ohai_kg.open()`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import rdflib


def open(project: str | Path | None = None) -> rdflib.Dataset:  # noqa: A001  read as ohai_kg.open()
    """The current release as a read-only `rdflib.Dataset` whose default graph is the union of all named graphs.

    `project` is a project directory; without it, the one `ohai-kg` would use. Raises NoRelease where nothing was built.
    Writing to the dataset raises: a release is immutable.
    """
    from ohai_kg.project import open_project
    from ohai_kg.store import Releases
    from ohai_kg.store.rdflib_view import open_dataset

    return open_dataset(Releases(open_project(Path(project) if project else None).home).current().nquads)
