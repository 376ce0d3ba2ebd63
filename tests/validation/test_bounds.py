"""RDF that nests or grows without bound is refused before it is parsed; what is no file is not read at all."""

import os
import socket
from pathlib import Path

import pytest

from ohai_kg.catalogues.catalogue import read_catalogue
from ohai_kg.catalogues.values.registry import Registry
from ohai_kg.errors import DataUnreadable, FileUnreadable, NotAWorkbook, TableFaults, UploadTooLarge
from ohai_kg.files import read_regular
from ohai_kg.shacl.loading import read_dataset
from ohai_kg.shacl.reading import read_bytes
from ohai_kg.tables.turtle import read_nquads
from tests.bounded import BoundedReader

REFUSED = "data-unreadable 422"
RDF = b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">%s</rdf:RDF>'
LONG = b"x" * 100_000
TERMS = b",".join(b'"t%d":"http://e/%d"' % (i, i) for i in range(3000))


@pytest.fixture(scope="module")
def reader():
    found = BoundedReader()
    yield found
    found.close()


def nested(start, inside, end, times):
    return start * times + inside + end * times


HOSTILE = {
    "arrays.jsonld": (lambda: b'{"@id":"a:a","a:p":' + nested(b"[", b"1", b"]", 330_000) + b"}", REFUSED),
    "objects.jsonld": (lambda: nested(b'{"a:p":', b"1", b"}", 50_000), REFUSED),
    "objects-60.jsonld": (lambda: b"[" + b",".join([nested(b'{"a:p":', b"1", b"}", 60)] * 500) + b"]", "read"),
    "brackets-in-text.jsonld": (lambda: b'{"@id":"a:a","a:p":"' + b'\\"[{' * 100_000 + b'"}', "read"),
    "contexts.jsonld": (
        lambda: b'{"@context":{%s},"@graph":[%s]}' % (TERMS, b",".join([b'{"@context":{},"@id":"a:a","t1":1}'] * 20_000)),
        REFUSED,
    ),
    "contexts-escaped.jsonld": (
        lambda: b'{"@context":{%s},"@graph":[%s]}' % (TERMS, b",".join([b'{"\\u0040context":{},"t1":1}'] * 20_000)),
        REFUSED,
    ),
    "contexts-scoped.jsonld": (
        lambda: b'{"@context":{"@version":1.1,"s":{"@id":"a:s","@context":{"z":"a:z"}},%s},"@graph":[%s]}'
        % (TERMS, b",".join([b'{"s":{"t1":1}}'] * 20_000)),
        REFUSED,
    ),
    "context-once.jsonld": (lambda: b'{"@context":{%s},"@graph":[%s]}' % (TERMS, b",".join([b'{"t1":1}'] * 20_000)), "read"),
    "contexts-small.jsonld": (lambda: b"[%s]" % b",".join([b'{"@context":{"t":"a:t"},"t":1}'] * 20_000), "read"),
    "escapes.jsonld": (lambda: b'{"a":"' + b'\\"' * 10_000_000, REFUSED),
    "remote.jsonld": (lambda: b'{"@context":"http://127.0.0.1:9/c","@id":"a:a","p":1}', REFUSED),
    "literal.ttl": (lambda: b'<a:a> <a:b> "' + b"x" * 17_000_000 + b'" .', REFUSED),
    "literal-typed.nt": (lambda: b'<a:a> <a:b> "' + b"x" * 17_000_000 + b'"^^<http://www.w3.org/2001/XMLSchema#date> .\n', REFUSED),
    "datatypes.ttl": (lambda: b"@prefix p: <a:%s> . " % LONG + b" ".join(b'<a:a> <a:b> "%d"^^p:t .' % i for i in range(5_000)), REFUSED),
    "list.ttl": (lambda: b"<a:a> <a:b> (" + b" 1" * 200_000 + b") .", "read"),
    "literal.trig": (lambda: b'<a:a> <a:b> "' + b"x" * 17_000_000 + b'" .', REFUSED),
    "literal.nq": (lambda: b'<a:a> <a:b> "' + b"x" * 17_000_000 + b'" <a:g> .', REFUSED),
    "literal.jsonld": (lambda: b'{"@id":"a:a","a:p":"' + b"x" * 17_000_000 + b'"}', REFUSED),
    "brackets.ttl": (lambda: b"<a:a> <a:b> " + nested(b"[ <a:b> ", b"1", b"]", 100_000) + b".", REFUSED),
    "lists.trig": (lambda: b"<a:a> <a:b> " + b"( " * 1_000_000, REFUSED),
    "triples.ttl": (lambda: b"<a:a> <a:b> " + nested(b"<<( <a:a> <a:b> ", b"1", b" )>> ", 100_000) + b".", REFUSED),
    "brackets-in-text.ttl": (
        lambda: b'<a:a> <a:b> "%s", \'\'\'%s\'\'\', """%s"%s""" , <a:%s> . # %s' % ((b"[(<<" * 9_000,) * 4 + (b"(" * 99, b"[" * 9_000)),
        "read",
    ),
    "brackets-beside.ttl": (lambda: b"<a:a> <a:b> " + b"[ <a:b> ( 1 ) ] , " * 5_000 + b"1 .", "read"),
    "list-of-itself.ttl": (lambda: b"_:a <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> _:a .", "read"),
    "prefix.ttl": (lambda: b"@prefix p: <a:%s> . " % LONG + b" ".join(b"p:a%d p:b p:c ." % i for i in range(5_000)), REFUSED),
    "base.ttl": (lambda: b"@base <http://e/%s/> . " % LONG + b" ".join(b"<%d> <b> <c> ." % i for i in range(5_000)), REFUSED),
    "namespace.rdf": (
        lambda: (RDF % (b'<rdf:Description rdf:about="a:a"><e:p>1</e:p></rdf:Description>' * 5_000)).replace(b"http://e/", b"a:" + LONG),
        REFUSED,
    ),
    "deep.rdf": (lambda: RDF % nested(b"<rdf:Description><e:p>", b"", b"</e:p></rdf:Description>", 100_000), REFUSED),
    "comment.rdf": (lambda: b"<!--" + b"x" * 40_000_000, REFUSED),
    "entities.rdf": (lambda: b'<!DOCTYPE a [<!ENTITY b "c">]>' + RDF % b"", REFUSED),
    "line.nt": (lambda: b'"^^<http://www.w3.org/2001/XMLSchema#x>' * 500_000, REFUSED),
    "bytes.nt": (lambda: b'<a:a> <a:b> "\xff" .', REFUSED),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_rdf_that_nests_or_grows_is_refused_or_read_in_bounded_memory_and_time(name, reader, tmp_path):
    content, expected = HOSTILE[name]
    path = tmp_path / name
    path.write_bytes(content())
    assert reader.read(path) == expected


@pytest.mark.parametrize(
    ("name", "content", "line", "figure"),
    [
        ("a.jsonld", b'{"a:p":\n' + b"[" * 64 + b"]" * 64 + b"}", 2, "64"),
        ("a.ttl", b"<a:a> <a:b>\n\n" + b"[" * 257, 3, "256"),
        ("a.rdf", RDF % (b"\n" + nested(b"<rdf:Description><e:p>", b"", b"</e:p></rdf:Description>", 128)), 2, "256"),
    ],
)
def test_the_limit_of_nesting_is_told_with_the_line(name, content, line, figure):
    with pytest.raises(DataUnreadable) as caught:
        read_dataset(content, name, None)
    assert (caught.value.line, figure in caught.value.zh, figure in caught.value.en) == (line, True, True)


@pytest.mark.parametrize(("name", "statement"), [("a.ttl", b"<a:a> <a:b> %d .\n"), ("a.nt", b'<a:a> <a:b> "%d" .\n')])
def test_more_statements_than_the_limit_are_refused_with_the_figure(name, statement):
    content = b"".join(statement % number for number in range(11))
    assert len(read_dataset(content, name, None, max_statements=11).store) == 11
    with pytest.raises(UploadTooLarge, match="10 statements") as caught:
        read_dataset(content, name, None, max_statements=10)
    assert "10 条语句" in caught.value.zh


def test_nesting_up_to_the_limit_is_read():
    assert len(read_dataset(b'{"@id":"a:a","a:p":' + nested(b"[", b"1", b"]", 63) + b"}", "a.jsonld", None).store) == 1
    assert len(read_dataset(b"<a:a> <a:b> " + nested(b"[ <a:b> ", b"1", b"]", 256) + b".", "a.ttl", None).store) == 257


def test_a_literal_longer_than_the_buffer_in_the_project_s_own_files_is_a_fault(tmp_path):
    path = tmp_path / "a.nq"
    path.write_bytes(b'<a:a> <a:b> "' + b"x" * 17_000_000 + b'" <a:g> .')
    with pytest.raises(TableFaults, match="16 MB"):
        read_nquads(path, "a.nq", "http://e/")


def test_what_is_no_file_is_named_at_once(reader, tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket.csv"))
        for name, word in {"pipe.csv": "pipe", "folder.csv": "folder", "socket.csv": "socket", "none.csv": "open"}.items():
            assert reader.read(tmp_path / name) == "file-unreadable 422"
            with pytest.raises(FileUnreadable, match=word):
                read_bytes(tmp_path / name, None, None)
    for device in ("/dev/zero", "/dev/null", "/dev/urandom"):
        assert reader.read(device) == "file-unreadable 422"


def test_a_name_that_is_not_utf_8_can_be_shown(tmp_path):
    os.mkfifo(os.fsencode(tmp_path) + b"/\xff.csv")
    (path,) = tmp_path.iterdir()
    with pytest.raises(FileUnreadable) as caught:
        read_regular(path)
    assert caught.value.zh.encode().decode() == "\ufffd.csv 是管道；请给出可以打开的普通文件。"


def test_the_limit_is_for_what_is_read_whatever_size_the_file_is_said_to_have():
    """Files of /proc are said to have no bytes."""
    content, _ = read_bytes(Path("/proc/self/status"), None, None)
    assert content.startswith(b"Name:")
    assert len(read_regular(Path("/proc/self/status"), 10)) == 11


def test_a_workbook_that_is_no_file_is_refused_as_one(tmp_path):
    os.mkfifo(tmp_path / "pipe.xlsx")
    with pytest.raises(NotAWorkbook, match="pipe"):
        read_catalogue(tmp_path / "pipe.xlsx", registry=Registry())
