"""Where in a sheet the tables stand: headings of one to three rows, the rows below, and what is title or note between."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ohai_kg.catalogues.layout.roles import Heading, Role, read_heading
from ohai_kg.office.wording import squeezed

if TYPE_CHECKING:
    from ohai_kg.office.sheets import Sheet

_MIN_ROLES: Final = 3
_MAX_HEAD_ROWS: Final = 4
_MAX_HEADING: Final = 80
_NUMBER: Final = re.compile(r"[(]?(?:\d{1,5}(?:[.\-]\d{1,4})*|[一二三四五六七八九十百]{1,4})[)]?[、.]?")
# Words that also stand in the cells of text columns: 主动公开, 全社会, 县级. They alone make no head.
_ALSO_VALUES: Final = frozenset(
    {Role.LEVEL, Role.MODE_PROACTIVE, Role.MODE_ON_REQUEST, Role.AUDIENCE_GENERAL, Role.AUDIENCE_SPECIFIC}
)
_NO_TITLE: Final = re.compile(
    r"(注|备注|说明|填报单位|编制单位|制表单位|填表|单位|日期|填报日期|制表)[:：]|附[件表录]?\d*[:：]?$|第\d+页"
)
_CONTINUED: Final = re.compile(r"^[(]?(?:接?续表?|接上页|上接.*)[)]?\d*$|[(]续表?[)]$")
_EDITION: Final = re.compile(r"\([^()]*\)")
_GROUPS: Final = frozenset({Role.CATEGORY, Role.AUDIENCE, Role.MODE, Role.LEVEL, Role.BASIS, Role.CONTENT, Role.CHANNEL})


_TITLED: Final = re.compile(r"(?:目录|清单|标准|一览表|汇总表|事项表)(?:[(（][^)）]*[)）])*$")


@dataclass(frozen=True, slots=True)
class Region:
    """A table's place in its sheet: the rows of its head (and of the same head repeated further down), up to `end`."""

    sheet: Sheet
    heads: tuple[range, ...]
    end: int
    title: str = ""

    @property
    def head(self) -> range:
        """The rows of its first head."""
        return self.heads[0]

    @property
    def body(self) -> list[int]:
        """The rows below the first head that belong to no head."""
        repeated = {row for head in self.heads for row in head}
        return [row for row in range(self.head.stop, self.end) if row not in repeated]


def is_number(text: str) -> bool:
    """Whether a cell holds a 序号: digits, parts such as 3.1, or Chinese number words."""
    return bool(_NUMBER.fullmatch(squeezed(text)))


def find_tables(sheet: Sheet) -> list[Region]:
    """The tables of a sheet from top to bottom. The same head again goes on with its table unless a new title stands above."""
    heads: list[range] = []
    row = 0
    while row < len(sheet.rows):
        if _is_head(sheet, row):
            heads.append(range(row, _head_end(sheet, row)))
            row = heads[-1].stop
        else:
            row += 1
    found: list[tuple[list[range], int, str]] = []
    for number, head in enumerate(heads):
        end = _title_start(sheet, head.stop, heads[number + 1].start) if number + 1 < len(heads) else len(sheet.rows)
        title = _title(sheet, heads[number - 1].stop if number else 0, head.start)
        own, _, last_title = found[-1] if found else ([head], 0, "")
        goes_on = not title or _CONTINUED.search(squeezed(title)) or title == last_title
        if found and goes_on and _words(sheet, own[0]) == _words(sheet, head):
            own.append(range(_title_start(sheet, heads[number - 1].stop, head.start), head.stop))
            found[-1] = (own, end, last_title)
        else:
            found.append(([head], end, title))
    return [Region(sheet, tuple(own), end, title) for own, end, title in found]


def _words(sheet: Sheet, head: range) -> list[list[str]]:
    """What a head says, blanks and trailing columns aside."""
    rows = ([squeezed(head_text(sheet, row, column)) for column in range(sheet.width)] for row in head)
    return [row for row in rows if any(row)]


def head_text(sheet: Sheet, row: int, column: int) -> str:
    """The text of a cell of a head; in a head a merged range says its words for every cell of it."""
    merge = sheet.merge_at(row, column)
    return sheet.text(merge.top, merge.left) if merge else sheet.text(row, column)


