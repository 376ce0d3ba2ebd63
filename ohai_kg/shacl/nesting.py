"""How deep an RDF file nests, told before it is parsed: parsers need memory, time or stack that grows with its square.

One pass over the bytes; strings, names and comments are skipped. What is not well-formed is left for the parser to tell.
"""

from __future__ import annotations

import contextlib
import json
import re
from typing import Final
from xml.parsers import expat

from ohai_kg.errors import DataUnreadable

_DEEPEST: Final = 256
_DEEPEST_JSON: Final = 64  # its parser copies what it knows at every level
_LONGEST_KEY: Final = 64  # bytes of @context with every letter escaped
_MOST_COPIED: Final = 1_000_000_000
_JSON: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|([\[{\]}])', re.DOTALL)
_TURTLE: Final = re.compile(
    rb'"""(?:[^"\\]++|\\.|"(?!""))*+(?:""")?|' + rb"'''(?:[^'\\]++|\\.|'(?!''))*+(?:''')?|"
    rb'"(?:[^"\\\n]++|\\.)*+"?|' + rb"'(?:[^'\\\n]++|\\.)*+'?|"
    rb"<[^<>\s]++>|#[^\n]*+|\\.|(<<|[\[({])|>>|[\])}]",
    re.DOTALL,
)
_CLOSING: Final = frozenset({b"]", b"}", b")", b">>"})


def check_nesting(content: bytes, name: str, syntax: str) -> None:
    """Raise DataUnreadable where JSON-LD, RDF/XML, Turtle or TriG nests too deep."""
    if syntax == "rdf":
        with contextlib.suppress(expat.ExpatError, LookupError, ValueError):
            _check_xml(content, name)
    elif syntax == "jsonld":
        _check_json(content, name)
    elif sum(map(content.count, (b"<<", b"[", b"(", b"{"))) > _DEEPEST:
        _check_brackets(content, name)


def _check_brackets(content: bytes, name: str) -> None:
    depth = 0
    for token in _TURTLE.finditer(content):
        if token[1]:
            depth += 1
            if depth > _DEEPEST:
                raise _too_deep(name, content.count(b"\n", 0, token.start()) + 1, _DEEPEST)
        elif token[0] in _CLOSING:
            depth = max(depth - 1, 0)


def _check_json(content: bytes, name: str) -> None:
    """A context within others is copied for every object it may hold for, so these are multiplied."""
    depth = objects = contexts = largest = 0
    begun: tuple[int, int] | None = None  # where the outermost context begins, and its depth
    awaited = False
    for token in _JSON.finditer(content):
        if not token[1]:
            is_context = token.end() - token.start() < _LONGEST_KEY and _is_context(token[0])
            contexts += is_context
            awaited = awaited or (is_context and begun is None)
        elif token[1] in b"[{":
            depth += 1
            objects += token[1] == b"{"
            if depth > _DEEPEST_JSON:
                raise _too_deep(name, content.count(b"\n", 0, token.start()) + 1, _DEEPEST_JSON)
            if awaited:
                awaited, begun = False, (token.start(), depth)
        else:
            if begun is not None and begun[1] == depth:
                largest, begun = max(largest, token.end() - begun[0]), None
            depth = max(depth - 1, 0)
    if contexts > 1 and largest * objects > _MOST_COPIED:
        raise DataUnreadable(
            f"{name} 有 {contexts} 个 @context（最长 {largest} 字节）、{objects} 个对象，二者之积超过 {_MOST_COPIED} 的上限；"
            "请只在文件开头写一个 @context 后重试。",
            f"{name} has {contexts} contexts (the longest of {largest} bytes) and {objects} objects, whose product is over the "
            f"limit of {_MOST_COPIED}; write a single @context at the beginning and try again.",
        )


def _is_context(string: bytes) -> bool:
    """Whether a JSON string, however it is escaped, says @context."""
    if b"\\" not in string:
        return string == b'"@context"'
    try:
        return bool(json.loads(string) == "@context")
    except ValueError:
        return False


def _check_xml(content: bytes, name: str) -> None:
    parser = expat.ParserCreate()
    depth = 0

    def begin(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise _too_deep(name, parser.CurrentLineNumber, _DEEPEST)

    def finish(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = begin, finish
    parser.Parse(content, True)


def _too_deep(name: str, line: int, limit: int) -> DataUnreadable:
    return DataUnreadable(
        f"{name} 第 {line} 行的嵌套超过 {limit} 层的上限；请给内层的事物起名，分开书写后重试。",
        f"{name} is nested deeper than {limit} levels, the limit, on line {line}; "
        "name the inner things, write them beside each other and try again.",
        line,
    )
