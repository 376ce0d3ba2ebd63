"""An import: tables, original and map of cells, whole or not at all; the same file twice changes nothing."""

import csv
import errno
import json
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest

from ohai_kg.build import assemble, build
from ohai_kg.catalogues import read_known
from ohai_kg.catalogues.catalogue import read_catalogue
from ohai_kg.catalogues.graph import statements
from ohai_kg.catalogues.importing import Wishes, import_workbook
from ohai_kg.catalogues.tables import Edition
from ohai_kg.errors import CatalogueRefused, IssuerUnknown, NotConformant, RequestError, StorageFull, WorkbookUnreadable
from ohai_kg.project import open_project
from ohai_kg.shacl import load_profile
from ohai_kg.tables import read_sources
from tests.conftest import ROOT
from tests.ingest.workbooks.support import examples

TWO_LEVELS = ROOT / "examples" / "workbooks" / "01-two-level-head.xlsx"
HEAD = "序号,一级事项,二级事项,公开内容,公开依据,公开时限,公开主体,公开方式,公开渠道和载体"
FULL = "1,政策文件,补贴政策,补贴标准,《就业促进法》,形成之日起20个工作日内,区人社局,主动,政府网站"
SECOND = "2,政策文件,招聘信息,岗位,《就业促进法》,及时公开,区人社局,主动,政府网站"


@pytest.fixture
def district(tmp_path):
    """The invented district without its hand-made catalogue."""
    root = tmp_path / "区 项目"
    shutil.copytree(ROOT / "examples" / "district", root, ignore=shutil.ignore_patterns(".ohai-kg", "catalogues"))
    return open_project(root)


@pytest.fixture
def profiles():
    return [load_profile(ROOT / "shapes", "national2019")]


@pytest.fixture
def take(district, profiles, tmp_path):
    """Import lines of a csv, or a file."""

    def take(*lines, issuer="990101-qu-rensheju", key="bendi", name="目录.csv", **options):
        path = lines[0] if len(lines) == 1 and not isinstance(lines[0], str) else tmp_path / name
        if path == tmp_path / name:
            path.write_text("\n".join((HEAD, *lines)) + "\n", encoding="utf-8")
        dry_run = options.pop("dry_run", False)
        return import_workbook(district, path, Wishes(issuer, key, **options), profiles, dry_run=dry_run)

    return take


def snapshot(project):
    return {path.relative_to(project.root): path.read_bytes() for path in project.root.rglob("*") if path.is_file()}


def test_an_import_writes_tables_the_original_and_the_cells(take, district):
    imported = take(TWO_LEVELS, issuer="990101", key=None)
    folder = district.data / "catalogues" / "990101" / "nongcun-weifang-gaizao"
    assert (imported.written, imported.folder) == (True, folder)
    assert (folder / "original" / TWO_LEVELS.name).read_bytes() == TWO_LEVELS.read_bytes()
    assert imported.edition.domain == "nongcun-weifang-gaizao"
    assert imported.edition.publisher == f"{district.settings.base}id/unit/990101-qu-zhengfu"
    with (folder / "rows.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["工作表"], row["行"], row["依据格"], row["时限格"]) for row in rows][:2] == [
        ("农村危房改造", "4", "E4", "F4"),
        ("农村危房改造", "5", "E5", "F5"),
    ]
    title = json.loads((folder / "csv-metadata.json").read_text(encoding="utf-8"))["dc:title"]
    assert title == {"zh": "（十三）农村危房改造领域基层政务公开标准目录（2024年版）"}
    assert [path.name for path in district.root.iterdir() if path.name.startswith(".importing")] == []