def _headings(sheet: Sheet, row: int) -> list[tuple[int, str, Heading | None]]:
    """The filled cells of a row that stand in it themselves, with what they say as headings."""
    cells = ((column, text) for column, text in enumerate(sheet.rows[row]) if squeezed(text))
    return [(column, text, read_heading(text)) for column, text in cells]


def _is_head(sheet: Sheet, row: int) -> bool:
    """Whether the row heads a table: at least three roles of its own, and not mostly other words."""
    # headings are short and no numbers: a row of long texts or with a 序号 is no head, and most rows are told so at once
    short = sum(0 < len(text) <= _MAX_HEADING for text in sheet.rows[row])
    if short < _MIN_ROLES or any(text.strip().isdecimal() for text in sheet.rows[row][:3]):
        return False
    cells = _headings(sheet, row)
    roles = {heading.role for _, _, heading in cells if heading}
    known = sum(heading is not None for _, _, heading in cells)
    return len(roles) >= _MIN_ROLES and known * 2 >= len(cells) and len(roles - _ALSO_VALUES) >= 2


def _head_end(sheet: Sheet, start: int) -> int:
    """The row after the head: merges of its first row reach down, and rows of sub-headings follow."""
    end = start + 1
    for merge in sheet.merges_from.get(start, ()):
        if merge.bottom - start < _MAX_HEAD_ROWS:
            end = max(end, merge.bottom + 1)
    end = min(end, len(sheet.rows))
    while end < min(start + _MAX_HEAD_ROWS, len(sheet.rows)) and _is_sub_head(sheet, end, start):
        end += 1
    while end < len(sheet.rows) and _is_column_count(sheet, end):
        end += 1
    return end


def _is_sub_head(sheet: Sheet, row: int, start: int) -> bool:
    """Whether the row divides columns of the head: its words are headings and stand below a group or below nothing."""
    cells = _headings(sheet, row)
    if not cells or any(is_number(text) for _, text, _ in cells):
        return False
    known = below = 0
    for column, text, heading in cells:
        group = _group_of(sheet, start, column)
        words = read_heading(text, under_level=True) if group is Role.LEVEL else heading
        if words is not None and len(squeezed(text)) <= 16:
            known += 1
            below += group in _GROUPS
    return below > 0 and known * 5 >= len(cells) * 3


def _group_of(sheet: Sheet, start: int, column: int) -> Role | None:
    """The role of the heading above; in a csv the cells right of a group's heading are blank."""
    while column >= 0:
        text = head_text(sheet, start, column)
        if squeezed(text):
            heading = read_heading(text)
            return heading.role if heading else None
        column -= 1
    return None


def _is_column_count(sheet: Sheet, row: int) -> bool:
    """Whether the row only counts the columns: 1 2 3 4 …"""
    texts = [squeezed(text) for text in sheet.rows[row] if squeezed(text)]
    return len(texts) > 4 and texts == [str(number) for number in range(1, len(texts) + 1)]


def _title_start(sheet: Sheet, start: int, stop: int) -> int:
    """The first of the title lines right above a head, so that they are no rows of the table before; `stop` without any."""
    first = stop
    for row in range(stop - 1, start - 1, -1):
        texts = [squeezed(text) for text in sheet.rows[row] if squeezed(text)]
        if len(texts) > 1 or (texts and not (_TITLED.search(texts[0]) or _EDITION.fullmatch(texts[0]))):
            break
        first = row if texts else first
    return first


def _title(sheet: Sheet, start: int, stop: int) -> str:
    """The words above a head: the last line that names something, with the edition (试行) printed below it."""
    edition = ""
    for row in range(stop - 1, max(start, stop - 8) - 1, -1):
        texts = [text.strip() for text in sheet.rows[row] if squeezed(text)]
        if len(texts) != 1 or is_number(texts[0]) or len(texts[0]) >= 80 or _NO_TITLE.match(squeezed(texts[0])):
            continue
        if _EDITION.fullmatch(squeezed(texts[0])):
            edition = edition or texts[0]
        else:
            return texts[0] + edition
    return edition or (sheet.caption if start == 0 else "")
