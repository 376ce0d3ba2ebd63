"""A harvester with HTTP and rdflib only: finds, checks, loads, resumes, and keeps up by changes."""

import gzip
import hashlib
import json
from email.utils import parsedate

import pytest
from rdflib import Dataset, Graph
from rdflib.compare import isomorphic

from tests.served import publish, serve

G = "https://w3id.org/zwgk/graph/plan"
FIRST = f"""@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix zwgk: <https://w3id.org/zwgk/ns#> .
<{G}> {{ <https://w3id.org/zwgk/id/duty/1> a zwgk:Duty ; rdfs:label "补偿方案"@zh . <urn:gone> rdfs:label "旧"@zh . }}"""
SECOND = f"""@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix zwgk: <https://w3id.org/zwgk/ns#> .
<{G}> {{ <https://w3id.org/zwgk/id/duty/1> a zwgk:Duty ; rdfs:label "征地补偿方案"@zh . <urn:new> rdfs:label "新"@zh . }}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serve(tmp_path_factory.mktemp("harvest"), FIRST) as running:
        yield running


def get(server, path, **headers):
    return server.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})


def take(server):
    """The id and checked N-Quads of the release in use."""
    led = get(server, "/downloads/current/manifest.json")
    assert led.status == 307
    manifest = json.loads(get(server, led.headers["location"]).body)
    entry = next(file for file in manifest["distributions"] if file["path"] == "data.nq.gz")
    path = f"/downloads/{manifest['release']}/{entry['path']}"
    return manifest["release"], fetch(server, path, entry["sha256"], entry["bytes"])


def fetch(server, path, checksum, size):
    """A packed dump, whole and as its checksum says."""
    body = get(server, path).body
    assert len(body) == size
    if hashlib.sha256(body).hexdigest() != checksum:
        raise ValueError(path)
    return gzip.decompress(body).decode()


NEWEST = """PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX spdx: <http://spdx.org/rdf/terms#>
PREFIX dct: <http://purl.org/dc/terms/> SELECT ?id ?url ?sum ?bytes {
  ?series dcat:hasCurrentVersion ?release . ?release dct:identifier ?id ; dcat:distribution ?file .
  ?file dcat:downloadURL ?url ; dcat:byteSize ?bytes ; spdx:checksum/spdx:checksumValue ?sum ;
    dcat:mediaType <https://www.iana.org/assignments/media-types/application/n-quads> ;
    dcat:compressFormat <https://www.iana.org/assignments/media-types/application/gzip> }"""


def follow_dcat(server):
    """The same by the catalogue alone."""
    catalogue = Graph().parse(data=get(server, "/catalog", Accept="text/turtle").body, format="turtle")
    [row] = catalogue.query(NEWEST)
    path = str(row["url"]).partition(f":{server.port}")[2]
    return str(row["id"]), fetch(server, path, str(row["sum"]).lower(), int(row["bytes"]))


def load(nquads):
    graph = Dataset()
    graph.parse(data=nquads, format="nquads")
    return graph


@pytest.mark.filterwarnings("ignore:Dataset.default_context")  # rdflib's own parser
def test_a_harvester_keeps_up_by_changes_and_ends_with_the_same_graph(server):
    release, nquads = follow_dcat(server)
    kept = load(nquads)
    publish(server.home, SECOND)
    assert_eventually_other(server, release)
    patch = get(server, f"/changes?since={release}", Accept="application/rdf-patch")
    assert (patch.status, patch.headers["content-type"]) == (200, "application/rdf-patch")
    for line in patch.body.decode().split("\n"):
        operation, _, statement = line.partition(" ")
        if operation in {"A", "D"}:
            [quad] = load(statement).quads()
            (kept.add if operation == "A" else kept.remove)(quad)
    _, fresh = follow_dcat(server)
    assert isomorphic(kept.graph(G), load(fresh).graph(G))
    assert sorted(str(label) for label in kept.graph(G).objects()) == [
        "https://w3id.org/zwgk/ns#Duty",
        "征地补偿方案",
        "新",
    ]
    old = get(server, f"/downloads/{release}/data.nq")
    assert old.body.decode() == nquads


def assert_eventually_other(server, release):
    from tests.served import eventually

    assert eventually(lambda: get(server, "/downloads/current/").headers["location"] != f"/downloads/{release}/")


