"""XML changed by cutting and inserting bytes: what is not touched stays as it was, to the byte.

A library that parses and writes again loses what it does not know, and renames the prefixes that `mc:Ignorable` relies on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from xml.parsers import expat
from xml.sax.saxutils import escape

from ohai_kg.engine.xml import UNWRITABLE
from ohai_kg.errors import NotAWorkbook

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TAG: Final = re.compile(rb"""<[^\s/>]+(?:\s+[^\s=]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*/?>""")
_DECLARED: Final = re.compile(rb"""^<\?xml[^>]*encoding\s*=\s*["']([^"']+)["'][^>]*\?>""")


@dataclass(slots=True)
class Node:
    """An element by its place in the bytes: `start` of its tag, `inside` where its content begins, `close` where that
    ends, `end` after it. An empty element (`<a/>`) has `inside == close == end`.
    """

    name: str
    attributes: Mapping[str, str]
    start: int
    inside: int
    close: int = 0
    end: int = 0
    children: list[Node] = field(default_factory=list)

    @property
    def local(self) -> str:
        """The name without its prefix."""
        return self.name.rpartition(":")[2]

    @property
    def prefix(self) -> str:
        """The prefix with its colon, or nothing: what is inserted beside an element is written with it."""
        return self.name[: len(self.name) - len(self.local)]

    @property
    def is_empty(self) -> bool:
        """Whether it is written as `<a/>`."""
        return self.inside == self.end

    def child(self, local: str) -> Node | None:
        """The first child of that local name."""
        return next(self.all(local), None)

    def all(self, local: str) -> Iterator[Node]:
        """The children of that local name."""
        return (child for child in self.children if child.local == local)


class Edits:
    """Cuts and insertions in one text of bytes, made all at once; those at the same place keep their order."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._edits: list[tuple[int, int, bytes]] = []

    def insert(self, at: int, new: bytes) -> None:
        """Put bytes before the place."""
        self._edits.append((at, at, new))

    def replace(self, start: int, end: int, new: bytes) -> None:
        """Put bytes instead of a stretch."""
        self._edits.append((start, end, new))

    def append(self, node: Node, new: bytes) -> None:
        """Put bytes after the last child of an element."""
        if node.is_empty:
            tag = self._data[node.start : node.end].rstrip(b">").rstrip(b"/")
            self.replace(node.start, node.end, b"%s>%s</%s>" % (tag, new, node.name.encode()))
        else:
            self.insert(node.close, new)

    def set(self, node: Node, **attributes: str | None) -> None:
        """Give an element attributes; None takes one away."""
        self.replace(node.start, node.inside, with_attributes(self._data[node.start : node.inside], attributes))

    def result(self) -> bytes:
        """The text with every change made."""
        pieces: list[bytes] = []
        done = 0
        for start, end, new in sorted(self._edits, key=lambda edit: edit[0]):
            pieces += (self._data[done:start], new)
            done = max(done, end)
        return b"".join((*pieces, self._data[done:]))


def with_attributes(tag: bytes, attributes: Mapping[str, str | None]) -> bytes:
    """A start tag with attributes set; None takes one away."""
    for name, value in attributes.items():
        pattern = re.compile(rb"""(\s+)%s\s*=\s*(?:"[^"]*"|'[^']*')""" % re.escape(name.encode()))
        tag = pattern.sub(b"", tag, count=1)
        if value is not None:
            end = len(tag) - (2 if tag.endswith(b"/>") else 1)
            tag = b'%s %s="%s"%s' % (tag[:end].rstrip(), name.encode(), attribute(value).encode(), tag[end:])
    return tag


def tag_end(data: bytes, start: int) -> int:
    """Where the tag that begins at `start` ends. Raises NotAWorkbook."""
    found = _TAG.match(data, start)
    if found is None:
        raise _broken()
    return found.end()


def parse(data: bytes) -> Node:
    """The root of a part of UTF-8 XML (see `as_utf8`). Raises NotAWorkbook where it is broken or declares entities."""
    parser = strict_parser()
    top = Node("", {}, 0, 0)
    stack = [top]

    def begin(name: str, attributes: dict[str, str]) -> None:
        start = parser.CurrentByteIndex
        node = Node(name, attributes, start, tag_end(data, start))
        stack[-1].children.append(node)
        stack.append(node)

    def finish(_name: str) -> None:
        node = stack.pop()
        node.close = parser.CurrentByteIndex
        if data[node.inside - 2 : node.inside] == b"/>":
            node.close = node.end = node.inside
        else:
            node.end = data.index(b">", node.close) + 1

    parser.StartElementHandler, parser.EndElementHandler = begin, finish
    run(parser, data)
    return top.children[0]


def strict_parser() -> expat.XMLParserType:
    """A parser that takes no document type, the only way to an entity."""
    parser = expat.ParserCreate()

    def refuse(*_arguments: object) -> None:
        raise _broken()

    parser.StartDoctypeDeclHandler = refuse
    return parser


def run(parser: expat.XMLParserType, data: bytes) -> None:
    """Parse all of it. Raises NotAWorkbook."""
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        raise _broken() from None


def as_utf8(data: bytes) -> bytes:
    """The XML in UTF-8, which the places of its elements are counted in."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16")
        return re.sub(r"""(<\?xml[^>]*encoding\s*=\s*["'])[^"']+""", r"\1UTF-8", text, count=1).encode()
    declared = _DECLARED.match(data)
    if declared and declared[1].lower() not in {b"utf-8", b"us-ascii"}:
        return data[: declared.start(1)] + b"UTF-8" + data[declared.end(1) :].decode(declared[1].decode()).encode()
    return data


def content(text: str) -> str:
    """Text as element content; characters that XML cannot hold are left out."""
    return escape(UNWRITABLE.sub("", text))


def attribute(text: str) -> str:
    """Text as the value of an attribute in double quotes."""
    return escape(UNWRITABLE.sub("", text), {'"': "&quot;", "\n": "&#10;"})


def _broken() -> NotAWorkbook:
    return NotAWorkbook(
        "应为完好的 xlsx，现有部件的 XML 损坏或声明了实体。请用表格软件打开后另存再试。",
        "Expected a sound xlsx; a part of it is broken XML or declares entities. Open and save it again, then try once more.",
    )
