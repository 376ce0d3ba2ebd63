"""The ontology and what uses it: no term without a definition, no definition without a use."""

import json
import re
from pathlib import Path

import pyoxigraph as ox
import pytest

ROOT = Path(__file__).parent.parent
NS = "https://w3id.org/zwgk/ns#"
RDFS_LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
DEFINITION = ox.NamedNode("http://www.w3.org/2004/02/skos/core#definition")
TERM_TYPES = {
    f"http://www.w3.org/2002/07/owl#{name}" for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")
}


def _quads(path: Path) -> list[ox.Quad]:
    return list(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))


def _terms_in(text: str) -> set[str]:
    """Local names used as zwgk:X or as full IRIs; comments and strings of queries name terms too, which does no harm."""
    return set(re.findall(r"\bzwgk:([A-Za-z][A-Za-z0-9]*)", text)) | set(
        re.findall(re.escape(NS) + r"([A-Za-z][A-Za-z0-9]*)", text)
    )


@pytest.fixture(scope="module")
def ontology():
    return _quads(ROOT / "ontology" / "zwgk.ttl")


@pytest.fixture(scope="module")
def defined(ontology):
    return {
        quad.subject.value.removeprefix(NS)
        for quad in ontology
        if quad.predicate.value.endswith("#type") and quad.object.value in TERM_TYPES and quad.subject.value.startswith(NS)
    }


@pytest.fixture(scope="module")
def used():
    texts = [
        path.read_text(encoding="utf-8")
        for pattern in (
            "ontology/**/schemes/*.ttl", "ontology/rules/*.rq", "shapes/*/*.ttl", "queries/*.rq", "data/**/csv-metadata.json",
            "examples/district/data/**/csv-metadata.json", "ohai_kg/publication/dcat/*.py",
        )
        for path in ROOT.glob(pattern)
    ]  # fmt: skip
    return set().union(*map(_terms_in, texts))


def test_every_term_used_is_defined(used, defined):
    assert used - defined == set()


def test_every_term_defined_is_used(used, defined, ontology):
    superclasses = {q.object.value.removeprefix(NS) for q in ontology if q.predicate.value.endswith("subClassOf")}
    assert defined - used - superclasses == set()


@pytest.mark.parametrize("predicate", [RDFS_LABEL, DEFINITION], ids=["label", "definition"])
def test_every_term_speaks_chinese_and_english(ontology, defined, predicate):
    languages: dict[str, set[str]] = {}
    for quad in ontology:
        if quad.predicate == predicate:
            languages.setdefault(quad.subject.value.removeprefix(NS), set()).add(quad.object.language)
    assert {name: languages.get(name) for name in defined if languages.get(name) != {"zh", "en"}} == {}


def test_the_ontology_says_its_version(ontology):
    versions = {q.object.value for q in ontology if q.predicate.value.endswith("versionIRI")}
    assert versions == {"https://w3id.org/zwgk/ns/1.0.0"}


def test_owl_stays_light(ontology):
    rdfs = {"http://www.w3.org/2000/01/rdf-schema#" + name for name in ("domain", "range")}
    owl = {"http://www.w3.org/2002/07/owl#" + name for name in ("equivalentClass", "Restriction", "FunctionalProperty")}
    heavy = rdfs | owl
    assert {t.value for q in ontology for t in (q.predicate, q.object) if isinstance(t, ox.NamedNode)} & heavy == set()


@pytest.mark.parametrize("path", sorted((ROOT / "ontology").glob("**/schemes/*.ttl")), ids=lambda path: path.stem)
def test_every_concept_has_labels_notation_order_and_a_source(path):
    properties: dict[str, dict[str, list[ox.Literal | ox.NamedNode]]] = {}
    for quad in _quads(path):
        if isinstance(quad.subject, ox.NamedNode):
            values = properties.setdefault(quad.subject.value, {})
            values.setdefault(re.split(r"[#/]", quad.predicate.value)[-1], []).append(quad.object)
    concepts = {iri: values for iri, values in properties.items() if "inScheme" in values}
    assert concepts
    for iri, values in concepts.items():
        assert sorted(label.language for label in values["prefLabel"]) == ["en", "zh"], iri
        assert [notation.datatype.value.rpartition("#")[2] for notation in values["notation"]] == ["string"], iri
        assert len(values["order"]) == 1, iri
        assert "sourceLocation" in values or "source" in values, iri
    orders = [values["order"][0].value for values in concepts.values()]
    assert len(orders) == len(set(orders)), "two concepts of one scheme share a place"


@pytest.mark.parametrize("path", sorted(ROOT.glob("data/**/csv-metadata.json")), ids=lambda path: path.parent.name)
def test_every_column_has_a_chinese_and_an_english_title(path):
    for table in json.loads(path.read_text(encoding="utf-8"))["tables"]:
        for column in table["tableSchema"]["columns"]:
            if not column.get("virtual"):
                assert set(column["titles"]) == {"zh", "en"}, (table["url"], column["name"])
