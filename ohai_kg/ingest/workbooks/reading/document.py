"""docx: each table of the document is a sheet, called 表1, 表2 … in the order of the text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ohai_kg.ingest.workbooks.reading.archives import Archive
from ohai_kg.ingest.workbooks.sheets import Merge, Sheet, Workbook
from ohai_kg.ingest.workbooks.values.marks import SYMBOLS

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET
    from collections.abc import Iterator

    from ohai_kg.ingest.workbooks.reading.limits import Limits

_STRICT: Final = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_USUAL: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def read_docx(data: bytes, limits: Limits) -> Workbook:
    """The tables of a Word document."""
    document = Archive(data, limits).parse("word/document.xml")
    prefix = _STRICT if document.tag.startswith(_STRICT) else _USUAL
    sheets: list[Sheet] = []
    caption = ""
    for block in _blocks(document, prefix):
        if block.tag == f"{prefix}p":
            caption = _text(block, prefix) or caption
        else:
            limits.check_sheets(len(sheets) + 1)
            sheets.append(_sheet(block, f"表{len(sheets) + 1}", prefix, caption))
            caption = ""
    return Workbook("docx", tuple(sheets))


def _blocks(element: ET.Element, prefix: str) -> Iterator[ET.Element]:
    """Paragraphs and tables in the order of the text; what a table holds belongs to it."""
    for child in element:
        if child.tag in {f"{prefix}p", f"{prefix}tbl"}:
            yield child
        else:
            yield from _blocks(child, prefix)


def _outermost(element: ET.Element, tag: str) -> Iterator[ET.Element]:
    for child in element:
        if child.tag == tag:
            yield child
        else:
            yield from _outermost(child, tag)


def _sheet(table: ET.Element, name: str, prefix: str, caption: str) -> Sheet:
    rows: list[tuple[str, ...]] = []
    merges: list[Merge] = []
    open_merges: dict[int, Merge] = {}
    for number, row in enumerate(_outermost(table, f"{prefix}tr")):
        cells: list[str] = []
        for cell in _outermost(row, f"{prefix}tc"):
            column = len(cells)
            across = _number(cell, f"{prefix}tcPr/{prefix}gridSpan", prefix)
            vertical = cell.find(f"{prefix}tcPr/{prefix}vMerge")
            continued = vertical is not None and vertical.get(f"{prefix}val", "continue") == "continue"
            if continued and column in open_merges:
                open_merges[column] = open_merges[column]._replace(bottom=number)
            else:
                _close(open_merges.pop(column, None), merges)
                merge = Merge(number, column, number, column + across - 1)
                if vertical is not None:
                    open_merges[column] = merge
                elif across > 1:
                    merges.append(merge)
            cells.append("" if continued else _text(cell, prefix))
            cells.extend("" for _ in range(across - 1))
        rows.append(tuple(cells))
    for merge in open_merges.values():
        _close(merge, merges)
    return Sheet(name, tuple(rows), tuple(merges), caption=caption[:80])


def _close(merge: Merge | None, merges: list[Merge]) -> None:
    if merge is not None and (merge.bottom > merge.top or merge.right > merge.left):
        merges.append(merge)


def _number(cell: ET.Element, path: str, prefix: str) -> int:
    found = cell.find(path)
    value = "" if found is None else found.get(f"{prefix}val", "")
    return max(int(value), 1) if value.isdigit() else 1


def _text(cell: ET.Element, prefix: str) -> str:
    """Paragraphs as lines; deleted text of tracked changes is left out because it stands in `delText`."""
    lines = []
    for paragraph in cell.iter(f"{prefix}p"):
        pieces = []
        for element in paragraph.iter():
            if element.tag == f"{prefix}t":
                pieces.append(element.text or "")
            elif element.tag in {f"{prefix}br", f"{prefix}cr"}:
                pieces.append("\n")
            elif element.tag == f"{prefix}tab":
                pieces.append(" ")
            elif element.tag == f"{prefix}sym":
                pieces.append(_symbol(element.get(f"{prefix}char", "")))
        lines.append("".join(pieces))
    return "\n".join(lines).strip()


def _symbol(code: str) -> str:
    """A symbol of Wingdings as the mark it shows; one that is no mark says nothing."""
    try:
        return SYMBOLS.get(int(code, 16) | 0xF000, "")
    except ValueError:
        return ""
