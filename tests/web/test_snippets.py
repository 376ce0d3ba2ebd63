"""The snippets on a question's page, run exactly as shown against a real server; and what the downloads hold."""

import csv
import html
import io
import re
import shutil
import subprocess
import sys
import urllib.request
import zipfile

import openpyxl
import pytest

from tests.queries.asking import read
from tests.served import serve

SLUG = "units-by-domain-count"


@pytest.fixture(scope="module")
def server(plan_release, tmp_path_factory):
    """The plan's release behind a real server."""
    folder = tmp_path_factory.mktemp("served")
    with serve(folder, home=plan_release.nquads.parent.parent.parent, workers=1) as running:
        yield running


@pytest.fixture(scope="module")
def snippets(server):
    """The snippets of the page by name, as a browser would copy them."""
    page = server.request("GET", f"/queries/{SLUG}?stage=A", headers={"Accept": "text/html"}).body.decode()
    return {name: html.unescape(text) for name, text in re.findall(r'<code id="(\w+)">(.*?)</code>', page, re.DOTALL)}


def answer_of(server):
    return server.request("GET", f"/queries/{SLUG}.csv?stage=A").body.decode()


def test_curl_as_shown(server, snippets):
    assert shutil.which("curl"), "the tests need curl"
    command = snippets["curl"]
    assert command == f"curl 'http://127.0.0.1:{server.port}/queries/{SLUG}.csv?stage=A'"
    done = subprocess.run(["/bin/sh", "-c", command], check=True, capture_output=True, timeout=30)
    assert list(csv.reader(io.StringIO(done.stdout.decode()))) == list(csv.reader(io.StringIO(answer_of(server))))


def test_pandas_as_shown(server, snippets):
    program = (
        snippets["pandas"]
        + "\nassert list(table.columns) == ['unit', 'unitLabel', 'domains', 'domainLabels']\nprint(len(table))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, timeout=60, text=True, encoding="utf-8"
    )
    rows = list(csv.reader(io.StringIO(answer_of(server))))[1:]
    assert done.stdout.splitlines()[-1] == str(len(rows))
    assert rows[0][1] in done.stdout


def test_the_address_for_excel_opens_in_a_spreadsheet_program(server, snippets, tmp_path):
    with urllib.request.urlopen(snippets["excel"]) as reply:
        fetched = reply.read()
    assert fetched.startswith(b"\xef\xbb\xbf")
    file = tmp_path / "各单位领域数.csv"
    file.write_bytes(fetched)
    profile = (tmp_path / "profile").as_uri()
    convert = [
        "soffice",
        "--infilter=CSV:44,34,76,1",
        f"-env:UserInstallation={profile}",
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(tmp_path),
        str(file),
    ]
    subprocess.run(convert, check=True, capture_output=True, timeout=180)
    sheet = openpyxl.load_workbook(file.with_suffix(".xlsx")).active
    expected = list(csv.reader(io.StringIO(answer_of(server))))
    assert [[str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)] == expected


def test_dates_and_numbers_of_a_workbook_are_typed_and_its_links_lead_to_the_things(server):
    body = server.request("GET", "/queries/deadlines-before-issue.xlsx").body
    book = openpyxl.load_workbook(io.BytesIO(body))
    rows = list(book["结果"].iter_rows())
    assert [cell.value for cell in rows[0]] == ["item", "itemLabel", "dueDate", "issued"]
    assert rows[1][2].is_date
    assert rows[1][2].value.date().isoformat() == "2017-07-31"
    assert rows[1][0].hyperlink.target == read("deadlines-before-issue")[1][0]
    notes = {name.value: text.value for name, text in book["说明"].iter_rows()}
    assert "dueDate：期限" in notes["列"]
    assert {"问题", "说明", "版本", "版本时间", "地址", "查询"} <= set(notes)
    counts = openpyxl.load_workbook(io.BytesIO(server.request("GET", f"/queries/{SLUG}.xlsx").body))["结果"]
    assert counts["C2"].value == 7
    assert zipfile.is_zipfile(io.BytesIO(body))


def test_a_known_answer_is_not_sent_again_and_head_sends_none(server):
    for path in (
        f"/queries/{SLUG}",
        "/queries",
        *(f"/queries/{SLUG}.{form}" for form in ("csv", "tsv", "json", "xml", "xlsx", "rq")),
    ):
        whole = server.request("GET", path)
        assert whole.status == 200, path
        again = server.request("GET", path, headers={"If-None-Match": whole.headers["etag"]})
        assert (again.status, again.body) == (304, b""), path
        head = server.request("HEAD", path)
        assert (head.status, head.body, head.headers["etag"]) == (200, b"", whole.headers["etag"]), path


def test_a_file_is_named_after_the_question(server):
    told = server.request("GET", f"/queries/{SLUG}.csv").headers["content-disposition"]
    assert told.startswith(f"inline; filename=\"{SLUG}.csv\"; filename*=UTF-8''%E5%93%AA")
    assert server.request("GET", f"/queries/{SLUG}.xlsx").headers["content-disposition"].startswith("attachment; ")
