"""Applying the change to one release gives the other exactly; people read what changed by resource."""

import json
import tempfile
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ohai_kg.errors import ReleaseGone, ReleaseNotFound
from ohai_kg.publication.changes import Changes
from ohai_kg.publication.dumps import NQUADS
from ohai_kg.publication.packages import Packages
from ohai_kg.releases import Releases
from tests.export.support import BASE, publish, quads

G = BASE + "graph/plan"


def lines(text: str) -> list[str]:
    """The lines of N-Quads or a patch; other line ends than this one are text."""
    return text.split("\n")[:-1]


def apply(patch: str, quads_before: set[str]) -> set[str]:
    """What a harvester does with an RDF Patch: every deletion must be there, every addition must not."""
    after = set(quads_before)
    told = lines(patch)
    assert told[2] == "TX ."
    assert told[-1] == "TC ."
    for line in told[3:-1]:
        operation, quad = line.split(" ", 1)
        if operation == "D":
            after.remove(quad)
        else:
            assert operation == "A"
            assert quad not in after
            after.add(quad)
    return after


def named(packages: Packages, release_id: str) -> set[str]:
    package = packages.make(packages.releases.get(release_id))
    return set(lines((package / NQUADS).read_text(encoding="utf-8")))


@settings(deadline=None, max_examples=200)
@given(quads(blank=True), quads(blank=True), st.data())
def test_the_patch_of_any_two_releases_gives_the_second_from_the_first(left, right, data):
    kept = data.draw(st.lists(st.sampled_from(left), max_size=5)) if left else []
    with tempfile.TemporaryDirectory() as folder:
        releases = Releases(Path(folder))
        first = publish(releases, left)
        second = publish(releases, [*right, *kept])
        if first.id == second.id:
            return
        made = Changes(releases).make(first.id, second.id)
        before, after = (
            set(lines((Packages(releases).make(release) / NQUADS).read_text(encoding="utf-8"))) for release in (first, second)
        )
        patch = (made / "changes.rdfp").read_text(encoding="utf-8")
        assert apply(patch, before) == after
        added = set(lines((made / "added.nq").read_text(encoding="utf-8")))
        removed = set(lines((made / "removed.nq").read_text(encoding="utf-8")))
        assert (before - removed) | added == after
        told = json.loads((made / "changes.json").read_text(encoding="utf-8"))
        assert (told["added"], told["removed"]) == (len(added), len(removed))
        assert sum(one["added_count"] for one in told["resources"]) == len(added)


def trig(text: str) -> list[ox.Quad]:
    prefixes = f"@prefix zwgk: <{BASE}ns#> . @prefix id: <{BASE}id/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> ."
    labels = 'zwgk:unit rdfs:label "责任单位"@zh , "unit"@en . id:u1 rdfs:label "区府办"@zh . id:u2 rdfs:label "区发改局"@zh .'
    return list(ox.parse(f"{prefixes} <{G}> {{ {labels} {text} }}", format=ox.RdfFormat.TRIG))


@pytest.fixture
def pair(tmp_path):
    releases = Releases(tmp_path)
    first = publish(releases, trig('id:d1 rdfs:label "补偿方案"@zh ; zwgk:unit id:u1 . id:d2 rdfs:label "旧事项"@zh .'))
    second = publish(releases, trig('id:d1 rdfs:label "补偿方案"@zh ; zwgk:unit id:u2 . id:d3 rdfs:label "新事项"@zh .'))
    return releases, first.id, second.id


def test_the_summary_says_what_changed_in_words(pair):
    releases, first, second = pair
    told = json.loads((Changes(releases).make(first, second) / "changes.json").read_text(encoding="utf-8"))
    assert [one["text"]["zh"] for one in told["resources"]] == [
        "改动：补偿方案：责任单位由“区府办”改为“区发改局”",
        "删去：旧事项",
        "新增：新事项",
    ]
    assert told["resources"][0]["text"]["en"] == 'Changed: 补偿方案: unit: "区府办" → "区发改局"'
    assert (told["added"], told["removed"], told["changed_resources"], told["truncated"]) == (2, 2, 3, False)


def test_the_patch_names_both_releases(pair):
    releases, first, second = pair
    patch = (Changes(releases).make(first, second) / "changes.rdfp").read_text(encoding="utf-8")
    assert patch.splitlines()[:3] == [
        f"H id <{BASE}id/release/{second}> .",
        f"H prev <{BASE}id/release/{first}> .",
        "TX .",
    ]


def test_nothing_changed_is_an_empty_transaction(pair):
    releases, _, second = pair
    made = Changes(releases).make(second, second)
    assert (made / "changes.rdfp").read_text(encoding="utf-8").splitlines()[2:] == ["TX .", "TC ."]
    assert (made / "added.nq").read_bytes() == (made / "removed.nq").read_bytes() == b""


def test_a_pruned_release_is_gone_and_an_invented_one_unknown(pair):
    releases, first, second = pair
    releases.prune(1)
    with pytest.raises(ReleaseGone, match="take the whole data"):
        Changes(releases).make(first, second)
    with pytest.raises(ReleaseNotFound, match="There is no release"):
        Changes(releases).make("29990101T000000000-00000000", second)
    with pytest.raises(ReleaseNotFound):
        Changes(releases).make("../releases", second)


def test_changes_since_a_pruned_release_are_told_as_long_as_its_package_is_there(pair):
    releases, first, second = pair
    before = named(Packages(releases), first)
    releases.prune(1)
    patch = (Changes(releases).make(first, second) / "changes.rdfp").read_text(encoding="utf-8")
    assert apply(patch, before) == named(Packages(releases), second)
