"""The DCAT catalogue: passes the DCAT-AP 3.0 shapes, tells releases, files and lists exactly, and says what nobody stated."""

import pyshacl
import pytest
import rdflib
from rdflib import RDF, Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, XSD

from ohai_kg.build import build
from ohai_kg.engine.asking import select
from ohai_kg.engine.store import EmbeddedStore
from ohai_kg.formats import RDF_FORMATS
from ohai_kg.project import open_project
from ohai_kg.publication.dcat import site as dcat_site
from ohai_kg.publication.dcat.site import Site, questions
from ohai_kg.publication.dcat.site_catalog import describe_site
from ohai_kg.publication.distributions import Distribution
from ohai_kg.releases import Releases
from tests.conftest import ROOT
from tests.export.dcat_ap import dcat_ap_shapes

ID = "https://w3id.org/zwgk/id/"
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")
FILES = (
    Distribution("data.nq.gz", "全部语句", "All statements", "application/n-quads", "application/gzip", 1234, "ab" * 32),
    Distribution("tables/duties 表.csv", "职责表", "Duties", "text/csv", None, 99, "cd" * 32, ("http://www.w3.org/ns/csvw",)),
)


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    """The DCAT-AP 3.0.0 shapes, as they are published."""
    return dcat_ap_shapes()


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """This repository's project with two releases."""
    project = open_project(ROOT, home=tmp_path_factory.mktemp("dcat-home"))
    build(project)
    build(project)
    return project


def _site(project, **settings) -> Site:
    releases = Releases(project.home).history()
    store = EmbeddedStore.load(releases[0])
    chosen = project.settings.model_copy(update=settings)
    answers = {name: select(store, query) for name, query in questions(chosen).items()}
    return Site(chosen, "https://data.example/", releases, {releases[0].id: FILES}, answers, releases[0].id)


def _graph(site: Site, page: int = 1) -> rdflib.Graph:
    return rdflib.Graph().parse(data=describe_site(site, page).serialize(RDF_FORMATS[1]), format="nt")


@pytest.fixture(scope="module")
def graph(project):
    return _graph(_site(project))


def _violations(graph, shapes) -> str:
    conforms, report, _ = pyshacl.validate(graph, shacl_graph=shapes)
    return "" if conforms else report.serialize(format="turtle")


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"license": "https://creativecommons.org/licenses/by/4.0/", "contact": "data@example.cn", "update_frequency": "每季度"},
        {"contact": "https://example.cn/contact", "publisher": "", "region_code": ""},
    ],
    ids=["as it is", "all stated", "nothing stated"],
)
def test_the_catalogue_passes_the_dcat_ap_shapes(project, shapes, settings):
    assert _violations(_graph(_site(project, **settings)), shapes) == ""


def test_the_catalogue_of_the_second_district_passes_too(tmp_path, shapes):
    district = open_project(ROOT / "examples" / "district", home=tmp_path)
    build(district)
    assert _violations(_graph(_site(district)), shapes) == ""


@pytest.mark.parametrize("lost", [DCTERMS.title, DCTERMS.publisher, DCAT.accessURL, SPDX.checksumValue])
def test_the_shapes_find_what_is_missing(project, shapes, lost):
    graph = _graph(_site(project))
    graph.remove((None, lost, None))
    assert "MinCountConstraintComponent" in _violations(graph, shapes)


def test_releases_are_versions_in_a_series(project, graph):
    newest, oldest = (URIRef(f"{ID}release/{release.id}") for release in Releases(project.home).history())
    series = URIRef(f"{ID}series/releases")
    assert set(graph.subjects(DCAT.inSeries, series)) == {newest, oldest}
    assert set(graph.objects(series, DCAT.hasVersion)) == set(graph.subjects(DCAT.isVersionOf, series)) == {newest, oldest}
    assert list(graph.objects(newest, DCAT.prev)) == list(graph.objects(newest, PROV.wasRevisionOf)) == [oldest]
    assert list(graph.objects(oldest, DCAT.next)) == [newest]
    assert list(graph.objects(series, DCAT.hasCurrentVersion)) == [newest]
    assert (graph.value(series, DCAT.first), graph.value(series, DCAT.last)) == (oldest, newest)
    assert set(graph.objects(URIRef("https://w3id.org/zwgk/catalog"), DCAT.dataset)) == {newest, oldest}
    assert [str(v) for v in graph.objects(newest, DCAT.version)] == [str(newest).rpartition("/")[2]]


