"""What of the original the marked workbook does not have, in words: nothing is lost in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ohai_kg.catalogues.marking.plan import MOST_COMMENTS
from ohai_kg.office.sheets import cell_reference
from ohai_kg.office.xlsx.splice import parse

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from ohai_kg.office.xlsx.package import Package

_SPREADSHEET: Final = (
    "，已改存为 xlsx：文字、数字和合并单元格保留；字体、底色、边框、列宽、行高、批注、图片、"
    "数据验证、打印设置、冻结窗格和隐藏状态未保留，公式已成其值。"
)
_PAGE: Final = "原文件是网页，已改存为 xlsx：各表的文字和合并单元格保留；字体、颜色、链接和表外的文字未保留。"
_MADE_ANEW: Final[Mapping[str, str]] = {
    "xls": f"原文件是 xls（或旧版 et）{_SPREADSHEET}",
    "ods": f"原文件是 ods{_SPREADSHEET}",
    "csv": "原文件是 csv 文本，已改存为 xlsx：文字和数字保留；以 = + - @ 开头的文字按文字写入，不作公式。",
    "docx": "原文件是 Word 文档，已改存为 xlsx：每张表各成一个工作表，文字和合并单元格保留；"
    "字体、颜色、修订和表外的文字未保留。",
}
_MACROS: Final = ("vbaproject.bin", "vbaprojectsignature.bin", "vbadata.xml")


def lost_by_making_anew(kind: str, names: Mapping[str | None, str], cut: int) -> list[str]:
    """What a workbook made from the sheets of another kind of file lacks; `cut` cells were too long."""
    told = [_MADE_ANEW.get(kind, _PAGE)]
    renamed = [f"“{old}”改为“{new}”" for old, new in names.items() if old is not None and old != new]
    if renamed:
        told.append(f"工作表名不合表格软件的要求：{'、'.join(renamed)}。")
    if cut:
        told.append(f"有 {cut} 个单元格超过 32767 字，只写入前面部分。")
    return told


def drop_what_cannot_stay(package: Package) -> list[str]:
    """Take out macros, which make it another kind of file, and signatures, which do not hold for changed bytes."""
    told: list[str] = []
    macros = [name for name in package if name.lower().endswith(_MACROS)]
    for name in macros:
        package.unrelate(package.workbook, name)
        package.remove(name)
    if macros:
        told.append("原文件中的宏（VBA）未保留：结果一律存为 xlsx。")
    package.retype(package.workbook, "spreadsheetml.sheet.main+xml")
    signatures = [name for name in package if name.startswith("_xmlsignatures/") and not name.endswith(".rels")]
    for name in signatures:
        package.unrelate("", name)
        package.remove(name)
    if signatures:
        told.append("原文件的数字签名未保留：加了标记，签名即不再有效。")
    return told


def hidden_by_threads(package: Package, part: str, cells: Collection[tuple[int, int]]) -> list[str]:
    """Cells with a conversation, which hides the comment below it."""
    threads = package.target(part, "threadedComment")
    if threads is None:
        return []
    taken = {node.attributes.get("ref") for node in parse(package.read(threads)).children}
    hidden = [cell_reference(at) for at in cells if cell_reference(at) in taken]
    if not hidden:
        return []
    shown = "、".join(hidden[:50])
    return [f"下列单元格原有对话式批注，已保留，但会遮住本次的批注，意见请看下面的列表：{shown}。"]


def told_of_marks(uncommented: int) -> list[str]:
    """What the marks themselves cover, and that some cells have no comment."""
    told = ["被标记单元格原有的底色和边框为标记所覆盖；表格右侧空栏中以“◀”写明各行的问题，改好后可删去。"]
    if uncommented:
        told.append(
            f"批注过多时表格软件打开很慢，故只加 {MOST_COMMENTS} 个（先重后轻）；"
            f"另有 {uncommented} 个单元格只作标记，意见见下面的列表。"
        )
    return told
