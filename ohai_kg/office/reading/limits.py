"""How large a file may be, and the errors that say which bound was crossed.

A few bytes can stand for millions of cells (a repeated column, a span, a shared string), so what a file expands to is
counted on a `Tally` before it is made.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ohai_kg.errors import WorkbookTooLarge

_COUNT: Final = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one file. `unpacked_bytes` and `tags` hold for the parts of a zip together; `cells`, `characters` and
    `merges` (ranges) for all sheets together, as they expand; `tables` for those found in them and `items` for their rows.
    `columns` is the width of a sheet, `cell_characters` the text of one cell, `element_characters` that of
    one whose words are taken apart (basis, time limit, party, channel, codes), `depth` that of elements within elements.
    Cells with a style and no value do not count.
    """

    file_bytes: int = 50 * 1024 * 1024
    unpacked_bytes: int = 256 * 1024 * 1024
    parts: int = 10_000
    tags: int = 10_000_000
    depth: int = 256
    sheets: int = 100
    cells: int = 2_000_000
    columns: int = 2_000
    characters: int = 32_000_000
    cell_characters: int = 100_000
    element_characters: int = 5_000
    merges: int = 250_000
    tables: int = 1_000
    items: int = 20_000

    def check_file(self, size: int) -> None:
        """Raise WorkbookTooLarge where the file has too many bytes."""
        if size > self.file_bytes:
            raise WorkbookTooLarge(
                f"文件超过 {_megabytes(self.file_bytes)} MB 的上限；请拆成较小的文件后重试。",
                f"The file is larger than the limit of {_megabytes(self.file_bytes)} MB; split it and try again.",
            )

    def check_unpacked(self, size: int) -> None:
        """Raise WorkbookTooLarge where a zip says that it unpacks to too much."""
        if size > self.unpacked_bytes:
            raise WorkbookTooLarge(
                f"文件解压后至少有 {_megabytes(size)} MB，上限为 {_megabytes(self.unpacked_bytes)} MB，未予解压；"
                "请用表格软件另存后重试。",
                f"Unpacked the file has at least {_megabytes(size)} MB, the limit is {_megabytes(self.unpacked_bytes)} MB; "
                "it was not unpacked. Save it anew from a spreadsheet program and try again.",
            )

    def check_parts(self, count: int) -> None:
        """Raise WorkbookTooLarge where a zip or a page saved as one file has too many parts."""
        if count > self.parts:
            raise WorkbookTooLarge(
                f"文件由 {count} 个部分组成，上限为 {self.parts} 个；请用表格软件另存后重试。",
                f"The file has {count} parts, the limit is {self.parts}; save it anew from an office program and try again.",
            )

    def check_tags(self, count: int) -> None:
        """Raise WorkbookTooLarge where a file has too many tags or records to be read in good time."""
        if count > self.tags:
            raise WorkbookTooLarge(
                f"文件中的标记或记录超过 {self.tags} 个的上限；请拆成较小的文件后重试。",
                f"The file has more than {self.tags} tags or records, the limit; split it and try again.",
            )

    def check_depth(self, depth: int) -> None:
        """Raise WorkbookTooLarge where elements or tables stand too deep within each other."""
        if depth > self.depth:
            raise WorkbookTooLarge(
                f"文件内容的嵌套超过 {self.depth} 层的上限；请把表格复制到新的工作簿后重试。",
                f"The content is nested deeper than {self.depth} levels, the limit; "
                "copy the table into a new workbook and try again.",
            )

    def check_sheets(self, count: int) -> None:
        """Raise WorkbookTooLarge where there are too many sheets."""
        if count > self.sheets:
            raise WorkbookTooLarge(
                f"工作簿有 {count} 张工作表，上限为 {self.sheets} 张；请按领域拆成几个文件后重试。",
                f"The workbook has {count} sheets, the limit is {self.sheets}; split it by domain and try again.",
            )

    def check_tables(self, count: int) -> None:
        """Raise WorkbookTooLarge where the sheets hold too many tables with a head of their own."""
        if count > self.tables:
            raise WorkbookTooLarge(
                f"文件中有 {count} 张各有栏目名的表，上限为 {self.tables} 张；请按领域拆成几个文件后重试。",
                f"The file holds {count} tables with heads of their own, the limit is {self.tables}; "
                "split it by domain and try again.",
            )

    def check_items(self, count: int) -> None:
        """Raise WorkbookTooLarge where a catalogue has too many rows to be judged in the memory one file may take."""
        if count > self.items:
            raise WorkbookTooLarge(
                f"目录有 {count} 行事项，上限为 {self.items} 行；请按领域拆成几个文件后重试。",
                f"The catalogue has {count} rows of items, the limit is {self.items}; split it by domain and try again.",
            )

    def check_element(self, cell: str, length: int) -> None:
        """Raise WorkbookTooLarge where a cell is too long for its words to be taken apart; `cell` says which it is."""
        if length > self.element_characters:
            raise WorkbookTooLarge(
                f"{cell} 有 {length} 字，要素栏一格的上限为 {self.element_characters} 字；请精简，或移到“公开内容”后重试。",
                f"{cell} has {length} characters, the limit of a cell for an element is {self.element_characters}; "
                "shorten it, or move the text to 公开内容, and try again.",
            )


