"""Files under /static: compressed once, kept by browsers only under an address that names their content."""

import gzip
import hashlib

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from ohai_kg.web.http import assets

SCRIPT = b"console.log(1);" * 100


@pytest.fixture
def client(tmp_path, monkeypatch):
    (tmp_path / "a.js").write_bytes(SCRIPT)
    (tmp_path / "a.js.gz").write_bytes(gzip.compress(SCRIPT))
    (tmp_path / "b.css").write_bytes(b"p {}")
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    return TestClient(Starlette(routes=[Mount("/static", assets.Assets())]))


def test_an_address_names_the_content_so_browsers_may_keep_it(client):
    address = assets.asset("a.js")
    assert address == f"/static/a.js?v={hashlib.sha256(SCRIPT).hexdigest()[:10]}"
    assert client.get(address).headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "cache-control" not in client.get("/static/a.js").headers


def test_a_changed_file_has_another_address(client, tmp_path):
    before = assets.asset("b.css")
    (tmp_path / "b.css").write_bytes(b"p { margin: 0 }")
    assert assets.asset("b.css") != before


def test_a_file_that_was_not_built_has_no_address(client):
    assert assets.asset("vendor/charts.js") == ""


@pytest.mark.parametrize(("accepted", "encoding"), [("gzip", "gzip"), ("identity", None)])
def test_a_file_is_sent_as_the_client_takes_it(client, accepted, encoding):
    answer = client.get("/static/a.js", headers={"Accept-Encoding": accepted})
    assert answer.content == SCRIPT
    assert answer.headers.get("content-encoding") == encoding
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["vary"] == "Accept-Encoding"


def test_an_unchanged_file_is_not_sent_again(client):
    for accepted in ("gzip", "identity"):
        headers = {"Accept-Encoding": accepted}
        tag = client.get("/static/a.js", headers=headers).headers["etag"]
        again = client.get("/static/a.js", headers={**headers, "If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
