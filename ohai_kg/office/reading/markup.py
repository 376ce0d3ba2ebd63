"""XML read element by element, never as a tree: no entities, no depth or tag without bound.

Elements are handed on in the order of the text, so a part takes no more memory than what its reader keeps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final
from xml.parsers import expat

from ohai_kg.office.reading.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ohai_kg.office.reading.limits import Limits

_LONGEST_TAG: Final = 1_000_000  # bytes of one tag, comment or instruction, which the parser reads as a whole
_MOST_NAMES: Final = 20_000  # names of elements and attributes, each of which the parser keeps
_LONGEST_NAMESPACE: Final = 1_000  # it is written out with every element in it


class Elements:
    """Whoever wants to know the elements of a part. `prefixed`: names come as written, else as `namespace}name`."""

    prefixed: ClassVar[bool] = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """It ends."""

    def text(self, text: str) -> None:
        """Text between tags, in as many pieces as may be."""


def read_elements(pieces: Iterable[bytes], elements: Elements, limits: Limits, tags: int = 0) -> int:
    """Tell `elements` what a part holds; the number of tags so far, `tags` being those of other parts.

    Raises NotAWorkbook where the XML is broken or declares a document type, WorkbookTooLarge where it crosses a limit.
    """
    parser = _parser(elements, limits)
    fed = 0
    try:
        for piece in pieces:
            tags += piece.count(b"<")
            limits.check_tags(tags)
            parser.Parse(piece, False)
            fed += len(piece)
            if fed - parser.CurrentByteIndex > _LONGEST_TAG or len(parser.intern) > _MOST_NAMES:
                raise refused("标记过长或过多的 XML", "XML whose tags are too long or too many")
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # also an encoding that does not exist
        raise refused(f"损坏的 XML（{error}）", f"broken XML ({error})") from None
    return tags


def _parser(elements: Elements, limits: Limits) -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=None if elements.prefixed else "}")
    parser.buffer_text = True
    depth = 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > limits.depth:
            limits.check_depth(depth)
        elements.start(name, attributes)

    def finish(name: str) -> None:
        nonlocal depth
        depth -= 1
        elements.end(name)

    parser.StartElementHandler, parser.EndElementHandler = begin, finish
    parser.CharacterDataHandler = elements.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartNamespaceDeclHandler = _check_namespace
    return parser


def _refuse_doctype(*_: object) -> None:
    """Entities could name other files or grow without end."""
    raise refused("声明了 XML 实体的文件", "a file that declares XML entities")


def _check_namespace(_prefix: str | None, uri: str | None) -> None:
    if uri is not None and len(uri) > _LONGEST_NAMESPACE:
        raise refused("命名空间过长的 XML", "XML with a namespace that is too long")
