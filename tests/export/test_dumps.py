"""Every syntax says exactly what the N-Quads say, whatever stands in them."""

import gzip
import json
import shutil
import tempfile
from pathlib import Path

import pyoxigraph as ox
import pytest
import zstandard
from hypothesis import given, settings

from ohai_kg.publication import dumps
from ohai_kg.publication.dumps import write_dumps
from ohai_kg.releases import Releases
from tests.export.support import BASE, lines_of, publish, quads

G = BASE + "graph/plan"


def dump(found, folder: Path, graphs: tuple[str, ...] = ()):
    release = publish(Releases(folder / "home"), found, graphs=graphs)
    target = folder / "dumps"
    target.mkdir()
    return write_dumps(release, target), target


def read(path: Path, syntax: ox.RdfFormat) -> list[str]:
    return lines_of(ox.parse(path=str(path), format=syntax))


@settings(deadline=None, max_examples=150)
@given(quads())
def test_trig_jsonld_and_turtle_by_graph_hold_the_quads_of_the_nquads(found):
    with tempfile.TemporaryDirectory() as folder:
        dumped, target = dump(found, Path(folder))
        expected = lines_of(set(found))
        assert read(target / "data.nq", ox.RdfFormat.N_QUADS) == expected
        assert read(target / "data.trig", ox.RdfFormat.TRIG) == expected
        assert read(target / "data.jsonld", ox.RdfFormat.JSON_LD) == expected
        by_graph = [
            ox.Quad(*triple.triple, ox.NamedNode(iri) if iri else ox.DefaultGraph())
            for iri, name in dumped.graphs.items()
            for triple in ox.parse(path=str(target / name), format=ox.RdfFormat.TURTLE)
        ]
        assert lines_of(by_graph) == expected
        assert len({name.lower() for name in dumped.graphs.values()}) == len(dumped.graphs)


@settings(deadline=None, max_examples=150)
@given(quads())
def test_rdfxml_holds_the_union_but_for_what_it_cannot_say_which_is_counted(found):
    with tempfile.TemporaryDirectory() as folder:
        dumped, target = dump(found, Path(folder))
        union = {str(quad.triple) for quad in found}
        told = {str(quad.triple) for quad in ox.parse(path=str(target / "data.rdf"), format=ox.RdfFormat.RDF_XML)}
        assert told <= union
        assert len(union) - len(told) == dumped.left_out.get("data.rdf", 0)


def test_rdfxml_leaves_out_nothing_that_it_could_say(tmp_path):
    a, g = ox.NamedNode("urn:a"), ox.NamedNode(G)
    said = [ox.Quad(a, ox.NamedNode("http://e/负责"), ox.Literal("a < b & c > d\r\n\t"), g)]
    unsaid = [
        ox.Quad(a, ox.NamedNode("urn:p/1"), a, g),
        ox.Quad(a, ox.NamedNode("http://e/p"), ox.Literal("\x01"), g),
    ]
    dumped, target = dump(said + unsaid, tmp_path)
    assert dumped.left_out == {"data.rdf": 2}
    assert [quad.triple for quad in ox.parse(path=str(target / "data.rdf"), format=ox.RdfFormat.RDF_XML)] == [said[0].triple]


@settings(deadline=None, max_examples=50)
@given(quads(blank=True))
def test_written_blank_nodes_are_named_the_same_in_every_syntax(found):
    with tempfile.TemporaryDirectory() as folder:
        _, target = dump(found, Path(folder))
        lines = (target / "data.nq").read_bytes().splitlines()
        assert lines == sorted(lines)
        named = read(target / "data.nq", ox.RdfFormat.N_QUADS)
        assert len(named) == len(set(found))
        assert not any(line.startswith("_:") or " _:b0 <" in line or line.endswith(" _:b0") for line in named)
        assert read(target / "data.trig", ox.RdfFormat.TRIG) == named
        assert read(target / "data.jsonld", ox.RdfFormat.JSON_LD) == named


def test_what_json_cannot_say_is_left_out_and_counted(tmp_path):
    a, p, g = ox.NamedNode("urn:a"), ox.NamedNode("urn:p"), ox.NamedNode(G)
    plain = ox.Quad(a, p, ox.Literal("x"), g)
    odd = [
        ox.Quad(a, p, ox.Triple(a, p, ox.Literal('b" <urn:g> .')), g),
        ox.Quad(a, p, ox.Literal("x", language="en", direction=ox.BaseDirection.LTR), g),
    ]
    dumped, target = dump([plain, *odd], tmp_path)
    assert dumped.left_out == {"data.jsonld": 2, "data.rdf": 2}
    assert read(target / "data.jsonld", ox.RdfFormat.JSON_LD) == [str(plain)]
    assert read(target / "data.trig", ox.RdfFormat.TRIG) == lines_of([plain, *odd])


