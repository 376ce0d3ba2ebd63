"""The plan's catalogues and the imported disclosure catalogues as sub-catalogues of the site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from ohai_kg.publication.dcat import codes
from ohai_kg.publication.dcat.site_catalog import agent
from ohai_kg.publication.description import said, typed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ohai_kg.publication.dcat.site_catalog import Frame
    from ohai_kg.publication.disclosure_lists import DisclosureList, Row

_FORMS: Final = (
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "工作簿", "workbook"),
    ("csv", "text/csv", "CSV 表", "CSV table"),
    ("ttl", "text/turtle", "RDF（Turtle）", "RDF (Turtle)"),
)
_CLASSES: Final = {
    "proactive": "zwgk:ProactiveCatalogue",
    "on-request": "zwgk:OnRequestCatalogue",
    "negative": "zwgk:NegativeList",
}


def describe_list(frame: Frame, one: DisclosureList) -> None:
    """A list: a catalogue by its kind, with one dataset that holds its rows."""
    graph, site = frame.graph, frame.site
    catalog = graph.describe(one.iri, "dcat:Catalog", "dcat:Resource", _CLASSES[one.kind], zh=one.title_zh, en=_english(one))
    zh = f"{one.title_zh}：{one.items} 项，由公开事项的公开属性或公开方式归集。"
    en = f"{one.items} item(s), gathered from the attribute or mode of the information items."
    issuer = (
        agent(graph, one.issuer, one.issuer_zh, one.issuer_en if one.issuer_en != one.issuer_zh else "") if one.issuer else None
    )
    page = codes.document(graph, f"{site.root}catalogues/{quote(one.slug)}")
    graph.add(catalog, "dct:description", said(zh, "zh"), said(en, "en"))
    graph.add(catalog, "dct:publisher", issuer or frame.publisher)
    graph.add(catalog, "dct:identifier", typed(one.slug, "string"))
    graph.add(catalog, "dcat:version", typed(one.version, "string") if one.version else None)
    graph.add(catalog, "zwgk:forDomain", one.domain or None)
    graph.add(catalog, "dct:spatial", frame.region)
    graph.add(catalog, "foaf:homepage", page)
    graph.add(site.catalog, "dcat:catalog", catalog)
    frame.license_of(catalog)
    dataset = graph.describe(f"{one.iri}/items", "dcat:Dataset", "dcat:Resource", zh=one.title_zh, en=_english(one))
    graph.add(catalog, "dcat:dataset", dataset)
    graph.add(dataset, "dct:description", said(zh, "zh"), said(en, "en"))
    frame.common(dataset)
    graph.add(dataset, "dcat:theme", one.domain if one.domain in frame.themes else None)
    graph.add(dataset, "dcat:landingPage", page)
    for extension, media_type, title_zh, title_en in _FORMS:
        file = graph.describe(f"{dataset}/{extension}", "dcat:Distribution", zh=title_zh, en=title_en)
        address = f"{site.root}catalogues/{quote(one.slug)}.{extension}"
        graph.add(dataset, "dcat:distribution", file)
        graph.add(file, "dcat:accessURL", address)
        graph.add(file, "dcat:downloadURL", address)
        graph.classify(address, "rdfs:Resource")
        graph.add(file, "dcat:mediaType", codes.media_type(graph, media_type))
        graph.add(file, "dct:format", codes.file_type(graph, media_type))
        frame.license_of(file)


def describe_catalogue(frame: Frame, rows: Sequence[Row]) -> None:
    """An imported disclosure catalogue; its rows are in the graph and in the lists, so it has no files of its own here."""
    graph, site, row = frame.graph, frame.site, rows[0]
    title = row["zh"] or row["catalogue"].rpartition("/")[2]
    catalog = graph.describe(row["catalogue"], "dcat:Catalog", "dcat:Resource", "zwgk:DisclosureCatalogue", zh=title)
    issuer = agent(graph, row["issuer"], row["issuerZh"], row["issuerEn"]) if row["issuer"] else None
    graph.add(
        catalog,
        "dct:description",
        said(f"{title}：{row['items']} 项公开事项。", "zh"),
        said(f"{row['items']} information item(s).", "en"),
    )
    graph.add(catalog, "dct:publisher", issuer or frame.publisher)
    graph.add(catalog, "dct:issued", typed(row["issued"], "date") if row["issued"] else None)
    graph.add(catalog, "zwgk:forDomain", *(one["domain"] for one in rows))
    graph.add(catalog, "dct:spatial", frame.region)
    graph.add(site.catalog, "dcat:catalog", catalog)
    frame.license_of(catalog)


def _english(one: DisclosureList) -> str:
    return one.title_en if one.title_en != one.title_zh else ""
