"""A release asked in this process, for what is made of it outside the query service: the command line and packages."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from ohai_kg.engine.store import read_rows
from ohai_kg.formats import RDF_FORMATS, RESULT_FORMATS, Format

if TYPE_CHECKING:
    from ohai_kg.engine.store import EmbeddedStore

_JSON: Final = RESULT_FORMATS[0]


def select(store: EmbeddedStore, query: str) -> list[dict[str, str]]:
    """The rows of a SELECT query, each cell as its text ('' where unbound), as `QueryService.select` gives them."""
    output = io.BytesIO()
    store.evaluate(query, output, results=_JSON, rdf=RDF_FORMATS[0])
    return read_rows(output.getvalue())


def construct(store: EmbeddedStore, query: str, syntax: Format) -> bytes:
    """The graph of a CONSTRUCT query in `syntax`."""
    output = io.BytesIO()
    store.evaluate(query, output, results=_JSON, rdf=syntax)
    return output.getvalue()
