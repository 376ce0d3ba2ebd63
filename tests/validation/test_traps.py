"""What makes SHACL from Python go wrong, each reproduced once: see the module docstrings for the reasons."""

import threading

import oxrdflib
import pyoxigraph as ox
import pytest
import rdflib
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import XSD

from ohai_kg.errors import ShapesInvalid
from ohai_kg.shacl import dataset, validate_file, validate_graph, validate_store
from ohai_kg.shacl.engine import Engine
from ohai_kg.shacl.machine import Machine
from ohai_kg.shacl.rendering.turtle import to_turtle
from ohai_kg.shacl.results import SH, Result, Results
from tests.validation.support import EX, data_of, machine, profile_of, rows, shapes_of

UNIQUE = """
ex:S sh:targetClass ex:T ; sh:sparql ex:C .
ex:C sh:prefixes ex:ns ; sh:message "{?value} 重复，另见 {?other}"@zh , "{?value} twice, see {?other}"@en ;
  sh:select "SELECT $this ?value ?other WHERE { $this ex:p ?value . ?other ex:p ?value . FILTER(?other != $this) }" .
"""
THREE = "ex:a a ex:T ; ex:p 'x' . ex:b a ex:T ; ex:p 'x' . ex:c a ex:T ; ex:p 'y' ."


def test_a_query_is_parsed_once_for_all_focus_nodes(monkeypatch):
    parsed = []
    monkeypatch.setattr(dataset, "_CACHES", threading.local())
    real = dataset._parse
    monkeypatch.setattr(dataset, "_parse", lambda text, ns: parsed.append(text) or real(text, ns))
    assert len(machine(UNIQUE).whole(data_of(THREE)).entries) == 2
    assert len(parsed) == 1


def test_the_prefixes_belong_to_the_key_of_the_cache():
    text = "SELECT ?x WHERE { ?x p:q ?y }"
    one, two = (dataset.prepared(text, {"p": URIRef(iri)}) for iri in ("http://a/", "http://b/"))
    assert one is not two
    assert one is dataset.prepared(text, {"p": URIRef("http://a/")})


def test_parsed_queries_are_not_shared_between_threads():
    found = []
    text = "SELECT ?x WHERE { ?x ?p ?y }"
    threads = [threading.Thread(target=lambda: found.append(dataset.prepared(text, {}))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found[0] is not found[1]


def test_four_threads_report_what_one_does():
    text = " ".join(f"ex:n{i} a ex:T ; ex:p 'v{i % 7}' ." for i in range(60))
    profile = profile_of(UNIQUE)
    expected = validate_graph(data_of(text), [profile]).to_turtle()
    found = []

    def run():
        found.extend(validate_graph(data_of(text), [profile]).to_turtle() for _ in range(3))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 12


NESTED = """
ex:S sh:targetClass ex:T ; sh:property ex:P .
ex:P sh:path ex:p ; sh:node ex:Inner .
ex:Inner sh:property ex:Q .
ex:Q sh:path ex:q ; sh:minCount 1 .
"""


@pytest.mark.parametrize("way", ["whole", "set_based"])
def test_nested_shapes_with_iris_are_not_dropped(way):
    found = rows(NESTED, "ex:a a ex:T ; ex:p ex:v .", way)
    assert [(r.focus, r.value, r.component) for r in found] == [(EX.a, EX.v, SH.NodeConstraintComponent)]


def test_what_a_nested_shape_found_stands_under_sh_detail():
    (entry,) = rows(NESTED, "ex:a a ex:T ; ex:p ex:v .", "whole")
    assert [(d.focus, d.shape) for d in entry.details] == [(EX.v, EX.Q)]
    report = Graph().parse(data=to_turtle(Results((entry,))), format="turtle")
    assert len(list(report.objects(None, SH.detail))) == 1
    assert len(list(report.objects(None, SH.result))) == 1


def test_blank_nodes_stay_blank_nodes_when_checked_again():
    (entry,) = rows(
        "ex:S sh:targetClass ex:T ; sh:property ex:P . ex:P sh:path ex:p ; sh:minCount 1 .", "[] a ex:T .", "set_based"
    )
    assert isinstance(entry.focus, BNode)


PLAIN = "ex:S sh:targetClass ex:T ; sh:property ex:P . ex:P sh:path ex:p ; sh:in ( 'x' 'y' ) ; sh:hasValue 'x' ."


def test_plain_strings_of_a_store_are_plain():
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode(EX.a), ox.NamedNode(rdflib.RDF.type), ox.NamedNode(EX["T"]), ox.NamedNode("http://g")))
    store.add(ox.Quad(ox.NamedNode(EX.a), ox.NamedNode(EX.p), ox.Literal("x"), ox.NamedNode("http://h")))
    assert validate_store(store, [profile_of(PLAIN)]).conforms


