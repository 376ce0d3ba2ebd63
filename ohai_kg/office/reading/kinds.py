"""Which kind of file it is, told by its bytes; names lie (HTML named .xls is the commonest case)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ohai_kg.office.reading.archives import Archive
from ohai_kg.office.reading.refusals import encrypted_file, refused

if TYPE_CHECKING:
    from ohai_kg.office.reading.limits import Limits

OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UTF16_NAMES: Final = {
    "Workbook": "Workbook".encode("utf-16-le"),
    "Book": "Book".encode("utf-16-le"),
    "EncryptedPackage": "EncryptedPackage".encode("utf-16-le"),
    "WordDocument": "WordDocument".encode("utf-16-le"),
}
# What is sent by mistake, with the name a user knows it by.
_REFUSED: Final[tuple[tuple[bytes, str, str], ...]] = (
    (b"%PDF", "PDF 文件", "a PDF"),
    (b"\x89PNG", "PNG 图片", "a PNG picture"),
    (b"\xff\xd8\xff", "JPEG 照片", "a JPEG photo"),
    (b"GIF8", "GIF 图片", "a GIF picture"),
    (b"BM", "BMP 图片", "a BMP picture"),
    (b"II*\x00", "TIFF 图片", "a TIFF picture"),
    (b"MM\x00*", "TIFF 图片", "a TIFF picture"),
    (b"Rar!", "RAR 压缩包", "a RAR archive"),
    (b"7z\xbc\xaf", "7z 压缩包", "a 7z archive"),
    (b"\x1f\x8b", "gzip 压缩文件", "a gzip file"),
    (b"{\\rtf", "RTF 文档", "an RTF document"),
    (b"OFD", "OFD 文件", "an OFD file"),
)
_HTML: Final = re.compile(rb"<\s*(!doctype\s+html|html|table|meta|head|body|div|tr)\b", re.IGNORECASE)
_BIFF_START: Final = re.compile(rb"\x09[\x00\x02\x04\x08]")


def kind_of(data: bytes, limits: Limits) -> str:
    """`xlsx`, `xls`, `ods`, `docx`, `html`, `mhtml` or `csv`. Raises WorkbookUnreadable."""
    if not data.strip(b"\x00 \r\n\t"):
        raise refused("空文件", "an empty file")
    if data.startswith(b"PK"):
        return _zip_kind(Archive(data, limits))
    if data.startswith(OLE):
        return _ole_kind(data)
    for magic, zh, en in _REFUSED:
        if data.startswith(magic):
            raise refused(zh, en)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        raise refused("WebP 图片", "a WebP picture")
    if data[4:8] == b"ftyp":
        raise refused("照片或视频", "a photo or video")
    if _BIFF_START.match(data[:2]):
        return "xls"  # Excel 4 and older wrote the stream without a container
    return _text_kind(data)


def _zip_kind(archive: Archive) -> str:
    if "xl/workbook.xml" in archive:
        return "xlsx"
    if "word/document.xml" in archive:
        return "docx"
    if "xl/workbook.bin" in archive:
        raise refused("二进制工作簿 xlsb，请另存为 xlsx", "a binary workbook (xlsb); save it as xlsx")
    if "content.xml" in archive:
        kind = next(archive.pieces("mimetype"), b"")[:100] if "mimetype" in archive else b""
        if b"spreadsheet" in kind or not kind:
            return "ods"
        raise refused("不是电子表格的 OpenDocument 文件", "an OpenDocument file that is no spreadsheet")
    if "encrypted-package" in archive:
        raise encrypted_file()  # how OpenDocument 1.4 keeps a password
    if "ppt/presentation.xml" in archive:
        raise refused("演示文稿", "a presentation")
    if "OFD.xml" in archive:
        raise refused("OFD 文件", "an OFD file")
    raise refused("不是表格的压缩文件", "a zip file that is no workbook")


def _ole_kind(data: bytes) -> str:
    if _UTF16_NAMES["EncryptedPackage"] in data:
        raise encrypted_file()
    if _UTF16_NAMES["Workbook"] in data or _UTF16_NAMES["Book"] in data:
        return "xls"
    if _UTF16_NAMES["WordDocument"] in data:
        raise refused("旧式 Word 文档 doc，请另存为 docx", "an old Word document (doc); save it as docx")
    raise refused("不是表格的 Office 文件", "an office file that is no workbook")


def _text_kind(data: bytes) -> str:
    head = data[:4096]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "html" if "<html" in _utf16(head).lower() or "<table" in _utf16(head).lower() else "csv"
    if b"%PDF-" in data[:1024]:
        raise refused("PDF 文件", "a PDF")
    if utf16_without_mark(data) is not None:
        return "csv"
    if b"\x00" in data:
        raise refused("二进制文件", "a binary file")
    if head.lstrip().lower().startswith(b"mime-version") or b"multipart/related" in head.lower():
        return "mhtml"
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t")
    if start.startswith(b"<") and (_HTML.search(head) or b"<table" in data.lower()):
        return "html"
    if start.startswith(b"<?xml"):
        raise refused("XML 文件", "an XML file")
    return "csv"


def _utf16(head: bytes) -> str:
    return head.decode("utf-16", errors="ignore")


def utf16_without_mark(data: bytes) -> str | None:
    """The encoding of text in UTF-16 that does not begin with its mark: separators and line ends tell it; None for others.

    >>> utf16_without_mark("序号,事项\n".encode("utf-16-be")), utf16_without_mark("序号,事项".encode())
    ('utf-16-be', None)
    """
    if b"\x00" not in data[:4096] or len(data) % 2:
        return None
    for encoding in ("utf-16-le", "utf-16-be"):
        text = data[:4096].decode(encoding, errors="ignore")
        if any(mark in text for mark in ",\t;\n") and all(map(_is_text, text)):
            return encoding
    return None


def _is_text(character: str) -> bool:
    """No control character, and no Glagolitic letter: that is what a comma is with its bytes in the wrong order."""
    return (
        character in "\t\r\n"
        or (character >= " " and not "\u2c00" <= character <= "\u2c5f" and character.isprintable())
        or character in "\u3000\u00a0"
    )
