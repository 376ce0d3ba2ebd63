"""Linked data: every IRI of the dump leads to its description, in RDF and for people, and nothing is said that is not there."""

import asyncio

import httpx2 as httpx
import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from ohai_kg.namespaces import CANONICAL_BASE
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
