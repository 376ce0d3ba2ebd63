"""What XML 1.0 can hold: answers in XML are checked as the engine writes them, for it writes any text and any predicate.

XML 1.0 (section 2.2) has no way at all to write most control characters, U+FFFE and U+FFFF; RDF/XML (section 6) cannot say a
predicate that does not end in an XML name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, cast

from ohai_kg.errors import FormatInsufficient

if TYPE_CHECKING:
    from typing import BinaryIO

_CONTROLS: Final = bytes(code for code in range(0x20) if code not in b"\t\n\r")
_NONCHARACTERS: Final = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
_NAMELESS: Final = re.compile(rb"<[^\s<>&\"]*:[\s>/]")
"""A tag whose name ends with its colon: what the engine writes for a predicate without an XML name."""
_TAIL: Final = 64
"""Bytes kept of what was written, for what stands across two writes; longer than any prefix of ours."""
UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""The characters of texts here that XML 1.0 cannot hold."""


class XmlOutput:
    """Passes XML on to `output`; `write` raises FormatInsufficient at the first thing that XML or RDF/XML cannot hold.

    A carriage return is written as a reference, or reading would make a line feed of it (XML 1.0 section 2.11).
    """

    def __init__(self, output: BinaryIO, *, graph: bool) -> None:
        self._output = output
        self._graph = graph
        self._tail = b""

    @property
    def file(self) -> BinaryIO:
        """This, as what the engine writes to."""
        return cast("BinaryIO", self)

    def write(self, data: bytes) -> int:
        """Called by the engine."""
        if len(data.translate(None, _CONTROLS)) < len(data):
            raise _no_such_character(self._graph)
        joined = self._tail + data
        if any(character in joined for character in _NONCHARACTERS):
            raise _no_such_character(self._graph)
        if self._graph and _NAMELESS.search(joined):
            raise FormatInsufficient(
                "有的属性名不以 XML 名称结尾，RDF/XML 写不出；请改取 Turtle、N-Triples、JSON-LD。",
                "RDF/XML cannot write a predicate that does not end in an XML name; ask for Turtle, N-Triples or JSON-LD.",
            )
        self._output.write(data.replace(b"\r", b"&#13;"))
        self._tail = joined[-_TAIL:]
        return len(data)

    def flush(self) -> None:
        """Called by the engine; nothing to do."""


def xml_text(text: str) -> str:
    """Text with U+FFFD in place of what XML cannot hold, for pictures and pages, which show it and promise nothing."""
    return UNWRITABLE.sub("\ufffd", text)


def _no_such_character(graph: bool) -> FormatInsufficient:
    zh, en = ("Turtle、N-Triples、JSON-LD", "Turtle, N-Triples or JSON-LD") if graph else ("JSON、CSV、TSV", "JSON, CSV or TSV")
    return FormatInsufficient(
        f"有的文字含有 XML 1.0 写不出的控制字符；请改取 {zh}。",
        f"A text holds a control character that XML 1.0 cannot write; ask for {en}.",
    )
