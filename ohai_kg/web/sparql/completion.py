"""`/vocab/…`: what the query editor completes, from our own prefixes and the terms the release uses; nobody else is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from ohai_kg.namespaces import PREFIXES
from ohai_kg.web.http.asking import query, rows

if TYPE_CHECKING:
    from ohai_kg.web.http.asking import Row

router = APIRouter()

# Terms of the ontology, and those of others that the data use; the shapes' own vocabulary is noise to an analyst.
_CLASSES: Final = """SELECT DISTINCT ?term WHERE {
  { ?term a owl:Class } UNION { ?term a rdfs:Class } UNION { SELECT DISTINCT ?term WHERE { ?thing a ?term } }
  FILTER(ISIRI(?term) && !STRSTARTS(STR(?term), STR(sh:)) && !CONTAINS(STR(?term), "/.well-known/genid/"))
}
ORDER BY ?term
"""
_PROPERTIES: Final = """SELECT DISTINCT ?term WHERE {
  { ?term a owl:ObjectProperty } UNION { ?term a owl:DatatypeProperty } UNION { ?term a rdf:Property }
  UNION { SELECT DISTINCT ?term WHERE { ?thing ?term ?value } }
  FILTER(ISIRI(?term) && !STRSTARTS(STR(?term), STR(sh:)))
}
ORDER BY ?term
"""


@router.get("/vocab/prefixes", summary="Prefixes, as the editor completes them")
async def prefixes() -> JSONResponse:
    """Lines `prefix: <namespace>`."""
    return JSONResponse([f"{name}: <{iri}>" for name, iri in sorted(PREFIXES.items())])


@router.get("/vocab/classes", summary="Classes, as the editor completes them")
async def classes(request: Request) -> JSONResponse:
    """IRIs of classes, ours first."""
    return JSONResponse(_ours_first(await rows(request, query(_CLASSES, "zh"))))


@router.get("/vocab/properties", summary="Properties, as the editor completes them")
async def properties(request: Request) -> JSONResponse:
    """IRIs of properties, ours first."""
    return JSONResponse(_ours_first(await rows(request, query(_PROPERTIES, "zh"))))


def _ours_first(found: list[Row]) -> list[str]:
    return sorted((row["term"] for row in found), key=lambda iri: (not iri.startswith(PREFIXES["zwgk"]), iri))
