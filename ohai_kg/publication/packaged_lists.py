"""The catalogues of the plan as files of a package: each list as xlsx, csv and Turtle under `catalogues/`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from ohai_kg.engine.asking import construct, select
from ohai_kg.engine.store import EmbeddedStore
from ohai_kg.formats import RDF_FORMATS, by_name
from ohai_kg.namespaces import PREFIXES
from ohai_kg.publication.disclosure_lists import LISTS, entries_query, graph_query, read_lists
from ohai_kg.publication.disclosure_tables import render_table, set_out

if TYPE_CHECKING:
    from pathlib import Path

    from ohai_kg.releases import Release

FOLDER: Final = "catalogues"
LARGEST: Final = 500_000
"""Quads: the lists of a larger release are at /catalogues and in its graph only, so that packaging needs no more memory."""
_NTRIPLES: Final = by_name("nt", RDF_FORMATS) or RDF_FORMATS[0]
_ENTRY: Final = b"<https://w3id.org/zwgk/ns#entry>"


def write_lists(release: Release, folder: Path) -> dict[str, tuple[str, str]]:
    """Write every list of `release`; returns their titles (Chinese, English) by path inside `folder`."""
    if release.manifest.quads > LARGEST or _ENTRY not in release.nquads.read_bytes():
        return {}
    store = EmbeddedStore.load(release)
    created = datetime.fromisoformat(release.manifest.created).replace(tzinfo=None)
    titles: dict[str, tuple[str, str]] = {}
    (folder / FOLDER).mkdir()
    for one in read_lists(select(store, LISTS)):
        table = set_out(one, select(store, entries_query(one.iri)))
        rendered = {
            "xlsx": render_table(one, table, "xlsx", release.id, created=created),
            "csv": render_table(one, table, "csv", release.id),
            "ttl": _turtle(construct(store, graph_query(one.iri), _NTRIPLES)),
        }
        for extension, content in rendered.items():
            path = f"{FOLDER}/{one.slug}.{extension}"
            (folder / path).write_bytes(content)
            titles[path] = (one.title_zh, one.title_en)
    return titles


def _turtle(ntriples: bytes) -> bytes:
    """The statements in order, with our prefixes."""
    lines = b"".join(sorted(set(ntriples.splitlines(keepends=True))))
    triples = [quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)]
    prefixes = {name: PREFIXES[name] for name in ("dcat", "dct", "prov", "rdfs", "skos", "xsd", "zwgk")}
    return ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes) or b""