def test_plain_strings_of_another_rdflib_store_are_plain():
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode(EX.a), ox.NamedNode(rdflib.RDF.type), ox.NamedNode(EX["T"])))
    store.add(ox.Quad(ox.NamedNode(EX.a), ox.NamedNode(EX.p), ox.Literal("x")))
    graph = Graph(oxrdflib.OxigraphStore(store=store), identifier="urn:x-rdflib:default")
    assert validate_graph(graph, [profile_of(PLAIN)]).conforms


def test_a_statement_in_two_graphs_of_a_store_is_one():
    store = ox.Store()
    for name in ("http://g", "http://h"):
        store.add(ox.Quad(ox.NamedNode(EX.a), ox.NamedNode(EX.p), ox.NamedNode(EX.v), ox.NamedNode(name)))
    profile = profile_of("ex:S sh:targetSubjectsOf ex:p ; sh:property ex:P . ex:P sh:path ex:p ; sh:maxCount 1 .")
    assert validate_store(store, [profile]).conforms


def test_the_graphs_of_a_dataset_are_one_data_graph():
    data = rdflib.Dataset()
    data.graph(EX.g1).add((EX.a, rdflib.RDF.type, EX["T"]))
    data.graph(EX.g2).add((EX.a, EX.p, Literal("x")))
    assert validate_graph(data, [profile_of(PLAIN)]).conforms


def test_rdflib_parses_as_before_while_and_after_validating(monkeypatch):
    seen = []
    real = Engine.validate
    monkeypatch.setattr(Engine, "validate", lambda *a: (seen.append(Literal("1", datatype=XSD.boolean).value), real(*a))[1])
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    validate_graph(data_of("ex:a ex:p 'x' ."), [profile_of(PLAIN)])
    assert seen == [True]
    assert rdflib.NORMALIZE_LITERALS is False


def test_only_the_literal_true_turns_a_flag_on():
    data = "ex:a a ex:T ; ex:p 'x'@zh , 'y'@zh ."
    shapes = "ex:S sh:targetClass ex:T ; sh:property ex:P . ex:P sh:path ex:p ; sh:uniqueLang %s ."
    assert len(rows(shapes % "true", data, "whole")) == 1
    for way in ("whole", "set_based"):
        assert rows(shapes % '"1"^^xsd:boolean', data, way) == []


@pytest.mark.parametrize("count", [1, 400])
def test_a_report_quotes_numbers_as_the_file_writes_them(count):
    text = "@prefix ex: <http://e/> .\n" + "".join(f"ex:n{i} a ex:T ; ex:p -5.00 .\n" for i in range(count))
    profile = profile_of("ex:S sh:targetClass ex:T ; sh:property ex:P . ex:P sh:path ex:p ; sh:minExclusive 0 .")
    report = validate_file(text.encode(), [profile], format="ttl")
    assert [f.value for f in report.findings] == ["-5.00"] * count


def test_two_spellings_of_one_number_are_two_values():
    text = "@prefix ex: <http://e/> .\n" + "".join(f"ex:n{i} a ex:T ; ex:p 1.0 .\n" for i in range(1200))
    profile = profile_of("ex:S sh:targetClass ex:T ; sh:property ex:P . ex:P sh:path ex:p ; sh:maxCount 1 .")
    assert validate_file(text.encode(), [profile], format="ttl").conforms
    report = validate_file((text + "ex:n7 ex:p 1.00 .").encode(), [profile], format="ttl")
    assert [f.focus for f in report.findings] == ["http://e/n7"]


@pytest.mark.parametrize("size", [1, 1200])
def test_language_tags_keep_the_spelling_of_the_file(size):
    text = "@prefix ex: <http://e/> .\n" + "".join(f"ex:n{i} a ex:T ; ex:p '字'@zh-Hans .\n" for i in range(size))
    profile = profile_of("ex:S sh:targetClass ex:T ; sh:property ex:P . ex:P sh:path ex:p ; sh:languageIn ( 'en' ) .")
    report = validate_file(text.encode(), [profile], format="ttl")
    assert {entry.value.language for entry in report.results.entries} == {"zh-Hans"}


