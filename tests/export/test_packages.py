"""A package is all of a release, the same bytes each time, whole or absent."""

import csv
import json
import shutil
import zipfile

import openpyxl
import pyoxigraph as ox
import pytest
from csvw import CSVW

from ohai_kg.build import build
from ohai_kg.errors import ReleaseChanged
from ohai_kg.project import open_project
from ohai_kg.publication import packages as module
from ohai_kg.publication.distributions import distributions
from ohai_kg.publication.packages import Packages
from ohai_kg.releases import Releases
from ohai_kg.releases.inputs import archive_inputs
from tests.conftest import ROOT
from tests.export.support import BASE, publish

QUAD = ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.Literal("c"), ox.NamedNode(BASE + "graph/g"))


@pytest.fixture(scope="module")
def package(plan_project, plan_release):
    return Packages(Releases(plan_project.home)).make(plan_release)


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_package_has_every_form_of_a_release(package):
    names = {file.path for file in distributions(package)}
    assert names >= {
        *(f"data.{syntax}{packed}" for syntax in ("nq", "trig", "jsonld", "rdf") for packed in ("", ".gz", ".zst")),
        *("context.jsonld", "graphs/plan-2017-107.ttl", "graphs/shapes.ttl", "tables.xlsx", "inputs.zip", "README.md"),
        *("provenance.ttl", "reports/core.json", "reports/core.ttl", "reports/elements.ttl"),
        *("tables/plan-2017-107/duties.csv", "tables/plan-2017-107/csv-metadata.json"),
    }


def test_a_package_has_the_catalogues_of_the_plan(package):
    files = {file.path: file for file in distributions(package) if file.path.startswith("catalogues/")}
    kinds = [f"catalogues/{kind}-CQAZ-330304-qu-zhengshouban" for kind in ("negative", "on-request", "proactive")]
    assert sorted(files) == sorted(f"{kind}.{form}" for kind in kinds for form in ("csv", "ttl", "xlsx"))
    assert files[f"{kinds[0]}.csv"].title_zh == "拆迁安置领域政务公开负面清单（区征收办）"
    assert "内部信息" in (package / f"{kinds[0]}.csv").read_text(encoding="utf-8")


def test_the_manifest_says_of_every_file_what_a_harvester_needs(package, plan_release):
    files = {file.path: file for file in distributions(package)}
    assert (files["data.nq.gz"].media_type, files["data.nq.gz"].compression) == ("application/n-quads", "application/gzip")
    graph = files["graphs/plan-2017-107.ttl"]
    assert (graph.graph, graph.media_type) == (BASE + "graph/plan-2017-107", "text/turtle")
    duties = files["tables/plan-2017-107/duties.csv"]
    assert (duties.title_zh, duties.conforms_to) == ("工作内容", ("https://www.w3.org/TR/tabular-data-model/",))
    manifest = json.loads((package / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["release"], manifest["quads"]) == (plan_release.id, plan_release.manifest.quads)


def test_the_same_release_gives_the_same_bytes(plan_project, plan_release, package, tmp_path):
    home = Releases(tmp_path)
    shutil.copytree(plan_release.path, home.path(plan_release.id))
    first, second = contents(package), contents(Packages(home).make(home.get(plan_release.id)))
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name]] == []


def test_the_tables_pass_the_csvw_library(package):
    for metadata in sorted((package / "tables").rglob("csv-metadata.json")):
        described = CSVW(str(metadata))
        for table in described.tables:
            assert len(list(table.iterdicts(strict=True))) > 0, table.url
            assert table.check_primary_key()
        assert described.warnings == []


def test_the_workbook_has_the_rows_of_every_table(package):
    book = openpyxl.load_workbook(package / "tables.xlsx", read_only=True)
    sheet = book["工作内容"]
    rows = list(sheet.iter_rows(values_only=True))
    with (package / "tables" / "plan-2017-107" / "duties.csv").open(encoding="utf-8-sig", newline="") as file:
        expected = list(csv.reader(file))
    assert list(rows[0]) == expected[0]
    assert [["" if cell is None else str(cell) for cell in row] for row in rows[1:]] == expected[1:]
    assert isinstance(rows[1][expected[0].index("行")], int)


