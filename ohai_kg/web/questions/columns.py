"""Column headings in words. Files keep the names of the columns; pages and the notes in a workbook say what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ohai_kg.questions.model import Bilingual

if TYPE_CHECKING:
    from ohai_kg.questions.model import SavedQuery

_HEADINGS: Final = {
    name: Bilingual(zh, en)
    for name, zh, en in (
        ("allowedDays", "法定工作日", "working days allowed"),
        ("annexText", "附件5工作内容", "work in Annex 5"),
        ("annexUnit", "附件5责任单位", "unit in Annex 5"),
        ("attribute", "公开属性", "attribute"),
        ("builtBy", "建设单位", "built by"),
        ("catalogue", "目录", "catalogue"),
        ("channel", "公开渠道", "channel"),
        ("collectiveUnits", "集体土地：责任单位", "collective land: units"),
        ("delegate", "受托主体", "delegate"),
        ("delegator", "委托主体", "delegator"),
        ("document", "文件", "document"),
        ("documentNumber", "文号", "document number"),
        ("domain", "领域", "domain"),
        ("domains", "领域数", "domains"),
        ("dueDates", "期限", "due"),
        ("dueDate", "期限", "due"),
        ("duties", "职责条数", "duties"),
        ("duty", "职责", "duty"),
        ("element", "要素", "element"),
        ("exampleText", "示例工作内容", "work in the example"),
        ("exampleUnit", "示例责任单位", "unit in the example"),
        ("finishDue", "完成期限", "to be finished"),
        ("group", "小组", "group"),
        ("groups", "小组数", "groups"),
        ("guidedBy", "指导单位", "guided by"),
        ("headOf", "任组长的小组数", "groups headed"),
        ("inCoreGroup", "在攻坚小组", "in the core group"),
        ("inLeadingGroup", "在领导小组", "in the leading group"),
        ("indexNumber", "信息索引号", "index number"),
        ("innovation", "创新工作", "innovation"),
        ("innovationDue", "创新清单期限", "due by the list of innovations"),
        ("innovations", "创新项数", "innovations"),
        ("issued", "发文日", "issued"),
        ("issuer", "编制单位", "issuer"),
        ("item", "事项", "item"),
        ("items", "项数", "items"),
        ("leadUnit", "牵头单位", "lead unit"),
        ("missing", "缺项数", "missing"),
        ("month", "月份", "month"),
        ("names", "所证别称", "names proved"),
        ("node", "节点", "node"),
        ("order", "序", "order"),
        ("otherCatalogue", "另一目录", "other catalogue"),
        ("otherItem", "另一目录的事项", "item in the other catalogue"),
        ("otherPublisher", "另一公开主体", "other publisher"),
        ("party", "责任主体", "party"),
        ("partyKind", "主体类别", "kind of party"),
        ("person", "人员", "person"),
        ("personUnit", "所属单位", "unit of the person"),
        ("places", "原文位置", "places"),
        ("power", "行政权力", "power"),
        ("powerCode", "权力编码", "code"),
        ("powerType", "权力类型", "type"),
        ("publisher", "公开主体", "publisher"),
        ("readingPoint", "查阅点", "reading point"),
        ("regime", "法规", "regulation"),
        ("same", "一致", "same"),
        ("stage", "阶段", "stage"),
        ("standard", "标准", "standard"),
        ("startDue", "启动期限", "to be started"),
        ("status", "状态", "status"),
        ("stateUnits", "国有土地：责任单位", "state land: units"),
        ("subDomain", "子领域", "sub-domain"),
        ("task", "实施任务", "task"),
        ("taskDue", "实施步骤期限", "due by the plan’s steps"),
        ("unit", "单位", "unit"),
        ("unitA", "单位甲", "unit A"),
        ("unitB", "单位乙", "unit B"),
        ("units", "单位数", "units"),
        ("verbatimUnit", "责任单位（原文）", "units as printed"),
        ("workingDays", "目录所定工作日", "working days in the catalogue"),
    )
}


def heading(query: SavedQuery, column: str) -> Bilingual:
    """The heading of a column; `xLabel` is headed as `x`, `xLabels` as the names of `x`; an unknown column by its name."""
    for name in (column, column.removesuffix("Label")):
        known = query.headings.get(name) or _HEADINGS.get(name)
        if known is not None:
            return known
    many = _HEADINGS.get(column.removesuffix("Labels"))
    if many is not None:
        return Bilingual(f"{many.zh}名称", f"{many.en} names")
    return Bilingual(column, column)
