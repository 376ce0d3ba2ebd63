"""What each file of a package is: titles, media type, packing, the standards it follows, size and checksum."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, NamedTuple

from ohai_kg.publication.compression import EXTENSIONS
from ohai_kg.publication.distributions import MANIFEST_NAME, SUMS_NAME, Distribution
from ohai_kg.publication.dumps import CONTEXT, JSON_LD, NQUADS, RDF_XML, TRIG
from ohai_kg.publication.inputtables import METADATA_NAME

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ohai_kg.publication.dumps import Dumped
    from ohai_kg.publication.inputtables import InputTable

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class _Kind(NamedTuple):
    media_type: str
    conforms_to: tuple[str, ...] = ()


_KINDS: Final = {
    ".nq": _Kind("application/n-quads", ("https://www.w3.org/TR/n-quads/",)),
    ".trig": _Kind("application/trig", ("https://www.w3.org/TR/trig/",)),
    ".jsonld": _Kind("application/ld+json", ("https://www.w3.org/TR/json-ld11/",)),
    ".rdf": _Kind("application/rdf+xml", ("https://www.w3.org/TR/rdf-syntax-grammar/",)),
    ".ttl": _Kind("text/turtle", ("https://www.w3.org/TR/turtle/",)),
    ".csv": _Kind("text/csv", ("https://www.w3.org/TR/tabular-data-model/",)),
    ".json": _Kind("application/json"),
    ".md": _Kind("text/markdown"),
    ".xlsx": _Kind(_XLSX),
    ".zip": _Kind("application/zip"),
}
_CSVW: Final = _Kind("application/csvm+json", ("https://www.w3.org/TR/tabular-metadata/",))
_PROV: Final = _Kind("text/turtle", ("https://www.w3.org/TR/prov-o/",))
_REPORT: Final = _Kind("text/turtle", ("https://www.w3.org/TR/shacl/",))
_UNKNOWN: Final = _Kind("application/octet-stream")
_TITLES: Final = {
    NQUADS: ("全部数据（N-Quads）", "All data (N-Quads)"),
    TRIG: ("全部数据（TriG）", "All data (TriG)"),
    JSON_LD: ("全部数据（JSON-LD）", "All data (JSON-LD)"),
    CONTEXT: ("JSON-LD 上下文", "JSON-LD context"),
    RDF_XML: ("各图合并的数据（RDF/XML）", "All graphs merged (RDF/XML)"),
    "tables.xlsx": ("全部数据表（Excel 工作簿）", "All tables (Excel workbook)"),
    "inputs.zip": ("构建所用的全部文件", "All files the release was built from"),
    "provenance.ttl": ("版本来历（PROV-O）", "Provenance of the release (PROV-O)"),
    "README.md": ("说明", "Read me"),
}


def describe(
    folder: Path, dumped: Dumped, tables: Sequence[InputTable], lists: Mapping[str, tuple[str, str]]
) -> list[Distribution]:
    """Every file under `folder` but its manifest and checksums: the dumps first, then by path.

    `lists` are the titles of the catalogues among them, by path.
    """
    names = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()]
    first = {name: place for place, name in enumerate(_TITLES)}
    graphs = {name: iri for iri, name in dumped.graphs.items()}
    titles = {**{table.path: (table.title_zh, table.title_en) for table in tables}, **lists}
    found = [_describe(folder, name, dumped, graphs, titles) for name in names if name not in {MANIFEST_NAME, SUMS_NAME}]
    return sorted(found, key=lambda file: (first.get(_unpacked(file.path), len(first)), file.path))


def _describe(
    folder: Path, name: str, dumped: Dumped, graphs: dict[str, str], titles: dict[str, tuple[str, str]]
) -> Distribution:
    plain = _unpacked(name)
    kind = _kind(plain)
    title = titles.get(plain) or _title(plain, graphs)
    with (folder / name).open("rb") as file:
        checksum = hashlib.file_digest(file, "sha256").hexdigest()
    return Distribution(
        path=name,
        title_zh=title[0],
        title_en=title[1],
        media_type=kind.media_type,
        compression=EXTENSIONS.get(name.removeprefix(plain)),
        bytes=(folder / name).stat().st_size,
        sha256=checksum,
        conforms_to=kind.conforms_to,
        graph=graphs.get(plain) or None,
        left_out=dumped.left_out.get(plain, 0),
    )


def _unpacked(name: str) -> str:
    """The name without the extension of its packing."""
    suffix = PurePosixPath(name).suffix
    return name.removesuffix(suffix) if suffix in EXTENSIONS else name


def _kind(name: str) -> _Kind:
    path = PurePosixPath(name)
    if path.name == METADATA_NAME:
        return _CSVW
    if name == "provenance.ttl":
        return _PROV
    if path.parts[0] == "reports" and path.suffix == ".ttl":
        return _REPORT
    return _KINDS.get(path.suffix, _UNKNOWN)


def _title(name: str, graphs: dict[str, str]) -> tuple[str, str]:
    if name in _TITLES:
        return _TITLES[name]
    path = PurePosixPath(name)
    if name in graphs:
        return (f"图 {graphs[name]}", f"Graph {graphs[name]}") if graphs[name] else ("默认图", "Default graph")
    if path.name == METADATA_NAME:
        return f"表的说明（CSVW）：{path.parent.name}", f"Description of the tables (CSVW): {path.parent.name}"
    if path.parts[0] == "reports":
        return f"校验报告 {'/'.join(path.parts[1:])}", f"Validation report {'/'.join(path.parts[1:])}"
    return path.name, path.name
