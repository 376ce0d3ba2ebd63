"""Answers within limits: whole, or cut and told so; dataset clauses; unknown functions."""

import io
import json

import pyoxigraph as ox
import pytest

from ohai_kg.engine.store import EmbeddedStore
from ohai_kg.errors import NotAcceptable, QuerySyntaxError
from ohai_kg.formats import RDF_FORMATS, RESULT_FORMATS, by_name
from ohai_kg.serving.evaluation import evaluate
from ohai_kg.sparql.analysis import Analysis
from ohai_kg.sparql.requests import QueryRequest


def graph(number):
    return ox.NamedNode(f"urn:g{number % 2}")


@pytest.fixture(scope="module")
def store():
    quads = [ox.Quad(ox.NamedNode(f"urn:s{i}"), ox.NamedNode("urn:p"), ox.Literal(f"值,{{{i}"), graph(i)) for i in range(100)]
    engine = ox.Store()
    engine.bulk_extend(quads)
    return EmbeddedStore(engine)


def run(store, query, *, results="json", rdf="nt", max_rows=2**62, **dataset):
    output = io.BytesIO()
    request = QueryRequest(query, by_name(results, RESULT_FORMATS), by_name(rdf, RDF_FORMATS), **dataset)
    head = evaluate(store, request, output, base="http://base.example/", max_rows=max_rows)
    return head, output.getvalue()


def rows(store, query, **arguments):
    return json.loads(run(store, query, **arguments)[1])["results"]["bindings"]


@pytest.mark.parametrize("results", ["json", "xml", "csv", "tsv"])
@pytest.mark.parametrize(("limit", "cut"), [(99, True), (100, False), (101, False)])
def test_a_table_is_cut_at_the_limit_and_says_so(store, results, limit, cut):
    head, body = run(store, "SELECT ?s { ?s ?p ?o }", results=results, max_rows=limit)
    assert head.truncated is cut
    assert body.count(b"urn:s") == min(limit, 100)


@pytest.mark.parametrize("rdf", ["ttl", "nt", "jsonld", "rdf", "trig", "nq"])
@pytest.mark.parametrize(("limit", "cut"), [(99, True), (100, False)])
def test_a_graph_is_cut_at_the_limit_and_says_so(store, rdf, limit, cut):
    head, body = run(store, "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", rdf=rdf, max_rows=limit)
    assert head.truncated is cut
    form = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "jsonld": ox.RdfFormat.JSON_LD,
            "rdf": ox.RdfFormat.RDF_XML, "trig": ox.RdfFormat.TRIG, "nq": ox.RdfFormat.N_QUADS}[rdf]  # fmt: skip
    assert len(list(ox.parse(body, format=form))) == limit


def test_pages_of_a_cut_table_join_to_the_whole(store):
    query, seen = "SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 70 OFFSET 5", []
    while query:
        head, body = run(store, query, max_rows=30)
        seen += [row["s"]["value"] for row in json.loads(body)["results"]["bindings"]]
        query = head.following
    assert seen == [row["s"]["value"] for row in rows(store, "SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 70 OFFSET 5")]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("SELECT * { ?s ?p ?o }", 100),
        ("SELECT * FROM <urn:g0> { ?s ?p ?o }", 50),
        ("SELECT * FROM <urn:nowhere> { ?s ?p ?o }", 0),
        ("SELECT * FROM NAMED <urn:g0> { ?s ?p ?o }", 0),
        ("SELECT * FROM NAMED <urn:g0> { GRAPH ?g { ?s ?p ?o } }", 50),
        ("SELECT * { ?s ?p ?o FILTER(CONTAINS(?o, 'from')) }", 0),
    ],
)
def test_from_clauses_count_though_the_default_graph_is_the_union(store, query, count):
    assert len(rows(store, query)) == count


def test_the_dataset_of_the_protocol_overrides_the_query(store):
    query = "SELECT * FROM <urn:g0> FROM <urn:g1> { ?s ?p ?o }"
    assert len(rows(store, query, default_graphs=["urn:g0"], named_graphs=[])) == 50
    assert rows(store, query, default_graphs=["urn:nowhere"], named_graphs=[]) == []


@pytest.mark.parametrize(
    "call", ["<urn:f>(1)", "ex:f(1)", "<f>(?s)", "<http://www.w3.org/2001/XMLSchema#nothing>(1)", "COALESCE(<urn:f>(1), ?no)"]
)
def test_an_unknown_function_is_an_unbound_value(store, call):
    assert rows(store, f"PREFIX ex: <urn:ex:> SELECT ({call} AS ?x) {{}}") == [{}]


def test_casts_stay_casts_beside_an_unknown_function(store):
    query = "PREFIX x: <http://www.w3.org/2001/XMLSchema#> SELECT (x:integer('7') AS ?a) (<urn:f>() AS ?b) {}"
    assert rows(store, query)[0]["a"]["value"] == "7"


def test_a_format_of_the_other_kind_is_not_acceptable(store):
    with pytest.raises(NotAcceptable):
        run(store, "SELECT * {}", results="none")


def test_a_syntax_error_tells_its_place_and_no_alphabet(store):
    with pytest.raises(QuerySyntaxError) as caught:
        run(store, "SELECT *\nWHERE { ?s ?p")
    assert (caught.value.line, caught.value.column) == (2, 14)
    assert "u{" not in caught.value.en


@pytest.mark.parametrize(
    ("query", "limit"),
    [
        ("SELECT * {} LIMIT 5", 5),
        ("SELECT * { { SELECT * {} LIMIT 5 } }", None),
        ("SELECT ('LIMIT 5' AS ?x) {} # LIMIT 5", None),
        ("SELECT * {} ORDER BY ?x offset 3 limit 7 VALUES ?x { 1 }", 7),
    ],
)
def test_only_the_outermost_limit_counts(query, limit):
    assert Analysis(query).limit == limit


def test_a_page_is_cut_before_a_trailing_values_block(store):
    query = "SELECT ?s { ?s ?p ?o } VALUES ?s { <urn:s1> <urn:s2> }"
    assert len(rows(store, query)) == 2
    assert len(rows(store, Analysis(query).paged(limit=1))) == 1
