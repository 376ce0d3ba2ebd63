"""Which IRI an address of this site stands for, and the address of an IRI: by path, whatever host the base names.

Instances, graphs and blank nodes with names are described under /doc/, code lists as well; terms and shapes are parts of
one document each and keep their fragment.
"""

from __future__ import annotations

from typing import Final

from ohai_kg.namespaces import CANONICAL_BASE, DEF, SHAPES, ZWGK

GENID: Final = CANONICAL_BASE + ".well-known/genid/"
_ONTOLOGY: Final = ZWGK.removesuffix("#")
_SHAPES: Final = SHAPES.removesuffix("#")


def described_at(iri: str, base: str) -> str | None:
    """The path of the page that describes `iri`; None where it is not one of ours.

    >>> described_at("https://w3id.org/zwgk/id/unit/x", "https://w3id.org/zwgk/")
    '/doc/unit/x'
    """
    for prefix, path in (
        (base + "id/", "/doc/"),
        (base + "graph/", "/doc/graph/"),
        (DEF, "/doc/def/"),
        (GENID, "/doc/.well-known/genid/"),
    ):
        if iri.startswith(prefix) and len(iri) > len(prefix):
            return path + iri[len(prefix) :]
    for document, path in ((_ONTOLOGY, "/ns"), (_SHAPES, "/shapes")):
        if iri in {document, document + "#"}:
            return path
        if iri.startswith((document + "#", document + "/")):
            return path + iri[len(document) :]
    return None


def iri_described(path: str, base: str) -> str:
    """The IRI that the page at /doc/`path` describes."""
    if path.startswith("graph/"):
        return base + path
    if path.startswith(("def/", ".well-known/genid/")):
        return CANONICAL_BASE + path
    return f"{base}id/{path}"
