"""公开主体: the parties a cell names. A name that is not registered is kept as it stands; no nearest name is ever taken."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ohai_kg.ingest.workbooks.wording import squeezed

if TYPE_CHECKING:
    from ohai_kg.ingest.workbooks.values.registry import Registry

_CUT: Final = re.compile(r"[、/,;，；／。\n]+|(?<=.)[或及和](?![其时])")
_LEVEL_WORD: Final = re.compile(
    r"(各|全)?(国家|省|市|州|区|县|旗|市县|区县|县区|乡|镇|街道|村|社区|市区|县级|市级|区级|省级|相关|有关|各级|乡级)+(级|直)?"
)
_BRACKET: Final = re.compile(r"(?P<first>[^()]+)\((?P<second>[^()]+)\)")
_NUMBERING: Final = re.compile(r"^\s*(?:[(（]?\d{1,2}[)）.、．]|[①-⑳])\s*")
_ORGAN: Final = re.compile(r"(局|委|办|厅|部|院|府|会|处|所|站|中心|队|办事处|委员会|政府|公司|学校|机构|部门|单位)$")


@dataclass(frozen=True, slots=True)
class Subject:
    """One name of a cell and the party registered under it, or None."""

    name: str
    party: str | None


@dataclass(frozen=True, slots=True)
class Subjects:
    """The parties of a cell, in its order."""

    verbatim: str
    subjects: tuple[Subject, ...]

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
    for name in _names(text, registry):
        for part in _parted(name, registry):
            # 各镇、街道 is registered without its separator
            flat = squeezed(part)
            found.append(Subject(flat, registry.party(flat) or registry.party(re.sub("[、,/]", "", flat))))
    return Subjects(text, tuple(dict.fromkeys(found)))


def _parted(name: str, registry: Registry) -> list[str]:
    """A name as it is, or the two of a bracket, or those that blanks part where all of them look like organs."""
    if registry.party(name) is not None:
        return [name]
    if pair := _BRACKET.fullmatch(squeezed(name)):
        first, second = pair["first"], pair["second"]
        # 乡镇政府（街道办事处）: the bracket holds the other name
        if _ORGAN.search(first) and _ORGAN.search(second) and "、" not in second:
            return [first, second]
    parts = name.split()
    if len(parts) > 1 and all(len(part) > 2 and _ORGAN.search(part) for part in parts):
        return parts
    return [name]


def _names(text: str, registry: Registry) -> list[str]:
    """The cell cut at separators outside brackets; parts that are only a word of level belong to the next one."""
    shielded = re.sub(r"[(（][^)）]*[)）]", lambda found: re.sub(r"\S", "\x00", found[0]), text)
    cuts = [0]
    parts: list[str] = []
    for cut in _CUT.finditer(shielded):
        parts.append(text[cuts[-1] : cut.start()])
        parts.append(cut[0])
        cuts.append(cut.end())
    parts.append(text[cuts[-1] :])
    names: list[str] = []
    pending = ""
    for name, separator in zip(parts[::2], [*parts[1::2], ""], strict=True):
        flat = _NUMBERING.sub("", name).strip()
        if not flat:
            continue
        if separator and _LEVEL_WORD.fullmatch(squeezed(flat)) and registry.party(flat) is None:
            pending += flat + ("" if "\n" in separator else squeezed(separator))  # 市、区县…部门 is one name
            continue
        if names and separator == "" and not _ORGAN.search(names[-1]) and len(names[-1]) < 3:
            pending = names.pop() + pending
        names.append(pending + flat)
        pending = ""
    return [*names, pending.rstrip("、,/")] if pending else names