class Tally:
    """What the sheets of one file have come to so far."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._cells = 0
        self._characters = 0
        self._merges = 0

    def add_cells(self, sheet: str | None, rows: int, columns: int) -> None:
        """Count rows of that width before they are made. Raises WorkbookTooLarge for too many columns or cells."""
        limits = self.limits
        if columns > limits.columns:
            raise WorkbookTooLarge(
                f"工作表“{_shown(sheet, '（未命名）')}”至少有 {columns} 列，上限为 {limits.columns} 列；"
                "请删去表格右侧的无用单元格后重试。",
                f'Sheet "{_shown(sheet, "(unnamed)")}" has at least {columns} columns, the limit is {limits.columns}; '
                "delete stray cells right of the table and try again.",
            )
        self._cells += rows * max(columns, 1)
        if self._cells > limits.cells:
            raise WorkbookTooLarge(
                f"到工作表“{_shown(sheet, '（未命名）')}”为止，至少有 {self._cells} 格，上限为 {limits.cells} 格；"
                "请删去远处的无用单元格，或拆成几个文件后重试。",
                f'Up to sheet "{_shown(sheet, "(unnamed)")}" there are at least {self._cells} cells, the limit is '
                f"{limits.cells}; delete stray cells far from the table, or split the file, and try again.",
            )

    def add_merge(self) -> None:
        """Count a merged range. Raises WorkbookTooLarge for too many."""
        self._merges += 1
        if self._merges > self.limits.merges:
            raise WorkbookTooLarge(
                f"合并单元格超过 {self.limits.merges} 处的上限；请取消表格之外的合并后重试。",
                f"There are more than {self.limits.merges} merged ranges, the limit; undo those outside the table, try again.",
            )

    def check_text(self, sheet: str | None, length: int) -> None:
        """Raise WorkbookTooLarge where one cell, perhaps not yet at its end, holds too much text."""
        limits = self.limits
        if length > limits.cell_characters:
            raise WorkbookTooLarge(
                f"工作表“{_shown(sheet, '（未命名）')}”有一格超过 {limits.cell_characters} 字的上限；"
                "请检查引号、标记是否成对，或把长文移到附件后重试。",
                f'Sheet "{_shown(sheet, "(unnamed)")}" has a cell of more than {limits.cell_characters} characters, the limit; '
                "look for a quote or tag that is never closed, or move the text elsewhere, and try again.",
            )

    def add_text(self, sheet: str | None, length: int, times: int = 1) -> None:
        """Count the text of a cell that is shown so many times. Raises WorkbookTooLarge for too much of it."""
        limits = self.limits
        self.check_text(sheet, length)
        self._characters += length * times
        if self._characters > limits.characters:
            raise WorkbookTooLarge(
                f"到工作表“{_shown(sheet, '（未命名）')}”为止，文字超过 {limits.characters} 字的上限；请拆成几个文件后重试。",
                f'Up to sheet "{_shown(sheet, "(unnamed)")}" there are more than {limits.characters} characters of text, '
                "the limit; split the file and try again.",
            )


def count_of(text: str | None) -> int:
    """How often something repeats, or how far it spans: what is no plain number of up to nine digits means once.

    >>> count_of("12"), count_of("0"), count_of("²"), count_of("9" * 5000)
    (12, 1, 1, 1)
    """
    return max(int(text), 1) if text is not None and _COUNT.fullmatch(text) else 1


def _shown(sheet: str | None, unnamed: str) -> str:
    return (sheet or unnamed)[:80]


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.1f}".removesuffix(".0")
