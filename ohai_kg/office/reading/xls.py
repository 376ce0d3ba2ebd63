"""xls and old WPS .et through xlrd, which reads BIFF5 with code page 936 where calamine gives garbage."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING, Any, Final

import xlrd

from ohai_kg.office.reading.biff import check_records
from ohai_kg.office.reading.kinds import OLE
from ohai_kg.office.reading.limits import Tally
from ohai_kg.office.reading.ole import chains_end
from ohai_kg.office.reading.refusals import encrypted_file, refused
from ohai_kg.office.reading.xlsx import cell_text
from ohai_kg.office.sheets import Merge, Sheet, Workbook

if TYPE_CHECKING:
    from datetime import datetime

    from ohai_kg.office.reading.limits import Limits

BIFF8: Final = 80  # BIFF5 and 7 could not merge cells
_BROKEN: Final = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError, NotImplementedError),
    *(RecursionError, TypeError, ValueError, struct.error, xlrd.compdoc.CompDocError),
)


def read_xls(data: bytes, limits: Limits) -> Workbook:
    """The worksheets of an xls file. Raises NotAWorkbook where it is damaged, WorkbookEncrypted where it has a password."""
    if data.startswith(OLE) and not chains_end(data):
        raise refused("损坏的 xls", "a damaged xls")
    try:
        check_records(data, limits)
        book = _open(data)
        limits.check_sheets(book.nsheets)
        tally = Tally(limits)
        return Workbook("xls", tuple(_sheet(book, index, tally) for index in range(book.nsheets)))
    except xlrd.XLRDError as error:
        if "encrypt" in str(error).lower() or "password" in str(error).lower():
            raise encrypted_file() from None
        raise refused(f"损坏的 xls（{error}）", f"a damaged xls ({error})") from None
    except _BROKEN:
        # xlrd meets broken records with whatever its code happens to raise
        raise refused("损坏的 xls", "a damaged xls") from None


def _open(data: bytes) -> Any:
    def opened(encoding: str | None) -> Any:
        return xlrd.open_workbook(
            file_contents=data, formatting_info=True, ragged_rows=True, logfile=io.StringIO(), encoding_override=encoding
        )

    book = opened(None)
    # Chinese BIFF5 files are often labelled with a western code page, or with none.
    if book.biff_version < BIFF8 and book.encoding not in {"cp936", "utf_16_le"}:
        return opened("cp936")
    return book


def _sheet(book: Any, index: int, tally: Tally) -> Sheet:
    sheet = book.sheet_by_index(index)
    rows: list[tuple[str, ...]] = []
    for number in range(sheet.nrows):
        cells = [_text(cell, book.datemode) for cell in sheet.row(number)] if sheet.row_len(number) else []
        while cells and not cells[-1]:
            cells.pop()
        tally.add_cells(sheet.name, 1, len(cells))
        for text in cells:
            tally.add_text(sheet.name, len(text))
        rows.append(tuple(cells))
    merges = tuple(Merge(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells)
    return Sheet(sheet.name, tuple(rows), merges, keeps_merges=book.biff_version >= BIFF8)


def _text(cell: Any, datemode: int) -> str:
    if cell.ctype in {xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK}:
        return ""
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#VALUE!"))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return cell_text(bool(cell.value))
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            moment: datetime = xlrd.xldate_as_datetime(cell.value, datemode)
        except (ValueError, OverflowError):
            return cell_text(float(cell.value))
        return cell_text(moment)
    return cell_text(cell.value)
