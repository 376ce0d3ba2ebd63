"""The standard system as one picture: from the system at the left to the single standards at the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ohai_kg.web.pictures.drawing import Drawing, wrapped

if TYPE_CHECKING:
    from markupsafe import Markup

    from ohai_kg.web.http.asking import Row
    from ohai_kg.web.pictures.standard_system import Node, System

_COLUMNS: Final = ((0, 120), (150, 140), (320, 150), (500, 330), (850, 270))
"""Where the system, the tiers, the tasks, the standards and what is said of them begin, and how wide they are."""
_LEAF: Final = 3
_LINE: Final = 18
_GAP: Final = 8
_SHAPES: Final = {"planned": "○", "draft": "◐", "issued": "●", "repealed": "×"}


def draw_tree(system: System | None, lang: str) -> Markup:
    """The picture of a standard system; an empty one where there is none."""
    if system is None:
        return Drawing("").finish(1, 1)
    return _Tree(system, lang).picture()


class _Tree:
    def __init__(self, system: System, lang: str) -> None:
        self._system = system
        self._english = lang == "en"
        self._drawing = Drawing(system.label)
        self._foot = float(_LINE)

    def picture(self) -> Markup:
        places = [self._node(node, 1) for node in self._system.roots]
        self._branch(0, self._system.label, places, bold=True)
        states = {row["status"].rpartition("/")[2]: row["statusLabel"] for row in self._system.standards}
        key = "    ".join(f"{_SHAPES.get(name, '◇')} {label}" for name, label in states.items())
        self._foot += _LINE
        for text in [key, *wrapped(self._system.note, 1080)]:
            self._drawing.text(0, self._foot, text, soft=True)
            self._foot += _LINE
        return self._drawing.finish(_COLUMNS[-1][0] + _COLUMNS[-1][1], self._foot)

    def _node(self, node: Node, depth: int) -> float:
        """Draw a node with all below it; return the height at which it stands."""
        places = [self._standard(row) for row in node.standards]
        places += [self._node(below, min(depth + 1, _LEAF - 1)) for below in node.below]
        if not places:
            middle = self._room(len(wrapped(node.label, _COLUMNS[depth][1])))
            self._label(depth, middle, node.label, bold=True)
            return middle
        return self._branch(depth, node.label, places, far=[_LEAF] * len(node.standards) + [depth + 1] * len(node.below))

    def _branch(self, depth: int, label: str, places: list[float], *, far: list[int] | None = None, bold: bool = True) -> float:
        middle = (places[0] + places[-1]) / 2 if places else self._room(1)
        self._label(depth, middle, label, bold=bold)
        start = _COLUMNS[depth][0] + _COLUMNS[depth][1]
        for place, column in zip(places, far or [depth + 1] * len(places), strict=True):
            self._drawing.line(f"M{start + 2} {middle:.1f}H{start + 14}V{place:.1f}H{_COLUMNS[column][0] - 4}")
        return middle

    def _standard(self, row: Row) -> float:
        left, width = _COLUMNS[_LEAF]
        told = [text for text in (row["units"], row["dueDates"], row["places"]) if text]
        about = wrapped((" · " if self._english else "；").join(told), _COLUMNS[_LEAF + 1][1])
        name = wrapped(row["standardLabel"], width - 20)
        middle = self._room(max(len(name), len(about)))
        self._drawing.text(left, middle - _LINE * (len(name) - 1) / 2, _SHAPES.get(row["status"].rpartition("/")[2], "◇"))
        self._lines(left + 20, middle, name)
        self._lines(_COLUMNS[_LEAF + 1][0], middle, about, soft=True)
        return middle

    def _label(self, depth: int, middle: float, label: str, *, bold: bool) -> None:
        self._lines(_COLUMNS[depth][0], middle, wrapped(label, _COLUMNS[depth][1] - 4), bold=bold)

    def _lines(self, x: float, middle: float, lines: list[str], *, bold: bool = False, soft: bool = False) -> None:
        for number, line in enumerate(lines):
            self._drawing.text(x, middle + _LINE * (number - (len(lines) - 1) / 2), line, bold=bold, soft=soft)

    def _room(self, lines: int) -> float:
        """Take the next free rows; return their middle."""
        height = lines * _LINE + _GAP
        middle = self._foot + height / 2
        self._foot += height
        return middle
