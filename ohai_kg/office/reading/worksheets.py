"""The parts of an xlsx looked over before a library reads them: how far the cells reach, and what the library does not tell.

Names count without their prefix and whatever their namespace, as the library takes them.
"""

from __future__ import annotations

import re
from array import array
from typing import TYPE_CHECKING, Final

from ohai_kg.office.reading.markup import Elements
from ohai_kg.office.reading.refusals import refused
from ohai_kg.office.sheets import Merge, column_index

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ohai_kg.office.reading.limits import Tally

_REFERENCE: Final = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_ROW: Final = re.compile(r"[0-9]{1,7}")
_RANGE: Final = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})(?::([A-Za-z]{1,3})([0-9]{1,7}))?")
_LONGEST_ERROR: Final = 40


class SharedStrings(Elements):
    """The length of each shared string."""

    prefixed = True

    def __init__(self) -> None:
        self.lengths = array("I")
        self._text = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:  # noqa: ARG002
        local = name.rpartition(":")[2]
        if local == "si":
            self.lengths.append(0)
        self._text = local == "t"

    def end(self, name: str) -> None:  # noqa: ARG002
        self._text = False

    def text(self, text: str) -> None:
        if self._text and self.lengths:
            self.lengths[-1] += len(text)


class Worksheet(Elements):
    """A sheet looked over: the errors of formulas by row and column, and the merged ranges.

    Raises WorkbookTooLarge where it holds too much, NotAWorkbook where a cell says where it stands in no known way or
    shows a shared string that is not there.
    """

    prefixed = True

    def __init__(self, name: str, strings: array[int], tally: Tally) -> None:
        self.errors: dict[int, dict[int, str]] = {}
        self.merges: list[Merge] = []
        self._name = name
        self._strings = strings
        self._tally = tally
        self._rows = self._columns = 0
        self._row = self._column = 0  # where the next cell stands that does not say so
        self._kind = ""
        self._inside = False
        self._value: list[str] | None = None
        self._shown = False
        self._length = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "c":
            self._begin_cell(attributes)
        elif local in {"v", "is"} and self._inside:
            self._value = []
            self._shown = self._shown or self._kind not in {"", "n"}
        elif local == "row" and "r" in attributes:
            if _ROW.fullmatch(attributes["r"]) is None:
                raise _misplaced(attributes["r"])
            self._row = max(int(attributes["r"]) - 1, 0)
        elif local == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local == "c":
            self._end_cell()
        elif local == "v" and self._value is not None:
            self._take("".join(self._value))
        elif local == "row":
            self._row += 1
            self._column = 0

    def text(self, text: str) -> None:
        if self._value is not None and self._inside:
            self._shown = True
            self._length += len(text)
            if self._kind in {"s", "e"}:
                self._tally.check_text(self._name, self._length)
                self._value.append(text)

    def finish(self) -> None:
        """Count the area up to the last cell with a value, all of which the library allots."""
        self._tally.add_cells(self._name, self._rows, self._columns)

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        reference = attributes.get("r")
        if reference is not None:
            place = _REFERENCE.fullmatch(reference)
            if place is None:
                raise _misplaced(reference)
            self._row, self._column = max(int(place[2]) - 1, 0), column_index(place[1])
        self._kind = attributes.get("t", "")
        self._inside, self._shown, self._value, self._length = True, False, None, 0

    def _end_cell(self) -> None:
        if self._shown:
            self._rows = max(self._rows, self._row + 1)
            self._columns = max(self._columns, self._column + 1)
            self._tally.add_text(self._name, self._length)
        self._column += 1
        self._inside, self._value = False, None

    def _take(self, value: str) -> None:
        if self._kind == "e":
            self.errors.setdefault(self._row, {})[self._column] = value[:_LONGEST_ERROR] or "#VALUE!"
        elif self._kind == "s":
            if not value.isascii() or not value.isdigit() or len(value) > 9 or int(value) >= len(self._strings):
                raise refused("损坏的 xlsx（没有所引用的文字）", "a damaged xlsx (a shared string is missing)")
            self._length += self._strings[int(value)]

    def _merge(self, reference: str) -> None:
        corners = _RANGE.fullmatch(reference)
        if corners is None:
            return
        left, top = column_index(corners[1]), int(corners[2]) - 1
        right, bottom = (column_index(corners[3]), int(corners[4]) - 1) if corners[3] else (left, top)
        if 0 <= top <= bottom and left <= right:
            self._tally.add_merge()
            self.merges.append(Merge(top, left, bottom, right))


def _misplaced(reference: str) -> Exception:
    shown = reference[:20]
    return refused(f"损坏的 xlsx（没有“{shown}”这样的单元格）", f'a damaged xlsx (there is no cell "{shown}")')
