"""公开时限: the wordings of real catalogues to one normal form. A wording that is not known is `unclear`, never 20 days."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from ohai_kg.ingest.workbooks.wording import squeezed, with_digits

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
    "日": "day",
    "天": "day",
    "周": "week",
    "星期": "week",
    "月": "month",
    "小时": "hour",
    "年": "year",
}
_NUMBER: Final = re.compile(r"(\d{1,3})个?(工作日|自然日|小时|星期|日|天|月|周|年)")
_PROVISO: Final = re.compile(
    r"(法律|法规|国家|上级|另有).{0,24}(规定|要求).{0,16}(从其规定|执行|除外|的)?$|从其规定|保持长期公开|不得少于\d+|公开期限|"
    r"征求意见期|特殊情况|涉及.{0,8}除外|除外$|(网站|公示|公告)?(公开|公示)?时间不少于|动态调整|动态更新|及时更新"
)
_YEARLY: Final = re.compile(r"每年(?:度)?(?:的)?(\d{1,2})月(?:份)?(?:(\d{1,2})日|底|末|内)?(?:之?前|以前|内|底)?")
_PERIOD: Final = re.compile(
    r"(?:每|按)(?:个)?(半年|季度|季|年度|年|月度|月|周|日|天)|(半年|一季度|1年|一年|1季度|1月)(?:至少)?(?:更新|公开|公布)"
)
_PERIODS: Final = {
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
_BEFORE: Final = re.compile(r"提前(\d{1,3})个?(工作日|日|天|周|星期|月)(.*)")
_KINDS: Final[tuple[tuple[str, str], ...]] = (
    ("immediate", r"实时|即时|立即|随时|当场|当日|即日"),
    ("permanent", r"永久|长期|常年|一直公开"),
    ("on-change", r"动态|(?:变更|变化|调整|更新).{0,2}(?:时|后|即)|随时更新|有变更即"),
    ("prompt", r"及时|尽快"),
)
_EVERY: Final = re.compile(r"每个?(月|季|周|半年)")  # 每月10日前 is a period, not ten days
# Words before a number that name no event of the list above are one only where they are said to have happened.
_HAPPENED: Final = re.compile(
    r"(之日|以后|之后|后|起|时)$|.{2}(公开|完成|结束|通过|生效|签订|成立|受理|结案|验收|竣工|届满|到期|召开|审定|核定|评定|公示)$"
)
_TAIL: Final = re.compile(r"(以|之)?内?(予以|及时|主动|向社会|在.{0,8}|完成|进行|公开|公布|发布|公示|更新|公)*$")
_LEAD: Final = re.compile(r"^(其中|其他|其余|自|从|在|于|该|应当?|应在|应自|公开事项|政府信息|政府|信息|事项|之日|的|,|:)+")


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit. `kind` is within, notice, before-event, immediate, prompt, permanent, on-change, periodic or unclear.

    `unit` is working-day, day, hour, month or year (weeks are counted in days); `events` are codes of EVENTS or `other`;
    `event_text` are the cell's words for it; `period` is an ISO 8601 duration or a date of every year such as --01-31.
    """

    kind: str
    text: str
    number: int | None = None
    unit: str | None = None
    events: tuple[str, ...] = ()
    event_text: str = ""
    scope: str = ""
    period: str = ""

    @property
    def normal(self) -> str:
        """The normal form in one line, such as `within 20 working-day formed|changed`."""
        words = [self.kind, "" if self.number is None else f"{self.number} {self.unit}", "|".join(self.events), self.period]
        return " ".join(word for word in words if word) + (f" [{self.scope}]" if self.scope else "")


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """A cell: its limits (more than one: compound), the provisos and words that only limit them, and what was left over."""

    verbatim: str
    limits: tuple[Limit, ...]
    provisos: tuple[str, ...] = ()
    leftover: tuple[str, ...] = ()

    @property
    def understood(self) -> bool:
        """Whether every limit is clear."""
        return bool(self.limits) and all(limit.kind != "unclear" for limit in self.limits)

    @property
    def compound(self) -> bool:
        """Whether there is one limit a scope."""
        return len(self.limits) > 1


@lru_cache(maxsize=4096)
def parse_time_limit(text: str) -> TimeLimit:
    """The normal form of a cell; most cells of a catalogue say the same, so answers are kept."""
    limits: list[Limit] = []
    provisos: list[str] = []
    leftover: list[str] = []
    for clause in _clauses(text):
        limit = _parse_clause(clause)
        if limit is not None and not (limits and limit.kind != "within" and _PROVISO.search(clause)):
            limits.append(limit)
        elif _PROVISO.search(clause):
            provisos.append(clause)
        else:
            leftover.append(clause)
    if limits and all(limit.kind == "notice" for limit in limits):
        # how long something hangs out says nothing of when it has to
        limits = [replace(limit, kind="unclear") for limit in limits]
    if not limits:
        return TimeLimit(text, (Limit("unclear", squeezed(text)),), tuple(provisos), tuple(leftover))
    return TimeLimit(text, tuple(limits), tuple(provisos), tuple(leftover))


