"""All inputs of a project as quads: one named graph a source, every reference resolved, every fault collected."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from ohai_kg.errors import Fault, TableFaults
from ohai_kg.namespaces import DEF, RDF, graph_iri, rebase
from ohai_kg.project import DISTRICT
from ohai_kg.tables.conversion import Converted, Reference, convert
from ohai_kg.tables.metadata import METADATA_NAME, Table, read_metadata
from ohai_kg.tables.tables import check_foreign_keys, read_rows
from ohai_kg.tables.turtle import read_nquads, read_turtle

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from ohai_kg.project import Project

LOCAL_FOLDER: Final = "local"
ORIGINAL_FOLDER: Final = "original"
"""In a catalogue's folder: the file as the office sent it, which may be a csv and is no table of the project."""
CATALOGUES_FOLDER: Final = "catalogues"
_CATALOGUE_DEPTH: Final = 3
_FOLDER_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(slots=True)
class Sources:
    """Everything read: the quads, the tables they came from, and those that could not be read at all."""

    quads: list[ox.Quad] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    unread: list[Table] = field(default_factory=list)


def read_sources(project: Project, instead: Mapping[Path, Path] | None = None) -> Sources:
    """Read ontology, schemes, shapes, tables and local statements. Raises TableFaults with every fault.

    `instead` maps folders of tables and files of local statements, which need not exist yet, to those that are about to
    take their places.
    """
    sources = Sources()
    replaced = instead or {}
    faults: list[Fault] = []
    base = project.settings.base
    for path, graph in _turtle_files(project):
        try:
            sources.quads += read_turtle(path, project.label(path), ox.NamedNode(graph_iri(base, graph)), base)
        except TableFaults as error:
            faults += error.faults
    local = {path for path in replaced if path.parent == project.data / LOCAL_FOLDER}
    for path in sorted({*(project.data / LOCAL_FOLDER).glob("*.nq"), *local}):
        try:
            sources.quads += read_nquads(replaced.get(path, path), project.label(path), base)
        except TableFaults as error:
            faults += error.faults
    references: list[Reference] = []
    all_described = True
    for folder in sorted({*_table_folders(project), *replaced.keys() - local}):
        try:
            converted = _read_folder(folder, replaced.get(folder, folder), project, sources, faults)
        except TableFaults as error:
            faults += error.faults
            all_described = False
            continue
        sources.quads += converted.quads
        references += converted.references
    if all_described:
        faults += _dangling(references, sources, base)
    if faults:
        raise TableFaults(faults)
    return sources


def _turtle_files(project: Project) -> Iterator[tuple[Path, str]]:
    for pattern, graph in (
        ("ontology/*.ttl", "ontology"),
        ("ontology/schemes/*.ttl", "schemes"),
        (f"{DISTRICT}*.ttl", "ontology"),
        (f"{DISTRICT}schemes/*.ttl", "schemes"),
        ("shapes/*/*.ttl", "shapes"),
    ):
        for path in project.vocabulary(pattern):
            yield path, graph


def _table_folders(project: Project) -> list[Path]:
    files = {path.parent for name in ("*.csv", METADATA_NAME) for path in project.data.rglob(name)}
    return sorted(folder for folder in files if not _is_original(folder, project))


def _is_original(folder: Path, project: Project) -> bool:
    parts = folder.relative_to(project.data).parts
    return len(parts) > _CATALOGUE_DEPTH and parts[0] == CATALOGUES_FOLDER and parts[_CATALOGUE_DEPTH] == ORIGINAL_FOLDER


def graph_name(folder: Path, project: Project) -> str:
    """The graph a folder of tables fills: `registry`, or `catalogue/{issuer}/{key}` for data/catalogues/{issuer}/{key}.

    Raises TableFaults where a folder's name could not stand in an IRI.
    """
    parts = folder.relative_to(project.data).parts
    for part in parts:
        if not _FOLDER_NAME.fullmatch(part):
            expected = ("小写字母、数字和连字符组成的目录名", "a folder name of a-z, 0-9 and hyphens")
            raise TableFaults([Fault(project.label(folder), None, None, part, *expected)])
    return "/".join(("catalogue", *parts[1:]) if parts[0] == CATALOGUES_FOLDER else parts)


def _read_folder(folder: Path, place: Path, project: Project, sources: Sources, faults: list[Fault]) -> Converted:
    """The tables of `folder`, which stand at `place`."""
    label = project.label(folder)
    graph = ox.NamedNode(graph_iri(project.settings.base, graph_name(folder, project)))
    metadata = place / METADATA_NAME
    if not metadata.is_file():
        expected = ("说明各表的 " + METADATA_NAME, f"a {METADATA_NAME} that describes the tables")
        raise TableFaults([Fault(label, None, None, "没有表格描述", *expected)])
    described = read_metadata(metadata, label)
    unlisted = {path.name for path in place.glob("*.csv")} - {table.path.name for table in described}
    faults += [
        Fault(f"{label}/{name}", None, None, "未列入的数据表", f"列入 {METADATA_NAME}", f"an entry in {METADATA_NAME}")
        for name in unlisted
    ]
    reads = [read_rows(table) for table in described]
    for read in reads:
        faults += read.faults
    faults += check_foreign_keys(reads)
    sources.tables += described
    sources.unread += [read.table for read in reads if read.faults and not read.rows]
    everything = Converted()
    for read in reads:
        converted = convert(read, graph, project.settings.base)
        everything.quads += converted.quads
        everything.references += converted.references
    return everything


def _dangling(references: list[Reference], sources: Sources, base: str) -> Iterator[Fault]:
    """References to something that no table, scheme or local file describes (it has no class anywhere)."""
    described = {
        quad.subject.value
        for quad in sources.quads
        if quad.predicate.value == RDF + "type" and isinstance(quad.subject, ox.NamedNode)
    }
    ours = (f"{base}id/", DEF)
    unknown = tuple(prefix for table in sources.unread for prefix in _kinds(table, base))
    by_kind: dict[str, list[str]] = defaultdict(list)
    for iri in described:
        by_kind[iri.rpartition("/")[0]].append(iri)
    for reference in references:
        if reference.iri.startswith(ours) and reference.iri not in described and not reference.iri.startswith(unknown):
            kind = reference.iri.rpartition("/")[0]
            where = _described_in(kind, sources.tables, base)
            near = difflib.get_close_matches(reference.iri, by_kind[kind], n=1, cutoff=0.8)
            hint = near[0].rpartition("/")[2] if near else ""
            yield Fault(
                reference.file,
                reference.row,
                reference.column,
                reference.text,
                f"{where or kind} 中已有的键" + (f"，是否 {hint}" if hint else ""),
                f"a key of {where or kind}" + (f"; did you mean {hint}" if hint else ""),
            )


def _described_in(kind: str, tables: list[Table], base: str) -> str:
    """The tables whose rows are things of that kind, as faults name them."""
    return "、".join(table.label for table in tables if f"{kind}/" in _kinds(table, base))


def _kinds(table: Table, base: str) -> set[str]:
    """What the IRIs of the things start with that the rows of `table` describe."""
    return {
        rebase(str(column.about.uri), base).partition("{")[0]
        for column in table.columns
        if column.predicate == RDF + "type" and column.about is not None
    }
