"""Which IRI an address of this site stands for, and the address of an IRI: by path, whatever host the base names.

Instances, graphs and blank nodes with names are described under /doc/, code lists as well; terms and shapes are parts of
one document each and keep their fragment.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from ohai_kg.namespaces import CANONICAL_BASE, DEF, SHAPES, ZWGK

if TYPE_CHECKING:
    from starlette.requests import Request

GENID: Final = CANONICAL_BASE + ".well-known/genid/"
_ONTOLOGY: Final = ZWGK.removesuffix("#")
_SHAPES: Final = SHAPES.removesuffix("#")
_PATH_CHARACTERS: Final = "/:@!$&'()*+,;=~"
"""What stands in a path as it is (RFC 3986 section 3.3)."""
_STEPS: Final = re.compile(r"/\.\.?(?:/|$)")
"""Segments that clients take for steps, so that no path can carry them."""


def described_at(iri: str, base: str) -> str | None:
    """The path of the page that describes `iri`, percent-encoded; None where it is not one of ours.

    >>> described_at("https://w3id.org/zwgk/id/unit/x", "https://w3id.org/zwgk/")
    '/doc/unit/x'
    >>> described_at("https://w3id.org/zwgk/id/unit/a%2Fb?c", "https://w3id.org/zwgk/")
    '/doc/unit/a%252Fb%3Fc'
    """
    for prefix, path in (
        (base + "id/", "/doc/"),
        (base + "graph/", "/doc/graph/"),
        (DEF, "/doc/def/"),
        (GENID, "/doc/.well-known/genid/"),
    ):
        if iri.startswith(prefix) and len(iri) > len(prefix):
            whole = path + iri[len(prefix) :]
            return None if _STEPS.search(whole) else quote(whole, safe=_PATH_CHARACTERS)
    for document, path in ((_ONTOLOGY, "/ns"), (_SHAPES, "/shapes")):
        if iri in {document, document + "#"}:
            return path
        if iri.startswith((document + "#", document + "/")):
            return path + iri[len(document) :]
    return None


def linked_at(iri: str, base: str) -> str:
    """Where a link to `iri` leads: its page here, itself on the web, or, for any other scheme, what this graph says of it.

    An IRI of the data is a stranger's: `javascript:`, `data:` and their like are never a link's target.
    """
    if path := described_at(iri, base):
        return path
    if iri.startswith(("http://", "https://")):
        return iri
    return f"/sparql?format=html&query={quote(f'DESCRIBE <{iri}>', safe='')}"


def path_of(request: Request) -> str:
    """The path of the request, percent-encoded; the framework's own is decoded and loses what follows a `?` or `#`."""
    return quote(request.scope["path"], safe=_PATH_CHARACTERS)


def iri_described(path: str, base: str) -> str:
    """The IRI that the page at /doc/`path` describes."""
    if path.startswith("graph/"):
        return base + path
    if path.startswith(("def/", ".well-known/genid/")):
        return CANONICAL_BASE + path
    return f"{base}id/{path}"
