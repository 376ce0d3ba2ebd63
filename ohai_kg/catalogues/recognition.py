"""Workbook or RDF: told by the bytes; for plain text, which could be either, by what it is called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ohai_kg.files import open_regular
from ohai_kg.formats import RDF_FORMATS, by_name

if TYPE_CHECKING:
    from pathlib import Path

HEAD: Final = 65_536
"""How many bytes of a file are looked at."""

WORKBOOK_EXTENSIONS: Final = frozenset(
    {"xlsx", "xlsm", "xls", "et", "ett", "ods", "csv", "tsv", "docx", "html", "htm", "mht", "mhtml"}
)
_RDF_EXTENSIONS: Final = frozenset(
    {"ttl", "turtle", "nt", "ntriples", "nq", "nquads", "trig", "rdf", "owl", "xml", "jsonld", "json"}
)
_TABLE_TYPES: Final = frozenset({"text/csv", "text/tab-separated-values", "application/csv", "application/vnd.ms-excel"})
VAGUE: Final = frozenset({"", "text/plain", "application/octet-stream", "application/x-www-form-urlencoded"})
"""Media types that say nothing of a file."""
# Containers of office files; and what is sent by mistake, which the reader of workbooks names best.
_BINARY: Final = (b"PK", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_ARCHIVES: Final = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"{\\rtf", b"RIFF", b"\xff\xfe", b"\xfe\xff")
_PAGE: Final = re.compile(rb"<\s*(!doctype\s+html|html|table|meta|head|body|div|tr)\b", re.IGNORECASE)
_RDF_START: Final = re.compile(r"[@<#{\[]|_:|prefix\b|base\b|graph\b", re.IGNORECASE)
_HEADINGS: Final = ("公开", "事项", "依据", "序号")


def is_workbook(content: bytes, name: str, declared: str | None = None) -> bool:
    """Whether a file, or its first HEAD bytes, is to be read as a workbook rather than as RDF.

    `declared` is a format name or media type that came with it; for text it decides, then the extension of `name`.
    """
    head = content[:HEAD]
    if head.startswith(_BINARY + _ARCHIVES) or b"\x00" in head[:4096] or head[4:8] == b"ftyp":
        return True
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:12].lower() == b"mime-version":
        return True
    if start.startswith(b"<") and b"rdf:RDF" not in head and _PAGE.search(head[:4096]):
        return True
    wanted = (declared or "").partition(";")[0].strip().lower()
    if wanted not in VAGUE:
        return wanted in _TABLE_TYPES or (wanted in WORKBOOK_EXTENSIONS and by_name(wanted, RDF_FORMATS) is None)
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if extension in WORKBOOK_EXTENSIONS or extension in _RDF_EXTENSIONS:
        return extension in WORKBOOK_EXTENSIONS
    return _is_table(start)


def is_workbook_file(path: Path, declared: str | None = None) -> bool:
    """`is_workbook` for a file on disk, of which only the beginning is read. Raises FileUnreadable."""
    with open_regular(path) as file:
        return is_workbook(file.read(HEAD), path.name, declared)


def _is_table(start: bytes) -> bool:
    """Whether text without a telling name has the words of a catalogue's head."""
    if _RDF_START.match(start[:16].decode("latin-1")):
        return False
    return any(
        word in start[:4096].decode(encoding, errors="ignore") for word in _HEADINGS for encoding in ("utf-8", "gb18030")
    )