def test_an_interrupted_download_resumes(server):
    release, nquads = take(server)
    path, whole = f"/downloads/{release}/data.nq", nquads.encode()
    head = server.request("HEAD", path)
    assert (head.headers["content-length"], head.headers["accept-ranges"], head.body) == (str(len(whole)), "bytes", b"")
    tag = head.headers["etag"]
    assert tag == f'"{hashlib.sha256(whole).hexdigest()}"'
    first = get(server, path, Range="bytes=0-9", Accept_Encoding="gzip")
    rest = get(server, path, Range="bytes=10-", If_Range=tag)
    assert (first.status, rest.status) == (206, 206)
    assert rest.headers["content-range"] == f"bytes 10-{len(whole) - 1}/{len(whole)}"
    assert first.body + rest.body == whole
    assert get(server, path, Range="bytes=-5").body == whole[-5:]
    changed = get(server, path, Range="bytes=10-", If_Range='"another"')
    assert (changed.status, changed.body) == (200, whole)
    several = get(server, path, Range="bytes=0-1,5-6")
    assert several.status == 206
    assert several.headers["content-type"].startswith("multipart/byteranges")
    beyond = get(server, path, Range=f"bytes={len(whole)}-")
    assert (beyond.status, beyond.headers["content-range"]) == (416, f"bytes */{len(whole)}")


@pytest.mark.parametrize("nonsense", ["bytes=abc", "lines=1-2", "bytes=9-2", "bytes="])
def test_a_range_that_is_none_is_ignored(server, nonsense):
    release, nquads = take(server)
    answer = get(server, f"/downloads/{release}/data.nq", Range=nonsense)
    assert (answer.status, answer.body.decode()) == (200, nquads)


def test_a_harvest_during_publications_sees_one_release_whole(tmp_path):
    with serve(tmp_path, FIRST, keep_releases=1) as running:
        release, nquads = take(running)
        manifest = json.loads(get(running, f"/downloads/{release}/manifest.json").body)
        for turtle in (SECOND, FIRST, SECOND):
            publish(running.home, turtle)
            assert_eventually_other(running, release)
            for file in manifest["distributions"]:
                body = get(running, f"/downloads/{release}/{file['path']}").body
                assert hashlib.sha256(body).hexdigest() == file["sha256"]
        assert get(running, f"/downloads/{release}/data.nq").body.decode() == nquads


def test_a_changed_byte_is_found_by_the_sums(tmp_path):
    with serve(tmp_path, FIRST) as running:
        release, _ = take(running)
        path = running.home / "packages" / release / "data.nq.gz"
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.write_bytes(content)
        with pytest.raises(ValueError, match=r"data\.nq\.gz"):
            take(running)


def test_files_are_kept_by_caches_and_never_packed_on_the_way(server):
    release, _ = take(server)
    answer = get(server, f"/downloads/{release}/data.trig", Accept_Encoding="gzip")
    assert "content-encoding" not in answer.headers
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "application/trig"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert parsedate(answer.headers["last-modified"]) is not None
    assert get(server, f"/downloads/{release}/data.nq.gz").headers["content-type"] == "application/gzip"
    same = get(server, f"/downloads/{release}/data.trig", If_None_Match=answer.headers["etag"])
    assert (same.status, same.body) == (304, b"")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/downloads/{}/../../current", 404, "download-not-found"),
        ("/downloads/{}/%2e%2e/%2e%2e/current", 404, "download-not-found"),
        ("/downloads/{}//etc/passwd", 404, "download-not-found"),
        ("/downloads/{}/data.xyz", 404, "download-not-found"),
        ("/downloads/../releases", 404, "release-not-found"),
        ("/downloads/20000101T000000000-00000000/data.nq", 404, "release-not-found"),
        ("/changes?since=20000101T000000000-00000000", 410, "release-gone"),
        ("/changes?since=29990101T000000000-00000000", 404, "release-not-found"),
        ("/changes?since=x", 404, "release-not-found"),
        ("/changes", 400, "parameter-invalid"),
        ("/changes?since={}&format=xlsx", 406, "not-acceptable"),
    ],
)
def test_what_is_not_there_is_told(server, path, status, code):
    release, _ = take(server)
    answer = get(server, path.format(release))
    assert (answer.status, json.loads(answer.body)["code"]) == (status, code)


def test_nothing_changed_since_the_release_in_use(server):
    release, _ = take(server)
    answer = get(server, "/changes?since=current")
    assert answer.body.decode().split("\n")[2:] == ["TX .", "TC .", ""]
    assert answer.headers["cache-control"] == "no-cache"
    tag = answer.headers["etag"]
    assert get(server, "/changes?since=current", If_None_Match=tag).status == 304
    fixed = get(server, f"/changes?since={release}&until={release}&format=json")
    assert json.loads(fixed.body)["resources"] == []
    assert "immutable" in fixed.headers["cache-control"]


def test_pages_list_files_by_reader_and_changes_in_words(server):
    release, _ = take(server)
    page = get(server, "/downloads", Accept="text/html").body.decode()
    assert f'href="/downloads/{release}/data.nq.gz"' in page
    assert "我要整个图谱" in page
    english = get(server, f"/downloads/{release}/?lang=en", Accept="text/html").body.decode()
    assert "I want the changes" in english
    changes = get(server, f"/changes?since={release}", Accept="text/html")
    assert (changes.status, "没有变化。" in changes.body.decode()) == (200, True)
    assert get(server, "/changes", Accept="text/html").status == 200
