"""ohai-kg: a grassroots disclosure plan as an RDF knowledge graph, with SHACL conformance and a SPARQL endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ohai_kg.api import open, query, report_turtle, validate  # noqa: A004  the name a reader expects: ohai_kg.open()

__version__ = "0.1.0"
__all__ = ["__version__", "open", "query", "report_turtle", "validate"]


def __getattr__(name: str) -> Any:
    """Load the Python interface on first use, so that `import ohai_kg` and `ohai-kg --help` stay fast."""
    if name in __all__:
        from ohai_kg import api

        return getattr(api, name)
    raise AttributeError(f"module 'ohai_kg' has no attribute {name!r}")
