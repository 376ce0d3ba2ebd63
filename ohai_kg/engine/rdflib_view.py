"""A release as an rdflib store that refuses every write: a release never changes, not even a copy in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from oxrdflib import OxigraphStore
from rdflib import Dataset

from ohai_kg.engine.store import EmbeddedStore
from ohai_kg.errors import ReadOnly

if TYPE_CHECKING:
    from ohai_kg.releases.release import Release


class ReadOnlyStore(OxigraphStore):
    """An oxrdflib store over the quads of a release; every method that would change it raises ReadOnly."""

    def add(self, *_: object, **__: object) -> NoReturn:
        """Refused."""
        raise _refusal()

    def addN(self, *_: object, **__: object) -> NoReturn:  # noqa: N802  rdflib's name
        """Refused."""
        raise _refusal()

    def remove(self, *_: object, **__: object) -> NoReturn:
        """Refused."""
        raise _refusal()

    def update(self, *_: object, **__: object) -> NoReturn:
        """Refused."""
        raise _refusal()

    def remove_graph(self, *_: object, **__: object) -> NoReturn:
        """Refused."""
        raise _refusal()

    def add_graph(self, *_: object, **__: object) -> None:
        """Nothing: rdflib calls this when a graph is only looked at."""


def open_dataset(release: Release) -> Dataset:
    """The quads of a release as a read-only Dataset whose default graph is the union of all graphs. Raises ReleaseDamaged."""
    return Dataset(store=ReadOnlyStore(store=EmbeddedStore.load(release).engine), default_union=True)


def _refusal() -> ReadOnly:
    return ReadOnly(
        "版本不可改动；请改数据表后运行 ohai-kg build，或通过 /update 写入。",
        "A release is read-only: change the tables and run `ohai-kg build`, or write through /update.",
    )
