"""The look of marked cells, added to a workbook's own styles: a marked cell keeps its font, number format and alignment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ohai_kg.office.xlsx.splice import Edits, parse, with_attributes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ohai_kg.office.xlsx.splice import Node

# Fill and line of each degree: told apart by the line as well, for not everyone sees colours and copies have none.
_LOOKS: Final[Mapping[str, tuple[str, str, str]]] = {
    "violation": ("FFFFC7CE", "thick", "FFC00000"),
    "warning": ("FFFFEB9C", "mediumDashed", "FFB46A00"),
    "info": ("FFDDEBF7", "medium", "FF1F4E79"),
    "hint": ("FFF2F2F2", "dotted", "FF404040"),
}
_FONTS: Final[Mapping[str, str]] = {
    "plain": '<{p}font><{p}sz val="11"/><{p}name val="宋体"/></{p}font>',
    "bold": '<{p}font><{p}b/><{p}sz val="11"/><{p}name val="宋体"/></{p}font>',
    "title": '<{p}font><{p}b/><{p}sz val="16"/><{p}name val="宋体"/></{p}font>',
    "link": '<{p}font><{p}u/><{p}sz val="11"/><{p}color rgb="FF0563C1"/><{p}name val="宋体"/></{p}font>',
}
EMPTY: Final = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    b'<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    b'<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    b'<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    b'<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>'
)


class Styles:
    """The styles of a workbook; asking for a look that is not there adds it."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._root = parse(data)
        self._lists = {name: self._list(name) for name in ("fonts", "fills", "borders", "cellXfs")}
        self._counts = {name: len(node.children) if node else 0 for name, node in self._lists.items()}
        self._new: dict[str, list[bytes]] = {name: [] for name in self._lists}
        self._known: dict[tuple[object, ...], int] = {}

    def marked(self, style: int, degree: str) -> int:
        """The number of the style that is `style` with the fill and line of `degree`."""
        key = ("marked", style, degree)
        if key not in self._known:
            colour, line, line_colour = _LOOKS[degree]
            fill = self._fill(colour)
            border = self._border(line, line_colour)
            changes = {"fillId": str(fill), "borderId": str(border), "applyFill": "1", "applyBorder": "1"}
            self._known[key] = self._add("cellXfs", self._format(style, changes))
        return self._known[key]

    def own(self, font: str = "plain", degree: str | None = None, *, lined: bool = False, wrapped: bool = True) -> int:
        """The number of a style for what we write ourselves."""
        key = ("own", font, degree, lined, wrapped)
        if key not in self._known:
            p = self._root.prefix
            wrap = ' wrapText="1"' if wrapped else ""
            number = self._once("fonts", _FONTS[font].format(p=p))
            fill = self._fill(_LOOKS[degree][0]) if degree else 0
            border = self._border("thin", "FF808080") if lined else 0
            self._known[key] = self._add(
                "cellXfs",
                f'<{p}xf numFmtId="0" fontId="{number}" fillId="{fill}" borderId="{border}" xfId="0" applyFont="1" '
                f'applyFill="1" applyBorder="1" applyAlignment="1"><{p}alignment vertical="top"{wrap}/></{p}xf>'.encode(),
            )
        return self._known[key]

    def result(self) -> bytes:
        """The part with everything that was asked for."""
        edits = Edits(self._data)
        for name, added in self._new.items():
            node = self._lists[name]
            if not added:
                continue
            if node is None:
                edits.insert(self._root.inside, self._whole(name, added))
            else:
                inside = self._data[node.inside : node.close] + b"".join(added)
                tag = with_attributes(self._data[node.start : node.inside], {"count": str(self._counts[name])})
                tag = tag[:-2] + b">" if tag.endswith(b"/>") else tag
                edits.replace(node.start, node.end, b"%s%s</%s>" % (tag, inside, node.name.encode()))
        return edits.result()

    def _list(self, name: str) -> Node | None:
        return self._root.child(name)

    def _whole(self, name: str, added: list[bytes]) -> bytes:
        p = self._root.prefix
        return f'<{p}{name} count="{len(added)}">'.encode() + b"".join(added) + f"</{p}{name}>".encode()

    def _format(self, style: int, changes: Mapping[str, str]) -> bytes:
        """A copy of a cell format with other attributes; its alignment and protection stay."""
        formats = self._lists["cellXfs"]
        if formats is None or not formats.children:
            p = self._root.prefix
            return with_attributes(f'<{p}xf numFmtId="0" fontId="0" xfId="0"/>'.encode(), changes)
        node = formats.children[style if style < len(formats.children) else 0]
        return with_attributes(self._data[node.start : node.inside], changes) + self._data[node.inside : node.end]

    def _fill(self, colour: str) -> int:
        p = self._root.prefix
        return self._once(
            "fills",
            f'<{p}fill><{p}patternFill patternType="solid"><{p}fgColor rgb="{colour}"/><{p}bgColor indexed="64"/>'
            f"</{p}patternFill></{p}fill>",
        )

    def _border(self, line: str, colour: str) -> int:
        p = self._root.prefix
        sides = "".join(
            f'<{p}{side} style="{line}"><{p}color rgb="{colour}"/></{p}{side}>' for side in ("left", "right", "top", "bottom")
        )
        return self._once("borders", f"<{p}border>{sides}<{p}diagonal/></{p}border>")

    def _once(self, name: str, xml: str) -> int:
        key = (name, xml)
        if key not in self._known:
            self._known[key] = self._add(name, xml.encode())
        return self._known[key]

    def _add(self, name: str, xml: bytes) -> int:
        self._new[name].append(xml)
        self._counts[name] += 1
        return self._counts[name] - 1
