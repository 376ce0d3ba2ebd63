"""How JSON-LD writes predicates with their objects: the keys, the context they need, and the form that needs none."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pyoxigraph as ox

from ohai_kg.namespaces import DEF, PREFIXES, XSD
from ohai_kg.publication.statements import TYPE, is_iri, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

_TERM: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_XSD_STRING: Final = XSD + "string"
# What the bare strings under a key are; a datatype stands for itself, b"" for plain strings.
_IRI: Final = b"<"
_TEXT: Final = b"@"
_NOTHING: Final = b"-"
_TYPE_KEY: Final = b'"@type":'


class Awkward(Exception):
    """A term that the context would misread, or that JSON-LD has no word for."""


class Value(NamedTuple):
    """A predicate with one object: key and text, the language where the key holds a map of them, and both as a member."""

    predicate: bytes
    key: bytes
    text: bytes
    language: bytes
    alone: bytes


class _Key(NamedTuple):
    """A property's key, the key that no context touches, and what bare strings under the first are."""

    short: bytes
    whole: bytes
    kind: bytes


class JsonTerms:
    """Terms in short form, and the context that has grown with them."""

    def __init__(self, base: str) -> None:
        prefixes = {**PREFIXES, "def": DEF, "graph": f"{base}graph/", "id": f"{base}id/"}
        self._context: dict[str, Any] = dict(prefixes)
        self._prefixes = {name.encode() for name in prefixes}
        self._namespaces = {namespace.encode(): name.encode() for name, namespace in prefixes.items()}
        self._instances = f"{base}id/".encode()
        self._keys: dict[bytes, _Key] = {}

    @property
    def context(self) -> dict[str, Any]:
        """The value of `@context` for what was written so far."""
        return {"@version": 1.1, **self._context}

    def can_say(self, iri: bytes) -> bool:
        """Whether an IRI has a form that the context does not misread."""
        try:
            self.iri(iri)
        except Awkward:
            return False
        return True

    def iri(self, term: bytes) -> bytes:
        """An IRI, short where a prefix allows. Raises Awkward."""
        iri = term[1:-1]
        cut = max(iri.rfind(b"#"), iri.rfind(b"/")) + 1
        prefix = self._namespaces.get(iri[:cut])
        if prefix is not None:
            return prefix + b":" + iri[cut:]
        if iri.startswith(self._instances) and not iri.startswith(b"//", len(self._instances)):
            return b"id:" + iri[len(self._instances) :]
        scheme, _, rest = iri.partition(b":")
        if b"\\" in iri or term.startswith(b"<<") or (scheme in self._prefixes and not rest.startswith(b"//")):
            raise Awkward
        return iri

    def value(self, pair: bytes) -> Value | None:
        """A predicate with its object, as N-Quads has them; None where only the expanded form can say it."""
        predicate, value = pair.split(b" ", 1)
        try:
            if predicate == TYPE and is_iri(value):
                return _value(predicate, _TYPE_KEY, b'"' + self.iri(value) + b'"')
            text, kind = (b'"' + self.iri(value) + b'"', _IRI) if is_iri(value) else _literal(value)
            key = self._keys.get(predicate)
            if key is None:
                key = self._keys[predicate] = self._new_key(predicate, kind)
            if kind == key.kind:
                return _value(predicate, key.short, text)
            if kind.startswith(_TEXT) and key.kind == _TEXT:
                return _value(predicate, key.short, text, kind[1:])
            return _value(predicate, key.whole, self._explicit(text, kind))
        except Awkward:
            return None

    def _new_key(self, predicate: bytes, kind: bytes) -> _Key:
        iri = predicate[1:-1].decode()
        whole = quoted(iri) + b":"
        prefix, _, local = self.iri(predicate).decode().partition(":")
        if prefix not in PREFIXES:
            return _Key(whole, whole, _NOTHING)
        short = f"{prefix}:{local}"
        name = local if _TERM.fullmatch(local) and local not in self._context else short
        definition = {"@id": short}
        if kind.startswith(_TEXT):
            kind = _TEXT
            definition["@container"] = "@language"
        elif kind:
            definition["@type"] = "@id" if kind == _IRI else self.iri(kind[2:]).decode()
        self._context[name] = definition
        return _Key(quoted(name) + b":", whole, kind)

    def _explicit(self, text: bytes, kind: bytes) -> bytes:
        if kind == _IRI:
            return b'{"@id":' + text + b"}"
        if kind.startswith(_TEXT):
            return b'{"@value":' + text + b',"@language":"' + kind[1:] + b'"}'
        return b'{"@value":' + text + b',"@type":"' + self.iri(kind[2:]) + b'"}' if kind else b'{"@value":' + text + b"}"


def _value(predicate: bytes, key: bytes, text: bytes, language: bytes = b"") -> Value:
    alone = key + (b'{"' + language + b'":' + text + b"}" if language else text)
    return Value(predicate, key, text, language, alone)


def _literal(value: bytes) -> tuple[bytes, bytes]:
    """A literal as JSON string, and its kind. Raises Awkward where JSON escapes otherwise, or has no word for it."""
    if value.startswith(b"<<"):
        raise Awkward
    text, kind = text_of(value)
    if (b"\\" in text and (b"\\U" in text or b"\\'" in text)) or (kind.startswith(_TEXT) and b"--" in kind):
        raise Awkward
    return text, kind


def detached(subject: bytes, pairs: Iterable[bytes]) -> tuple[bytes, int]:
    """A node in expanded form, which no context touches, and how many statements even that cannot say."""
    node: dict[str, Any] = {"@context": None}
    left_out = 0
    lines = b"".join([b"%b %b .\n" % (subject, pair) for pair in pairs])
    for quad in ox.parse(lines, format=ox.RdfFormat.N_QUADS):
        value = _expanded(quad.object)
        if value is None:
            left_out += 1
        elif isinstance(quad.subject, ox.NamedNode):
            node["@id"] = quad.subject.value
            node.setdefault(quad.predicate.value, []).append(value)
    return quoted(node), left_out


def _expanded(term: object) -> dict[str, str] | None:
    if isinstance(term, ox.NamedNode):
        return {"@id": term.value}
    if not isinstance(term, ox.Literal) or term.direction is not None:
        return None
    if term.language is not None:
        return {"@value": term.value, "@language": term.language}
    return (
        {"@value": term.value} if term.datatype.value == _XSD_STRING else {"@value": term.value, "@type": term.datatype.value}
    )


def quoted(value: object, indent: int | None = None) -> bytes:
    """JSON as UTF-8, Han characters as they are."""
    separators = (",", ":") if indent is None else None
    return json.dumps(value, ensure_ascii=False, indent=indent, separators=separators).encode()
