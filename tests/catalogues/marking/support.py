"""A catalogue judged by `elements` and marked, and the marked file looked at through a library that wrote none of it."""

import io
from functools import cache

import openpyxl
import pyoxigraph as ox

from ohai_kg.catalogues import Checked
from ohai_kg.catalogues.catalogue import read_catalogue
from ohai_kg.catalogues.marking import mark_workbook
from ohai_kg.shacl import Report, load_profile
from ohai_kg.shacl.entry import validate_store
from tests.ingest.workbooks.support import BASE, EXAMPLES, registry

HEAD = ["序号", "一级事项", "二级事项", "公开内容", "公开依据", "公开时限", "公开主体", "公开渠道和载体", "公开方式"]
FULL = [
    *("1", "政策文件", "中央政策", "文件正文", "《中华人民共和国政府信息公开条例》（国务院令第711号）"),
    *("信息形成或变更之日起20个工作日内", "县住建局", "■政府网站", "主动公开"),
]


@cache
def profile():
    return load_profile(EXAMPLES.parents[1] / "shapes", "elements")


def judge(catalogue) -> Report:
    store = ox.Store()
    store.extend(catalogue.quads(BASE, "qinghe", "example"))
    return validate_store(store, [profile()], context=catalogue.context_quads()).located(catalogue.place_of)


def marked(data: bytes, name: str = "目录.xlsx") -> bytes:
    catalogue = read_catalogue(data, registry=registry(), name=name)
    return mark_workbook(Checked(catalogue, judge(catalogue), data), rules="试")


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def lines_of(data: bytes) -> list[list[str]]:
    """The filled cells of the summary sheet, row by row."""
    return [[str(cell) for cell in row if cell is not None] for row in opened(data).worksheets[0].iter_rows(values_only=True)]
