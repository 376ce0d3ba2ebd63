"""A release asked in this process, for what is made of it outside the query service: the command line and packages."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from ohai_kg.mediatypes import RDF_FORMATS, RESULT_FORMATS, Format

if TYPE_CHECKING:
    from ohai_kg.store import EmbeddedStore

_CSV: Final = next(form for form in RESULT_FORMATS if form.name == "csv")


def select(store: EmbeddedStore, query: str) -> list[dict[str, str]]:
    """The rows of a SELECT query, each cell as its text ('' where unbound), as `QueryService.select` gives them."""
    output = io.BytesIO()
    store.evaluate(query, output, results=_CSV, rdf=RDF_FORMATS[0])
    return list(csv.DictReader(io.StringIO(output.getvalue().decode(), newline="")))


def construct(store: EmbeddedStore, query: str, syntax: Format) -> bytes:
    """The graph of a CONSTRUCT query in `syntax`."""
    output = io.BytesIO()
    store.evaluate(query, output, results=_CSV, rdf=syntax)
    return output.getvalue()
