"""Prefixes and namespaces: the one table for code, queries, JSON-LD contexts, the editor and exports.

Terms (`ns`, `def`, `shapes`) never move; only instances and named graphs follow the setting `base`.
"""

from __future__ import annotations

from typing import Final

CANONICAL_BASE: Final = "https://w3id.org/zwgk/"
ZWGK: Final = CANONICAL_BASE + "ns#"
SHAPES: Final = CANONICAL_BASE + "shapes#"
DEF: Final = CANONICAL_BASE + "def/"

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
SH: Final = "http://www.w3.org/ns/shacl#"

PREFIXES: Final[dict[str, str]] = {
    "adms": "http://www.w3.org/ns/adms#",
    "cpsv": "http://purl.org/vocab/cpsv#",
    "cv": "http://data.europa.eu/m8g/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "dqv": "http://www.w3.org/ns/dqv#",
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": RDF,
    "rdfs": RDFS,
    "sh": SH,
    "skos": SKOS,
    "skosxl": "http://www.w3.org/2008/05/skos-xl#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": XSD,
    "zwgk": ZWGK,
    "zwgksh": SHAPES,
}


def rebase(iri: str, base: str) -> str:
    """Move an instance or graph IRI written under the canonical base to `base`; every other IRI stays.

    >>> rebase("https://w3id.org/zwgk/id/unit/x", "https://data.example.cn/")
    'https://data.example.cn/id/unit/x'
    """
    if base != CANONICAL_BASE and iri.startswith((CANONICAL_BASE + "id/", CANONICAL_BASE + "graph/")):
        return base + iri[len(CANONICAL_BASE) :]
    return iri


def graph_iri(base: str, name: str) -> str:
    """The IRI of the named graph `name`, e.g. `registry` or `catalogue/330304/2020`."""
    return f"{base}graph/{name}"