def test_jsonld_is_short_and_han_text_stays_as_it_is(tmp_path):
    store = ox.parse(
        f"""@prefix zwgk: <{BASE}ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        <{G}> {{ <{BASE}id/duty/1> a zwgk:Duty ; rdfs:label "补偿方案"@zh , "Compensation"@en ;
          zwgk:domain <{BASE}id/domain/1> ; zwgk:days 20 . }}""",
        format=ox.RdfFormat.TRIG,
    )
    _, target = dump(list(store), tmp_path)
    node = json.loads((target / "data.jsonld").read_text(encoding="utf-8"))["@graph"][0]
    assert node == {
        "@id": "graph:plan",
        "@graph": [
            {
                "@id": "id:duty/1",
                "@type": "zwgk:Duty",
                "label": {"zh": "补偿方案", "en": "Compensation"},
                "days": "20",
                "domain": "id:domain/1",
            }
        ],
    }
    context = json.loads((target / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    assert context["label"] == {"@id": "rdfs:label", "@container": "@language"}
    assert context["days"] == {"@id": "zwgk:days", "@type": "xsd:integer"}
    assert json.loads((target / "data.jsonld").read_text(encoding="utf-8"))["@context"] == context


def test_turtle_begins_a_resource_with_its_types(tmp_path):
    a, g = ox.NamedNode("urn:a"), ox.NamedNode(G)
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    found = [
        ox.Quad(a, ox.NamedNode("http://a.example/p"), ox.Literal("1"), g),
        ox.Quad(a, kind, ox.NamedNode(BASE + "ns#Duty"), g),
        ox.Quad(a, kind, ox.NamedNode("urn:z"), g),
    ]
    _, target = dump(found, tmp_path)
    text = (target / "graphs" / "plan.ttl").read_text(encoding="utf-8")
    assert text.endswith('<urn:a>\n    a zwgk:Duty , <urn:z> ;\n    <http://a.example/p> "1" .\n')


def test_a_graph_without_statements_exists_in_turtle_trig_and_jsonld(tmp_path):
    dumped, target = dump([], tmp_path, graphs=(G,))
    assert dumped.graphs == {G: "graphs/plan.ttl"}
    assert read(target / "graphs" / "plan.ttl", ox.RdfFormat.TURTLE) == []
    assert (target / "data.trig").read_text(encoding="utf-8").endswith(f"<{G}> {{\n}}\n")
    assert json.loads((target / "data.jsonld").read_text(encoding="utf-8"))["@graph"] == [{"@id": "graph:plan", "@graph": []}]


def test_packed_dumps_unpack_to_the_plain_ones(plan_release, tmp_path):
    write_dumps(plan_release, tmp_path)
    for name in ("data.nq", "data.trig", "data.jsonld", "data.rdf"):
        plain = (tmp_path / name).read_bytes()
        assert gzip.decompress((tmp_path / f"{name}.gz").read_bytes()) == plain
        assert zstandard.ZstdDecompressor().decompressobj().decompress((tmp_path / f"{name}.zst").read_bytes()) == plain
    assert (tmp_path / "data.nq.gz").read_bytes()[4:8] == b"\0\0\0\0"


def test_the_plan_is_the_same_in_every_syntax(plan_release, tmp_path):
    dumped = write_dumps(plan_release, tmp_path)
    expected = read(plan_release.nquads, ox.RdfFormat.N_QUADS)
    assert dumped.left_out == {}
    assert sorted(dumped.graphs) == sorted(plan_release.manifest.graphs)
    assert read(tmp_path / "data.jsonld", ox.RdfFormat.JSON_LD) == expected
    assert read(tmp_path / "data.trig", ox.RdfFormat.TRIG) == expected


def test_a_process_for_each_syntax_writes_the_same_bytes(plan_release, tmp_path, monkeypatch):
    one, many = tmp_path / "one", tmp_path / "many"
    one.mkdir()
    many.mkdir()
    write_dumps(plan_release, one)
    monkeypatch.setattr(dumps, "_LARGE", 1)
    write_dumps(plan_release, many)
    assert sorted(p.relative_to(one) for p in one.rglob("*")) == sorted(p.relative_to(many) for p in many.rglob("*"))
    assert all(path.read_bytes() == (many / path.relative_to(one)).read_bytes() for path in one.rglob("*") if path.is_file())


def test_a_syntax_that_cannot_be_written_is_told(plan_release, tmp_path, monkeypatch):
    monkeypatch.setattr(dumps, "_LARGE", 1)
    (tmp_path / "data.rdf").mkdir()
    with pytest.raises(dumps.StoreError, match=r"data\.rdf could not be written"):
        write_dumps(plan_release, tmp_path)
    shutil.rmtree(tmp_path / "data.rdf")
