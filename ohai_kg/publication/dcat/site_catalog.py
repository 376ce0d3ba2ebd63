"""The site as a DCAT 3 catalogue, by the application profile DCAT-AP 3.0: releases, their files, the endpoint, the lists.

IRIs stand under the setting `base`; addresses of files and pages under the root that the client used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ohai_kg.namespaces import DEF, ZWGK
from ohai_kg.publication.dcat import codes
from ohai_kg.publication.description import Description, said, typed

if TYPE_CHECKING:
    from ohai_kg.publication.dcat.site import Site

APPLICATION_PROFILE: Final = "http://data.europa.eu/r5r/"
VOCABULARY: Final = ZWGK.removesuffix("#") + "/1.0.0"
_SPARQL: Final = ("http://www.w3.org/TR/sparql11-protocol/", "http://www.w3.org/TR/sparql11-query/")


@dataclass(frozen=True, slots=True)
class Frame:
    """What every part of the catalogue refers to: the graph, and the IRIs of what was described before it.

    `publisher` is the agent of the site, `license` None where the publisher states none, `region` None where no code is set.
    """

    site: Site
    graph: Description
    publisher: str
    license: str | None
    region: str | None
    contact: str | None
    themes: dict[str, str]

    @property
    def series(self) -> str:
        """The IRI of the series of all releases."""
        return f"{self.site.settings.base}id/series/releases"

    @property
    def service(self) -> str:
        """The IRI of the SPARQL endpoint as a data service."""
        return f"{self.site.settings.base}id/service/sparql"

    def license_of(self, subject: str) -> None:
        """State the licence of a file, service or catalogue; where there is none, that none is stated."""
        if self.license is not None:
            self.graph.add(subject, "dct:license", self.license)
        else:
            self.graph.add(subject, "dct:rights", codes.rights(self.graph, f"{self.site.settings.base}id/rights/unstated"))

    def common(self, subject: str) -> None:
        """What every dataset shares: publisher, place, contact, languages, access, government theme."""
        self.graph.add(subject, "dct:publisher", self.publisher)
        self.graph.add(subject, "dct:spatial", self.region)
        self.graph.add(subject, "dcat:contactPoint", self.contact)
        self.graph.add(subject, "dct:language", *codes.languages(self.graph))
        self.graph.add(subject, "dct:accessRights", codes.public_access(self.graph))
        self.graph.add(subject, "dcat:theme", codes.government_theme(self.graph))
        codes.sharing(self.graph, subject, self.site.settings)


def describe_site(site: Site, page: int = 1) -> Description:
    """One page of the catalogue; every page repeats the catalogue itself, the series and the endpoint."""
    from ohai_kg.publication.dcat.lists import describe_catalogue, describe_list
    from ohai_kg.publication.dcat.releases import describe_release, describe_series

    frame = make_frame(site)
    _describe_catalog(frame, page)
    describe_series(frame)
    _describe_service(frame)
    releases, lists, catalogues = site.page(page)
    for release in releases:
        describe_release(frame, release)
    for one in lists:
        describe_list(frame, one)
    for rows in catalogues:
        describe_catalogue(frame, rows)
    return frame.graph


def make_frame(site: Site) -> Frame:
    """The graph with what the rest refers to: agent, licence, region, contact, themes."""
    graph, settings = Description(), site.settings
    license_iri = settings.license or None
    if license_iri is not None:
        graph.classify(license_iri, "dct:LicenseDocument")
    return Frame(
        site, graph, _publisher(site, graph), license_iri, _region(site, graph), _contact(site, graph), _themes(site, graph)
    )


def agent(graph: Description, name: str, zh: str, en: str) -> str:
    """An agent; one without a name is called by the end of its IRI, for DCAT-AP wants a name."""
    return graph.describe(name, "foaf:Agent", zh=zh or name.rpartition("/")[2], en=en, naming="foaf:name")


def _publisher(site: Site, graph: Description) -> str:
    if not site.settings.publisher:
        return agent(graph, f"{site.settings.base}id/agent/unstated", "未注明发布单位", "Publisher not stated")
    row = next(iter(site.answers.get("publisher", ())), {"zh": "", "en": ""})
    return agent(graph, site.settings.publisher, row["zh"], row["en"])


def _region(site: Site, graph: Description) -> str | None:
    code = site.settings.region_code
    if not code:
        return None
    place = f"{site.settings.base}id/region/{code}"
    graph.classify(place, "dct:Location")
    graph.add(place, "dct:identifier", typed(code, "string"))
    graph.add(place, "rdfs:label", said(f"行政区划代码 {code}（GB/T 2260）", "zh"), said(f"Region {code} (GB/T 2260)", "en"))
    return place


def _contact(site: Site, graph: Description) -> str | None:
    contact = site.settings.contact
    if not contact:
        return None
    point = f"{site.settings.base}id/contact/data"
    row = next(iter(site.answers.get("publisher", ())), {"zh": "", "en": ""})
    graph.classify(point, "vcard:Kind", "vcard:Organization")
    graph.add(point, "vcard:fn", said(row["zh"] or site.settings.title_zh, "zh"))
    if contact.startswith(("http://", "https://")):
        graph.add(point, "vcard:hasURL", contact)
    else:
        graph.add(point, "vcard:hasEmail", f"mailto:{contact}")
    return point


def _themes(site: Site, graph: Description) -> dict[str, str]:
    """The domains that the data cover, local and national, as themes of their code lists."""
    schemes = {
        f"{DEF}domain": ("试点领域", "Pilot domains"),
        f"{DEF}national-domain": ("全国试点领域", "National pilot domains"),
    }
    themes: dict[str, str] = {}
    for row in site.answers.get("domains", ()):
        zh, en = schemes[row["scheme"]]
        graph.describe(row["scheme"], "skos:ConceptScheme", zh=zh, en=en)
        name = row["zh"] or row["domain"].rpartition("/")[2]
        theme = graph.describe(row["domain"], "skos:Concept", zh=name, en=row["en"], naming="skos:prefLabel")
        graph.add(theme, "skos:inScheme", row["scheme"])
        themes[row["domain"]] = row["scheme"]
    return themes


def _describe_catalog(frame: Frame, page: int) -> None:
    graph, site, settings = frame.graph, frame.site, frame.site.settings
    catalog = graph.describe(site.catalog, "dcat:Catalog", "dcat:Resource", zh=settings.title_zh, en=settings.title_en)
    zh = f"{settings.title_zh}的数据目录：各版数据及其文件、查询接口、各类公开目录和负面清单。"
    en = (
        f"Data of “{settings.title_en}”: releases with their files, the endpoint, the disclosure catalogues and negative lists."
    )
    graph.add(catalog, "dct:description", said(zh, "zh"), said(en, "en"))
    graph.add(catalog, "dct:publisher", frame.publisher)
    graph.add(catalog, "dct:spatial", frame.region)
    graph.add(catalog, "dct:language", *codes.languages(graph))
    graph.add(catalog, "foaf:homepage", codes.document(graph, site.root))
    graph.add(catalog, "dct:conformsTo", codes.standard(graph, APPLICATION_PROFILE))
    graph.add(catalog, "dcat:service", frame.service)
    graph.add(catalog, "dcat:resource", frame.series)
    codes.government_theme(graph)
    graph.add(
        catalog, "dcat:themeTaxonomy", "http://publications.europa.eu/resource/authority/data-theme", *frame.themes.values()
    )
    frame.license_of(catalog)
    if site.releases:
        created = [release.manifest.created for release in site.releases]
        graph.add(catalog, "dct:modified", typed(max(created), "dateTime"))
    if site.pages > 1:
        _describe_pages(frame, page)


def _describe_pages(frame: Frame, page: int) -> None:
    graph, site = frame.graph, frame.site
    address = f"{site.root}catalog?page="
    view = f"{address}{page}"
    graph.classify(site.catalog, "hydra:Collection")
    graph.add(site.catalog, "hydra:view", view)
    graph.classify(view, "hydra:PartialCollectionView")
    graph.add(view, "hydra:first", f"{address}1")
    graph.add(view, "hydra:last", f"{address}{site.pages}")
    graph.add(view, "hydra:previous", f"{address}{page - 1}" if page > 1 else None)
    graph.add(view, "hydra:next", f"{address}{page + 1}" if page < site.pages else None)


def _describe_service(frame: Frame) -> None:
    graph, site = frame.graph, frame.site
    service = graph.describe(frame.service, "dcat:DataService", "dcat:Resource", zh="SPARQL 查询接口", en="SPARQL endpoint")
    endpoint = f"{site.root}sparql"
    graph.add(
        service,
        "dct:description",
        said("以 SPARQL 1.1 查询现用版本。", "zh"),
        said("SPARQL 1.1 queries over the current release.", "en"),
    )
    graph.add(service, "dcat:endpointURL", endpoint)
    graph.add(service, "dcat:endpointDescription", endpoint)
    graph.classify(endpoint, "rdfs:Resource")
    graph.add(service, "dct:conformsTo", *(codes.standard(graph, name) for name in _SPARQL))
    graph.add(service, "dct:publisher", frame.publisher)
    graph.add(service, "dct:accessRights", codes.public_access(graph))
    graph.add(service, "dcat:contactPoint", frame.contact)
    graph.add(service, "dcat:theme", codes.government_theme(graph))
    graph.add(service, "dcat:landingPage", codes.document(graph, endpoint))
    frame.license_of(service)
