"""Files from outside: every syntax is read, every bad file gets a sentence that says what to do."""

import hashlib

import pytest

from ohai_kg.errors import DataUnreadable, UnsupportedMediaType, UploadTooLarge
from ohai_kg.shacl import validate_file
from tests.validation.support import profile_of

PROFILE = profile_of("ex:S sh:targetClass ex:T ; sh:property ex:P . ex:P sh:path ex:p ; sh:minCount 1 .")
SYNTAXES = {
    "ttl": b"<http://e/a> a <http://e/T> .",
    "nt": b"<http://e/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://e/T> .\n",
    "nq": b"<http://e/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://e/T> <http://e/g> .\n",
    "trig": b"<http://e/g> { <http://e/a> a <http://e/T> }",
    "jsonld": b'{"@id": "http://e/a", "@type": "http://e/T"}',
    "rdf": b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="http://e/a">'
    b'<rdf:type rdf:resource="http://e/T"/></rdf:Description></rdf:RDF>',
}


def _validate(content, **options):
    return validate_file(content, [PROFILE], **options)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_every_syntax_is_read_by_its_extension(syntax):
    report = _validate(SYNTAXES[syntax], name=f"data.{syntax}")
    assert [f.focus for f in report.findings] == ["http://e/a"]


@pytest.mark.parametrize("given", ["text/turtle", "text/turtle; charset=utf-8", "ttl", "TTL", "turtle"])
def test_a_stated_format_wins_over_the_name(given):
    assert len(_validate(SYNTAXES["ttl"], name="data.xml", format=given).findings) == 1


@pytest.mark.parametrize(("extension", "syntax"), [("owl", "rdf"), ("xml", "rdf"), ("json", "jsonld")])
def test_other_extensions_of_the_same_syntax_are_known(extension, syntax):
    assert len(_validate(SYNTAXES[syntax], name=f"data.{extension}").findings) == 1


def test_the_report_names_the_file_and_its_hash(tmp_path):
    path = tmp_path / "目录 一.ttl"
    path.write_bytes(SYNTAXES["ttl"])
    source = _validate(path).source
    assert (source.name, source.sha256) == ("目录 一.ttl", hashlib.sha256(SYNTAXES["ttl"]).hexdigest())


def test_a_byte_order_mark_is_no_error():
    assert len(_validate(b"\xef\xbb\xbf" + SYNTAXES["ttl"], name="d.ttl").findings) == 1


@pytest.mark.parametrize("content", [b"", b" \n\t\n"])
def test_an_empty_file_is_said_to_be_empty(content):
    with pytest.raises(DataUnreadable, match=r"d\.ttl is empty"):
        _validate(content, name="d.ttl")


def test_a_file_without_statements_is_said_to_have_none():
    with pytest.raises(DataUnreadable, match="no statement"):
        _validate(b"# only a comment\n", name="d.ttl")


@pytest.mark.parametrize("content", [b"PK\x03\x04 not RDF", b"<html><body>no</body></html>", b"a,b\n1,2\n"])
def test_what_is_not_rdf_is_refused_with_its_place(content):
    with pytest.raises(DataUnreadable) as caught:
        _validate(content, name="d.ttl")
    assert caught.value.line == 1


def test_the_line_of_a_syntax_error_is_told():
    with pytest.raises(DataUnreadable) as caught:
        _validate(b"<http://e/a> a <http://e/T> .\n\n<http://e/b> oops .\n", name="d.ttl")
    assert caught.value.line == 3
    assert "第 3 行" in caught.value.zh


def test_the_wrong_encoding_is_named_with_its_line():
    content = SYNTAXES["ttl"] + "\n<http://e/a> <http://e/p> '中文' .".encode("gb18030")
    with pytest.raises(DataUnreadable, match=r"not UTF-8 on line 2 \(GB18030"):
        _validate(content, name="d.ttl")


def test_a_file_over_the_limit_is_refused_before_it_is_parsed(tmp_path):
    path = tmp_path / "d.ttl"
    path.write_bytes(b"x" * 2_097_153)
    with pytest.raises(UploadTooLarge, match="larger than 2 MB"):
        _validate(path, max_bytes=2_097_152)
    with pytest.raises(UploadTooLarge):
        _validate(b"x" * 11, name="d.ttl", max_bytes=10)


def test_a_name_that_says_nothing_asks_for_the_format():
    with pytest.raises(UnsupportedMediaType, match="State the format"):
        _validate(SYNTAXES["ttl"], name="data.bin")


LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE rdf:RDF [
<!ENTITY a "ha">
%s
]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">
<rdf:Description rdf:about="http://e/a"><e:p>&z;</e:p></rdf:Description></rdf:RDF>""" % b"\n".join(
    b'<!ENTITY %s "%s">' % (bytes([98 + i]), b"&%s;" % bytes([97 + i]) * 100) for i in range(25)
)
EXTERNAL = b"""<!DOCTYPE x [ <!ENTITY z SYSTEM "file:///etc/hostname"> ]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">
<rdf:Description rdf:about="http://e/a"><e:p>&z;</e:p></rdf:Description></rdf:RDF>"""


@pytest.mark.parametrize("content", [LAUGHS, EXTERNAL, LAUGHS.decode().encode("utf-16")], ids=["laughs", "file", "utf16"])
def test_xml_entities_are_never_expanded(content):
    with pytest.raises(DataUnreadable):
        _validate(content, name="d.rdf")


def test_a_remote_context_is_not_fetched():
    with pytest.raises(DataUnreadable):
        _validate(b'{"@context": "http://127.0.0.1:9/context.jsonld", "@id": "http://e/a", "name": "x"}', name="d.jsonld")


def test_a_large_file_gives_the_report_of_a_small_one():
    many = b"".join(b"<http://e/n%d> a <http://e/T> ; <http://e/p> 'x' .\n" % i for i in range(700))
    report = _validate(many + SYNTAXES["ttl"], name="d.ttl")
    assert [f.focus for f in report.findings] == ["http://e/a"]


@pytest.mark.parametrize("before", [0, 1_048_574, 1_048_575, 1_048_576, 3_000_000])
def test_the_line_of_the_wrong_encoding_is_right_in_large_files(before):
    good = b"#" + b"x" * (before - 1) + b"\n" if before else b""
    with pytest.raises(DataUnreadable) as caught:
        _validate(good + "# 好\n".encode() + b"# \xd6\xd0\n", name="d.ttl")
    assert caught.value.line == (3 if before else 2)


def test_a_character_cut_off_at_the_end_is_the_wrong_encoding():
    with pytest.raises(DataUnreadable, match="not UTF-8 on line 1"):
        _validate("<http://e/a> <http://e/p> '中".encode()[:-1], name="d.ttl")