def test_the_catalogue_says_its_issuer_domain_date_and_source(take, district):
    imported = take(TWO_LEVELS, issuer="990101", key=None, issued="2024-03-01")
    store = ox.Store()
    store.bulk_extend(read_sources(district).quads)
    answer = store.query(
        """PREFIX zwgk: <https://w3id.org/zwgk/ns#> PREFIX dct: <http://purl.org/dc/terms/>
        PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX prov: <http://www.w3.org/ns/prov#>
        PREFIX spdx: <http://spdx.org/rdf/terms#>
        SELECT ?publisher ?domain ?issued ?file ?sum WHERE {
          ?c a zwgk:DisclosureCatalogue, dcat:Catalog ; dct:title ?title ; dct:publisher ?publisher ;
             zwgk:forDomain ?domain ; dct:issued ?issued ; prov:hadPrimarySource ?source .
          ?source dct:title ?file ; spdx:checksum [ spdx:checksumValue ?sum ] }""",
        use_default_graph_as_union=True,
    )
    assert [tuple(value.value for value in row) for row in answer] == [
        (
            imported.edition.publisher,
            "https://w3id.org/zwgk/def/national-domain/nongcun-weifang-gaizao",
            "2024-03-01",
            TWO_LEVELS.name,
            imported.checked.catalogue.sha256,
        )
    ]


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.name)
def test_imported_tables_say_what_the_validated_file_said(path, take, district):
    imported = take(path, key="bendi")
    graph = f"{district.settings.base}graph/catalogue/990101-qu-rensheju/bendi"
    built = {quad for quad in read_sources(district).quads if quad.graph_name.value == graph}
    known = read_known(district)
    catalogue = read_catalogue(path, registry=known.registry)
    edition = Edition("990101-qu-rensheju", "bendi", imported.edition.publisher, None, imported.edition.domain)
    assert built == set(statements(catalogue.tables_for(known.base, edition)))
    build(district)


def test_the_same_file_again_changes_nothing(take, district):
    take(FULL, SECOND)
    before = snapshot(district)
    again = take(FULL, SECOND)
    assert (again.changes, again.written) == (False, False)
    assert snapshot(district) == before


def test_a_changed_file_shows_what_changed(take, district):
    take(FULL, SECOND)
    third = "3,政策文件,办事指南,流程,《就业促进法》,及时公开,区人社局,主动,政府网站"
    changed = FULL.replace("20个工作日", "10个工作日").replace("区人社局", "区应急局")
    imported = take(changed, third)
    told = imported.difference.to_dict()
    assert (told["new"], told["added"], told["removed"]) == (False, ["办事指南"], ["招聘信息"])
    assert {(c["item"], c["field"]) for c in told["changed"]} == {
        ("补贴政策", "主体原文"),
        ("补贴政策", "主体"),
        ("补贴政策", "内容"),
        ("补贴政策", "原文"),
        ("补贴政策", "工作日数"),
    }
    assert ("20", "10") in {(c["before"], c["after"]) for c in told["changed"]}
    assert ("unit/990101-qu-rensheju", "区应急局") in {(c["before"], c["after"]) for c in told["changed"]}
    assert imported.written


def test_a_row_that_only_moved_is_no_change_of_an_item(take):
    take(FULL, SECOND)
    moved = take(SECOND.replace("2,", "1,", 1), FULL.replace("1,", "2,", 1))
    assert {(change.item, change.field) for change in moved.difference.changed} == {("补贴政策", "序号"), ("招聘信息", "序号")}


def test_a_dry_run_writes_nothing_and_tells_everything(take, district):
    before = snapshot(district)
    imported = take(FULL, dry_run=True)
    assert (imported.changes, imported.written, imported.difference.added) == (True, False, ("补贴政策",))
    assert snapshot(district) == before


def test_an_item_without_a_name_is_imported_and_labelled(take, district):
    take(FULL, "2,,,内容,,,区人社局,主动,政府网站")
    release = build(district).release
    assert "（未填名称）第3行".encode() in release.nquads.read_bytes()


def test_tables_of_another_hand_are_never_overwritten(take, district):
    folder = district.data / "catalogues" / "990101" / "jiuye-2024"
    shutil.copytree(ROOT / "examples" / "district" / "data" / "catalogues" / "990101" / "jiuye-2024", folder)
    before = snapshot(district)
    with pytest.raises(CatalogueRefused, match="--key"):
        take(FULL, issuer="990101", key="jiuye-2024")
    assert snapshot(district) == before


@pytest.mark.parametrize(
    ("issuer", "hint"),
    [
        ("990101-qu-rensheju2", "990101-qu-rensheju"),
        ("区人力社保局", "990101-qu-rensheju"),
        ("990000", "990000-sheng-fuban"),
    ],
)
def test_an_unknown_issuer_is_told_with_the_nearest(take, district, issuer, hint):
    before = snapshot(district)
    with pytest.raises(IssuerUnknown, match=hint):
        take(FULL, issuer=issuer)
    assert snapshot(district) == before


