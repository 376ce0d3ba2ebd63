"""Every CSV a page links to is safe to open in a spreadsheet program; every CSV of a program's address is verbatim."""

import csv
import io
import re
from html import unescape

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from ohai_kg.csvtext import NUMBER, harmless
from ohai_kg.project import open_project
from ohai_kg.web.app import create_app
from tests.conftest import ROOT
from tests.served import publish

LABELS = {"http://www.w3.org/2000/01/rdf-schema#label", "http://www.w3.org/2004/02/skos/core#prefLabel"}
MARK = "=1+1|'"


@pytest.fixture(scope="module")
def client(plan_release, tmp_path_factory):
    """A site in whose release every label begins as a formula."""
    home = tmp_path_factory.mktemp("formulas")
    lines = []
    for quad in ox.parse(path=str(plan_release.nquads), format=ox.RdfFormat.N_QUADS):
        value = quad.object
        if quad.predicate.value in LABELS and isinstance(value, ox.Literal) and value.language:
            value = ox.Literal(MARK + value.value, language=value.language)
        lines.append(f"{ox.Quad(quad.subject, quad.predicate, value, quad.graph_name)} .\n".encode())
    publish(home, b"".join(lines), syntax=ox.RdfFormat.N_QUADS)
    with TestClient(create_app(open_project(ROOT, home=home))) as client:
        yield client


def cells(answer):
    assert answer.status_code == 200
    return [cell for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")) for cell in row]


def runs(cell):
    return harmless(cell) != cell and not NUMBER.fullmatch(cell) and not re.match("'[^']", cell)


def test_every_csv_a_page_links_to_is_harmless_and_has_its_mark(client):
    pages = ["/catalog", "/catalogues", "/matrix", "/responsibilities", "/standard-system"]
    pages += [f"/queries/{query.slug}" for query in client.app.state.queries.all]
    pages += re.findall(r'href="(/catalogues/[^".?]+)"', client.get("/catalogues").text)
    found = marked = 0
    for page in pages:
        text = client.get(page, headers={"Accept": "text/html"}).text
        for link in {unescape(link) for link in re.findall(r'href="(/[^"]*\.csv[^"]*)"', text)}:
            answer = client.get(link)
            assert answer.content.startswith(b"\xef\xbb\xbf"), link
            table = cells(answer)
            assert [cell for cell in table if runs(cell)] == [], link
            found += 1
            marked += any(cell.startswith("'" + MARK) for cell in table)
    assert found > 50
    assert marked > 30


@pytest.mark.parametrize("address", ["/queries/duties.csv", "/catalog/resources.csv", "/queries/stage-totals.csv"])
def test_a_program_s_address_is_verbatim(client, address):
    plain, people = client.get(address), client.get(address, params={"bom": "1"})
    assert not plain.content.startswith(b"\xef\xbb\xbf")
    assert [cell.removeprefix("'") for cell in cells(people)] == cells(plain)


def test_the_verbatim_csv_is_what_sparql_says(client):
    sparql = client.get("/queries/duties.rq").text
    answer = client.get("/sparql", params={"query": sparql}, headers={"Accept": "text/csv"})
    assert client.get("/queries/duties.csv").content == answer.content
    assert any(cell.startswith(MARK) for cell in cells(answer))


def test_numbers_stay_numbers_for_people(client):
    rows = list(csv.reader(io.StringIO(client.get("/queries/stage-totals.csv?bom=1").content.decode("utf-8-sig"), newline="")))
    assert sum(1 for row in rows[1:] for cell in row if cell.isdigit()) >= 5
