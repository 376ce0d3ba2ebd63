"""Federation is found in every spelling, and what only looks like it goes to the engine as it is."""

import re

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohai_kg.errors import OhaiError, QuerySyntaxError
from ohai_kg.sparql.federation import neutralise
from ohai_kg.sparql.tokens import tokens
from tests.query.spellings import OUTSIDE_OF_SPARQL, embedded, loads, prologue, services, updates

ADDRESS = "http://127.0.0.1:9/"


def meaning(text):
    """What becomes of a text: the code of its error, or the text that the engine is given."""
    try:
        return neutralise(text)
    except OhaiError as error:
        return error.code


def test_every_spelling_of_a_service_is_refused_or_where_silent_one_empty_solution():
    wrong, seen = [], 0
    for pattern, silent in services(ADDRESS):
        seen += 1
        told = meaning(f"{prologue(ADDRESS)}SELECT * {{ {pattern} }}")
        if not silent:
            right = told == "federation-refused"
        else:
            rows = list(ox.Store().query(told)) if " " in told else [[told]]
            right = len(rows) == 1 and not any(rows[0])
        if not right:
            wrong.append((pattern, told))
    assert (seen, wrong) == (1980, [])


def test_every_spelling_of_load_is_refused_or_where_silent_no_change():
    wrong, seen = [], 0
    for operation, silent in loads(ADDRESS):
        seen += 1
        told = meaning(prologue(ADDRESS) + operation)
        if not silent:
            right = told == "federation-refused"
        else:
            store = ox.Store()
            right = " " in told and store.update(f"{told} ; INSERT DATA {{ <urn:a> <urn:b> 1 }}") is None and len(store) == 1
        if not right:
            wrong.append((operation, told))
    assert (seen, wrong) == (2400, [])


def test_wherever_it_stands_it_is_refused_or_where_silent_answered():
    wrong = []
    for text, silent, place in embedded(ADDRESS):
        told = meaning(prologue(ADDRESS) + text)
        if place in OUTSIDE_OF_SPARQL:
            right = told == prologue(ADDRESS) + text
        else:
            right = told.startswith("PREFIX") if silent else told == "federation-refused"
        if not right:
            wrong.append((text, told))
    for text, silent in updates(ADDRESS):
        told = meaning(prologue(ADDRESS) + text)
        if not (told.startswith("PREFIX") if silent else told == "federation-refused"):
            wrong.append((text, told))
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("SELECT * { SERVICE }", (1, 21)),
        ("SELECT * {\n SERVICE <urn:x> { ?s ?p } }", (2, 28)),
        ("SELECT * { SERVICE <urn:x> { ?s ?p ?o }", (1, 40)),
        ("SELECT * { SERVICE 'x' { ?s ?p ?o } }", (1, 26)),
        ("INSERT DATA {} ;\nLOAD <urn:x", (2, 12)),
        ("SELECT * { ?s ?p ?o FILTER(?x = 'SERVICE' }", (1, 43)),
    ],
)
def test_what_is_no_sparql_in_any_reading_is_told_with_the_place_that_the_engine_tells(text, place):
    with pytest.raises(QuerySyntaxError) as told:
        neutralise(text)
    assert (told.value.line, told.value.column) == place


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX service: <urn:x:> SELECT * { GRAPH service:g { ?s service:p service:o . } }",
        "PREFIX service: <urn:x:> SELECT * { ?s ?p service:o { ?s ?p ?load } }",
        "PREFIX service: <urn:x:> SELECT * FROM service:g FROM NAMED service:h { ?s ?p ?o }",
        "PREFIX service: <urn:x:> DESCRIBE service:g { ?s ?p ?o }",
        "PREFIX service: <urn:x:> SELECT * { ?s service:p|^service:q/service:r* ?service FILTER(service:f(?service)) }",
        "PREFIX load: <urn:x:> WITH load:g INSERT { ?s load:p 'LOAD <x>' } USING load:h WHERE { ?s ?p ?o } ; CLEAR GRAPH load:g",
        "PREFIX load: <urn:x:> INSERT DATA { GRAPH load:g { load:s load:p load:o } } ; ADD load:g TO load:h",
        "SELECT ?service ?SERVICE ?xervice { BIND(1 AS ?service) BIND(2 AS ?SERVICE) BIND(3 AS ?xervice) }",
        "SELECT * { ?service ?p ?a, ?b FILTER(?a<?b&&?b>?a) }",
        "SELECT * { ?s ?p ?o # SERVICE <http://127.0.0.1:9/> { ?a ?b ?c }\n }",
        'SELECT * { ?s ?p """SERVICE <http://127.0.0.1:9/> { " """ , \'\'\'LOAD <x>\'\'\' }',
        "SELECT * { << ?s <urn:service> ?o >> ?service ?load {| ?service ?load |} }",
        "SELECT ?load { ?load a <http://a/SERVICE#> } ORDER BY ?load VALUES ?service { 'LOAD' }",
    ],
)
def test_names_and_quotations_with_the_words_go_to_the_engine_as_they_are(text):
    assert neutralise(text) == text


def test_a_string_keeps_its_value_where_escapes_are_resolved():
    text = r"SELECT ('\u0053ERVICE \u0022\u0027\u005C\u000A \\u0041 \\\u0041' AS ?x) {}"
    (row,) = ox.Store().query(neutralise(text))
    (same,) = ox.Store().query(text)
    assert row["x"].value == same["x"].value == "SERVICE \"'\\\n \\u0041 \\A"


PIECES = [
    *("SERVICE", "service", "SILENT", "LOAD", "LOADSILENT", "SERVICESILENT", "INTO", "GRAPH", "SELECT", "*", "WHERE"),
    *("<http://127.0.0.1:9/>", "ex:a", "SERVICEex:a", "SERVICE:a", "LOADex:a", "service:a", "?s ?p ?o", "?x", "FILTER(?a<?b)"),
    *("{", "}", "{", "}", "{ ?s ?p ?o }", "#>\n", "#", "\n", " ", " ", ".", ";", "<", ">", "'", '"', "'''", "\\u0022", "true"),
    *("UNION", "OPTIONAL", "INSERT DATA {", "INSERT {", "} WHERE {", "VALUES ?x {", "BIND('"),
]


@given(
    st.lists(st.sampled_from(PIECES), max_size=14), st.sampled_from(["SELECT * {", "ASK {", "", "SELECT * { ?a ?b ?c FILTER("])
)
def test_what_goes_to_the_engine_holds_no_federation_in_either_reading(pieces, start):
    text = f"PREFIX ex: <{ADDRESS}> PREFIX service: <{ADDRESS}> PREFIX : <{ADDRESS}> {start}{''.join(pieces)}{'}' * start.count('{')}"
    told = meaning(text)
    if "PREFIX" not in told:
        assert told in {"federation-refused", "query-syntax"}
        return
    assert not [token for token in tokens(told) if token.is_word("SERVICE", "LOAD")]
    for carry_out in (ox.Store().query, ox.Store().update):
        # A federation that is carried out is an OSError, or tells of the service's name.
        try:
            answer = carry_out(told, base_iri=ADDRESS)
            if isinstance(answer, ox.QuerySolutions):
                list(answer)
        except (SyntaxError, RuntimeError) as error:
            assert re.search("service", str(error), re.IGNORECASE) is None  # noqa: PT017
