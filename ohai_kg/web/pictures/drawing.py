"""Pictures drawn on the server as SVG: a heat map of a matrix, a graph of two kinds of things, a tree.

They hold presentation attributes only, no style and no script, so that they stand in a page under its policy and open in
any office program. All sizes are pixels at 96 dpi.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape
from starlette.responses import Response

from ohai_kg.engine.xml import xml_text
from ohai_kg.web.http.pages import HAN

if TYPE_CHECKING:
    from ohai_kg.web.pictures.matrix import Matrix

INK: Final = "#1a1a1a"
SOFT: Final = "#555555"
TEAL: Final = "#23605b"
SHADES: Final = ("#ffffff", "#f1f3f3", "#dbe7e6", "#b9d6d3", "#8fc1bc")
SIZE: Final = 13
_LINE: Final = 14
_GAP: Final = 6
_ROOM: Final = 300
"""How wide a name beside a graph may be before it takes a second line."""
_CLOSING: Final = "，。、；：）”》"
"""What never begins a line."""
_FONT: Final = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"


class Drawing:
    """An SVG picture in the making."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._parts: list[Markup] = []

    def text(self, x: float, y: float, text: object, *, anchor: str = "start", bold: bool = False, soft: bool = False) -> None:
        """One line of text; `y` is its middle."""
        weight = Markup(' font-weight="700"') if bold else ""
        language = Markup(' lang="zh-CN"') if HAN.search(str(text)) else ""
        self._parts.append(
            Markup('<text x="{}" y="{}" text-anchor="{}" fill="{}"{}{}>{}</text>').format(
                _short(x), _short(y + SIZE * 0.36), anchor, SOFT if soft else INK, weight, language, text
            )
        )

    def box(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        """A filled rectangle."""
        self._parts.append(
            Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>').format(*map(_short, (x, y, width, height)), fill)
        )

    def line(self, path: str, *, colour: str = SOFT, width: float = 1, opacity: float = 1) -> None:
        """A line along an SVG path."""
        faint = Markup(' stroke-opacity="{}"').format(opacity) if opacity < 1 else ""
        self._parts.append(
            Markup('<path d="{}" fill="none" stroke="{}" stroke-width="{}"{}/>').format(path, colour, _short(width), faint)
        )

    def finish(self, width: float, height: float) -> Markup:
        """The whole picture."""
        picture = Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{w}" height="{h}" viewBox="0 0 {w} {h}" '
            'font-family="{font}" font-size="{size}"><title>{title}</title>{parts}</svg>'
        ).format(
            w=_short(width), h=_short(height), font=_FONT, size=SIZE, title=self._title, parts=Markup("").join(self._parts)
        )  # fmt: skip
        return Markup(xml_text(picture))  # noqa: S704  escaped where it was put together


def svg_file(picture: Markup, name: str) -> Response:
    """The picture as a file to keep."""
    headers = {"Content-Disposition": f'inline; filename="{name}.svg"', "X-Content-Type-Options": "nosniff"}
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>\n{picture}\n', media_type="image/svg+xml", headers=headers)


def breadth(text: str) -> float:
    """About how wide a line is: a Han character takes an em, a letter about half of one."""
    return sum(SIZE if char > "\u2e80" else SIZE * 0.56 for char in text)


def wrapped(text: str, width: float) -> list[str]:
    """The text in lines no wider than `width`; Han breaks anywhere, Latin between words."""
    lines, line = [], ""
    for word in _words(text):
        if line and breadth(line + word.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += word
    return [*lines, line.rstrip()]


def heat_map(matrix: Matrix, title: str = "") -> Markup:
    """A matrix with its sums."""
    drawing = Drawing(title)
    room = max([breadth(line.head.label) for line in matrix.lines], default=0) + 16
    step = max([64.0, *(breadth(column.label) + 16 for column in matrix.columns)])
    tall = 32
    for place, column in enumerate(matrix.columns):
        drawing.text(room + (place + 0.5) * step, tall / 2, column.label, anchor="middle", bold=True)
        foot = tall * (len(matrix.lines) + 1.5)
        drawing.text(room + (place + 0.5) * step, foot, column.total, anchor="middle", bold=True)
    end = room + len(matrix.columns) * step
    for number, line in enumerate(matrix.lines, start=1):
        drawing.text(0, tall * (number + 0.5), line.head.label)
        for place, cell in enumerate(line.cells):
            drawing.box(room + place * step, tall * number, step - 1, tall - 1, SHADES[cell.shade])
            drawing.text(room + (place + 0.5) * step, tall * (number + 0.5), cell.count, anchor="middle", soft=not cell.count)
        drawing.text(end + 40, tall * (number + 0.5), line.head.total, anchor="end", bold=True)
    drawing.text(end + 40, tall * (len(matrix.lines) + 1.5), matrix.total, anchor="end", bold=True)
    return drawing.finish(end + 48, tall * (len(matrix.lines) + 2))


def two_columns(matrix: Matrix, title: str = "") -> Markup:
    """The rows of a matrix at the left, its columns at the right, lines as wide as their counts between them.

    Rows stand by the mean place of the columns they meet, so that most lines run straight.
    """
    drawing = Drawing(title)
    lines = sorted(matrix.lines, key=lambda line: (_mean([n for n, c in enumerate(line.cells) if c.count]), -line.head.total))
    names = [wrapped(line.head.label, _ROOM) for line in lines]
    starts = list(accumulate((_LINE * len(name) + _GAP for name in names), initial=0))
    height = max(starts[-1], 40 * len(matrix.columns))
    left = max([breadth(part) for name in names for part in name], default=0) + 40
    right = left + 360
    largest = max([cell.count for line in lines for cell in line.cells], default=1)
    places = [height * (number + 0.5) / len(matrix.columns) for number in range(len(matrix.columns))]
    for number, line in enumerate(lines):
        y = height * (starts[number] + starts[number + 1]) / 2 / starts[-1]
        for cell, there in zip(line.cells, places, strict=True):
            if cell.count:
                path = f"M{left:.0f} {y:.1f}C{left + 160:.0f} {y:.1f} {right - 160:.0f} {there:.1f} {right:.0f} {there:.1f}"
                drawing.line(path, colour=TEAL, width=1 + 7 * cell.count / largest, opacity=0.4)
        for at, part in enumerate(names[number]):
            drawing.text(left - 36, y + (at - (len(names[number]) - 1) / 2) * _LINE, part, anchor="end")
        drawing.text(left - 6, y, line.head.total, anchor="end", soft=True)
    for column, y in zip(matrix.columns, places, strict=True):
        drawing.text(right + 8, y, column.label, bold=True)
        drawing.text(right + 16 + breadth(column.label), y, column.total, soft=True)
    return drawing.finish(right + max([breadth(c.label) for c in matrix.columns], default=0) + 56, height)


def _words(text: str) -> list[str]:
    words: list[str] = []
    for char in text:
        is_latin = bool(words) and char <= "\u2e80" and " " != words[-1][-1] <= "\u2e80"
        if is_latin or (words and char in _CLOSING):
            words[-1] += char
        else:
            words.append(char)
    return words


def _mean(numbers: list[int]) -> float:
    return sum(numbers) / len(numbers) if numbers else 0.0


def _short(number: float) -> str:
    return escape(f"{number:.1f}".removesuffix(".0"))
