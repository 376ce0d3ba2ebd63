"""The words of 公开时限: events, units, periods, and what makes a clause a proviso. `timelimits` puts them together."""

from __future__ import annotations

import re
from typing import Final

from ohai_kg.office.wording import squeezed, with_digits

EVENTS: Final[tuple[tuple[str, str], ...]] = (
    # code, pattern; the order is the order of the codes in a result
    ("application", r"收到.{0,6}申请|受理申请|申请之日"),
    ("received", r"收到|接到|下发至?本|转发至?本"),
    ("formed", r"形成|产生|生成|成文"),
    ("changed", r"变更|变动|变化|调整|更新"),
    ("made", r"制作|制定|编制"),
    ("obtained", r"获取|获得|取得"),
    ("issued", r"颁布|印发|发布|出台|公布"),
    ("approved", r"批准|批复|核准|审批"),
    ("decided", r"决定|决策|确定|作出|做出"),
)
_EVENT_PATTERNS: Final = tuple((code, re.compile(pattern)) for code, pattern in EVENTS)
_UNITS: Final = {
    "工作日": "working-day",
    "自然日": "day",
    "日历日": "day",
    "日": "day",
    "天": "day",
    "周": "week",
    "星期": "week",
    "月": "month",
    "小时": "hour",
    "年": "year",
}
# A number of days, of a range the last (15-20个工作日); 2024年 and the 3月 of 3月31日 are dates.
NUMBER: Final = re.compile(
    r"(?<!\d)(?<!月(?=\d{1,2}日))(?:\d{1,3}个?(?:工作日)?[-~—至到])?(\d{1,3})个?"
    r"(工作日|自然日|日历日|小时|星期|日|天|月(?!\d{1,2}日|底|末|初|份)|周|年(?!度|\d))"
)
PROVISO: Final = re.compile(
    r"(法律|法规|国家|上级|另有).{0,24}(规定|要求).{0,16}(从其规定|执行|除外|的)?$|从其规定|保持长期公开|不得少于\d+|公开期限|"
    r"征求意见|特殊情况|涉及.{0,8}除外|除外$|(网站|公示|公告)?(公开|公示)?时间不少于|动态调整|动态更新|及时更新"
)
AT_LEAST: Final = re.compile(r"不得?少于|不低于|不短于|不得低于|少于\d")
DATE: Final = re.compile(r"(\d{1,2})月(?:份)?(?:(\d{1,2})日|底|末)?(?:之?前|以前|内)?")
YEARLY: Final = re.compile(r"每年|次年|翌年|每一?年度")
PERIOD: Final = re.compile(
    r"(?:每|按)(?:1?个)?(半年|季度|季|年度|年|月度|月|周|日|天)|(半年|一季度|1年|一年|1季度|1月)(?:至少)?(?:更新|公开|公布)"
)
PERIODS: Final = {
    "半年": "P6M",
    "季度": "P3M",
    "季": "P3M",
    "一季度": "P3M",
    "1季度": "P3M",
    "年度": "P1Y",
    "年": "P1Y",
    "1年": "P1Y",
    "一年": "P1Y",
    "月度": "P1M",
    "月": "P1M",
    "1月": "P1M",
    "周": "P7D",
    "日": "P1D",
    "天": "P1D",
}
EVERY: Final = re.compile(r"每1?个?(月|季|周|半年)")  # 每月10日前 is a period, not ten days
BEFORE: Final = re.compile(r"提前(?:至少|不少于)?(\d{1,3})个?(工作日|日|天|周|星期|月)(.*)")
KINDS: Final[tuple[tuple[str, str], ...]] = (
    ("immediate", r"实时|即时|立即|随时|当场|当日|即日"),
    ("permanent", r"永久|长期|常年|一直公开"),
    ("prompt", r"及时|尽快"),
    ("on-change", r"动态|(?:变更|变化|调整|更新).{0,2}(?:时|后|即)|有变更即"),
)
# What says that a thing has happened: 之日起, 后; a verb that ends the words says it too, a noun (处罚决定) does not.
_MARKER: Final = re.compile(r"(之日|之后|以后|后|之?起|当日|时|的|,|在|于|内|不超过|最迟|日)+$")
_DONE: Final = re.compile(
    r"(形成|产生|生成|成文|变更|变动|变化|调整|更新|制作|制定|编制|获取|获得|取得|颁布|印发|发布|出台|公布|批准|批复|核准|"
    r"确定|作出|做出|公开|完成|结束|通过|生效|签订|成立|受理|结案|验收|竣工|届满|到期|召开|审定|核定|评定|公示|备案|发生)\)?$"
)
_LEAD: Final = re.compile(r"^(其中|其他|其余|自|从|在|于|该|应当?|应在|应自|公开事项|政府信息|政府|信息|事项|之日|的|,|:)+")
# 自 begins the words of an event, save in 自然资源 and the like
FROM: Final = r"自(?!然|治|来水|主|行|愿|查|建|评|助|有|动)"
_FORMAL: Final = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰內曰", "一二三四五六七八九十百内日")


