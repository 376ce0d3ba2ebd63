"""RDF/XML of the union of all graphs: one description a resource, for tools that know no named graphs.

RDF/XML cannot say everything: a predicate must end in an XML name, a text may hold no control character. What it cannot say
is left out and counted, never written wrongly.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from ohai_kg.engine.xml import UNWRITABLE
from ohai_kg.namespaces import PREFIXES, RDF
from ohai_kg.publication.statements import KNOWN_PAIRS, is_iri, statements, text_of

if TYPE_CHECKING:
    from pathlib import Path

_START: Final = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME: Final = re.compile(f"([{_START}][-.0-9\u00b7\u0300-\u036f\u203f\u2040{_START}]*)$")
# RDF/XML section 5.1: names of the syntax, which can be no property.
_RESERVED: Final = frozenset(
    RDF + name
    for name in (
        *("RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype", "Description", "aboutEach", "aboutEachPrefix"),
        *("bagID", "li"),
    )
)
_NAMESPACES: Final = {namespace: prefix for prefix, namespace in PREFIXES.items()}
_ESCAPE: Final = re.compile(rb"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_ESCAPED: Final = {b"t": "\t", b"n": "\n", b"r": "\r", b"b": "\b", b"f": "\f"}
_MARKED: Final = re.compile(rb"[&<>\\]|\xef\xbf[\xbe\xbf]")

_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF'
    + "".join(f'\n  xmlns:{prefix}="{namespace}"' for prefix, namespace in PREFIXES.items())
    + ">\n"
).encode()
_TAIL: Final = b"</rdf:RDF>\n"


def write_rdfxml(quads: Path, target: Path) -> int:
    """Write the union of all graphs; returns how many statements RDF/XML cannot say."""
    elements: dict[bytes, bytes] = {}
    left_out = 0
    current = said = b""
    with quads.open("rb") as file, target.open("wb") as output:
        output.write(_HEAD)
        parts: list[bytes] = []
        for subject, rest, _ in statements(file):
            if subject != current:
                output.write(_describe(current, parts))
                parts.clear()
                current, said = subject, b""
            if rest == said:
                continue  # another graph says the same
            said = rest
            element = elements.get(rest)
            if element is None:
                if len(elements) > KNOWN_PAIRS:
                    elements.clear()
                element = elements[rest] = _element(*rest.split(b" ", 1))
            if element:
                parts.append(element)
            else:
                left_out += 1
        output.write(_describe(current, parts))
        output.write(_TAIL)
    return left_out


def _describe(subject: bytes, elements: list[bytes]) -> bytes:
    if not elements:
        return b""
    return b'<rdf:Description rdf:about="%b">\n%b</rdf:Description>\n' % (_attribute(subject), b"".join(elements))


def _element(predicate: bytes, value: bytes) -> bytes:
    """A property element; empty where there is none."""
    start, end = _tags(predicate[1:-1].decode())
    if not start or value.startswith(b"<<"):
        return b""
    if is_iri(value):
        return start + b' rdf:resource="' + _attribute(value) + b'"/>\n'
    quoted, rest = text_of(value)
    text: bytes | None = quoted[1:-1]
    if _MARKED.search(quoted):
        text = _escape(quoted[1:-1])
    if text is None or (rest.startswith(b"@") and b"--" in rest):
        return b""
    if rest.startswith(b"^^"):
        start += b' rdf:datatype="' + _attribute(rest[2:]) + b'"'
    elif rest:
        start += b' xml:lang="' + rest[1:] + b'"'
    return start + b">" + text + end


def _attribute(iri: bytes) -> bytes:
    return iri[1:-1].replace(b"&", b"&amp;")


@cache
def _tags(predicate: str) -> tuple[bytes, bytes]:
    """The start of the start tag, and the end tag, of a property element; empty where it can have none."""
    name = _NAME.search(predicate)
    if name is None or predicate in _RESERVED or not name.start():
        return b"", b""
    namespace = predicate[: name.start()]
    prefix = _NAMESPACES.get(namespace)
    if prefix is None:
        start, end = f'  <p:{name[1]} xmlns:p="{namespace.replace("&", "&amp;")}"', f"</p:{name[1]}>\n"
    else:
        start, end = f"  <{prefix}:{name[1]}", f"</{prefix}:{name[1]}>\n"
    return start.encode(), end.encode()


def _escape(text: bytes) -> bytes | None:
    """A text of N-Quads as XML content; None where XML has no way to say it."""
    plain = _ESCAPE.sub(_unescaped, text).decode()
    if UNWRITABLE.search(plain):
        return None
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\r", "&#13;")):
        plain = plain.replace(character, entity)
    return plain.encode()


def _unescaped(found: re.Match[bytes]) -> bytes:
    code = found[1] or found[2]
    if code:
        return chr(int(code, 16)).encode("utf-8", "surrogatepass")
    return _ESCAPED.get(found[3], found[3].decode()).encode()
