"""Blank forms filled in as a clerk would, by a library that did not write them, and read back."""

import io
from functools import cache

import openpyxl

from ohai_kg.catalogues import check_workbook, known_in
from ohai_kg.catalogues.forms import read_code_lists
from ohai_kg.project import open_project
from ohai_kg.shacl import Report, load_profile
from ohai_kg.tables import read_sources
from tests.conftest import ROOT

NATIONAL = {
    "序号": "1",
    "一级事项": "政策文件",
    "二级事项": "就业补助政策",
    "公开内容（要素）": "补助对象、补助标准、申请材料",
    "公开依据": "《中华人民共和国就业促进法》\n《中华人民共和国政府信息公开条例》（国务院令第711号）",
    "公开时限": "信息形成或变更之日起20个工作日内",
    "公开主体": "区征收办",
    "公开渠道和载体": "政府网站、公开查阅点",
    "全社会": "√",
    "主动": "√",
    "县级": "√",
}
ITEM_OF_FORM_4 = {
    "“五公开”阶段": "管理",
    "工作职责（编码）": "国有土地上房屋征收与补偿(征收-00207-000)",
    "信息来源": "获取信息",
    "信息索引号": "330304-CQAZ01-C-001-0001-G",
    "政府信息名称": "XX建设项目规划红线图",
    "公开属性": "公开",
    "公开主体": "区征收办",
    "主动公开方式": "政府网站",
    "公开依据（增列）": "《中华人民共和国政府信息公开条例》（国务院令第711号）",
    "公开内容（增列）": "红线范围、项目名称",
    "公开时限（增列）": "信息形成或变更之日起20个工作日内",
}


@cache
def codes():
    return read_code_lists(read_sources(open_project(ROOT)).quads)


def head_cells(content: bytes) -> dict[str, tuple[int, int]]:
    """The lowest heading of each column of the first sheet with its row and column, counted from 1."""
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    found = {}
    for row in sheet.iter_rows(min_row=1, max_row=6):
        for cell in row:
            if cell.comment:
                found[str(cell.value).partition(" (")[0]] = (cell.row, cell.column)
    return found


def filled(content: bytes, *rows: dict[str, str]) -> bytes:
    """The form with those rows below its head; each value must be in a column of the form."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    heads = head_cells(content)
    first = max(row for row, _ in heads.values()) + 1
    for number, row in enumerate(rows):
        for head, value in row.items():
            sheet.cell(first + number, heads[head][1], value)
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def checked(content: bytes, release, profile: str = "elements") -> tuple[list, Report]:
    """The items read from a filled form, and the report on it."""
    known = known_in(release.nquads, release.manifest.base)
    found = check_workbook(content, "表.xlsx", [load_profile(ROOT / "shapes", profile)], known)
    return list(found.catalogue.items), found.report
