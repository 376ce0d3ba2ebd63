"""The words for a file that is none of those that can be read."""

from __future__ import annotations

from typing import Final

from ohai_kg.errors import NotAWorkbook, WorkbookEncrypted

EXPECTED_ZH: Final = "xlsx、xls、ods、csv、docx、et 或存有表格的网页"
EXPECTED_EN: Final = "xlsx, xls, ods, csv, docx, et or a saved web page with tables"


def refused(zh: str, en: str) -> NotAWorkbook:
    """The error that names what was found instead of a workbook."""
    return NotAWorkbook(
        f"应为{EXPECTED_ZH}，现为{zh}；未读入任何内容。", f"Expected {EXPECTED_EN}, found {en}; nothing was read."
    )


def encrypted_file() -> WorkbookEncrypted:
    """The error for a file that only opens with a password."""
    return WorkbookEncrypted(
        "应为未加密的工作簿，现为加密文件；请在表格软件中去掉打开密码，另存后重试。",
        "Expected a workbook without a password, found an encrypted one; remove the password, save it and try again.",
    )
