"""Profiles are folders; a rule is a numbered shape."""

import pytest
from rdflib import RDF, BNode

from ohai_kg.errors import ProfileNotFound, ShapesInvalid
from ohai_kg.shacl import load_profile, profiles, validate_file
from ohai_kg.shacl.profiles import ELEMENTS
from ohai_kg.shacl.results import SH
from tests.conftest import ROOT

SHAPES = ROOT / "shapes"
OWN = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix dct: <http://purl.org/dc/terms/> . @prefix ex: <http://e/> .
ex:S sh:targetClass ex:T ; sh:property ex:P .
ex:P dct:identifier "OWN-1" ; sh:path ex:p ; sh:minCount 1 ; sh:message "缺"@zh , "missing"@en .
"""


def test_a_folder_is_a_profile_without_any_code(tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "rules.ttl").write_text(OWN, encoding="utf-8")
    (tmp_path / "empty").mkdir()
    assert profiles(tmp_path) == ["own"]
    report = validate_file(b"<http://e/a> a <http://e/T> .", [load_profile(tmp_path, "own")], format="ttl")
    assert [(f.rule, f.severity, f.message["zh"], f.path) for f in report.findings] == [
        ("OWN-1", "violation", "缺", "<http://e/p>")
    ]


def test_there_are_no_profiles_without_a_folder(tmp_path):
    assert profiles(tmp_path / "none") == []


@pytest.mark.parametrize("name", ["absent", "../core", "", "Core"])
def test_an_unknown_profile_is_refused_and_the_known_are_named(name):
    with pytest.raises(ProfileNotFound, match="elements"):
        load_profile(SHAPES, name)


def test_a_syntax_error_names_the_file_and_the_line(tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "rules.ttl").write_text("<http://e/a> <http://e/b> .\n", encoding="utf-8")
    with pytest.raises(ShapesInvalid, match=r"own/rules\.ttl.* line 1"):
        load_profile(tmp_path, "own")


def test_a_changed_file_is_read_again(tmp_path):
    file = tmp_path / "own" / "rules.ttl"
    file.parent.mkdir()
    file.write_text(OWN, encoding="utf-8")
    before = load_profile(tmp_path, "own")
    file.write_text(OWN.replace("OWN-1", "OWN-2"), encoding="utf-8")
    after = load_profile(tmp_path, "own")
    assert [next(iter(p.rules.values())).number for p in (before, after)] == ["OWN-1", "OWN-2"]


@pytest.mark.parametrize("name", profiles(SHAPES))
def test_every_property_shape_of_ours_has_an_iri(name):
    graph = load_profile(SHAPES, name).graph
    shapes = set(graph.subjects(SH.path, None)) | set(graph.subjects(RDF.type, SH.PropertyShape))
    assert [s for s in shapes if isinstance(s, BNode)] == []
    assert [s for s in graph.objects(None, SH.sparql) if isinstance(s, BNode)] == []


@pytest.mark.parametrize("name", profiles(SHAPES))
def test_rule_numbers_are_unique_and_elements_known(name):
    rules = load_profile(SHAPES, name).rules.values()
    assert len({rule.number for rule in rules}) == len(rules)
    assert {rule.element for rule in rules} <= {None, *ELEMENTS}


@pytest.mark.parametrize("name", profiles(SHAPES))
def test_every_profile_says_what_it_is_in_both_languages(name):
    profile = load_profile(SHAPES, name)
    assert {"zh", "en"} <= set(profile.title)
    assert {"zh", "en"} <= set(profile.description)