@pytest.mark.parametrize("way", ["whole", "set_based"])
def test_a_deactivated_shape_is_silent(way):
    shapes = "ex:S sh:targetClass ex:T ; sh:property ex:P . ex:P sh:path ex:p ; sh:minCount 1 ; sh:deactivated true ."
    assert rows(shapes, "ex:a a ex:T .", way) == []


COMPONENT = """
ex:Longer a sh:ConstraintComponent ; sh:parameter ex:Par ; sh:validator ex:V .
ex:Par sh:path ex:minimum .
ex:V a sh:SPARQLAskValidator ; sh:message "太短"@zh ; sh:ask "ASK { FILTER(STRLEN(STR($value)) >= %s) }" .
ex:S sh:targetClass ex:T ; sh:property ex:P .
ex:P sh:path ex:p ; ex:minimum 3 .
"""


@pytest.mark.parametrize("way", ["whole", "set_based"])
def test_validators_of_other_shapes_graphs_are_forgotten(way):
    for length, expected in ((1, 0), (9, 1)) * 5:
        assert len(rows(COMPONENT % length, "ex:a a ex:T ; ex:p 'abc' .", way)) == expected


def test_filled_in_messages_get_their_language_back():
    found = rows(UNIQUE, THREE, "set_based")
    assert {m.n3() for entry in found for m in entry.messages} == {
        '"x 重复，另见 http://e/b"@zh',
        '"x twice, see http://e/b"@en',
        '"x 重复，另见 http://e/a"@zh',
        '"x twice, see http://e/a"@en',
    }


def test_messages_that_are_the_same_in_both_languages_stay_two():
    shapes = UNIQUE.replace(
        '"{?value} 重复，另见 {?other}"@zh , "{?value} twice, see {?other}"@en', '"{?value}"@zh , "{?value}"@en'
    )
    assert [m.n3() for m in rows(shapes, THREE, "whole")[0].messages] == ['"x"@en', '"x"@zh']


def test_an_ill_typed_boolean_survives_the_turtle():
    value = Literal("maybe", datatype=XSD.boolean)
    result = Result(EX.a, EX.p, value, SH.DatatypeConstraintComponent, EX.P, None, SH.Violation, ())
    report = Graph().parse(data=to_turtle(Results((result,))), format="turtle")
    assert [o.n3() for o in report.objects(None, SH.value)] == ['"maybe"^^<http://www.w3.org/2001/XMLSchema#boolean>']


@pytest.mark.parametrize(
    "select",
    [
        "SELECT $this WHERE { $this ex:p ?v . SERVICE <http://127.0.0.1:9/> { ?v ?x ?y } }",
        "SELECT $this FROM <file:///etc/hostname> WHERE { $this ex:p ?v }",
        "SELECT $this FROM NAMED <http://127.0.0.1:9/> WHERE { $this ex:p ?v }",
    ],
)
def test_sparql_in_shapes_reaches_nothing_outside_the_data(select):
    shapes = f'ex:S sh:targetClass ex:T ; sh:sparql ex:C . ex:C sh:prefixes ex:ns ; sh:select "{select}" .'
    for way in ("whole", "set_based"):
        with pytest.raises(ShapesInvalid):
            rows(shapes, "ex:a a ex:T ; ex:p 'x' .", way)


def test_an_undeclared_prefix_in_a_query_is_named():
    shapes = 'ex:S sh:targetClass ex:T ; sh:sparql ex:C . ex:C sh:select "SELECT $this WHERE { $this nix:p ?v }" .'
    with pytest.raises(ShapesInvalid, match="nix:"):
        rows(shapes, "ex:a a ex:T .", "whole")


@pytest.mark.parametrize(
    "shapes",
    [
        "ex:S sh:targetClass ex:T ; sh:node ex:S .",
        "ex:S sh:targetClass ex:T ; sh:property ex:P . ex:P sh:path ex:p ; sh:node ex:S .",
        "ex:S sh:or ( ex:A ex:B ) . ex:B sh:not ex:S .",
        "ex:S sh:and ex:L . ex:L rdf:first ex:A ; rdf:rest ex:L .",
    ],
)
def test_a_cyclic_shape_is_refused_before_anything_runs(shapes):
    from ohai_kg.shacl.recursion import refuse_recursion

    with pytest.raises(ShapesInvalid):
        refuse_recursion(shapes_of(shapes))


