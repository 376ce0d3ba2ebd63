"""A catalogue written by the form writer, in any order of columns and with the noise of real pages, reads back equal."""

import io
import itertools
import os
from dataclasses import dataclass, replace

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ohai_kg.catalogues.catalogue import read_catalogue
from ohai_kg.catalogues.forms import national_form, write_form
from ohai_kg.catalogues.forms.layout import Block
from ohai_kg.catalogues.values.registry import Registry
from tests.export.forms.filling import codes

EXAMPLES = 2000 if os.environ.get("OHAI_KG_LONG_TESTS") else 25
FIRST = ["政策文件", "对象认定", "资金管理"]
BASES = {
    "《中华人民共和国就业促进法》": ["中华人民共和国就业促进法"],
    "《中华人民共和国政府信息公开条例》（国务院令第711号）": ["中华人民共和国政府信息公开条例"],
    "《就业服务与就业管理规定》\n《社会救助暂行办法》": ["就业服务与就业管理规定", "社会救助暂行办法"],
}
LIMITS = {
    "信息形成或变更之日起20个工作日内": ["within 20 working-day formed|changed"],
    "自信息形成或者变更之日起 10 个\n工作日内予以公开": ["within 10 working-day formed|changed"],
    "实时公开": ["immediate"],
    "长期公开": ["permanent"],
}
SUBJECTS = {"区人力社保局": ["区人力社保局"], "区民政局、各镇街": ["区民政局", "各镇街"]}
CHANNELS = {
    "政府网站": ["01"],
    "政府网站、公开查阅点": ["01", "07"],
    "■政府网站 □政府公报 ■两微一端\n□广播电视": ["01", "03"],
    "■政府网站\n口政府公报\n■公开查阅点\n口其他": ["01", "07"],
}
NOISY_HEADS = {
    "公开内容（要素）": ["公开内容（要素）", "公开内容(要素", "公开 内容\n（要素）"],
    "公开依据": ["公开依据", "公 开 依 据", "公开\n依据"],
    "公开时限": ["公开时限", "公开\n时限"],
    "公开主体": ["公开主体", "公开主", "公 开\n主 体"],
    "公开渠道和载体": ["公开渠道和载体", "公开渠道和载体（“■”必选 “□”可选）", "公开渠道\n和载体"],
    "依申请公开": ["依申请公开", "依申⏎请公⏎开".replace("⏎", "\n")],
    "一级事项": ["一级事项", "一级 事项"],
    "特定群体": ["特定群体", "特定群众"],
    "乡、村级": ["乡、村级", "乡 、村级"],
}


@dataclass(frozen=True)
class Item:
    first: str
    name: str
    content: str
    basis: str
    limit: str
    subject: str
    channel: str
    proactive: bool
    general: bool
    levels: tuple[bool, bool]

    def cells(self, number: int) -> dict[str, str]:
        return {
            "序号": str(number),
            "一级事项": self.first,
            "二级事项": self.name,
            "公开内容（要素）": self.content,
            "公开依据": self.basis,
            "公开时限": self.limit,
            "公开主体": self.subject,
            "公开渠道和载体": self.channel,
            "全社会": "√" if self.general else "",
            "特定群体": "" if self.general else "√",
            "主动": "√" if self.proactive else "",
            "依申请公开": "" if self.proactive else "√",
            "县级": "√" if self.levels[0] else "",
            "乡、村级": "√" if self.levels[1] else "",
        }

    def expected(self, number: int) -> dict:
        return {
            "number": str(number),
            "name": self.name,
            "categories": [self.first],
            "content": self.content,
            "bases": BASES[self.basis],
            "limits": LIMITS[self.limit],
            "subjects": SUBJECTS[self.subject],
            "channels": CHANNELS[self.channel],
            "modes": ["proactive" if self.proactive else "on-request"],
            "audiences": ["society" if self.general else "specific"],
            "levels": [*(["district"] if self.levels[0] else []), *(["township", "village"] if self.levels[1] else [])],
        }


@dataclass(frozen=True)
class Noise:
    order: tuple[int, ...]
    heads: dict[str, str]
    merged: frozenset[str]
    ditto: frozenset[str]
    repeated_before: int | None
    stacked_before: int | None
    caption: str
    note: str


items = st.lists(
    st.builds(
        Item,
        first=st.sampled_from(FIRST),
        name=st.sampled_from(["办理指南", "补助标准", "名单公示", "年度计划", "监督检查结果"]),
        content=st.sampled_from(["对象、标准、程序", "文件名称；文号；\n正文", "结果"]),
        basis=st.sampled_from(sorted(BASES)),
        limit=st.sampled_from(sorted(LIMITS)),
        subject=st.sampled_from(sorted(SUBJECTS)),
        channel=st.sampled_from(sorted(CHANNELS)),
        proactive=st.booleans(),
        general=st.booleans(),
        levels=st.sampled_from([(True, False), (False, True), (True, True)]),
    ),
    min_size=1,
    max_size=8,
)
ELEMENTS = ["公开内容（要素）", "公开依据", "公开时限", "公开主体", "公开渠道和载体"]
noises = st.builds(
    Noise,
    order=st.permutations(range(10)).map(tuple),
    heads=st.fixed_dictionaries({head: st.sampled_from(variants) for head, variants in NOISY_HEADS.items()}),
    merged=st.frozensets(st.sampled_from(["一级事项", *ELEMENTS])),
    ditto=st.frozensets(st.sampled_from(ELEMENTS)),
    repeated_before=st.none() | st.integers(1, 7),
    stacked_before=st.none() | st.integers(1, 7),
    caption=st.sampled_from(["", "填报单位：某局　　填表人：", "（2024年版）"]),
    note=st.sampled_from(["", "注：“■”为必选，“□”为可选。", "备注：本目录由区政府办公室负责解释。"]),
)


