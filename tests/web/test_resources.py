"""Linked data: every IRI of the dump leads to its description, in RDF and for people, and nothing is said that is not there."""

import asyncio
import re

import httpx2 as httpx
import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from ohai_kg.namespaces import CANONICAL_BASE
from ohai_kg.resources.vocabulary import read_vocabulary
from ohai_kg.web.app import create_app

TURTLE = {"Accept": "text/turtle"}
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
DUTY = "/doc/duty/CQAZ-GY-B-001"


@pytest.fixture(scope="module")
def client(plan_project, plan_release):
    with TestClient(create_app(plan_project)) as client:
        yield client


@pytest.fixture(scope="module")
def dump(plan_release):
    return list(ox.parse(path=str(plan_release.nquads), format=ox.RdfFormat.N_QUADS))


@pytest.fixture(scope="module")
def ours(dump):
    """The path of every IRI of ours in the dump, without its fragment."""
    terms = (term for quad in dump for term in (quad.subject, quad.predicate, quad.object, quad.graph_name))
    iris = {term.value for term in terms if isinstance(term, ox.NamedNode) and term.value.startswith(CANONICAL_BASE)}
    return sorted({"/" + iri.removeprefix(CANONICAL_BASE).partition("#")[0] for iri in iris})


@pytest.fixture(scope="module")
def walk(plan_project, plan_release, ours):
    """The answers of all of them, as a page and in Turtle: {path: (status, bytes of the page, status, Turtle)}."""
    return asyncio.run(_walk(plan_project, ours))


async def _walk(project, paths):
    app = create_app(project)
    answers = {}
    waiting = iter(paths)

    async def work(client):
        for path in waiting:
            page = await client.get(path, headers=HTML)
            turtle = await client.get(path, headers=TURTLE)
            answers[path] = (page.status_code, len(page.content), turtle.status_code, turtle.content)

    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test", follow_redirects=True) as client,
    ):
        await asyncio.gather(*(work(client) for _ in range(8)))
    return answers


def test_every_iri_of_the_dump_has_a_page_of_modest_size(walk, ours):
    assert len(walk) == len(ours) > 2000
    assert [path for path, (status, size, _, _) in walk.items() if status != 200 or size > 1_000_000] == []


def test_every_iri_of_the_dump_has_turtle_whose_statements_are_in_the_dump(walk, dump):
    known = {quad.triple for quad in dump}
    wrong = []
    for path, (_, _, status, turtle) in walk.items():
        said = set(ox.parse(turtle, format=ox.RdfFormat.TURTLE)) if status == 200 else set()
        if not said or not {ox.Triple(t.subject, t.predicate, t.object) for t in said} <= known:
            wrong.append(path)
    assert wrong == []


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/id/duty/CQAZ-GY-B-001", DUTY),
        ("/id/duty/CQAZ-GY-B-001.ttl", DUTY + ".ttl"),
        ("/id/duty/CQAZ-GY-B-001?lang=en", DUTY + "?lang=en"),
        ("/def/stage/A", "/doc/def/stage/A"),
        ("/def/stage", "/doc/def/stage"),
        ("/graph/registry", "/doc/graph/registry"),
        ("/ns/1.0.0", "/ns"),
    ],
)
def test_a_thing_leads_to_its_document(client, path, target):
    answer = client.get(path, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, target)


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/turtle", "text/turtle; charset=utf-8"),
        ("*/*", "text/turtle; charset=utf-8"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
        ("text/html;q=0.5,application/ld+json", "application/ld+json"),
        ("application/rdf+xml;q=0.9,text/turtle;q=0.1", "application/rdf+xml"),
        ("application/trig", "application/trig"),
        ("application/n-quads", "application/n-quads"),
        ("application/n-triples", "application/n-triples"),
    ],
)
def test_the_format_is_what_the_client_prefers(client, accept, media_type):
    answer = client.get(DUTY, headers={"Accept": accept})
    assert answer.headers["content-type"] == media_type
    assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize("extension", ["ttl", "nt", "jsonld", "rdf", "trig", "nq"])
def test_an_extension_asks_for_a_format_and_all_say_the_same(client, extension, dump):
    syntax = {
        "ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "jsonld": ox.RdfFormat.JSON_LD,
        "rdf": ox.RdfFormat.RDF_XML, "trig": ox.RdfFormat.TRIG, "nq": ox.RdfFormat.N_QUADS,
    }[extension]  # fmt: skip
    said = list(ox.parse(client.get(f"{DUTY}.{extension}", headers=HTML).content, format=syntax))
    own = {quad.triple for quad in dump if quad.subject.value.endswith("id/duty/CQAZ-GY-B-001")}
    assert own <= {ox.Triple(t.subject, t.predicate, t.object) for t in said}
    if extension in {"trig", "nq"}:
        assert set(said) <= set(dump)


def test_a_description_has_the_statements_of_dependent_nodes_and_the_labels_of_the_rest(client):
    said = ox.parse(client.get(DUTY + ".ttl").content, format=ox.RdfFormat.TURTLE)
    subjects = {triple.subject.value.removeprefix(CANONICAL_BASE) for triple in said}
    assert {"id/assignment/CQAZ-GY-B-001-1", "id/unit/330304-qu-zhengfu", "def/responsibility-role/responsible"} <= subjects