@pytest.mark.parametrize("issuer", ["331083", "331083-xian-minzhengju"])
def test_a_catalogue_of_a_district_that_is_not_registered_is_taken_in_under_its_code(take, district, issuer):
    imported = take(FULL, issuer=issuer)
    assert imported.edition.publisher is None
    assert imported.folder == district.data / "catalogues" / issuer / imported.edition.key
    store = assemble(district)
    (publisher,) = store.query(
        "PREFIX dct: <http://purl.org/dc/terms/> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
        f"SELECT ?label WHERE {{ <{district.settings.base}id/catalogue/{imported.edition.stem}> dct:publisher/rdfs:label ?label }}",
        use_default_graph_as_union=True,
    )
    assert publisher["label"].value == f"编制单位 {issuer}（未登记）"


@pytest.mark.parametrize("key", ["2024", "2024-1", "就业", "A", "a--b", "../x"])
def test_a_key_that_cannot_stand_in_an_address_is_refused(take, key):
    with pytest.raises(RequestError, match="--key"):
        take(FULL, key=key)


def test_what_would_break_the_build_is_not_imported(take, district):
    (district.data / "local").mkdir()
    (district.data / "local" / "bad.nq").write_text(
        "<https://w3id.org/zwgk/id/duty/x> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
        "<https://w3id.org/zwgk/ns#Duty> <https://w3id.org/zwgk/graph/local> .\n",
        encoding="utf-8",
    )
    before = snapshot(district)
    with pytest.raises(NotConformant):
        take(FULL)
    assert snapshot(district) == before


def test_words_that_are_no_code_are_kept_and_stop_no_build(take, district, tmp_path):
    path = tmp_path / "属性.csv"
    head = HEAD.replace("公开方式", "公开属性") + ",公开层级"
    path.write_text(f"{head}\n{FULL.replace(',主动,', ',主动公开/依申请公开,')},单位级\n", encoding="utf-8")
    folder = take(path).folder
    with (folder / "unrecognised.csv").open(encoding="utf-8-sig", newline="") as file:
        words = [next(filter(None, list(row.values())[2:])) for row in csv.DictReader(file)]
    assert words == ["主动公开/依申请公开", "单位级"]
    assert "主动公开/依申请公开" in build(district).release.nquads.read_text(encoding="utf-8")


def test_a_file_that_is_no_catalogue_leaves_nothing(take, district, tmp_path):
    photo = tmp_path / "照片.xlsx"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n")
    before = snapshot(district)
    with pytest.raises(WorkbookUnreadable):
        take(photo)
    assert snapshot(district) == before


@pytest.mark.parametrize("first", [False, True], ids=["again", "first"])
def test_a_move_that_fails_leaves_what_was_there(take, district, monkeypatch, first):
    if not first:
        take(FULL)
    before = snapshot(district)
    folders = {path for path in district.root.rglob("*") if path.is_dir()}
    replace = Path.replace

    def fail_for_the_new(self, target):
        if self.name == "folder":
            raise OSError(errno.ENOSPC, "no space left")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fail_for_the_new)
    with pytest.raises(StorageFull):
        take(FULL, SECOND)
    assert snapshot(district) == before
    assert {path for path in district.root.rglob("*") if path.is_dir()} == folders


@pytest.mark.parametrize(
    ("name", "title", "key"),
    [
        ("目录.csv", "就业领域基层政务公开标准目录", "jiuye"),
        ("jiuye-2024.csv", "某某目录", "jiuye-2024"),
        ("目录.csv", "社会救助领域目录", "shehui-jiuzhu"),
        ("目录.csv", "就业、社会保险领域目录", "mulu-"),
    ],
)
def test_a_key_comes_from_the_domain_or_the_name(district, profiles, tmp_path, name, title, key):
    path = tmp_path / name
    path.write_text("\n".join((title + "," * 8, HEAD, FULL)) + "\n", encoding="utf-8")
    imported = import_workbook(district, path, Wishes("990101"), profiles, dry_run=True)
    assert imported.edition.key.startswith(key)
    assert (imported.edition.domain is None) == key.startswith(("mulu", "jiuye-"))


def test_a_file_about_several_domains_has_none(take):
    imported = take(ROOT / "examples" / "workbooks" / "12-several-sheets.xlsx", key=None, dry_run=True)
    assert imported.edition.domain is None