def _clauses(text: str) -> list[str]:
    """The cell cut at full stops, semicolons and numbering; a comma cuts only where both sides have a limit of their own."""
    flat = with_digits(squeezed(re.sub(r"(^|[\n。;；])\s*[(（]?[1-9][.、)）](?!\d)", r"\1；", text)))
    flat = re.sub(r"个(\d+)(?=工作日|日|天|$)", r"\1个", flat)  # 形成个20工作日: two characters changed places
    flat = re.sub(r"(\d+个)$", r"\1工作日内", flat) if "形成" in flat or "变更" in flat else flat
    found: list[str] = []
    for piece in re.split(r"[。;]+", flat):
        parts = re.split(
            r"[,](?=其中|其他|其余|公示|公告|并?保持|法律|法规|另有|特殊情况)|[,](?=[^,]*\d+个?(?:工作日|日|天|个月))", piece
        )
        if len(parts) > 1 and not all(_NUMBER.search(part) for part in parts if not _PROVISO.search(part)):
            parts = _joined(parts)
        found.extend(part.strip(",:.、") for part in parts)
    return [piece for piece in found if piece]


def _joined(parts: list[str]) -> list[str]:
    """Parts without a number put back before the one they introduce: 项目批准后, 20个工作日内."""
    joined: list[str] = []
    pending = ""
    for part in parts:
        if _NUMBER.search(part) or _PROVISO.search(part):
            joined.append(pending + part)
            pending = ""
        else:
            pending += part + ","
    return [*joined, pending] if pending else joined


def _parse_clause(clause: str) -> Limit | None:
    """One clause as a limit; None where it says nothing about time."""
    if before := _BEFORE.search(clause):
        count, unit = _days(int(before[1]), before[2])
        return Limit("before-event", clause, count, unit, ("other",) if before[3] else (), before[3])
    if yearly := _YEARLY.search(clause):
        day = f"-{int(yearly[2]):02}" if yearly[2] else ""
        return Limit("periodic", clause, period=f"--{int(yearly[1]):02}{day}")
    if "不得少于" in clause or "不少于" in clause:
        return None
    if (number := _NUMBER.search(clause)) and not _EVERY.search(clause):
        return _counted(clause, number)
    return _uncounted(clause)


def _uncounted(clause: str) -> Limit | None:
    """A clause without a number: a period, or one of the kinds that have words of their own."""
    if period := _PERIOD.search(clause):
        return Limit("periodic", clause, period=_PERIODS[period[1] or period[2]])
    for kind, pattern in _KINDS:
        if found := re.search(pattern, clause):
            events, event_text = _events(clause[: found.start()])
            return Limit(kind, clause, events=events, event_text=event_text, scope=_scope(clause))
    return None


def _counted(clause: str, number: re.Match[str]) -> Limit | None:
    """A clause with a number of days or months."""
    count, unit = _days(int(number[1]), number[2])
    lead, tail = clause[: number.start()], clause[number.end() :]
    if re.search(r"(公示|公告)(时间|期|期限)?(为|不少于|满)?$", lead):
        return Limit("notice", clause, count, unit)
    scope = _scope(clause)
    events, event_text = _events(lead)
    if events == ("other",) and not _HAPPENED.search(re.sub(r"(的|,|在|内|于)+$", "", lead)):
        events, event_text = (), ""  # 公开时限为20个工作日, 最长不超过20个工作日
    if not events and (after := re.match(r"(?:内|后|以?内.{0,4})?\((.*)\)$", tail)):
        events, event_text = _events(after[1])
    if not _TAIL.match(tail) or not events:
        # 20个工作日 alone names no event: the number is told, the limit stays unclear
        return Limit("unclear", clause, count, unit, events, event_text, scope)
    return Limit("within", clause, count, unit, events, event_text, scope)


def _scope(clause: str) -> str:
    """What the limit is for, where the clause says so: 其中行政许可…, 其他…, 处罚决定:."""
    if found := re.match(r"(?:其中|除)?([^:]{2,40}):", clause):
        return found[0].rstrip(":")
    if found := re.match(r"([^自]{2,40}?)(?:应当|应)?自", clause):
        scope = found[1].removeprefix("其中")
        return "" if re.fullmatch(r"(该|政府|公开|信息|事项)+", scope) else scope
    found = re.match(r"((?:其中|其他|其余)[^,]*?)(?=信息|之日|形成|作出|做出|决定之日|\d|,)", clause)
    return found[1].removeprefix("其中") if found else ""


def _events(lead: str) -> tuple[tuple[str, ...], str]:
    """The codes and the words of the event a limit runs from."""
    words = re.split(r"[:自]", lead)[-1]
    words = _LEAD.sub("", words)
    words = re.sub(r"(之日|之后|以后|后|起|的|,|当日|在|内|于)+$", "", words)
    if not words or re.fullmatch(r"公开|公示|应|工作|依法|主动|予以|向社会", words):
        return (), ""
    codes = tuple(code for code, pattern in _EVENT_PATTERNS if pattern.search(words))
    if "received" in codes and "application" in codes:
        codes = tuple(code for code in codes if code != "received")
    elif "received" in codes:
        codes = ("received",)  # 形成（变更）下发至本单位: the clock starts when the office has it
    elif {"formed", "changed"} <= set(codes):
        codes = ("formed", "changed")  # 信息获取（形成变更）之日
    return codes or ("other",), words


def _days(number: int, unit: str) -> tuple[int, str]:
    """Weeks in days; the rest as counted."""
    code = _UNITS[unit]
    return (number * 7, "day") if code == "week" else (number, code)
