"""Every rule has one example that passes and one that fails with exactly the findings beside it."""

import re

import pytest
from rdflib import DCTERMS, RDF, SH, Literal

from ohai_kg.shacl import load_profile, profiles, validate_file
from tests.validation.examples import EXAMPLES, SHAPES, examples, found, report

PROFILES = profiles(SHAPES)
EVERY = pytest.mark.parametrize("example", examples(), ids=lambda example: example.rule)
TARGET = SH.targetClass | SH.targetSubjectsOf
SERVES = ~((SH["or"] / (RDF.rest * "*") / RDF.first) | SH.qualifiedValueShape | SH.property)  # up, to the shape served


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


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("valid/*/*.ttl")), ids=lambda path: path.stem)
def test_the_valid_example_of_a_class_has_no_finding(path):
    assert [f.to_dict() for f in validate_file(path, [load_profile(SHAPES, path.parent.name)]).findings] == []


@EVERY
def test_a_valid_example_has_no_finding(example):
    assert [f.to_dict() for f in report(example.rule, example.profile, example.valid).findings] == []


@EVERY
def test_an_invalid_example_has_exactly_the_findings_written_down(example):
    assert found(example) == example.expected


@EVERY
def test_an_invalid_example_breaks_the_rule_it_is_named_for(example):
    assert _reported_as(example.profile, example.rule) & {finding["rule"] for finding in found(example)}


@pytest.mark.parametrize("name", PROFILES)
def test_every_rule_of_the_profile_has_both_examples(name):
    numbers = {rule.number for rule in load_profile(SHAPES, name).rules.values()}
    assert {example.rule for example in examples() if example.profile == name} == numbers


@EVERY
def test_every_result_has_a_message_in_both_languages(example):
    for entry in report(example.rule, example.profile, example.invalid).results.entries:
        assert {message.language for message in entry.messages} == {"zh", "en"}
        for detail in entry.details:
            assert {message.language for message in detail.messages} == {"zh", "en"}


@pytest.mark.parametrize("name", PROFILES)
def test_messages_say_where_the_rule_comes_from(name):
    for rule in load_profile(SHAPES, name).rules.values():
        assert re.search(r"（依据：.+）$", rule.message["zh"]), rule.number
        assert re.search(r"\(Source: .+\)$", rule.message["en"]), rule.number
