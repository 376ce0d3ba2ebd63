"""The body rows of the document, counted off its text: `python -m tests.fidelity.document PATH [--write]`.

PATH is the text edition of 温瓯政办发〔2017〕107号, one line a paragraph or table row, cells apart by tabs. This module
reads it with nothing of `ohai_kg` and only the standard library. Each row is hashed (SHA-256 of the row without white
space, `**`, `<u>`, `</u>` and a leading "- ") and compared with the committed list `rows.csv`, which holds no text.
Exit code: 0 all rows agree; 1 rows are missing, extra, changed or reordered; 2 a file cannot be read.

Whatever stands in a part is a row of it, but for these exceptions, which the tables do not hold word by word:
blank lines; the sentence of approval, the remark on publication and the preamble on the title page; the headings of the
body (一、 to 五、, and that of the principles); the marks and titles of the annexes count in a part of their own; the
table headings of Annexes 3 to 6, first and repeated; the empty, dotted and stage-only rows of the last form of Annex 7
(defect D-STAGE-2); the list of copies. A paragraph that a page break cuts is one row.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import re
import sys
from collections import Counter
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

COMMITTED: Final = Path(__file__).with_name("rows.csv")
COLUMNS: Final = ("part", "order", "sha256")
NUMERALS: Final = "一二三四五六七八九十"

_SECTION: Final = re.compile(f"([{NUMERALS}])、")
_LISTED: Final = re.compile(r"(?:附件：)?(\d+)\.(.+)")
_MARK: Final = re.compile(r"附件(\d+)")
_PAGED: Final = re.compile(r"section-\d|annex-7|imprint")
"""Parts with paragraphs, which a page break can cut; elsewhere a line is a row."""
_START: Final = re.compile(rf"（[{NUMERALS}]+）|\d+\.|[{NUMERALS}]、|温州市瓯海区|牵头单位：|备注：")
_END: Final = tuple("。）：")
_REMARK: Final = re.compile(r"（[^（）]*）")
_EXCEPTED: Final = {
    "title-page": re.compile(r"《.*请认真贯彻执行。|（此件公开发布）|.*制定如下实施方案。"),
    "section-1": re.compile(r"（二）基本原则"),
    "annex-3": re.compile(r"单位姓名职务"),
    "annex-4": re.compile(r"单位名称职责分工"),
    "annex-5": re.compile(r"试点领域“五公开”阶段工作(内容|职责)责任单位"),
    "annex-6": re.compile(r"序号工作内容牵头单位责任单位责任人完成期限"),
    "annex-7": re.compile(r"决策|执行|管理|服务|结果|\.+"),
    "copies": re.compile(r".*"),
}


class Row(NamedTuple):
    """One body row; `text` and `line` only help the reader of a message."""

    part: str
    order: int
    sha256: str
    text: str = ""
    line: int = 0


class Line(NamedTuple):
    """A line that is not blank, normalised; `cells` tells whether it is a table row."""

    part: str
    text: str
    cells: bool
    number: int


class Difference(NamedTuple):
    """What is not as committed; `order` counts in the committed list, and in the text for an extra row."""

    part: str
    order: int
    kind: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.part} row {self.order}: {self.kind}{self.detail and f' ({self.detail})'}"


def normalise(text: str) -> str:
    """The row as it is hashed: no leading "- ", no white space, no marks of bold or underlining."""
    bare = re.sub(r"^\s*- ", "", text)
    return re.sub(r"\s|\*\*|</?u>", "", bare)


def number_rows(texts: Iterable[tuple[str, str, int]]) -> list[Row]:
    """Rows from (part, text, line), numbered in each part, rows without text left out."""
    counts: Counter[str] = Counter()
    rows = []
    for part, text, line in texts:
        bare = normalise(text)
        if bare:
            counts[part] += 1
            rows.append(Row(part, counts[part], hashlib.sha256(bare.encode()).hexdigest(), bare, line))
    return rows


def document_rows(text: str) -> list[Row]:
    """The body rows of the document in its order."""
    rows: list[Line] = []
    previous: Line | None = None
    for line in _lines(text):
        if line.part in _EXCEPTED and _EXCEPTED[line.part].fullmatch(line.text):
            continue
        if previous is not None and _continues(previous, line):
            rows[-1] = previous = rows[-1]._replace(text=rows[-1].text + line.text)
            continue
        rows.append(line)
        previous = line
    return number_rows((row.part, row.text, row.number) for row in rows)


def _continues(previous: Line, line: Line) -> bool:
    """Whether `line` goes on with the paragraph `previous`: one cut by a page break, or a remark in brackets after it."""
    if line.part != previous.part or not _PAGED.fullmatch(line.part):
        return False
    if line.cells or previous.cells or _START.match(line.text):
        return False
    return not previous.text.endswith(_END) or _REMARK.fullmatch(line.text) is not None


def _lines(text: str) -> Iterable[Line]:
    """The lines that are not blank, each with its part; headings that only part the body are left out."""
    part = "title-page"
    listed: dict[str, str] = {}
    title_due = False
    for number, raw in enumerate(text.split("\n"), start=1):
        bare = normalise(raw)
        line = Line(part, bare, "\t" in raw.strip("\r\n"), number)
        in_body = part == "title-page" or part.startswith("section-")
        if not bare:
            continue
        if title_due:
            title_due = False
            yield line._replace(part="annex-headings")
        elif in_body and (section := _SECTION.match(bare)):
            part = f"section-{NUMERALS.index(section[1]) + 1}"
        elif (in_body and bare.startswith("附件：")) or (part == "annex-list" and not _MARK.fullmatch(bare)):
            part = "annex-list"
            if entry := _LISTED.fullmatch(bare):
                listed[entry[2]] = f"annex-{entry[1]}"
            yield line._replace(part=part)
        elif mark := _MARK.fullmatch(bare):
            part, title_due = f"annex-{mark[1]}", True
            yield line._replace(part="annex-headings")
        elif part.startswith("annex-") and bare in listed:
            part = listed[bare]
            yield line._replace(part="annex-headings")
        elif part == "copies" or (part.startswith("annex-") and bare.startswith("抄送：")):
            part = "imprint" if bare.endswith("。") else "copies"
            yield line._replace(part="copies")
        else:
            yield line


def compare(expected: Sequence[Row], found: Sequence[Row]) -> list[Difference]:
    """How `found` differs from `expected`: rows missing, extra, changed, reordered, by part and position."""
    differences = []
    for part in dict.fromkeys(row.part for row in (*expected, *found)):
        before = [row for row in expected if row.part == part]
        after = [row for row in found if row.part == part]
        differences += _compare_part(part, before, after)
    return differences


def _compare_part(part: str, before: list[Row], after: list[Row]) -> list[Difference]:
    gone: list[tuple[int, Row]] = []
    come: list[tuple[int, Row]] = []
    matcher = SequenceMatcher(None, [row.sha256 for row in before], [row.sha256 for row in after], autojunk=False)
    for block, (tag, start, end, new_start, new_end) in enumerate(matcher.get_opcodes()):
        if tag != "equal":
            gone += [(block, row) for row in before[start:end]]
            come += [(block, row) for row in after[new_start:new_end]]
    differences = []
    for source in list(gone):
        target = next((row for row in come if row[1].sha256 == source[1].sha256), None)
        if target is not None:
            gone.remove(source)
            come.remove(target)
            detail = f"now row {target[1].order}, {_where(target[1])}"
            differences.append(Difference(part, source[1].order, "reordered", detail))
    for source in list(gone):
        target = next((row for row in come if row[0] == source[0]), None)
        if target is not None:
            gone.remove(source)
            come.remove(target)
            differences.append(Difference(part, source[1].order, "changed", f"now {_where(target[1])}"))
    differences += [Difference(part, row.order, "missing") for _, row in gone]
    differences += [Difference(part, row.order, "extra", _where(row)) for _, row in come]
    return sorted(differences, key=lambda difference: difference.order)


def _where(row: Row) -> str:
    return f"line {row.line}: {row.text[:24]}" if row.line else row.text[:24]


def read_list(path: Path = COMMITTED) -> list[Row]:
    """The committed rows, in the order of their numbers whatever their order in the file."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise ValueError(f"{path.name}: the columns are not {', '.join(COLUMNS)}")
        rows = [Row(row["part"], int(row["order"]), row["sha256"]) for row in reader]
    parts = list(dict.fromkeys(row.part for row in rows))
    return sorted(rows, key=lambda row: (parts.index(row.part), row.order))


def write_list(rows: Iterable[Row], path: Path = COMMITTED) -> None:
    """Write `rows` as the committed list."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows((row.part, row.order, row.sha256) for row in rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare the text with the list, or write the list from it."""
    parser = argparse.ArgumentParser(prog="python -m tests.fidelity.document", description="Rows of the document.")
    parser.add_argument("text", type=Path, metavar="PATH", help="the text of the document (UTF-8)")
    parser.add_argument("--write", action="store_true", help="write the list instead of comparing with it")
    parser.add_argument("--rows", type=Path, default=COMMITTED, help="the list (default: the committed one)")
    options = parser.parse_args(arguments)
    try:
        found = document_rows(options.text.read_text(encoding="utf-8-sig"))
        if options.write:
            write_list(found, options.rows)
            print(f"{len(found)} rows written")
            return 0
        expected = read_list(options.rows)
    except (OSError, ValueError) as error:
        print(f"cannot compare: {error}", file=sys.stderr)
        return 2
    differences = compare(expected, found)
    for difference in differences:
        print(difference)
    if differences:
        print(f"{len(differences)} of {len(expected)} rows differ")
        return 1
    print(f"{len(found)} rows agree")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