def test_links_name_the_thing_and_its_other_formats(client):
    link = client.get(DUTY, headers=HTML).headers["link"]
    assert '<https://w3id.org/zwgk/id/duty/CQAZ-GY-B-001>; rel="describes"' in link
    assert f'<{DUTY}>; rel="canonical"' in link
    assert f'<{DUTY}.ttl>; rel="alternate"; type="text/turtle"' in link


def test_an_answer_has_a_tag_and_is_not_sent_twice(client):
    first = client.get(DUTY, headers=TURTLE)
    again = client.get(DUTY, headers={**TURTLE, "If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(DUTY, headers={**HTML, "If-None-Match": first.headers["etag"]}).status_code == 200


@pytest.mark.parametrize("path", ["/id/duty/CQAZ-GY-B-001", DUTY, "/ns", "/shapes", "/search"])
def test_head_is_answered_like_get_without_a_body(client, path):
    answer = client.head(path, headers=HTML)
    assert (answer.status_code, answer.content) == (200, b"")


def test_an_unknown_iri_is_not_found_and_near_ones_are_offered(client):
    client.get("/search.json", params={"q": "教育"})
    answer = client.get("/id/unit/330304-qu-jiaoyuj", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (404, "resource-not-found")
    assert answer.json()["near"] == [{"path": "/doc/unit/330304-qu-jiaoyuju", "label": "区教育局"}]
    assert '<a href="/doc/unit/330304-qu-jiaoyuju">区教育局</a>' in client.get("/doc/unit/区教育局", headers=HTML).text


@pytest.mark.parametrize(
    "path", ["/doc/x>y", "/doc/a%20b", "/doc/%7B%7D", "/doc/", "/doc/graph/none", "/shapes/none", "/ns.txt"]
)
def test_what_can_be_no_iri_of_ours_is_not_found(client, path):
    assert client.get(path, headers=TURTLE).status_code == 404


def test_the_page_of_a_duty_quotes_the_document_and_tells_the_defect(client):
    page = client.get("/doc/duty/FP-E-003", headers=HTML).text
    assert '<blockquote class="verbatim" lang="zh-CN">3、就业服务援助政策落实情况公布</blockquote>' in page
    assert '<a href="/doc/defect/D-SHIFT-1">D-SHIFT-1 整行左移两格</a>' in page
    assert "附件5 扶贫工作 结果 3" in page


def test_the_page_of_a_unit_has_its_row_of_the_matrix_and_its_links_by_meaning(client):
    page = client.get("/doc/unit/330304-qu-jiaoyuju", headers=HTML).text
    assert "<h2>承担的职责 (82)</h2>" in page
    assert (
        '<a href="/doc/unit/330304-qu-jiaoyuju?all=zwgk%3AresponsibleParty%2Czwgk%3ADuty&amp;domain=YWJY&amp;stage=B">20</a>'
        in page
    )
    assert "牵头的领域 (1)" in page
    assert "代表本单位参加小组的人 (15)" in page


def test_all_links_of_one_kind_have_a_page(client):
    address = "/doc/unit/330304-qu-jiaoyuju?all=zwgk:responsibleParty,zwgk:Duty"
    assert client.get(address, headers=HTML).text.count("<li>") == 82
    assert client.get(address + "&domain=YWJY&stage=B", headers=HTML).text.count("<li>") == 20
    assert client.get("/doc/unit/330304-qu-jiaoyuju?all=zwgk:nothing", headers=TURTLE).status_code == 200
    assert client.get("/doc/unit/330304-qu-jiaoyuju?all=zwgk:nothing", headers=HTML).status_code == 400


def test_findings_of_the_release_stand_on_the_page_of_the_item(client):
    page = client.get("/doc/item/plan-2017-107-100", headers=HTML).text
    assert '<a href="/shapes#elements-basis">ELM-02</a>' in page


def test_terms_and_rules_are_documents_with_an_anchor_for_each(client, dump):
    ontology, shapes = client.get("/ns", headers=HTML).text, client.get("/shapes", headers=HTML).text
    for expected in ('id="Duty"', 'id="responsibleParty"', 'href="/shapes#Duty"'):
        assert expected in ontology
    for expected in ('id="Duty-domain"', "CORE-DUTY-01"):
        assert expected in shapes
    said = {ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(CANONICAL_BASE + "graph/ontology"))
            for t in ox.parse(client.get("/ns.ttl").content, format=ox.RdfFormat.TURTLE)}  # fmt: skip
    assert said == {quad for quad in dump if quad.graph_name.value.endswith("graph/ontology")}


def test_pages_never_show_an_iri_in_place_of_a_label(walk_pages):
    assert walk_pages == []


@pytest.fixture(scope="module")
def walk_pages(client, ours):
    """Pages of one thing in twenty that show an IRI as the text of a link or in a heading."""
    shown = re.compile(r">\s*https?://[^<]*</(?:a|h1|h2|dt|th)>")
    return [path for path in ours[::20] if shown.search(client.get(path, headers=HTML).text)]


def test_every_property_and_class_in_the_dump_has_a_name(dump):
    said = [quad for quad in dump if quad.graph_name.value.endswith(("/ontology", "/shapes", "/schemes"))]
    vocabulary = read_vocabulary(said)
    used = {quad.predicate.value for quad in dump}
    used |= {quad.object.value for quad in dump if quad.predicate.value.endswith("#type")}
    assert [iri for iri in sorted(used) for lang in ("zh", "en") if ":" in vocabulary.name(iri, lang)] == []
