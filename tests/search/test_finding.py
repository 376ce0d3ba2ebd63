"""What a search over the plan's release finds, in which order, and why."""

import sqlite3

import pytest

from ohai_kg.errors import QueryTimeout
from ohai_kg.releases import Releases
from ohai_kg.search.finding import find, mark, near
from ohai_kg.search.index import index_path, remove_old, write_index

ZWGK = "https://w3id.org/zwgk/ns#"


@pytest.fixture(scope="module")
def index(plan_release, tmp_path_factory):
    path = tmp_path_factory.mktemp("search 索引") / "index.sqlite"
    write_index(plan_release.quads(), path)
    return path


def labels(results):
    return [found.label("zh") for found in results.things]


def test_a_whole_name_comes_first_then_its_beginning_then_what_holds_it(index):
    found = labels(find(index, "拆迁安置", limit=8))
    assert found[:4] == ["拆迁安置", "拆迁安置", "拆迁安置组", "拆迁安置领域基层政务公开标准"]
    assert found.index("D-NAME-2 拆迁安置有两种子领域划分") > found.index("拆迁安置程序")


@pytest.mark.parametrize("query", ["区教育局", "區教育局", " 区教育局 "])
def test_the_unit_of_that_name_is_the_first_result(index, query):
    assert find(index, query).things[0].iri.endswith("id/unit/330304-qu-jiaoyuju")


def test_another_name_finds_the_unit_before_the_record_of_the_name(index):
    first = find(index, "区人力社保局").things[0]
    assert (first.label("zh"), first.field, first.snippet) == ("区人社局", "alias", ("", "区人力社保局", ""))


def test_two_characters_find_what_holds_them_anywhere(index, plan_store):
    query = """SELECT (COUNT(DISTINCT ?d) AS ?n) WHERE { GRAPH ?g { ?d a <https://w3id.org/zwgk/ns#Duty> }
      GRAPH ?h { ?d ?p ?t } FILTER(ISLITERAL(?t) && CONTAINS(STR(?t), "危房")) }"""
    expected = int(next(iter(plan_store.query(query)))["n"].value)
    assert expected > 0
    assert find(index, "危房").counts[ZWGK + "Duty"] == expected


def test_a_single_character_finds_words_that_begin_with_it(index):
    assert "教师管理" in labels(find(index, "教", limit=50))


def test_document_numbers_notations_and_keys_are_found(index):
    assert find(index, "温瓯政办发〔2017〕107号").things[0].iri.endswith("id/doc/wzoh-zbf-2017-107")
    assert find(index, "cqaz").things[0].iri.endswith("def/domain/CQAZ")
    assert find(index, "CQAZ-GY-B-001").things[0].iri.endswith("id/duty/CQAZ-GY-B-001")


def test_words_apart_must_all_be_there(index):
    assert labels(find(index, "招生 义务教育"))[0] == "义务教育跨区域招生核准"


def test_a_type_limits_results_but_not_the_counts(index):
    everything = find(index, "教育局", limit=50)
    units = find(index, "教育局", kind=ZWGK + "PublicUnit", limit=50)
    assert {found.type for found in units.things} == {ZWGK + "PublicUnit"}
    assert units.counts == everything.counts
    assert find(index, "教育局", kind="https://example.org/none").things == ()


def test_pages_of_results_do_not_overlap(index):
    whole = find(index, "公开", limit=40).things
    assert len(whole) == 40
    assert find(index, "公开", limit=20).things + find(index, "公开", limit=20, offset=20).things == whole


@pytest.mark.parametrize(
    "query", ['"', "'; DROP TABLE things; --", "a* OR b", "NEAR(公开, 2)", "label : 公", "\x00", "(" * 500]
)
def test_no_query_is_an_error(index, query):
    find(index, query)
    assert find(index, "区教育局").things


def test_the_index_cannot_be_written_by_a_search(index):
    before = index.read_bytes()
    find(index, "公开")
    assert index.read_bytes() == before
    with pytest.raises(sqlite3.OperationalError):
        sqlite3.connect(f"{index.as_uri()}?mode=ro&immutable=1", uri=True).execute("DELETE FROM things")


def test_a_search_over_its_time_is_ended(index):
    with pytest.raises(QueryTimeout):
        find(index, "公", seconds=-1)


def test_the_match_is_marked_in_the_text_as_it_is_written():
    assert mark("由ＯＨ區教育局負責", ["区教育局"]) == ("由ＯＨ", "區教育局", "負責")
    assert mark("㈠号文件", ["号文"]) == ("㈠", "号文", "件")
    assert mark("没有", ["词"]) == ("没有",)


def test_near_keys_are_offered(index):
    assert near(index, "unit/330304-qu-jiaoyuj")[0][1] == "区教育局"
    assert near(index, "zzz") == []


def test_indexes_of_releases_that_are_gone_are_removed(plan_project, plan_release):
    kept, old = index_path(plan_project.home, plan_release.id), index_path(plan_project.home, "gone")
    write_index(plan_release.quads(), kept)
    old.write_bytes(b"")
    remove_old(Releases(plan_project.home))
    assert (kept.is_file(), old.exists()) == (True, False)
