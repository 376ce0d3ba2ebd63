"""A workbook in, a report by cell out: by the library, the command line and over HTTP, always the same."""

import json

import pytest
from starlette.testclient import TestClient

import ohai_kg
from ohai_kg.catalogues import check_workbook_file, is_workbook, read_known
from ohai_kg.shacl import load_profile
from ohai_kg.web.app import create_app
from tests.cli.test_commands import run
from tests.conftest import ROOT
from tests.ingest.workbooks.support import examples

LOST_MERGES = ROOT / "examples" / "workbooks" / "03-lost-merges-gbk.csv"
TWO_LEVELS = ROOT / "examples" / "workbooks" / "01-two-level-head.xlsx"
VIOLATIONS = [
    ("ELM-02", "basis", 5, "E5"),
    ("ELM-04", "subject", 5, "G5"),
    ("ELM-05", "deadline", 5, "F5"),
    ("ELM-02", "basis", 7, "E7"),
    ("ELM-04", "subject", 7, "G7"),
]


@pytest.fixture(scope="module")
def known(plan_project, plan_release):
    return read_known(plan_project)


@pytest.fixture(scope="module")
def elements():
    return [load_profile(ROOT / "shapes", "elements")]


@pytest.fixture(scope="module")
def client(plan_project, plan_release):
    with TestClient(create_app(plan_project), follow_redirects=False) as client:
        yield client


def violations(report: dict) -> list[tuple]:
    return [(f["rule"], f["element"], f["row"], f["cell"]) for f in report["findings"] if f["severity"] == "violation"]


def test_every_missing_element_is_found_in_its_cell(known, elements):
    checked = check_workbook_file(LOST_MERGES, elements, known)
    report = checked.report.to_dict()
    assert violations(report) == VIOLATIONS
    assert {f["sheet"] for f in report["findings"]} == {None}
    assert report["counts"]["items"] == 4
    assert report["source"]["name"] == LOST_MERGES.name
    assert checked.content == LOST_MERGES.read_bytes()


def test_a_report_says_how_the_workbook_was_read(known, elements):
    report = json.loads(check_workbook_file(LOST_MERGES, elements, known).report.to_json())
    (table,) = report["understood"]["tables"]
    assert (table["rows"], table["lacks"]) == (4, [])
    assert [(c["letters"], c["role"]) for c in table["columns"]][4:7] == [("E", "basis"), ("F", "deadline"), ("G", "subject")]
    assert [(n["code"], n["cell"], n["proposal"]) for n in report["notes"]][:2] == [
        ("blank-below-value", "E5", "《社会救助暂行办法》（国务院令第649号）"),
        ("blank-below-value", "F5", "制定或获取信息之日起10个工作日内"),
    ]


def test_a_workbook_is_checked_from_the_command_line_by_the_six_elements(tmp_path):
    outcome = run("validate", LOST_MERGES, "--format", "json", home=tmp_path)
    assert outcome.returncode == 1, outcome.stderr.decode()
    report = json.loads(outcome.stdout)
    assert (report["profiles"], violations(report)) == (["elements"], VIOLATIONS)


def test_a_column_can_be_given_its_meaning_by_hand(tmp_path):
    outcome = run("validate", LOST_MERGES, "--columns", "E=deadline,F=basis", "--format", "json", home=tmp_path)
    roles = {c["letters"]: (c["role"], c["reason"]) for c in json.loads(outcome.stdout)["understood"]["tables"][0]["columns"]}
    assert (roles["E"], roles["F"]) == (("deadline", "mapping"), ("basis", "mapping"))
    outcome = run("validate", LOST_MERGES, "--columns", "E=nonsense", home=tmp_path)
    assert (outcome.returncode, outcome.stdout) == (2, b"")


def test_workbooks_count_in_a_folder(tmp_path):
    folder = tmp_path / "提交 目录"
    folder.mkdir()
    (folder / "民政局.csv").write_bytes(LOST_MERGES.read_bytes())
    (folder / "住建局.xlsx").write_bytes(TWO_LEVELS.read_bytes())
    (folder / "照片.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "~$住建局.xlsx").write_bytes(b"lock")
    outcome = run("validate", folder, "--format", "json", home=tmp_path)
    assert outcome.returncode == 1, outcome.stderr.decode()
    told = {
        s["office"]: (s["counts"] or {}).get("items") or s["error"]["code"] for s in json.loads(outcome.stdout)["submissions"]
    }
    assert told == {"民政局": 4, "住建局": 5, "照片": "not-a-workbook"}


def test_the_python_interface_takes_a_path_or_bytes(plan_release):
    report = ohai_kg.validate(LOST_MERGES, project=ROOT)
    assert violations(report.to_dict()) == VIOLATIONS
    again = ohai_kg.validate(LOST_MERGES.read_bytes(), name=LOST_MERGES.name, project=ROOT)
    assert again == report


@pytest.mark.parametrize(
    "headers",
    [{"Content-Type": "text/csv"}, {"Content-Type": "application/octet-stream"}, {"Content-Type": "text/plain"}],
    ids=["a table's media type", "no telling media type", "plain text"],
)
def test_a_workbook_may_be_the_body(client, headers):
    answer = client.post("/validate", content=LOST_MERGES.read_bytes(), headers={"Accept": "application/json", **headers})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["profiles"], violations(answer.json())) == (["elements"], VIOLATIONS)


def test_a_workbook_may_be_sent_by_form(client):
    files = {"file": (TWO_LEVELS.name, TWO_LEVELS.read_bytes())}
    answer = client.post("/validate?profile=elements", files=files, headers={"Accept": "application/json"})
    expected = json.loads(TWO_LEVELS.with_name(TWO_LEVELS.name + ".json").read_text(encoding="utf-8"))
    assert answer.json()["counts"]["items"] == len(expected["catalogue"]["items"])
    assert answer.json()["source"]["name"] == TWO_LEVELS.name


def test_a_photo_is_told_for_what_it_is(client):
    answer = client.post("/validate", content=b"\x89PNG\r\n\x1a\n....", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (415, "not-a-workbook")


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.name)
def test_every_example_is_known_for_a_workbook_by_its_bytes(path):
    assert is_workbook(path.read_bytes(), "upload")


@pytest.mark.parametrize(
    ("content", "name", "declared", "expected"),
    [
        (b"@prefix a: <urn:a> .", "data", None, False),
        ("<urn:公开> <urn:依据> <urn:序号> .".encode(), "data", None, False),
        ("公开,依据,序号\n".encode(), "a.ttl", None, False),
        ("公开,依据,序号\n".encode(), "a.ttl", "text/csv", True),
        (b"PK\x03\x04", "a.ttl", "text/turtle", True),
        (b"<?xml version='1.0'?><rdf:RDF><table/></rdf:RDF>", "a.xml", None, False),
        (b"\xef\xbb\xbf<html><table></table></html>", "a.xls", None, True),
        (b"x", "data", "image/png", False),
        (b'{"@id": "urn:a"}', "a.json", None, False),
    ],
)
def test_what_a_file_is(content, name, declared, expected):
    assert is_workbook(content, name, declared) is expected