def test_a_long_chain_of_shapes_is_no_cycle():
    from ohai_kg.shacl.recursion import refuse_recursion

    refuse_recursion(shapes_of(" ".join(f"ex:s{i} sh:node ex:s{i + 1} ." for i in range(5000))))


@pytest.mark.parametrize("way", ["whole", "set_based"])
@pytest.mark.parametrize(
    "shapes",
    [
        "ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:path ex:p .",
        "ex:P a sh:PropertyShape ; sh:targetClass ex:T ; sh:minCount 1 .",
        "ex:S sh:targetClass ex:T ; sh:property ex:P . ex:P sh:path ex:p ; sh:minCount 1 , 2 .",
        "ex:S sh:targetClass ex:T ; sh:property ex:P . ex:P sh:path ex:p ; sh:pattern '(' .",
        'ex:S sh:targetClass ex:T ; sh:sparql ex:C . ex:C sh:select "SELECT nothing" .',
    ],
)
def test_ill_formed_shapes_are_refused(shapes, way):
    with pytest.raises(ShapesInvalid):
        rows(shapes, "ex:a a ex:T ; ex:p 'x' .", way)


def test_the_data_are_not_changed():
    graph = data_of(THREE)
    before = set(graph)
    validate_graph(graph, [profile_of(UNIQUE)])
    assert set(graph) == before


def test_a_machine_serves_many_validations():
    one = Machine(shapes_of(UNIQUE))
    assert [len(one.whole(data_of(THREE)).entries) for _ in range(3)] == [2, 2, 2]


def test_a_graph_with_terms_that_are_no_rdf_is_still_validated():
    graph = data_of(" ".join(f"ex:n{i} a ex:T ; ex:p 'x' ." for i in range(600)))
    graph.add((URIRef("http://e/a b"), rdflib.RDF.type, EX["T"]))
    shapes = "ex:S sh:targetClass ex:T ; sh:property ex:P . ex:P sh:path ex:p ; sh:minCount 1 ."
    assert [f.focus for f in validate_graph(graph, [profile_of(shapes)]).findings] == ["http://e/a b"]


@pytest.mark.parametrize("made", ["'a literal'", "IRI('no iri')"])
def test_a_query_may_look_for_what_no_store_can_hold(made):
    select = f"SELECT $this WHERE {{ $this ex:p ?v . BIND({made} AS ?odd) FILTER NOT EXISTS {{ $this ?odd ?w }} }}"
    shapes = f'ex:S sh:targetClass ex:T ; sh:sparql ex:C . ex:C sh:prefixes ex:ns ; sh:select "{select}" .'
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode(EX.a), ox.NamedNode(rdflib.RDF.type), ox.NamedNode(EX["T"])))
    store.add(ox.Quad(ox.NamedNode(EX.a), ox.NamedNode(EX.p), ox.Literal("x")))
    assert len(validate_store(store, [profile_of(shapes)]).findings) == 1


def test_two_spellings_of_one_number_by_two_predicates_are_two_values():
    text = "".join(f"ex:n{i} a ex:T ; ex:p 1.0 .\n" for i in range(1200)) + "ex:n7 ex:r 1.00 ."
    shapes = "ex:S sh:targetClass ex:T ; sh:property ex:P . ex:P sh:path [ sh:alternativePath ( ex:p ex:r ) ] ; sh:maxCount 1 ."
    report = validate_file(("@prefix ex: <http://e/> .\n" + text).encode(), [profile_of(shapes)], format="ttl")
    assert [f.focus for f in report.findings] == ["http://e/n7"]


def test_an_outcome_remembered_for_two_results_is_told_once_in_each():
    shapes = """
    ex:S sh:targetClass ex:T ; sh:property [ sh:path ex:whole ; sh:node ex:Whole ] .
    ex:Whole a sh:NodeShape ; sh:property [ sh:path ex:p ; sh:node ex:Part ] , [ sh:path ex:q ; sh:node ex:Part ] .
    ex:Part a sh:NodeShape ; sh:property [ sh:path ex:name ; sh:minCount 1 ; sh:message "no name"@en ] .
    """
    (result,) = rows(shapes, "ex:a a ex:T ; ex:whole ex:w . ex:w ex:p ex:x ; ex:q ex:x .", "set_based")
    assert [[(inner.focus, *map(str, inner.messages)) for inner in part.details] for part in result.details] == [
        [(EX.x, "no name")],
        [(EX.x, "no name")],
    ]
