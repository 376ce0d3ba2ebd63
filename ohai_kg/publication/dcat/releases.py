"""Releases in DCAT: one series, each release a dataset of its own, each file a distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from ohai_kg.publication.dcat import codes
from ohai_kg.publication.dcat.site_catalog import APPLICATION_PROFILE, VOCABULARY
from ohai_kg.publication.description import said, term, typed
from ohai_kg.publication.distributions import release_iri

if TYPE_CHECKING:
    import pyoxigraph as ox

    from ohai_kg.publication.dcat.site_catalog import Frame
    from ohai_kg.publication.distributions import Distribution
    from ohai_kg.releases import Release

_SHA256: Final = term("spdx:checksumAlgorithm_sha256")


def describe_series(frame: Frame) -> None:
    """The series: the graph as it grows, with its releases as versions."""
    graph, site, settings = frame.graph, frame.site, frame.site.settings
    series = graph.describe(
        frame.series,
        "dcat:DatasetSeries",
        "dcat:Resource",
        zh=f"{settings.title_zh}（各版）",
        en=f"{settings.title_en} (all releases)",
    )
    zh, en = "整个图谱的各个版本，每版不再改动。", "The releases of the whole graph; none of them ever changes."
    graph.add(series, "dct:description", said(zh, "zh"), said(en, "en"))
    frame.common(series)
    graph.add(series, "dcat:theme", *frame.themes)
    graph.add(series, "dct:accrualPeriodicity", codes.frequency(graph, settings.update_frequency))
    ids = [release.id for release in site.releases]
    if not ids:
        return
    graph.add(series, "dcat:first", release_iri(settings.base, ids[-1]))
    graph.add(series, "dcat:last", release_iri(settings.base, ids[0]))
    graph.add(series, "dct:modified", typed(site.releases[0].manifest.created, "dateTime"))
    for current in [release for release in site.releases if release.id == site.current]:
        graph.add(series, "dcat:hasCurrentVersion", _name(frame, current))
        graph.add(frame.service, "dcat:servesDataset", _name(frame, current))


def _name(frame: Frame, release: Release) -> str:
    """The IRI of a release with what DCAT-AP wants of every dataset, also on a page that only refers to it."""
    graph, settings, manifest = frame.graph, frame.site.settings, release.manifest
    day = manifest.created[:10]
    dataset = graph.describe(
        release_iri(settings.base, release.id),
        "dcat:Dataset",
        "dcat:Resource",
        zh=f"{settings.title_zh} {day}（{release.id}）",
        en=f"{settings.title_en} {day} ({release.id})",
    )
    graph.add(dataset, "dct:description", *_size(release))
    return dataset


def _size(release: Release) -> tuple[ox.Literal, ox.Literal]:
    quads, graphs = release.manifest.quads, len(release.manifest.graphs)
    return said(f"{quads} 条语句，{graphs} 个命名图。", "zh"), said(f"{quads} statements in {graphs} named graphs.", "en")


def describe_release(frame: Frame, release: Release) -> None:
    """A release as dataset and version, its neighbours in the series, its record and its files."""
    graph, site, settings, manifest = frame.graph, frame.site, frame.site.settings, release.manifest
    dataset = _name(frame, release)
    graph.add(site.catalog, "dcat:dataset", dataset)
    frame.common(dataset)
    graph.add(dataset, "dcat:theme", *frame.themes)
    graph.add(dataset, "dct:accrualPeriodicity", codes.frequency(graph, settings.update_frequency))
    graph.add(dataset, "dct:identifier", typed(release.id, "string"))
    graph.add(dataset, "dcat:version", typed(release.id, "string"))
    graph.add(dataset, "adms:versionNotes", *_size(release))
    graph.add(dataset, "dct:issued", typed(manifest.created, "dateTime"))
    graph.add(dataset, "dct:modified", typed(manifest.created, "dateTime"))
    graph.add(dataset, "dct:conformsTo", codes.standard(graph, VOCABULARY))
    graph.add(dataset, "dcat:landingPage", codes.document(graph, f"{site.root}downloads/{release.id}/"))
    graph.add(dataset, "dcat:inSeries", frame.series)
    graph.add(dataset, "dcat:isVersionOf", frame.series)
    graph.add(frame.series, "dcat:hasVersion", dataset)
    _place_in_series(frame, release)
    _describe_record(frame, dataset, manifest.created)
    for file in site.files.get(release.id, ()):
        _describe_file(frame, dataset, release.id, file)


def _place_in_series(frame: Frame, release: Release) -> None:
    """The releases before and after by time of making, and the one it was made from."""
    releases = list(frame.site.releases)
    place = releases.index(release)
    dataset = release_iri(frame.site.settings.base, release.id)
    if place + 1 < len(releases):
        frame.graph.add(dataset, "dcat:prev", _name(frame, releases[place + 1]))
    if place > 0:
        frame.graph.add(dataset, "dcat:next", _name(frame, releases[place - 1]))
    if release.manifest.parent is not None:
        frame.graph.add(dataset, "prov:wasRevisionOf", release_iri(frame.site.settings.base, release.manifest.parent))


def _describe_record(frame: Frame, dataset: str, created: str) -> None:
    record = f"{dataset}#record"
    graph = frame.graph
    graph.classify(record, "dcat:CatalogRecord")
    graph.add(record, "foaf:primaryTopic", dataset)
    graph.add(record, "dct:issued", typed(created, "dateTime"))
    graph.add(record, "dct:modified", typed(created, "dateTime"))
    graph.add(record, "dct:conformsTo", codes.standard(graph, APPLICATION_PROFILE))
    graph.add(frame.site.catalog, "dcat:record", record)


def _describe_file(frame: Frame, dataset: str, release_id: str, file: Distribution) -> None:
    graph = frame.graph
    name = quote(file.path)
    distribution = graph.describe(f"{dataset}/{name}", "dcat:Distribution", zh=file.title_zh, en=file.title_en)
    address = f"{frame.site.root}downloads/{release_id}/{name}"
    graph.add(dataset, "dcat:distribution", distribution)
    for predicate in ("dcat:accessURL", "dcat:downloadURL"):
        graph.add(distribution, predicate, address)
    graph.classify(address, "rdfs:Resource")
    graph.add(distribution, "dcat:mediaType", codes.media_type(graph, file.media_type))
    graph.add(distribution, "dct:format", codes.file_type(graph, file.media_type))
    if file.compression is not None:
        graph.add(distribution, "dcat:compressFormat", codes.media_type(graph, file.compression))
    graph.add(distribution, "dcat:byteSize", typed(file.bytes, "nonNegativeInteger"))
    graph.add(distribution, "dct:conformsTo", *(codes.standard(graph, name) for name in file.conforms_to))
    graph.add(distribution, "spdx:checksum", _checksum(frame, distribution, file.sha256))
    frame.license_of(distribution)


def _checksum(frame: Frame, distribution: str, sha256: str) -> str:
    checksum = f"{distribution}#sha256"
    frame.graph.classify(checksum, "spdx:Checksum")
    frame.graph.add(checksum, "spdx:algorithm", _SHA256)
    frame.graph.classify(_SHA256, "spdx:ChecksumAlgorithm")
    frame.graph.add(checksum, "spdx:checksumValue", typed(sha256, "hexBinary"))
    return checksum
