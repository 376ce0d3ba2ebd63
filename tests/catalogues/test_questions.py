"""Two imported catalogues, built: the catalogue questions give exactly what the two files say."""

import shutil

import pytest

import ohai_kg
from ohai_kg.build import build
from ohai_kg.catalogues.importing import Wishes, import_workbook
from ohai_kg.project import open_project
from ohai_kg.shacl import load_profile
from tests.conftest import ROOT

HEAD = "序号,一级事项,公开内容,公开依据,公开时限,公开主体,公开方式,公开渠道和载体\n"
PEOPLE = "就业领域目录,,,,,,,\n" + HEAD + (
    "1,补贴名单,名单,《就业促进法》,形成之日起20个工作日内,区人社局,主动,政府网站\n"
    "2,招聘信息,岗位,,形成之日起40个工作日内,区人社局,主动,政府网站、公开查阅点\n"
    "3,,说明,《就业促进法》,,区人社局,依申请,\n"
)  # fmt: skip
CIVIL = "养老服务领域目录,,,,,,,\n" + HEAD + (
    "1,补贴名单,名单,《就业促进法》,及时公开,区民政局,主动,政府网站\n"
    "2,机构名录,,,长期公开,养老院甲,主动,布告牌\n"
)  # fmt: skip

LIMIT = "<https://w3id.org/zwgk/id/time-limit/law>"
GRAPH = "<https://w3id.org/zwgk/graph/local>"
LAW = "".join(
    f"{LIMIT} {predicate} {value} {GRAPH} .\n"
    for predicate, value in (
        ("<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>", "<https://w3id.org/zwgk/ns#DisclosureTimeLimit>"),
        ("<https://w3id.org/zwgk/ns#text>", '"自形成之日起20个工作日内"@zh'),
        ("<https://w3id.org/zwgk/ns#sourceLocation>", '"第二十六条"'),
        ("<https://w3id.org/zwgk/ns#regime>", "<https://w3id.org/zwgk/id/doc/shili-zhiyin-2024>"),
        ("<https://w3id.org/zwgk/ns#disclosureAttribute>", "<https://w3id.org/zwgk/def/disclosure/G>"),
        ("<https://w3id.org/zwgk/ns#workingDays>", '"20"^^<http://www.w3.org/2001/XMLSchema#integer>'),
    )
)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """The invented district with the two catalogues."""
    root = tmp_path_factory.mktemp("questions") / "project"
    shutil.copytree(ROOT / "examples" / "district", root, ignore=shutil.ignore_patterns(".ohai-kg", "catalogues"))
    (root / "data" / "local").mkdir()
    (root / "data" / "local" / "law.nq").write_text(LAW, encoding="utf-8")
    opened = open_project(root)
    profiles = [load_profile(ROOT / "shapes", "elements")]
    for name, text, issuer in (("a.csv", PEOPLE, "990101-qu-rensheju"), ("b.csv", CIVIL, "990101-qu-minzhengju")):
        (root / name).write_text(text, encoding="utf-8")
        import_workbook(opened, root / name, Wishes(issuer), profiles)
    build(opened)
    return root


def rows(project, slug, *columns):
    return [tuple(row[column] for column in columns) for row in ohai_kg.query(slug, project=project)]


def test_missing_elements_are_counted_by_issuer(project):
    found = rows(project, "catalogue-missing-elements", "issuerLabel", "elementLabel", "items", "missing")
    assert sorted(found) == sorted(
        [("区人社局", element, 3, count) for element, count in zip(ELEMENTS, (1, 1, 0, 0, 1, 0), strict=True)]
        + [("区民政局", element, 2, count) for element, count in zip(ELEMENTS, (0, 1, 1, 0, 0, 0), strict=True)]
    )


ELEMENTS = ("名称", "依据", "内容", "主体", "时限", "方式")


def test_a_limit_longer_than_the_law_is_found(project):
    found = rows(project, "catalogue-overlong-deadlines", "issuerLabel", "itemLabel", "workingDays", "allowedDays")
    assert found == [("区人社局", "招聘信息", 40, 20)]


def test_different_publishers_of_one_item_are_found(project):
    found = rows(
        project, "catalogue-different-publishers", "itemLabel", "publisherLabel", "catalogueLabel", "otherPublisherLabels"
    )
    assert sorted(found) == [
        ("补贴名单", "区人社局", "就业领域目录", "区民政局"),
        ("补贴名单", "区民政局", "养老服务领域目录", "区人社局"),
    ]


def test_the_national_domains_of_the_catalogues_are_counted(project):
    found = rows(project, "catalogue-national-domains", "issuerLabel", "domainLabel", "items")
    assert len(found) == 52
    assert sorted(row for row in found if row[2]) == [("区人社局", "就业", 3), ("区民政局", "养老服务", 2)]


def test_channels_are_counted_by_domain(project):
    found = rows(project, "catalogue-channels-by-domain", "domainLabel", "channelLabel", "items")
    assert found == [
        ("就业", "政府网站", 2),
        ("就业", "公开查阅点", 1),
        ("养老服务", "政府网站", 1),
    ]
