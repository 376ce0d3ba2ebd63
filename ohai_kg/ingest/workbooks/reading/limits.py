"""How large a file may be, and the errors that say which bound was crossed."""

from __future__ import annotations

from dataclasses import dataclass

from ohai_kg.errors import WorkbookTooLarge


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one file. `unpacked_bytes` holds for the parts of a zip together, `cells` for the area of one sheet and
    `columns` for its width; cells with a style and no value do not count.
    """

    file_bytes: int = 50 * 1024 * 1024
    unpacked_bytes: int = 256 * 1024 * 1024
    sheets: int = 100
    cells: int = 4_000_000
    columns: int = 2_000

    def check_file(self, size: int) -> None:
        """Raise WorkbookTooLarge where the file has too many bytes."""
        if size > self.file_bytes:
            raise WorkbookTooLarge(
                f"文件有 {_megabytes(size)} MB，上限为 {_megabytes(self.file_bytes)} MB；请拆成较小的文件后重试。",
                f"The file has {_megabytes(size)} MB, the limit is {_megabytes(self.file_bytes)} MB; split it and try again.",
            )

    def check_unpacked(self, size: int) -> None:
        """Raise WorkbookTooLarge where a zip says, or shows, that it unpacks to too much."""
        if size > self.unpacked_bytes:
            raise WorkbookTooLarge(
                f"文件解压后至少有 {_megabytes(size)} MB，上限为 {_megabytes(self.unpacked_bytes)} MB，未予解压；"
                "请用表格软件另存后重试。",
                f"Unpacked the file has at least {_megabytes(size)} MB, the limit is {_megabytes(self.unpacked_bytes)} MB; "
                "it was not unpacked. Save it anew from a spreadsheet program and try again.",
            )

    def check_sheets(self, count: int) -> None:
        """Raise WorkbookTooLarge where there are too many sheets."""
        if count > self.sheets:
            raise WorkbookTooLarge(
                f"工作簿有 {count} 张工作表，上限为 {self.sheets} 张；请按领域拆成几个文件后重试。",
                f"The workbook has {count} sheets, the limit is {self.sheets}; split it by domain and try again.",
            )

    def check_area(self, sheet: str | None, rows: int, columns: int) -> None:
        """Raise WorkbookTooLarge where one sheet spans too many cells or columns."""
        if columns > self.columns:
            raise WorkbookTooLarge(
                f"工作表“{sheet or '（未命名）'}”有 {columns} 列，上限为 {self.columns} 列；请删去表格右侧的无用单元格。",
                f'Sheet "{sheet or "(unnamed)"}" has {columns} columns, the limit is {self.columns}; '
                "delete stray cells right of the table and try again.",
            )
        if rows * columns > self.cells:
            raise WorkbookTooLarge(
                f"工作表“{sheet or '（未命名）'}”占 {rows} 行 {columns} 列，上限为 {self.cells} 格；请删去远处的无用单元格。",
                f'Sheet "{sheet or "(unnamed)"}" spans {rows} rows and {columns} columns, the limit is {self.cells} cells; '
                "delete stray cells far from the table and try again.",
            )


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.1f}".removesuffix(".0")
