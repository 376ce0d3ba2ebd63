"""How pages ask the graph: saved queries and others, in the language of the page; the answers of a release are kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from ohai_kg.engine.store import read_rows
from ohai_kg.formats import RDF_FORMATS, RESULT_FORMATS
from ohai_kg.namespaces import PREFIXES
from ohai_kg.sparql.requests import QueryRequest
from ohai_kg.web.http.pages import language

if TYPE_CHECKING:
    from starlette.requests import Request

_JSON: Final = RESULT_FORMATS[0]

_LABEL: Final = re.compile(r"\{label (\w+)\}")

Row = dict[str, str]
"""The cells of a row by column, '' where unbound."""


async def saved_rows(request: Request, slug: str) -> list[Row]:
    """The answer of the saved query `slug` without parameters, in the language of the page. Raises SavedQueryNotFound."""
    queries = request.app.state.queries
    return await rows(request, queries.sparql(queries.get(slug), {}, language(request)))


async def rows(request: Request, sparql: str) -> list[Row]:
    """The answer of a SELECT query."""
    found: list[Row] = await request.app.state.service.read(QueryRequest(sparql, _JSON, RDF_FORMATS[0]), read_rows)
    return found


def query(body: str, lang: str) -> str:
    """A query of our own with the prefixes it uses.

    `{label x}` binds `?xLabel` to the label of `?x`, in `lang` where there is one, else in Chinese; it must stand where
    `?x` is bound, or it would bind every label there is. `{lang}` becomes the language.
    """
    text = _LABEL.sub(lambda found: _label(found[1], lang), body).replace("{lang}", lang)
    used = [f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items() if f"{prefix}:" in text]
    return "".join(used) + text


def draft(sparql: str) -> str:
    """The path of the editor with this query in it, not yet run."""
    return f"/sparql?{urlencode({'draft': sparql})}"


def _label(name: str, lang: str) -> str:
    chinese = f'OPTIONAL {{ ?{name} rdfs:label ?{name}Zh FILTER(LANG(?{name}Zh) = "zh") }}'
    if lang == "zh":
        return f"{chinese} BIND(?{name}Zh AS ?{name}Label)"
    wanted = f'OPTIONAL {{ ?{name} rdfs:label ?{name}Here FILTER(LANG(?{name}Here) = "{lang}") }}'
    return f"{wanted} {chinese} BIND(COALESCE(?{name}Here, ?{name}Zh) AS ?{name}Label)"
