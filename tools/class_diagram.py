"""A class diagram as SVG: a box a class with its properties, relations as lines.

Boxes are laid in columns as evenly as they go. Every relation (in red) says the name of the class it leads to; a line is
drawn where that class stands in the same column or the next one, so that no line crosses a box.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS: Final = 4
_WIDTH: Final = 340
_GUTTER: Final = 56
_ROW: Final = 20
_HEAD: Final = 44
_GAP: Final = 24
_MARGIN: Final = 24
_LANES: Final = 9
_FONT: Final = "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif"
_STYLE: Final = f"""text{{font:13px {_FONT};fill:#1a1a1a}}.n{{font-weight:600}}.i{{font-size:11px;fill:#555}}
.c{{text-anchor:end;fill:#555}}.r{{fill:#a4161a}}rect{{fill:#fff;stroke:#888}}.h{{fill:#f2f2f2}}path{{fill:none;stroke:#a4161a;stroke-width:1.2}}"""


_ARROW: Final = """<defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
<path d="M0 0L8 4L0 8z" style="fill:#a4161a;stroke:none"/></marker></defs>"""


@dataclass(frozen=True, slots=True)
class Line:
    """One property: its name, what its values are, how many, and the IRI of the class they are of ('' where none of ours)."""

    name: str
    value: str
    count: str
    target: str


@dataclass(frozen=True, slots=True)
class ClassBox:
    """One class: IRI, name, prefixed name, names of the classes above it, properties."""

    iri: str
    name: str
    short: str
    parents: str
    lines: tuple[Line, ...]

    @property
    def height(self) -> int:
        """Pixels."""
        return _HEAD + _ROW * len(self.lines) + 8


@dataclass(frozen=True, slots=True)
class _Placed:
    box: ClassBox
    column: int
    x: int
    y: int


def draw_classes(boxes: Sequence[ClassBox], lang: str) -> str:
    """The SVG document; ends with a newline."""
    placed = _place(boxes)
    height = max((one.y + one.box.height for one in placed), default=0) + _MARGIN
    width = 2 * _MARGIN + COLUMNS * _WIDTH + (COLUMNS - 1) * _GUTTER + _GUTTER
    title = "类图" if lang == "zh" else "Class diagram"
    parts: list[str] = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        f"<title>{title}</title><style>{_STYLE}</style>",
        _ARROW,
        *(_draw_box(one) for one in placed),
        *_draw_relations(placed),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _place(boxes: Sequence[ClassBox]) -> list[_Placed]:
    """Boxes by size into the shortest column, those with most relations first; the columns end evenly."""
    ends = [_MARGIN] * COLUMNS
    placed: list[_Placed] = []
    for box in _connected(boxes):
        column = ends.index(min(ends))
        placed.append(_Placed(box, column, _MARGIN + column * (_WIDTH + _GUTTER), ends[column]))
        ends[column] += box.height + _GAP
    return placed


def _connected(boxes: Sequence[ClassBox]) -> list[ClassBox]:
    """The boxes, those with most relations first."""
    degree = {box.iri: 0 for box in boxes}
    for box in boxes:
        for line in box.lines:
            if line.target in degree:
                degree[box.iri] += 1
                degree[line.target] += 1
    return sorted(boxes, key=lambda box: (-degree[box.iri], box.iri))


def _draw_box(one: _Placed) -> str:
    box, x, y = one.box, one.x, one.y
    short = box.short + (f" ⊂ {box.parents}" if box.parents else "")
    rows = [
        f'<g id="{escape(box.short.partition(":")[2])}"><rect x="{x}" y="{y}" width="{_WIDTH}" height="{box.height}"/>',
        f'<rect class="h" x="{x}" y="{y}" width="{_WIDTH}" height="{_HEAD}"/>',
        f'<text class="n" x="{x + 10}" y="{y + 19}">{escape(box.name)}</text>',
        f'<text class="i" x="{x + 10}" y="{y + 36}">{escape(_cut(short, 54))}</text>',
    ]
    for number, line in enumerate(box.lines):
        at = y + _HEAD + _ROW * number + 16
        kind = ' class="r"' if line.target else ""
        arrow = (" → " if line.target else ": ") + line.value if line.value else ""
        rows.append(f'<text{kind} x="{x + 10}" y="{at}">{escape(_cut(line.name + arrow, 44))}</text>')
        rows.append(f'<text class="c" x="{x + _WIDTH - 10}" y="{at}">{escape(line.count)}</text>')
    return "".join(rows) + "</g>"


def _draw_relations(placed: Sequence[_Placed]) -> list[str]:
    """A line through the gutter for each relation inside a column or to the next one, every line in a lane of its own."""
    where = {one.box.iri: one for one in placed}
    used = [0] * (COLUMNS + 1)
    paths = []
    for one in placed:
        for number, line in enumerate(one.box.lines):
            target = where.get(line.target)
            if target is None or target is one or abs(target.column - one.column) > 1:
                continue
            gutter = min(one.column, target.column)  # the one right of that column
            lane = used[gutter] % _LANES
            used[gutter] += 1
            out = _MARGIN + _WIDTH + gutter * (_WIDTH + _GUTTER) + 8 + 5 * lane
            start = one.x + (_WIDTH if one.column == gutter else 0)
            end = target.x + (_WIDTH if target.column == gutter else 0)
            top = target.y + 6 + 4 * lane
            paths.append(f'<path d="M{start} {one.y + _HEAD + _ROW * number + 12}H{out}V{top}H{end}" marker-end="url(#a)"/>')
    return paths


def _cut(text: str, width: int) -> str:
    """The text as far as `width` narrow characters go; a Han character takes two."""
    taken = 0
    for place, character in enumerate(text):
        taken += 2 if ord(character) > 0x2E7F else 1
        if taken > width:
            return text[: place - 1] + "…"
    return text
