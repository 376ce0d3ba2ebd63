"""公开主体: the parties a cell names. A name that is not registered is kept as it stands; no nearest name is ever taken."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ohai_kg.office.wording import NUMBERING, squeezed

if TYPE_CHECKING:
    from ohai_kg.catalogues.values.registry import Registry

# 和, 及, 或 part two organs, and stand inside one name: 住房和城乡建设局, 招标人及其招标代理机构.
_CUT: Final = re.compile(r"[、/,;，；／。\n]+|以及|[或及和与]")
_LEVEL_WORD: Final = re.compile(
    r"(各|全)?(国家|省|市|州|区|县|旗|市县|区县|县区|乡|镇|街道|村|社区|市区|县级|市级|区级|省级|相关|有关|各级|乡级)+(级|直)?"
)
_BRACKET: Final = re.compile(r"(?P<first>[^()]+)\((?P<second>[^()]+)\)")
_ORGAN: Final = re.compile(
    r"(局|委|办|厅|部|院|府|(?<!社)会|处|所|站|中心|队|办事处|委员会|政府|公司|学校|机构|部门|单位|人大|政协|企业|医院|园|馆|"
    r"银行|各?乡镇|各?镇街|各街道|各镇)(\([^()]*\))?$"
)
# How a name goes on in the next line of a narrow column: 县政府⏎办公室, 县公安局⏎交警大队.
_CONTINUED: Final = re.compile(r"办公室|办事处|机关|部门|分局|支队|大队|委员会|[(（]")
_PART_PLAYED: Final = re.compile(r"\((?:牵头|配合|主管|负责|主办|协办|责任)[^()]*\)$|:.*$")
_OPEN: Final = re.compile(r"(?<=.{2})等(?:相关|有关|多个|各)?(?:职能)?(?:部门|单位|机构)?$")
_NAME: Final = 200  # characters beside a separator that tell whether it parts two names
_SMALL_SEPARATORS: Final = frozenset({"或", "及", "和", "与", "以及"})


@dataclass(frozen=True, slots=True)
class Subject:
    """One name of a cell and the party registered under it, or None."""

    name: str
    party: str | None


@dataclass(frozen=True, slots=True)
class Subjects:
    """The parties of a cell, in its order. `open_ended`: the list ends in 等 and is not complete."""

    verbatim: str
    subjects: tuple[Subject, ...]
    open_ended: bool = False

    @property
    def understood(self) -> bool:
        """Whether every name is registered."""
        return bool(self.subjects) and all(subject.party for subject in self.subjects)


def parse_subjects(text: str, registry: Registry) -> Subjects:
    """The names in a cell. Separators inside brackets, or between words of level only, do not part names."""
    whole = squeezed(text)
    if (party := registry.party(whole)) is not None:
        return Subjects(text, (Subject(whole, party),))
    found: list[Subject] = []
    open_ended = False
    for name in _names(NUMBERING.sub("\n", text), registry):
        for part in _parted(name, registry):
            flat = squeezed(part)
            if registry.party(flat) is None and (shorter := _OPEN.sub("", flat)) != flat:
                flat, open_ended = shorter, True
            found.append(Subject(flat, _party(flat, registry)))
    return Subjects(text, tuple(dict.fromkeys(found)), open_ended)


def _party(name: str, registry: Registry) -> str | None:
    """The party of a name; 各镇、街道 is registered without its separator, and 牵头 beside a name only says its part."""
    if (party := registry.party(name) or registry.party(re.sub("[、,/]", "", name))) is not None:
        return party
    bare = _PART_PLAYED.sub("", name)
    return registry.party(bare) if bare != name else None


def _parted(name: str, registry: Registry) -> list[str]:
    """A name as it is, or the two of a bracket, or those that blanks part where all of them look like organs."""
    if registry.party(name) is not None:
        return [name]
    if pair := _BRACKET.fullmatch(squeezed(name)):
        first, second = pair["first"], pair["second"]
        # 乡镇政府（街道办事处）: the bracket holds the other name
        if min(len(first), len(second)) > 2 and _ORGAN.search(first) and _ORGAN.search(second) and "、" not in second:
            return [first, second]
    parts = name.split()
    if len(parts) > 1 and all(len(part) > 2 and _ORGAN.search(squeezed(part)) for part in parts):
        return parts
    return [name]


def _names(text: str, registry: Registry) -> list[str]:
    """The cell cut at separators outside brackets; parts that are only a word of level belong to the next one."""
    names: list[str] = []
    pending = ""
    for name, separator in _fragments(text):
        flat = name.strip()
        if not flat:
            continue
        if separator and _LEVEL_WORD.fullmatch(squeezed(flat)) and registry.party(flat) is None:
            pending += flat + ("" if "\n" in separator else squeezed(separator))  # 市、区县…部门 is one name
            continue
        names.append(pending + flat)
        pending = ""
    return [*names, pending.rstrip("、,/")] if pending else names


def _fragments(text: str) -> list[tuple[str, str]]:
    """The pieces between separators that part names, each with the separator behind it."""
    shielded = re.sub(r"[(（][^)）]*[)）]", lambda found: re.sub(r"\S", "\x00", found[0]).replace("\n", " "), text)
    fragments: list[tuple[str, str]] = []
    start = 0
    for cut in _CUT.finditer(shielded):
        left, right = text[max(start, cut.start() - _NAME) : cut.start()], text[cut.end() : cut.end() + _NAME]
        if _parts_names(left, cut[0], right):
            fragments.append((text[start : cut.start()], cut[0]))
            start = cut.end()
    fragments.append((text[start:], ""))
    return [(name.replace("\n", ""), separator) for name, separator in fragments]


def _parts_names(left: str, separator: str, rest: str) -> bool:
    """Whether a separator parts two names: 和 and line breaks do so only behind a whole name and before another."""
    left, right = squeezed(left), squeezed(re.split(r"[、/,;，；／。\n]", rest.lstrip(), maxsplit=1)[0])
    if separator in _SMALL_SEPARATORS:
        return bool(_ORGAN.search(left)) and bool(right) and not right.startswith(("其", "以上", "以下", "时"))
    if not separator.strip("\n"):
        if not left:
            return True
        return bool(_ORGAN.search(left)) and len(right) > 2 and not _CONTINUED.match(right)
    return True