def test_provenance_names_inputs_with_their_sums_and_the_parent(package, plan_release):
    store = ox.Store()
    store.load(path=str(package / "provenance.ttl"), format=ox.RdfFormat.TURTLE)
    rows = store.query(
        """PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX spdx: <http://spdx.org/rdf/terms#>
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT ?label ?sum { ?release prov:wasGeneratedBy/prov:used ?input .
          ?input rdfs:label ?label ; spdx:checksum/spdx:checksumValue ?sum }"""
    )
    assert {row["label"].value: row["sum"].value for row in rows} == plan_release.manifest.inputs


def test_a_written_release_revises_its_parent_and_keeps_its_tables(tmp_path, plan_release):
    home = Releases(tmp_path)
    shutil.copytree(plan_release.path, home.path(plan_release.id))
    home.rollback(plan_release.id)
    with home.stage() as staging:
        shutil.copyfile(plan_release.nquads, staging / "data.nq")
        written = home.publish(
            staging,
            base=BASE,
            graphs=plan_release.manifest.graphs,
            inputs=plan_release.manifest.inputs,
            parent=plan_release.id,
            written_graphs=("urn:g",),
        )
    package = Packages(home).make(written)
    assert (package / "tables" / "plan-2017-107" / "duties.csv").is_file()
    revised = "http://www.w3.org/ns/prov#wasRevisionOf"
    store = ox.Store()
    store.load(path=str(package / "provenance.ttl"), format=ox.RdfFormat.TURTLE)
    found = [q.object.value for q in store.quads_for_pattern(None, ox.NamedNode(revised), None)]
    assert found == [f"{BASE}id/release/{plan_release.id}"]


def test_a_failure_while_packing_leaves_nothing(tmp_path, monkeypatch):
    releases = Releases(tmp_path)
    release = publish(releases, [QUAD])

    def fail(*_):
        raise ValueError("stop")

    monkeypatch.setattr(module, "render_provenance", fail)
    with pytest.raises(ValueError, match="stop"):
        Packages(releases).make(release)
    assert list((tmp_path / "packages").iterdir()) == []


def test_a_package_that_lost_the_end_of_a_file_is_made_again(tmp_path):
    releases = Releases(tmp_path)
    packages = Packages(releases)
    package = packages.make(publish(releases, [QUAD]))
    whole = contents(package)
    (package / "data.nq").write_bytes(b"")
    assert packages.find(package.name) is None
    assert contents(packages.make(releases.current())) == whole


@pytest.mark.parametrize("name", ["..", "../releases", "20260101T000000000-00000000", "current", ""])
def test_only_ids_of_releases_name_packages(tmp_path, name):
    assert Packages(Releases(tmp_path)).find(name) is None


def test_pruning_keeps_packages_of_releases_there_are_and_the_newest(tmp_path):
    releases = Releases(tmp_path)
    packages = Packages(releases)
    made = []
    for number in range(4):
        made.append(publish(releases, [ox.Quad(QUAD.subject, QUAD.predicate, ox.Literal(str(number)), QUAD.graph_name)]).id)
        packages.make(releases.current())
    releases.prune(1)
    assert packages.prune(2) == [made[1], made[0]]
    assert packages.history() == [made[3], made[2]]


def test_an_input_that_changes_during_a_build_is_told(plan_project, tmp_path):
    hashes = {**plan_project.input_hashes(), "data/plan-2017-107/duties.csv": "0"}
    with pytest.raises(ReleaseChanged, match=r"duties\.csv changed"):
        archive_inputs(plan_project, hashes, tmp_path / "inputs.zip")


def test_the_inputs_of_a_release_build_the_same_release(plan_release, package, tmp_path):
    with zipfile.ZipFile(package / "inputs.zip") as archive:
        archive.extractall(tmp_path / "again")
    (tmp_path / "again" / "ohai_kg.toml").write_bytes((ROOT / "ohai_kg.toml").read_bytes())
    again = build(open_project(tmp_path / "again", home=tmp_path / "home")).release
    assert again.nquads.read_bytes() == plan_release.nquads.read_bytes()