class Writer:
    """The national form with its groups of columns in another order, filled in below."""

    def __init__(self, noise: Noise) -> None:
        form = national_form("就业", codes())
        groups = [list(group) for _, group in itertools.groupby(form.blocks[0].columns, key=lambda c: c.group or c.head)]
        columns = tuple(column for index in noise.order for column in groups[index])
        self.columns = {column.head: number for number, column in enumerate(columns, 1)}
        content = write_form(replace(form, caption=noise.caption, blocks=(Block(columns),)))
        self.book = openpyxl.load_workbook(io.BytesIO(content))
        self.sheet = self.book.worksheets[0]
        self.noise = noise
        self.head = 3 if noise.caption else 2
        self.head_merges = [merge.coord for merge in self.sheet.merged_cells.ranges if merge.min_row >= self.head]
        for row in self.sheet.iter_rows(min_row=self.head, max_row=self.head + 1):
            for cell in row:
                if cell.value in noise.heads:
                    cell.value = noise.heads[cell.value]
        self.row = self.head + 2
        self.free: list[int] = []

    def repeat_head(self, title: str | None) -> None:
        if title:
            self.sheet.cell(self.row, 1, title)
            self.row += 1
        offset = self.row - self.head
        for row in self.sheet.iter_rows(min_row=self.head, max_row=self.head + 1, max_col=len(self.columns)):
            for cell in row:
                if cell.value:
                    self.sheet.cell(cell.row + offset, cell.column, cell.value)
        for coord in self.head_merges:
            area = openpyxl.worksheet.cell_range.CellRange(coord)
            area.shift(row_shift=offset)
            self.sheet.merge_cells(area.coord)
        self.row += 2

    def write(self, rows: list[dict[str, str]]) -> None:
        """Rows without a head between them; equal cells in a row merged or said to be the same, as the noise has it."""
        top = self.row
        for number, cells in enumerate(rows):
            for head, value in cells.items():
                same = number > 0 and rows[number - 1][head] == value
                if same and head in self.noise.merged:
                    continue
                shown = "同上" if same and head in self.noise.ditto else value
                if shown:
                    self.sheet.cell(top + number, self.columns[head], shown)
        for head in self.noise.merged:
            start = 0
            for number in range(1, len(rows) + 1):
                if number == len(rows) or rows[number][head] != rows[start][head]:
                    if number - start > 1:
                        column = self.columns[head]
                        self.sheet.merge_cells(
                            start_row=top + start, end_row=top + number - 1, start_column=column, end_column=column
                        )
                    start = number
        self.row += len(rows)

    def to_bytes(self) -> bytes:
        if self.noise.note:
            self.sheet.cell(self.row, 1, self.noise.note)
        output = io.BytesIO()
        self.book.save(output)
        return output.getvalue()


def _told(item) -> dict:
    return {
        "number": item.number,
        "name": item.name,
        "categories": list(item.categories),
        "content": item.content,
        "bases": [basis.title for basis in item.bases.bases],
        "limits": [limit.normal for limit in item.time_limit.limits],
        "subjects": [subject.name for subject in item.subjects.subjects],
        "channels": list(item.channels.codes),
        "modes": list(item.modes),
        "audiences": list(item.audiences),
        "levels": list(item.levels),
    }


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow])
@given(items=items, noise=noises)
def test_a_catalogue_written_on_the_form_reads_back_equal(items, noise):
    writer = Writer(noise)
    cells = [item.cells(number) for number, item in enumerate(items, 1)]
    cuts = {at: kind for kind, at in (("repeat", noise.repeated_before), ("stack", noise.stacked_before)) if at is not None}
    start = 0
    for at in sorted({cut for cut in cuts if cut < len(cells)} | {len(cells)}):
        writer.write(cells[start:at])
        if at < len(cells):
            writer.repeat_head("（二）失业保险领域基层政务公开标准目录" if cuts[at] == "stack" else None)
        start = at
    catalogue = read_catalogue(writer.to_bytes(), registry=Registry(), name="目录.xlsx")
    assert [_told(item) for item in catalogue.items] == [item.expected(number) for number, item in enumerate(items, 1)]
    assert len(catalogue.tables) == 1 + any(cuts[at] == "stack" for at in cuts if at < len(cells))
