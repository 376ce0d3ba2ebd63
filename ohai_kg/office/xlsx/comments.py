"""Comments of cells: the part that holds their words and the part that holds their boxes (VML), old ones kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ohai_kg.office.sheets import cell_reference
from ohai_kg.office.xlsx.splice import Edits, content, parse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ohai_kg.office.xlsx.splice import Node

AUTHOR: Final = "ohai-kg 校验"
NO_COMMENTS: Final = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><authors/><commentList/></comments>'
)
NO_BOXES: Final = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    b'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
    b'</o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    b'<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>'
)
_BOX: Final = (
    '<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;margin-left:60pt;margin-top:2pt;'
    'width:260pt;height:{height}pt;z-index:{order};visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
    '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
    "<x:Anchor>{left}, 15, {top}, 2, {right}, 31, {bottom}, 4</x:Anchor><x:AutoFill>False</x:AutoFill>"
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_NAMESPACES: Final[Mapping[bytes, bytes]] = {
    b"v": b"urn:schemas-microsoft-com:vml",
    b"o": b"urn:schemas-microsoft-com:office:office",
    b"x": b"urn:schemas-microsoft-com:office:excel",
}


def add_comments(data: bytes, texts: Mapping[tuple[int, int], str]) -> tuple[bytes, list[tuple[int, int]]]:
    """The part with those comments, and the cells that had none before: those need a box. A comment that is there goes on."""
    root = parse(data)
    edits = Edits(data)
    authors, comments = root.child("authors"), root.child("commentList")
    if authors is None or comments is None:
        return add_comments(NO_COMMENTS, texts)
    there = {comment.attributes.get("ref", ""): comment for comment in comments.children}
    author = len(authors.children)
    edits.append(authors, f"<{root.prefix}author>{AUTHOR}</{root.prefix}author>".encode())
    new: list[tuple[int, int]] = []
    added: list[str] = []
    p = root.prefix
    for at, text in texts.items():
        run = f'<{p}r><{p}t xml:space="preserve">{{}}{content(text)}</{p}t></{p}r>'
        if cell_reference(at) in there:
            _continue(edits, data, there[cell_reference(at)], run.format("\n"))
        else:
            new.append(at)
            added.append(
                f'<{p}comment ref="{cell_reference(at)}" authorId="{author}"><{p}text>{run.format("")}</{p}text></{p}comment>'
            )
    edits.append(comments, "".join(added).encode())
    return edits.result(), new


def _continue(edits: Edits, data: bytes, comment: Node, run: str) -> None:
    """Write on below what a comment says; plain text becomes a run, for it may not stand before one everywhere."""
    text = comment.child("text")
    if text is None:
        return
    plain = text.child("t")
    if plain is None:
        edits.append(text, run.encode())
    else:
        name = text.prefix.encode()
        whole = b"<%sr>%s</%sr>" % (name, data[plain.start : plain.end], name)
        edits.replace(plain.start, plain.end, whole + run.encode())


def add_boxes(data: bytes, cells: Sequence[tuple[int, int]], texts: Mapping[tuple[int, int], str]) -> bytes:
    """The drawing with a box for each of those cells. Old drawings are not always well-formed, so it is treated as text."""
    end = data.rfind(b"</xml>")
    if end < 0:
        return add_boxes(NO_BOXES, cells, texts)
    highest = max((int(number) for number in re.findall(rb'id="_x0000_s(\d+)"', data)), default=1024)
    boxes: list[str] = []
    for order, (row, column) in enumerate(cells, 1):
        lines = sum(1 + len(line) // 26 for line in texts[row, column].split("\n"))
        boxes.append(
            _BOX.format(
                number=highest + order,
                order=order,
                height=min(20 + 14 * lines, 400),
                left=column + 1,
                right=column + 4,
                top=max(row - 1, 0),
                bottom=max(row - 1, 0) + min(2 + lines, 24),
                row=row,
                column=column,
            )
        )
    return _with_namespaces(data[:end] + "".join(boxes).encode() + data[end:])


def _with_namespaces(data: bytes) -> bytes:
    """The prefixes that the boxes use, declared on the root where it does not."""
    start = data.find(b"<xml")
    for prefix, namespace in _NAMESPACES.items():
        if b"xmlns:" + prefix + b"=" not in data and start >= 0:
            data = data[: start + 4] + b' xmlns:%s="%s"' % (prefix, namespace) + data[start + 4 :]
    return data
