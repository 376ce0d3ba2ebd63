"""The four forms of Annex 7, with titles and columns as the document has them; the graph of the project is where they stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ohai_kg.catalogues.forms.layout import Block, Column, FormLayout
from ohai_kg.catalogues.forms.national import BASIS, CONTENT, DEADLINE, STAGES, UNITS, shared_lists
from ohai_kg.errors import RequestError

if TYPE_CHECKING:
    from ohai_kg.catalogues.forms.codes import CodeLists, Thing

_ATTRIBUTES: Final = "公开属性"
_GROUNDS: Final = "不公开依据"
_POWERS: Final = "权力类型"
_SOURCES: Final = "信息来源"
_CARRIERS: Final = "公开载体"
_CHOICES: Final = {
    "“五公开”阶段": (STAGES, False),
    "责任单位": (UNITS, True),
    "公开主体": (UNITS, True),
    "权力类型": (_POWERS, True),
    "信息来源": (_SOURCES, False),
    "公开属性": (_ATTRIBUTES, False),
    "不公开依据": (_GROUNDS, True),
    "主动公开方式": (_CARRIERS, True),
}
_NOTES: Final = {
    "序号": ("顺次编号。", "1", 8),
    "子领域名称": ("按工作职责分出的子领域，每行一个。", "拆迁项目管理", 30),
    "说明": ("需要说明的情况，没有的留空。", "", 40),
    "“五公开”阶段": ("从下拉列表选决策、执行、管理、服务、结果之一；相同的可合并单元格。", "决策", 12),
    "涉及工作": ("该阶段涉及的工作，每行一项。", "确定并公布房屋征收范围", 50),
    "责任单位": ("负责该项工作的单位，用单位表中的名称。", "区征收办", 18),
    "权力名称": ("行政权力清单中的名称。", "国有土地上房屋征收与补偿", 40),
    "权力类型": ("从下拉列表选。", "行政征收", 16),
    "具体工作事项": ("部门责任清单中的具体工作事项。", "负责全区房屋征收与补偿管理", 50),
    "事项名称": ("公共服务事项的名称。", "安置房选房服务", 50),
    "工作职责（编码）": ("权力名称和编码，编码写在括号内。", "国有土地上房屋征收与补偿(征收-00207-000)", 26),
    "信息来源": ("获取信息还是制作信息。", "制作信息", 11),
    "信息索引号": (
        "区域编码-领域缩写+子领域编号-五公开阶段-工作职责编号-信息流水号-公开方式。",
        "330304-CQAZ01-A-001-0001-Y",
        26,
    ),
    "政府信息名称": ("政府信息的名称，每行一个。", "XX建设项目规划红线图", 32),
    "公开属性": ("从下拉列表选公开、依申请、不公开之一。", "公开", 10),
    "不公开依据": ("不公开的写明法定理由，其余留空。", "商业秘密", 18),
    "公开主体": ("公开该信息的单位，用单位表中的名称；不公开的也写制作或获取它的单位。", "区征收办", 16),
    "主动公开方式": ("公开的写载体，可写多个，以“、”分开；其余留空。", "网站、公示栏", 18),
}
_EXTRA: Final = (BASIS, CONTENT, DEADLINE)
_FORM_OF_ITEMS: Final = 4


def annex_form(number: int, codes: CodeLists, *, domain: str = "", issuer: str = "", with_elements: bool = False) -> FormLayout:
    """Form 1 to 4 of Annex 7, for a domain or with its place left blank.

    `with_elements` adds to form 4 the columns 公开依据, 公开内容 and 公开时限: the plan demands them of every item (section
    3 (2)) and its own form has no place for them. Raises RequestError where the project has no such form.
    """
    form = next((form for form in codes.of_class("Form") if form.first("order") == str(number)), None)
    if form is None:
        raise RequestError(
            f"本项目没有附件7的表 {number}：表单取自方案的数据表（forms.csv、form-columns.csv）。",
            f"This project has no form {number} of Annex 7: forms come from the tables of the plan.",
        )
    if with_elements and number != _FORM_OF_ITEMS:
        raise RequestError(
            "只有表 4（政府信息清单）可增列要素。", "Only form 4, the list of government information, has items."
        )
    name = form.first("title")
    blocks = _blocks(form, codes)
    if with_elements:
        extra = tuple(_as_extra(column) for column in _EXTRA)
        blocks = (Block((*blocks[0].columns, *extra), blocks[0].heading),)
    return FormLayout(
        sheet=name.replace("“", "").replace("”", ""),
        title=_title(form, codes, domain),
        caption=_caption(form, issuer),
        blocks=blocks,
        lists=_lists(blocks, codes, issuer),
        hints=(f"本表为方案附件7的“{name}”，标题和栏目照原表。", *(_EXTRA_HINT if with_elements else ())),
    )


_EXTRA_HINT: Final = ("右侧斜体栏目为增列：方案三（二）要求每项信息有依据、内容、时限，原表没有这三栏。",)


def _as_extra(column: Column) -> Column:
    head = f"{column.head.partition('（')[0]}（增列）"
    note = f"增列栏目，原表没有：方案三（二）要求填写。{column.note}"
    return Column(head, note, column.example, column.width, choices=column.choices, is_extra=True)


def _blocks(form: Thing, codes: CodeLists) -> tuple[Block, ...]:
    """The tables of a form: one, or one for each section of its columns."""
    columns = [column for column in codes.of_class("FormColumn") if form.iri in column.values["columnOf"]]
    sections = list(dict.fromkeys(column.first("formSection") for column in columns))
    return tuple(
        Block(
            tuple(_column(column.first("title")) for column in columns if column.first("formSection") == section),
            section,
            10 if len(sections) > 1 else 30,
        )
        for section in sections
    )


def _column(head: str) -> Column:
    plain = head.partition(" (")[0]
    note, example, width = _NOTES.get(plain, ("按表头填写。", "", 20))
    choices, is_open = _CHOICES.get(plain, (None, True))
    return Column(head, note, example, width, choices=choices, is_open=is_open)


def _title(form: Thing, codes: CodeLists, domain: str) -> str:
    """The title as printed, with the domain of the worked example replaced, or left blank."""
    heading = form.first("verbatimHeading")
    worked = codes.things.get(form.first("forDomain"))
    label = worked.first("prefLabel") if worked else ""
    return re.sub(rf"{re.escape(label)}(?:（[^）]*）)?", domain or "　　　　", heading, count=1) if label else heading


def _caption(form: Thing, issuer: str) -> str:
    """The line to be filled in, without what the worked example has there."""
    labels = re.findall(r"([^\s：]+：)", form.first("verbatimText"))
    filled = {"牵头单位：": issuer}
    return "　".join(f"{label}{filled.get(label) or '　　　　　'}" for label in labels)


def _lists(blocks: tuple[Block, ...], codes: CodeLists, issuer: str) -> dict[str, tuple[str, ...]]:
    """The lists that the columns of the form choose from."""
    carriers = tuple(dict.fromkeys(carrier.first("prefLabel") for carrier in codes.of_class("ChannelCarrier")))
    every = {
        **shared_lists(codes, issuer),
        _ATTRIBUTES: codes.names("disclosure"),
        _GROUNDS: codes.names("ground"),
        _POWERS: codes.names("power-type"),
        _SOURCES: codes.names("source"),
        _CARRIERS: (*carriers, *codes.names("channel")),
    }
    used = {column.choices for block in blocks for column in block.columns}
    return {name: values for name, values in every.items() if name in used}
