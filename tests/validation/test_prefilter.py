"""The prefilter: which of our shapes it knows, and that it spares pySHACL what conforms."""

import pyoxigraph as ox
import pytest
from rdflib import RDF, Graph

from ohai_kg.shacl import load_profile, load_shapes, report_turtle, validate_file, validate_store
from ohai_kg.shacl.compiler import compile_checks
from ohai_kg.shacl.conditions import Unsupported
from ohai_kg.shacl.engine import Engine
from ohai_kg.shacl.results import SH
from ohai_kg.shacl.rewriting import set_based
from tests.conftest import ROOT
from tests.validation.support import EX, PREFIXES, profile_of, shapes_of

# few focus nodes each: a negated shape, the value true, a bounded number of lead units
TAKEN_WHOLE = {"core": 2, "elements": 6, "national2019": 0, "audit": 1}


def _checks(graph: Graph):
    return compile_checks(graph, lambda name: [name])


@pytest.mark.parametrize("name", TAKEN_WHOLE)
def test_nearly_all_of_our_shapes_are_known_to_it(name):
    unknown = [check.shape for check in _checks(load_profile(ROOT / "shapes", name).graph) if check.queries is None]
    assert len(unknown) <= TAKEN_WHOLE[name], unknown


@pytest.mark.parametrize("name", TAKEN_WHOLE)
def test_every_query_it_makes_is_sparql(name):
    store = ox.Store()
    for check in compile_checks(load_profile(ROOT / "shapes", name).graph, lambda c: [c, c + "Below"]):
        for query in (check.focus, *(check.queries or ())):
            assert list(store.query(query)) == []


def test_what_conforms_is_not_given_to_pyshacl(monkeypatch, plan_store):
    looked_at = []
    real = Engine._recheck
    monkeypatch.setattr(Engine, "_recheck", lambda self, *given: (looked_at.extend(given[-1]), real(self, *given))[1])
    assert validate_store(plan_store, [load_profile(ROOT / "shapes", "core")]).conforms
    assert len(looked_at) < 200  # of some two thousand


def test_the_audit_finds_what_the_document_contradicts(plan_store):
    report = validate_store(plan_store, [load_profile(ROOT / "shapes", "audit")])
    counts: dict[str, int] = {}
    for finding in report.findings:
        counts[finding.rule] = counts.get(finding.rule, 0) + 1
    assert report.passes
    assert {rule: counts.get(rule, 0) for rule in ("AUD-04", "AUD-05", "AUD-06", "AUD-07", "AUD-08", "AUD-09")} == {
        "AUD-04": 18,  # question 11
        "AUD-05": 1,  # question 12: 区交通局
        "AUD-06": 8,  # question 13
        "AUD-07": 0,  # question 16: every head is in the leading group
        "AUD-08": 2,  # question 17: 王斌枢, 何晓春
        "AUD-09": 2,  # question 21
    }
    assert {rule: counts.get(rule, 0) for rule in ("AUD-12", "AUD-13", "AUD-14", "AUD-15", "AUD-17")} == {
        "AUD-12": 1,  # question 25
        "AUD-13": 4,  # question 33
        "AUD-14": 7,  # question 37
        "AUD-15": 2,  # question 35: one pair
        "AUD-17": 2,  # question 30
    }


@pytest.mark.parametrize(
    "select",
    [
        "SELECT $this WHERE { { $this ex:p ?v } UNION { $this ex:q ?v } }",
        "SELECT $this (COUNT(?v) AS ?n) WHERE { $this ex:p ?v } GROUP BY $this",
        "SELECT $this WHERE { ?v ex:p $this }",
        "SELECT $this WHERE { $this ex:p ?v . FILTER NOT EXISTS { ?v ex:q ?w . FILTER(?w > 1) } }",
        "SELECT $this WHERE { $this ex:p ?v . OPTIONAL { ?v ex:q ?w . OPTIONAL { $this ex:r ?w } } }",
        "SELECT $this WHERE { $this ex:p ?v } LIMIT 1",
        "SELECT $this WHERE { $this ex:p ?v . FILTER(EXISTS { ?v ex:q ?w }) }",
        "SELECT $this WHERE { $this $PATH ?v }",
    ],
)
def test_queries_that_mean_something_else_for_all_nodes_at_once_are_refused(select):
    graph = shapes_of(f'ex:S sh:sparql ex:C . ex:C sh:prefixes ex:ns ; sh:select "{select}" .')
    with pytest.raises(Unsupported):
        set_based(graph, EX.C, None)


def test_variables_may_be_named_like_keywords():
    graph = shapes_of('ex:S sh:sparql ex:C . ex:C sh:select "SELECT $this WHERE { $this ?group ?values }" .')
    assert set_based(graph, EX.C, None)[1].strip() == "?this ?group ?values"


def test_own_shapes_need_no_profile_folder(tmp_path):
    file = tmp_path / "mine.ttl"
    file.write_text(PREFIXES + "ex:S sh:targetClass ex:T ; sh:property ex:P . ex:P sh:path ex:p ; sh:minCount 1 .", "utf-8")
    report = validate_file(b"<http://e/a> a <http://e/T> .", [load_shapes([file])], format="ttl")
    assert [(f.rule, f.shape, f.focus) for f in report.findings] == [(None, "http://e/P", "http://e/a")]


@pytest.mark.parametrize("size", [3, 1500])
def test_two_turtle_files_give_a_report_in_turtle(tmp_path, size):
    data, shapes = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    data.write_text(PREFIXES + "".join(f"ex:n{i} a ex:T .\n" for i in range(size)) + "ex:n0 ex:p 'x' .", "utf-8")
    shapes.write_text(PREFIXES + "ex:S sh:targetClass ex:T ; sh:property ex:P . ex:P sh:path ex:p ; sh:minCount 1 .", "utf-8")
    graph = Graph().parse(data=report_turtle(data, shapes), format="turtle")
    assert len(list(graph.objects(None, SH.result))) == size - 1
    assert set(graph.objects(None, SH.sourceShape)) == {EX.P}


@pytest.mark.parametrize("size", [1, 700])
def test_what_is_known_besides_is_looked_at_and_not_reported_on(size):
    item = "<http://e/i%d> a <http://e/T> ; <http://e/p> <http://e/unit> .\n"
    shapes = "ex:S sh:targetClass ex:T , ex:U ; sh:property ex:P . ex:P sh:path ex:p ; sh:minCount 1 ; sh:class ex:U ."
    profile = profile_of(shapes)
    data = "".join(item % i for i in range(size)).encode()
    unit = ox.Quad(ox.NamedNode(EX.unit), ox.NamedNode(str(RDF.type)), ox.NamedNode(EX.U), ox.NamedNode("http://e/g"))
    assert len(validate_file(data, [profile], format="ttl").findings) == size
    assert validate_file(data, [profile], format="ttl", context=[unit]).findings == ()
    store = ox.Store()
    store.load(data, format=ox.RdfFormat.TURTLE)
    before = len(store)
    assert validate_store(store, [profile], context=[unit]).findings == ()
    assert len(store) == before
