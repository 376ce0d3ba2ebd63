"""What is asked of a worker and what it answers: the seam between the protocol and the engine."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ohai_kg.formats import Format


CLIENT: Final[ContextVar[str]] = ContextVar("client", default="")
"""Whose share of the workers a query takes: set where a request arrives, so that what its page asks counts for it too."""


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """One query with the protocol's dataset and the formats its client prefers for tables and for graphs.

    A format is None where the client excludes all of its kind. `preview`: only the beginning is wanted, see `preview`.
    """

    query: str
    results: Format | None
    rdf: Format | None
    default_graphs: Sequence[str] | None = None
    named_graphs: Sequence[str] | None = None
    preview: bool = False


@dataclass(frozen=True, slots=True)
class GraphRequest:
    """One whole graph, as the Graph Store Protocol reads it; `graph` None is the default graph."""

    graph: str | None
    rdf: Format


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may take. `max_rows` counts rows of a table, triples of a graph."""

    max_rows: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of an answer before its first byte.

    `length` is that of the body in bytes, None where it is streamed; `truncated` tells that the row limit cut it, and
    `following` is the query for the rest (tables only); `volatile`: the same query may answer differently.
    """

    format: str
    graph: bool = False
    length: int | None = None
    gzip: bool = False
    truncated: bool = False
    following: str | None = None
    volatile: bool = False


class Reply(Protocol):
    """Where an evaluation puts its answer: `begin` once, then `send` any number of times."""

    def begin(self, head: Head) -> None:
        """The head, before the first `send`."""
        ...

    def send(self, data: bytes) -> None:
        """The next part of the body."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer."""

    format: Format
    body: bytes
    truncated: bool = False
