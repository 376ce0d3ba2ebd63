"""Answers in XML are well-formed and whole, or say that XML cannot hold them."""

import io
import xml.etree.ElementTree as ET

import pyoxigraph as ox
import pytest

from ohai_kg.engine.store import EmbeddedStore, graph_text, serialize
from ohai_kg.engine.xml import XmlOutput
from ohai_kg.errors import FormatInsufficient
from ohai_kg.formats import RDF_FORMATS, RESULT_FORMATS, by_name

UNWRITABLE = ["\x00", "\x01", "\x08", "\x0b", "\x0c", "\x0e", "\x1b", "\x1f", "\ufffe", "\uffff"]
WRITABLE = [
    "\t",
    "\n",
    "\r",
    "\r\n",
    " ",
    "\x7f",
    "\x85",
    "\u2028",
    "\ufffd",
    "\ud7ff",
    "\ue000",
    "\U0001fffe",
    "\U0010ffff",
    "政务",
    "]]>",
    "<a:>",
    "<b: c",
    "& &amp;",
]
RDF_XML = by_name("rdf", RDF_FORMATS)
XML = by_name("xml", RESULT_FORMATS)
SUBJECT, PREDICATE = ox.NamedNode("http://s/a&b"), ox.NamedNode("http://p/q")


def select(text):
    store = ox.Store()
    store.add(ox.Quad(SUBJECT, PREDICATE, ox.Literal(text)))
    output = io.BytesIO()
    serialize(EmbeddedStore(store).solve("SELECT ?o { ?s ?p ?o }"), output, results=XML, rdf=RDF_XML)
    return output.getvalue()


def construct(text):
    store = ox.Store()
    store.add(ox.Quad(SUBJECT, PREDICATE, ox.Literal(text)))
    output = io.BytesIO()
    serialize(EmbeddedStore(store).solve("CONSTRUCT WHERE { ?s ?p ?o }"), output, results=XML, rdf=RDF_XML)
    return output.getvalue()


@pytest.mark.parametrize("character", UNWRITABLE)
@pytest.mark.parametrize(
    "write", [select, construct, lambda text: graph_text([ox.Triple(SUBJECT, PREDICATE, ox.Literal(text))], RDF_XML)]
)
def test_what_xml_cannot_hold_is_refused(write, character):
    with pytest.raises(FormatInsufficient) as raised:
        write(f"a{character}b")
    assert raised.value.status == 406
    assert "JSON" in raised.value.en


@pytest.mark.parametrize("text", WRITABLE)
def test_everything_else_comes_back_as_it_was(text):
    text = f"a{text}b"
    assert [node.text for node in ET.fromstring(select(text)).iter() if node.tag.endswith("literal")] == [text]
    written = construct(text)
    ET.fromstring(written)
    assert [q.object.value for q in ox.parse(written, format=ox.RdfFormat.RDF_XML)] == [text]


@pytest.mark.parametrize("iri", ["http://x/123", "http://x/", "urn:", "a:", "javascript:alert(1)", "http://x/'(a)", "http://purl.org/dc/terms/", "http://purl.org/dc/terms/9", "http://www.w3.org/1999/02/22-rdf-syntax-ns#li"])  # fmt: skip
@pytest.mark.parametrize("value", [ox.Literal("v"), ox.NamedNode("http://o/")])
def test_a_predicate_that_is_no_element_name_is_refused_in_rdf_xml(iri, value):
    triple = ox.Triple(SUBJECT, ox.NamedNode(iri), value)
    with pytest.raises(FormatInsufficient, match="Turtle"):
        graph_text([triple], RDF_XML, {"dct": "http://purl.org/dc/terms/"})
    turtle = graph_text([triple], RDF_FORMATS[0])
    assert [q.predicate.value for q in ox.parse(turtle, format=ox.RdfFormat.TURTLE)] == [iri]


@pytest.mark.parametrize(
    "iri", ["http://x/a.", "a:b", "http://x/a?b=c&d#e", "http://x/%2F", "http://例子/政务", "tag:x,2020:y", "urn:1a"]
)
def test_a_predicate_that_ends_in_a_name_is_written(iri):
    written = graph_text([ox.Triple(SUBJECT, ox.NamedNode(iri), ox.Literal("v"))], RDF_XML)
    ET.fromstring(written)
    assert [q.predicate.value for q in ox.parse(written, format=ox.RdfFormat.RDF_XML)] == [iri]


def test_a_triple_term_is_refused_in_json_ld_and_given_in_turtle():
    triple = ox.Triple(SUBJECT, PREDICATE, ox.Triple(SUBJECT, PREDICATE, ox.Literal("x")))
    with pytest.raises(FormatInsufficient, match="Turtle"):
        graph_text([triple], by_name("jsonld", RDF_FORMATS))
    assert b"<<(" in graph_text([triple], RDF_FORMATS[0])


@pytest.mark.parametrize("cut", range(1, 12))
def test_what_stands_across_two_writes_is_seen(cut):
    for text, graph in (("<o>\uffff</o>".encode(), False), (b"<dct: xml:lang='zh'>", True)):
        output = XmlOutput(io.BytesIO(), graph=graph)
        with pytest.raises(FormatInsufficient):
            for start in range(0, len(text), cut):
                output.write(text[start : start + cut])


def test_an_output_that_fails_is_not_taken_for_the_syntax():
    class Gone(io.BytesIO):
        def write(self, _):
            raise BrokenPipeError(32, "gone")

    from ohai_kg.engine.store import serialize_graph

    with pytest.raises(BrokenPipeError):
        serialize_graph([ox.Triple(SUBJECT, PREDICATE, ox.Literal("v"))], Gone(), RDF_XML)
