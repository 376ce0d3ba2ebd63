"""How deep an RDF file nests, told before it is parsed: parsers need memory, time or stack that grows with its square.

One pass over the bytes; strings, names and comments are skipped. What is not well-formed is left for the parser to tell.
"""

from __future__ import annotations

import contextlib
import re
from typing import Final
from xml.parsers import expat

from ohai_kg.errors import DataUnreadable

_DEEPEST: Final = 256
_JSON: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|([\[{])|[\]}]', re.DOTALL)
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
        _check_brackets(_JSON, content, name)
    elif sum(map(content.count, (b"<<", b"[", b"(", b"{"))) > _DEEPEST:
        _check_brackets(_TURTLE, content, name)


def _check_brackets(tokens: re.Pattern[bytes], content: bytes, name: str) -> None:
    depth = 0
    for token in tokens.finditer(content):
        if token[1]:
            depth += 1
            if depth > _DEEPEST:
                raise _too_deep(name, content.count(b"\n", 0, token.start()) + 1)
        elif token[0] in _CLOSING:
            depth = max(depth - 1, 0)


def _check_xml(content: bytes, name: str) -> None:
    parser = expat.ParserCreate()
    depth = 0

    def begin(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise _too_deep(name, parser.CurrentLineNumber)

    def finish(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = begin, finish
    parser.Parse(content, True)


def _too_deep(name: str, line: int) -> DataUnreadable:
    return DataUnreadable(
        f"{name} 第 {line} 行的嵌套超过 {_DEEPEST} 层的上限；请给内层的事物起名，分开书写后重试。",
        f"{name} is nested deeper than {_DEEPEST} levels, the limit, on line {line}; "
        "name the inner things, write them beside each other and try again.",
        line,
    )