def flattened(text: str) -> str:
    """The cell without blanks, number words as digits, and the damage real cells show put right where only one reading is left.

    >>> flattened("信息形成个20工作日内"), flattened("二十（20）个工作日内"), flattened("20个工作内")
    ('信息形成20个工作日内', '20个工作日内', '20个工作日内')
    """
    flat = squeezed(text).translate(_FORMAL)
    flat = re.sub(r"[一二三四五六七八九十百]+\((\d{1,3})\)|(\d{1,3})\([一二三四五六七八九十百]+\)", r"\1\2", flat)
    flat = with_digits(flat).replace("半年内", "6个月内")
    flat = re.sub(r"(?<=\d)各(?=工作)", "个", flat)
    flat = re.sub(r"(?<=\d)个?(?:工作|作日|工日)(?=[之以]?内)", "个工作日", flat)
    flat = re.sub(r"个(\d+)(?=个?(?:工作日|日|天)|$)", r"\1", flat)  # 形成个20工作日: two characters changed places
    return re.sub(r"(\d+)个?$", r"\1个工作日内", flat) if re.search(r"(形成|变更).{0,6}\d+个?$", flat) else flat


def days(number: int, unit: str) -> tuple[int, str]:
    """Weeks in days; the rest as counted."""
    code = _UNITS[unit]
    return (number * 7, "day") if code == "week" else (number, code)


def events(lead: str) -> tuple[tuple[str, ...], str]:
    """The codes and the words of the event that the words before a limit name; none where they only name a thing.

    >>> events("信息获取（形成变更）之日起".replace("（", "(").replace("）", ")")), events("其中处罚决定"), events("会议结束后")
    ((('formed', 'changed'), '获取(形成变更)'), ((), ''), (('other',), '会议结束'))
    """
    words = _LEAD.sub("", re.split(rf":|{FROM}", lead)[-1])
    bare = _MARKER.sub("", words)
    if not bare or re.fullmatch(r"公开|公示|应|工作|依法|主动|予以|向社会|按.{0,6}规定", bare):
        return (), ""
    codes = tuple(code for code, pattern in _EVENT_PATTERNS if pattern.search(bare))
    happened = re.search(r"之日|后|起|时|当日", words[len(bare) :]) or _DONE.search(bare)
    if not happened and not {"received", "application"} & set(codes):
        return (), ""
    if "received" in codes and "application" in codes:
        codes = tuple(code for code in codes if code != "received")
    elif "received" in codes:
        codes = ("received",)  # 形成(变更)下发至本单位: the clock starts when the office has it
    elif {"formed", "changed"} <= set(codes):
        codes = ("formed", "changed")  # 信息获取(形成变更)之日
    return codes or ("other",), bare


def scope(clause: str) -> str:
    """What a limit is for, where the clause says so: 其中行政许可…, 其他…, 处罚决定:."""
    if found := re.match(r"(?:其中|除)?([^:]{2,40}):", clause):
        words = found[0].rstrip(":")
        return "" if re.fullmatch(r"公开|(公开)?(时限|时间|期限)(要求)?", words) else words
    if found := re.match(rf"([^自]{{2,40}}?),?(?:应当|应|均)?(?:在|从)?{FROM}", clause):
        words = found[1].removeprefix("其中").strip(",")
        return "" if re.fullmatch(r"(该|政府|公开|信息|事项|应当?|的|如|有|变更|依法|主动|予以|,)+", words) else words
    found = re.match(r"((?:其中|其他|其余)[^,]*?)(?=信息|之日|形成|作出|做出|决定之日|\d|,)", clause)
    return found[1].removeprefix("其中") if found else ""
