"""The matrix: what its cells count, where they lead, and its picture."""

import xml.etree.ElementTree as ET

import pytest
from starlette.testclient import TestClient

from ohai_kg.web.app import create_app
from ohai_kg.web.pictures.matrix import cross, key_of

ROWS = [
    {"unit": f"b/id/unit/{u}", "unitLabel": u, "domain": f"d/{d}", "domainLabel": f"域{d}", "duties": str(n)}
    for u, d, n in (("x", "B", 16), ("x", "A", 1), ("y", "A", 4))
]


@pytest.fixture(scope="module")
def client(plan_project, plan_release):
    with TestClient(create_app(plan_project)) as client:
        yield client


def test_a_matrix_keeps_the_order_it_is_given_and_fills_gaps_with_zero():
    matrix = cross(ROWS, "unit", "domain", across_order=("d/A", "d/B"))
    assert [column.label for column in matrix.columns] == ["域A", "域B"]
    assert [[cell.count for cell in line.cells] for line in matrix.lines] == [[1, 16], [4, 0]]
    assert [line.head.total for line in matrix.lines] == [17, 4]
    assert [column.total for column in matrix.columns] == [5, 16]
    assert matrix.total == 21


def test_shades_go_by_the_square_root_of_the_largest_cell():
    matrix = cross(ROWS, "unit", "domain", across_order=("d/A", "d/B"))
    assert [[cell.shade for cell in line.cells] for line in matrix.lines] == [[1, 4], [2, 0]]


def test_a_release_without_duties_has_an_empty_matrix():
    matrix = cross([], "unit", "domain")
    assert (matrix.lines, matrix.columns, matrix.total, matrix.most) == ((), (), 0, None)


@pytest.mark.parametrize(
    ("iri", "key"),
    [("https://w3id.org/zwgk/def/domain/CQAZ", "CQAZ"), ("https://w3id.org/zwgk/id/unit/330304-x", "unit/330304-x")],
)
def test_an_address_names_things_by_their_keys(iri, key):
    assert key_of(iri) == key


def test_every_cell_leads_to_as_many_duties_as_it_counts(client):
    answer = client.get("/queries/duties.csv", params={"domain": "CQAZ", "stage": "B"}).text
    assert len(answer.splitlines()) - 1 == 17
    page = client.get("/matrix").text
    assert '<a href="/queries/duties?domain=CQAZ&amp;stage=B">17</a>' in page
    assert client.get("/queries/duties", params={"domain": "CQAZ", "stage": "B"}).status_code == 200


def test_the_page_says_what_can_be_read_off_it(client):
    assert "263 项职责：执行阶段最多（77 项），结果阶段最少（34 项）。" in client.get("/matrix").text


@pytest.mark.parametrize("address", ["/matrix.svg", "/responsibilities.svg", "/standard-system.svg"])
def test_pictures_are_files_of_their_own_without_styles_and_scripts(client, address):
    answer = client.get(address)
    assert answer.headers["content-type"] == "image/svg+xml"
    root = ET.fromstring(answer.text)
    names = {element.tag.partition("}")[2] for element in root.iter()}
    assert names <= {"svg", "title", "text", "rect", "path"}
    assert not any("style" in element.attrib for element in root.iter())
    assert client.get(address, params={"lang": "en"}).text != answer.text


def test_the_picture_of_the_matrix_has_every_number(client):
    root = ET.fromstring(client.get("/matrix.svg").text)
    numbers = [int(element.text) for element in root.iter() if (element.text or "").isdigit()]
    assert len(numbers) == 50 + 10 + 5 + 1
    assert sum(numbers) == 4 * 263


def test_the_graph_of_parties_has_a_line_for_every_pair(client):
    root = ET.fromstring(client.get("/responsibilities.svg").text)
    rows = client.get("/queries/unit-domain-matrix.csv").text.splitlines()
    assert sum(element.tag.endswith("path") for element in root.iter()) == len(rows) - 1 == 93
