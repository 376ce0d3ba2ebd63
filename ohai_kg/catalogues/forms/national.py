"""The layout of the standard catalogues that followed 国办发〔2019〕54号: ten groups of columns under two rows of heads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ohai_kg.catalogues.forms.layout import Block, Column, FormLayout

if TYPE_CHECKING:
    from ohai_kg.catalogues.forms.codes import CodeLists

TICK: Final = "勾选"
LIMITS: Final = "公开时限"
UNITS: Final = "公开主体"
CHANNELS: Final = "公开渠道"
STAGES: Final = "五公开阶段"
LIMIT_WORDINGS: Final = (
    "信息形成或变更之日起20个工作日内",
    "信息形成或变更之日起10个工作日内",
    "信息形成或变更之日起7个工作日内",
    "信息形成或变更之日起5个工作日内",
    "收到申请之日起20个工作日内",
    "实时公开",
    "及时公开",
    "长期公开",
    "动态更新",
    "每年1月31日前",
)
"""The wordings in common use whose meaning is clear; other words may be written."""
_SEVERAL: Final = "可从下拉列表选一个，也可写多个，以“、”分开。"

BASIS: Final = Column(
    "公开依据",
    "写法律、法规、文件的全称和文号，可注明条款；多个依据分行写。",
    "《中华人民共和国政府信息公开条例》（国务院令第711号）第二十条",
    34,
)
CONTENT: Final = Column(
    "公开内容（要素）", "写应当公开的要点，不要只重复名称；多项以“、”或“；”分开。", "补助对象、补助标准、申请材料", 30
)
DEADLINE: Final = Column(
    "公开时限", "写明从何时起算、几个工作日，或写明实时、长期等；可从下拉列表选。", LIMIT_WORDINGS[0], 20, choices=LIMITS
)
SUBJECT: Final = Column("公开主体", f"写公开该信息的单位，用单位表中的名称。{_SEVERAL}", "区住建局", 16, choices=UNITS)


def _ticked(group: str, head: str, note: str) -> Column:
    return Column(head, f"{note}打“√”，否则留空。", "√", 7, group, TICK, is_open=False)


_COLUMNS: Final = (
    Column("序号", "从1起顺次编号，每个事项一行。", "1", 6),
    Column("一级事项", "写事项的大类；相同的大类可合并单元格。", "政策文件", 12, "公开事项"),
    Column("二级事项", "写公开事项的名称，每行一个。", "危房改造补助办法", 18, "公开事项"),
    CONTENT,
    BASIS,
    DEADLINE,
    SUBJECT,
    Column("公开渠道和载体", f"写公布信息的渠道。{_SEVERAL}", "政府网站、公开查阅点", 22, choices=CHANNELS),
    _ticked("公开对象", "全社会", "向全社会公开的"),
    Column("特定群体", "只向特定群体公开的打“√”，或写明是哪些人。", "申请人", 10, "公开对象", TICK),
    _ticked("公开方式", "主动", "主动公开的"),
    _ticked("公开方式", "依申请公开", "依申请公开的（与“主动”只选一个）"),
    _ticked("公开层级", "县级", "由县（市、区）公开的"),
    _ticked("公开层级", "乡、村级", "由乡镇（街道）、村（社区）公开的"),
)
STAGE: Final = Column("过程", "写五公开阶段，从下拉列表选；相同的可合并单元格。", "决策", 8, choices=STAGES, is_open=False)


def shared_lists(codes: CodeLists, issuer: str = "") -> dict[str, tuple[str, ...]]:
    """The lists that every form offers; the issuing unit comes first among the units."""
    units = tuple(dict.fromkeys((issuer, *codes.units))) if issuer else codes.units
    return {
        TICK: ("√",),
        UNITS: units,
        CHANNELS: codes.names("channel"),
        LIMITS: LIMIT_WORDINGS,
        STAGES: codes.names("stage"),
    }


def national_form(domain: str, codes: CodeLists, *, issuer: str = "", with_stage: bool = False) -> FormLayout:
    """The blank catalogue of a domain (its name, see `find_domain`).

    `issuer` is the name of the issuing unit; `with_stage` puts the column 过程 in front, for the five stages of the plan.
    """
    columns = (_COLUMNS[0], STAGE, *_COLUMNS[1:]) if with_stage else _COLUMNS
    lists = shared_lists(codes, issuer)
    if not with_stage:
        del lists[STAGES]
    return FormLayout(
        sheet=domain[:31],
        title=f"{issuer}{domain}领域基层政务公开标准目录",
        blocks=(Block(columns),),
        lists={**lists, "公开方式": codes.names("mode"), "公开对象": codes.names("audience"), "公开层级": codes.names("level")},
        hints=(
            "表头已保护，表身可自由填写；如需合并单元格，请先撤销工作表保护（没有密码）。",
            "每行一个事项，名称、依据、内容、主体、时限、方式六要素都要填写；不要用“同上”。",
            "填好后可用 ohai-kg validate 校验，或在网页“校验”上传。",
        ),
    )
