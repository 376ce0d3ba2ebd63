"""A store that breaks the rules in very many places is judged by the first of them, and only for what is asked about."""

import pyoxigraph as ox

from ohai_kg.project import open_project
from ohai_kg.shacl import load_profile, validate_first, validate_store

ZWGK = "https://w3id.org/zwgk/ns#"


def store_of(count, base="urn:duty:"):
    store = ox.Store()
    kind, duty = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), ox.NamedNode(ZWGK + "Duty")
    graph = ox.NamedNode("urn:g")
    store.extend(ox.Quad(ox.NamedNode(f"{base}{number:05}"), kind, duty, graph) for number in range(count))
    return store


def core():
    return [load_profile(open_project().shapes_root("core"), "core")]


def test_all_are_told_where_they_are_few_enough():
    store = store_of(1100)
    whole = validate_store(store, core())
    first, left = validate_first(store, core(), most=10_000, is_wanted=lambda _: True)
    assert (first.findings, left) == (whole.findings, 0)
    assert first.counts["violation"] > 1100


def test_it_ends_with_the_first_and_counts_what_is_left():
    first, left = validate_first(store_of(2000), core(), most=100, is_wanted=lambda _: True)
    found = first.counts["violation"]
    assert 100 <= found < 1000
    assert left >= 2000 - found


def test_what_nobody_asks_about_hides_nothing():
    store = store_of(2000)
    store.extend(store_of(1, "urn:ours:"))
    first, _ = validate_first(store, core(), most=50, is_wanted=lambda node: str(node).startswith("urn:ours:"))
    assert {finding.focus for finding in first.findings} == {"urn:ours:00000"}
    few, left = validate_first(store_of(3), core(), most=50, is_wanted=lambda node: str(node).endswith("1"))
    assert ({finding.focus for finding in few.findings}, left) == ({"urn:duty:00001"}, 0)
