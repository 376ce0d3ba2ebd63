"""The marked workbook by command and over HTTP."""

import pytest
from starlette.testclient import TestClient

from ohai_kg.web.app import create_app
from tests.catalogues.marking.support import lines_of, opened
from tests.cli.test_commands import run
from tests.conftest import ROOT
from tests.ingest.workbooks.support import EXAMPLES

GAPS = EXAMPLES / "01-two-level-head.xlsx"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def test_the_command_writes_the_marked_workbook_and_tells_violations_by_its_exit_code(tmp_path):
    output = tmp_path / "结果 1.xlsx"
    outcome = run("validate", GAPS, "--format", "xlsx", "-o", output, home=tmp_path)
    assert (outcome.returncode, outcome.stdout) == (1, b"")
    book = opened(output.read_bytes())
    assert book.sheetnames == ["校验结果", "农村危房改造"]
    assert book.worksheets[1]["D6"].comment.text.startswith("【违反】ELM-03")
    assert ["文件", GAPS.name] in lines_of(output.read_bytes())


def test_the_command_gives_it_on_stdout_too(tmp_path):
    outcome = run("validate", GAPS, "--format", "xlsx", home=tmp_path)
    assert opened(outcome.stdout).sheetnames[0] == "校验结果"


def test_a_folder_gives_a_marked_workbook_for_each_and_one_summary(tmp_path):
    folder = tmp_path / "提交"
    folder.mkdir()
    (folder / "住建局.xlsx").write_bytes(GAPS.read_bytes())
    (folder / "民政局.csv").write_bytes((EXAMPLES / "03-lost-merges-gbk.csv").read_bytes())
    (folder / "空.xlsx").write_bytes(b"")
    outcome = run("validate", folder, "--format", "xlsx", "-o", tmp_path / "out", home=tmp_path)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["住建局-校验.xlsx", "民政局-校验.xlsx"]
    assert "空" in outcome.stdout.decode()


@pytest.mark.parametrize("arguments", [(EXAMPLES / "registry.ttl",), ("--graph", "registry")], ids=["RDF", "a graph"])
def test_what_is_no_workbook_cannot_be_marked(tmp_path, arguments):
    outcome = run("validate", *arguments, "--format", "xlsx", home=tmp_path)
    assert (outcome.returncode, outcome.stdout) == (2, b"")
    assert "xlsx" in outcome.stderr.decode()


def test_the_file_itself_is_never_written_over(tmp_path):
    file = tmp_path / "目录.xlsx"
    file.write_bytes(GAPS.read_bytes())
    outcome = run("validate", file, "--format", "xlsx", "-o", file, home=tmp_path)
    assert outcome.returncode == 2
    assert file.read_bytes() == GAPS.read_bytes()


@pytest.fixture(scope="module")
def client(plan_project, plan_release):
    with TestClient(create_app(plan_project), follow_redirects=False) as client:
        yield client


def test_a_workbook_sent_with_accept_xlsx_comes_back_marked(client):
    answer = client.post("/validate", files={"file": ("目录.xlsx", GAPS.read_bytes())}, headers={"Accept": XLSX})
    assert (answer.status_code, answer.headers["content-type"]) == (200, XLSX)
    assert "%E7%9B%AE%E5%BD%95-%E6%A0%A1%E9%AA%8C.xlsx" in answer.headers["content-disposition"]
    assert opened(answer.content).worksheets[1]["D6"].comment.text.startswith("【违反】ELM-03")


def test_the_page_of_a_report_leads_to_the_marked_workbook(client):
    sent = client.post("/validate", files={"file": ("目录.xlsx", GAPS.read_bytes())}, headers={"Accept": "text/html"})
    address = sent.headers["location"]
    marked = client.get(f"{address}.xlsx")
    assert opened(marked.content).sheetnames[0] == "校验结果"
    assert f'{address}.xlsx"' in client.get(address).text


def test_rdf_has_no_marked_workbook(client):
    content = (ROOT / "examples" / "valid" / "elements" / "six-elements.ttl").read_bytes()
    answer = client.post("/validate", content=content, headers={"Accept": XLSX, "Content-Type": "text/turtle"})
    assert (answer.status_code, answer.json()["code"]) == (406, "not-acceptable")
    answer = client.post(
        "/validate", content=content, headers={"Accept": f"{XLSX}, text/csv;q=0.5", "Content-Type": "text/turtle"}
    )
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"


def test_a_report_asked_for_as_data_does_not_make_a_workbook(client):
    answer = client.post("/validate", files={"file": ("目录.xlsx", GAPS.read_bytes())}, headers={"Accept": "application/json"})
    address = answer.headers["content-location"].removesuffix(".json")
    assert client.get(f"{address}.xlsx").json()["code"] == "format-not-found"
