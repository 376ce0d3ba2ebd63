"""公开时限: the wordings of real catalogues to one normal form. A wording that is not known is `unclear`, never 20 days."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from ohai_kg.catalogues.values import timewords as words_of
from ohai_kg.catalogues.values.timewords import NUMBER, PROVISO, flattened
from ohai_kg.office.wording import squeezed

_NUMBERED: Final = re.compile(r"(^|[\n。;；])\s*(?:[(（]?[1-9][.、)）．](?!\d)|[①-⑨])")
# Where two statements follow each other without a stop: 20个工作日内公开其中…, 20个工作日内法律、法规另有规定的…
_SEAM: Final = re.compile(r"(?<=[内开布示])(?=其中|其他(?!方式|渠道)|其余|法律[、,]?法规|另有规定)")
_NOT_WITHIN: Final = r"以后|之后|后|以上|\+"
_COMMA: Final = re.compile(r",(?![^()]*\))")
# A bracket behind the number is a statement of its own: (公示期为30日), (法律、法规另有规定的除外).
_ASIDE: Final = re.compile(r"(?<=[内开布示])\(([^()]*(?:公示|公告|不.{0,2}少于|规定|除外|动态|长期|超过)[^()]*)\)")


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


class _Statements:
    """What the clauses of a cell have said so far."""

    def __init__(self) -> None:
        self.limits: list[Limit] = []
        self.provisos: list[str] = []
        self.leftover: list[str] = []

    def add_sentence(self, sentence: str) -> None:
        """Take a sentence clause by clause; words without a limit introduce the next clause or are left over."""
        before = len(self.limits)
        pending = ""
        aside = ""
        for part in filter(
            None, (part.strip(",:.、()") if "(" not in part else part.strip(",:.、") for part in _parts(sentence))
        ):
            limit = _parse_clause(pending + part)
            if self._is_proviso(part, limit):
                aside = f"{aside},{part}" if aside else part
                continue
            if limit is None:
                pending += part + ","
                continue
            if limit.kind == "unclear" and not limit.events and len(self.limits) > before and re.match(r"\d", part):
                # 事故发生后5小时内发布信息,24小时内…: one event for both
                first = self.limits[-1]
                limit = replace(limit, kind=first.kind, events=first.events, event_text=first.event_text)
            self.limits.append(limit)
            pending = ""
        self.provisos += [aside] if aside else []
        self.leftover += [pending.strip(",")] if pending else []

    def _is_proviso(self, part: str, limit: Limit | None) -> bool:
        """Whether a clause only limits what another says."""
        if limit is not None and limit.kind in {"within", "notice", "before-event", "unclear"}:
            return False
        if limit is None:
            return bool(PROVISO.search(part) or words_of.AT_LEAST.search(part))
        # 20个工作日内公开，长期公开: how long it stays is no second limit, unless it is one for other things
        return bool(self.limits) and not limit.scope and (bool(PROVISO.search(part)) or not limit.events)


@lru_cache(maxsize=4096)
def parse_time_limit(text: str) -> TimeLimit:
    """The normal form of a cell; most cells of a catalogue say the same, so answers are kept."""
    said = _Statements()
    for sentence in _sentences(text):
        said.add_sentence(sentence)
    limits = said.limits
    if limits and all(limit.kind == "notice" for limit in limits):
        # how long something hangs out says nothing of when it has to
        limits = [replace(limit, kind="unclear") for limit in limits]
    elif len(limits) > 1:
        limits = [_within_scope(limit) for limit in limits]
    return TimeLimit(text, tuple(limits) or (Limit("unclear", squeezed(text)),), tuple(said.provisos), tuple(said.leftover))


def _within_scope(limit: Limit) -> Limit:
    """处罚决定：20个工作日内 among limits for other things: what it is for is the event; a whole cell of it stays unclear."""
    number = NUMBER.search(limit.text) if limit.kind == "unclear" and limit.scope else None
    bare = number is not None and not re.match(_NOT_WITHIN, limit.text[number.end() :])
    return replace(limit, kind="within") if bare else limit


def _sentences(text: str) -> list[str]:
    """The cell cut at full stops, semicolons, numbering, and at line breaks that part two limits."""
    parts = _NUMBERED.sub(r"\1；", text.strip()).split("\n")
    joined = parts[0]
    for line in parts[1:]:
        # in a narrow column a line ends anywhere; it ends a statement where both sides hold a limit
        both = _ends_limit(flattened(joined)) and (_limited(flattened(line)) or PROVISO.search(flattened(line)))
        joined += ("；" if both else "") + line
    flat = _ASIDE.sub(r",\1", _SEAM.sub(",", flattened(joined)))
    return [piece for piece in re.split(r"[。;]+", flat) if piece]


def _ends_limit(flat: str) -> bool:
    return bool(re.search(r"(内|公开|公示|公布|更新|更改|长期|\))[。;,]?$", flat)) and _limited(flat)


def _limited(flat: str) -> bool:
    return bool(NUMBER.search(flat)) or any(re.search(pattern, flat) for _, pattern in words_of.KINDS)


def _parts(sentence: str) -> list[str]:
    return _COMMA.split(sentence)


def _parse_clause(clause: str) -> Limit | None:
    """One clause as a limit; None where it says nothing about when."""
    if before := words_of.BEFORE.search(clause):
        count, unit = words_of.days(int(before[1]), before[2])
        return Limit("before-event", clause, count, unit, ("other",) if before[3] else (), before[3])
    if words_of.YEARLY.search(clause) and (date := words_of.DATE.search(clause)):
        day = f"-{int(date[2]):02}" if date[2] else ""
        return Limit("periodic", clause, period=f"--{int(date[1]):02}{day}")
    number = NUMBER.search(clause)
    if words_of.AT_LEAST.search(clause):
        noticed = number and re.search(r"(公示|公告)(时间|期|期限)?[^,]{0,6}$", clause[: number.start()])
        return _length("notice", clause, number) if number and noticed else None
    if number and not words_of.EVERY.search(clause):
        return _counted(clause, number)
    return _uncounted(clause)


def _length(kind: str, clause: str, number: re.Match[str]) -> Limit:
    return Limit(kind, clause, *words_of.days(int(number[1]), number[2]))


def _uncounted(clause: str) -> Limit | None:
    """A clause without a number: a period, or one of the kinds that have words of their own."""
    if period := words_of.PERIOD.search(clause):
        return Limit("periodic", clause, period=words_of.PERIODS[period[1] or period[2]])
    for kind, pattern in words_of.KINDS:
        if found := re.search(pattern, clause):
            lead = clause[: found.start()]
            events, event_text = words_of.events(lead)
            if not events and kind == "prompt" and re.search(r"[按据]", lead):
                events, event_text = ("other",), lead  # 按进展情况及时公开
            return Limit(kind, clause, events=events, event_text=event_text, scope=words_of.scope(clause))
    return None


def _counted(clause: str, number: re.Match[str]) -> Limit:
    """A clause with a number of days, hours or months; without an event the number is told and the limit stays unclear."""
    lead, tail = clause[: number.start()], clause[number.end() :]
    if re.search(r"(公示|公告)(时间|期|期限)?(为|满)?$", lead):
        return _length("notice", clause, number)
    limit = replace(_length("unclear", clause, number), scope=words_of.scope(clause))
    if (ahead := re.search(r"(?:的?之?前)(?:至少)?$", lead)) or re.match(r"[之以]?前", tail):
        event = (lead[: ahead.start()] if ahead else lead).removesuffix("的")
        return replace(limit, kind="before-event", events=("other",), event_text=event) if event else limit
    if re.match(_NOT_WITHIN, tail):
        return limit
    events, event_text = words_of.events(lead)
    if not events and (after := re.match(r"(?:内|以?内.{0,4})?\((.*)\)$", tail)):
        events, event_text = words_of.events(after[1])
    return replace(limit, kind="within" if events else "unclear", events=events, event_text=event_text)
