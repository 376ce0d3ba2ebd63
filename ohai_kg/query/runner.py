"""Where a query is evaluated: the seam between the protocol and the engine. Never on the event loop."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import anyio.to_thread

from ohai_kg.query.safety import refuse_federation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ohai_kg.mediatypes import Format
    from ohai_kg.store import Store


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """One query with the protocol's dataset and the formats its client prefers for tables and for graphs."""

    query: str
    results: Format
    rdf: Format
    default_graphs: Sequence[str] | None = None
    named_graphs: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer."""

    format: Format
    body: bytes


class QueryRunner(Protocol):
    """Evaluates queries over the current release."""

    async def run(self, request: QueryRequest) -> Answer:
        """The answer. Raises QuerySyntaxError, FederationRefused."""
        ...


class ThreadRunner:
    """Evaluates in a thread of this process."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def run(self, request: QueryRequest) -> Answer:
        """See `QueryRunner.run`."""
        refuse_federation(request.query)
        return await anyio.to_thread.run_sync(self._evaluate, request)

    def _evaluate(self, request: QueryRequest) -> Answer:
        output = io.BytesIO()
        used = self._store.evaluate(
            request.query,
            output,
            results=request.results,
            rdf=request.rdf,
            default_graphs=request.default_graphs,
            named_graphs=request.named_graphs,
        )
        return Answer(used, output.getvalue())
