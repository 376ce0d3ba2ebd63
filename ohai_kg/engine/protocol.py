"""What every store can do: the seam between the embedded engine and a remote one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

    from ohai_kg.formats import Format


class Store(Protocol):
    """A read-only SPARQL 1.1 store over one release."""

    def evaluate(
        self,
        query: str,
        output: BinaryIO,
        *,
        results: Format,
        rdf: Format,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        base: str | None = None,
    ) -> Format:
        """Write the answer of `query` to `output`; returns the format used (`results` for SELECT/ASK, else `rdf`).

        `default_graphs`/`named_graphs`: the protocol's dataset (SPARQL 1.1 Protocol 2.1.4); None means the store's own.
        Raises QuerySyntaxError.
        """
        ...

    def count(self) -> int:
        """How many quads it holds."""
        ...