def test_every_file_is_told_with_address_type_size_and_sum(project, graph):
    release = Releases(project.home).history()[0].id
    dataset = URIRef(f"{ID}release/{release}")
    told = {
        str(graph.value(file, DCAT.downloadURL)): (
            str(graph.value(file, DCAT.mediaType)).partition("media-types/")[2],
            str(graph.value(file, DCAT.compressFormat) or "").partition("media-types/")[2],
            graph.value(file, DCAT.byteSize),
            str(graph.value(graph.value(file, SPDX.checksum), SPDX.checksumValue)).lower(),
            [str(o) for o in graph.objects(file, DCTERMS.conformsTo)],
        )
        for file in graph.objects(dataset, DCAT.distribution)
    }
    root = f"https://data.example/downloads/{release}/"
    size = XSD.nonNegativeInteger
    assert told == {
        f"{root}data.nq.gz": ("application/n-quads", "application/gzip", Literal(1234, datatype=size), "ab" * 32, []),
        f"{root}tables/duties%20%E8%A1%A8.csv": (
            "text/csv",
            "",
            Literal(99, datatype=size),
            "cd" * 32,
            ["http://www.w3.org/ns/csvw"],
        ),
    }


def test_the_endpoint_serves_the_current_release(project, graph):
    service = URIRef(f"{ID}service/sparql")
    assert graph.value(service, DCAT.endpointURL) == URIRef("https://data.example/sparql")
    assert list(graph.objects(service, DCAT.servesDataset)) == [URIRef(f"{ID}release/{Releases(project.home).current_id()}")]


def test_themes_are_the_domains_and_the_government_theme(graph):
    dataset = next(graph.subjects(DCAT.inSeries, None))
    themes = {str(theme) for theme in graph.objects(dataset, DCAT.theme)}
    assert "http://publications.europa.eu/resource/authority/data-theme/GOVE" in themes
    assert "https://w3id.org/zwgk/def/domain/CQAZ" in themes
    assert "https://w3id.org/zwgk/def/national-domain/yiwu-jiaoyu" in themes
    assert len([theme for theme in themes if "/def/domain/" in theme]) == 11


def test_the_lists_of_the_plan_are_sub_catalogues_with_their_files(graph):
    found = sorted(str(one).rpartition("/")[2] for one in graph.objects(URIRef("https://w3id.org/zwgk/catalog"), DCAT.catalog))
    assert found == [f"{kind}-CQAZ-330304-qu-zhengshouban" for kind in ("negative", "on-request", "proactive")]
    dataset = graph.value(URIRef(f"{ID}disclosure-list/{found[0]}"), DCAT.dataset)
    urls = {str(graph.value(file, DCAT.downloadURL)).rpartition("/")[2] for file in graph.objects(dataset, DCAT.distribution)}
    assert urls == {f"{found[0]}.{form}" for form in ("xlsx", "csv", "ttl")}


def test_a_licence_that_nobody_stated_is_said_to_be_unstated(project):
    graph = _graph(_site(project, license=""))
    assert list(graph.objects(None, DCTERMS.license)) == []
    texts = {str(o) for s in graph.objects(None, DCTERMS.rights) for o in graph.objects(s, rdflib.RDFS.label)}
    assert "发布单位没有声明数据的使用许可；使用前请向发布单位确认。" in texts
    stated = _graph(_site(project, license="https://example.cn/licence"))
    assert set(map(str, stated.objects(None, DCTERMS.license))) == {"https://example.cn/licence"}
    assert list(stated.objects(None, DCTERMS.rights)) == []


def test_pages_tell_every_member_once(project, monkeypatch, shapes):
    monkeypatch.setattr(dcat_site, "PAGE_SIZE", 2)
    site = _site(project)
    assert site.pages == 3
    parts = [_graph(site, page) for page in (1, 2, 3)]
    members = [set(part.objects(None, DCAT.dataset)) & set(part.subjects(DCAT.inSeries)) for part in parts]
    assert [len(found) for found in members] == [2, 0, 0]
    assert [len(set(part.objects(URIRef(site.catalog), DCAT.catalog))) for part in parts] == [0, 2, 1]
    assert all(_violations(part, shapes) == "" for part in parts)
    hydra = rdflib.Namespace("http://www.w3.org/ns/hydra/core#")
    assert (
        str(parts[1].value(URIRef("https://data.example/catalog?page=2"), hydra.next)) == "https://data.example/catalog?page=3"
    )
    assert parts[0].value(None, RDF.type, hydra.PartialCollectionView) is not None
