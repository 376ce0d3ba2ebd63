"""Every rule has one example that passes and one that fails with exactly the findings beside it."""

import json
import re

import pytest
from rdflib import DCTERMS, RDF, SH, Literal

from ohai_kg.validation import load_profile, profiles, validate_file
from tests.conftest import ROOT

SHAPES, EXAMPLES = ROOT / "shapes", ROOT / "examples"
PROFILES = profiles(SHAPES)
VALID = sorted(EXAMPLES.glob("valid/*/*.ttl"))
INVALID = sorted(EXAMPLES.glob("invalid/*/*.ttl"))
TARGET = SH.targetClass | SH.targetSubjectsOf
SERVES = ~((SH["or"] / (RDF.rest * "*") / RDF.first) | SH.qualifiedValueShape | SH.property)  # up, to the shape served


def _report(path):
    return validate_file(path, [load_profile(SHAPES, path.parent.name)])


def _reported_as(name, number):
    """The rules whose findings show a breach of the rule `number`.

    A shape reports by itself; a target that only holds properties reports as these, and a shape that only serves others
    (one choice of `sh:or`, a qualified value) as those.
    """
    graph = load_profile(SHAPES, name).graph
    rule = graph.value(predicate=DCTERMS.identifier, object=Literal(number))
    if (rule, TARGET, None) in graph:
        others = graph.objects(rule, SH.property)
    elif (rule, (~SH.property) / TARGET, None) in graph:
        others = ()
    else:
        others = graph.objects(rule, SERVES * "+")
    return {number} | {str(graph.value(other, DCTERMS.identifier)) for other in others}


@pytest.mark.parametrize("path", VALID, ids=lambda p: p.stem)
def test_a_valid_example_has_no_finding(path):
    assert [f.to_dict() for f in _report(path).findings] == []


@pytest.mark.parametrize("path", INVALID, ids=lambda p: p.stem)
def test_an_invalid_example_has_exactly_the_findings_beside_it(path):
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert [f.to_dict() for f in _report(path).findings] == expected


@pytest.mark.parametrize("path", INVALID, ids=lambda p: p.stem)
def test_an_invalid_example_breaks_the_rule_it_is_named_for(path):
    assert _reported_as(path.parent.name, path.stem) & {f.rule for f in _report(path).findings}


@pytest.mark.parametrize("name", PROFILES)
def test_every_rule_of_the_profile_has_both_examples(name):
    numbers = {rule.number for rule in load_profile(SHAPES, name).rules.values()}
    for kind in ("valid", "invalid"):
        assert {path.stem for path in (EXAMPLES / kind / name).glob("*.ttl")} == numbers


@pytest.mark.parametrize("path", INVALID, ids=lambda p: p.stem)
def test_every_result_has_a_message_in_both_languages(path):
    for entry in _report(path).results.entries:
        assert {message.language for message in entry.messages} == {"zh", "en"}
        for detail in entry.details:
            assert {message.language for message in detail.messages} == {"zh", "en"}


@pytest.mark.parametrize("name", PROFILES)
def test_messages_say_where_the_rule_comes_from(name):
    for rule in load_profile(SHAPES, name).rules.values():
        assert re.search(r"（依据：.+）$", rule.message["zh"]), rule.number
        assert re.search(r"\(Source: .+\)$", rule.message["en"]), rule.number
