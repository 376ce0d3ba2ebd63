"""公开渠道和载体: what a cell chooses, as codes of the national thirteen, registered carriers, and words not known here.

Where a cell prints the whole list with boxes, only the filled ones count; a cell of empty boxes chooses nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ohai_kg.ingest.workbooks.values.marks import repaired
from ohai_kg.ingest.workbooks.wording import as_name, squeezed

if TYPE_CHECKING:
    from ohai_kg.ingest.workbooks.values.registry import Registry

_OWNER: Final = r"(?:[\u4e00-\u9fff]{0,12}?(?:省|市|区|县|旗|州|镇|乡|街道))?(?:本级|各级)?(?:人民)?"
_BOARD: Final = (
    r"社区[/、]企事业单位[/、]村(?:居|\(社区\)|\(居\))?(?:信息)?公示栏(?:\(电子(?:屏|显示屏)\))?|"
    r"(?:社区|村居|村务|村|居|镇|镇街|街道|企事业单位)?(?:信息)?(?:[/、](?:社区|村|企事业单位))*(?:公示|公告|公开|宣传)栏"
    r"(?:\(电子(?:屏|显示屏)\))?|电子(?:显示)?屏|社区[/、]企事业单位(?:[/、]村)?"
)
CHANNELS: Final[tuple[tuple[str, str], ...]] = (
    ("01", rf"{_OWNER}政府(?:信息公开)?(?:门户)?网站?|{_OWNER}政府门户|门户网站|网站|政府信息公开(?:网|平台|专栏)"),
    ("02", rf"{_OWNER}政府公报"),
    ("03", r"[两一二三]微[一两]端|政务?(?:新媒体|微博|微信|公众号)|新媒体|微博|(?:政务)?微信(?:公众号|平台)?|公众号"),
    ("04", r"(?:新闻)?发布会[/、和]?听证会|(?:新闻)?发布会|听证会"),
    ("05", r"广播[/、和]?电视(?:台)?|广播|电视(?:台)?"),
    ("06", r"纸质(?:媒体|媒介|载体|材料)|报纸|报刊"),
    ("07", r"(?:政府)?(?:信息)?公开查阅点|信息?查阅点|(?:政府)?信息公开查阅(?:点|室|场所|中心)"),
    ("08", r"(?:政务|行政|政府)(?:审批)?服务(?:中心|大厅)|政务大厅"),
    ("09", r"便民(?:服务)?(?:服务站|服务中心|中心|站|点)|便民服务"),
    ("10", r"入户[/、和]?现场(?:公开|公示)?|入户|现场(?:公开|公示)?"),
    (
        "11",
        _BOARD,
    ),
    ("12", r"精准推送"),
    ("13", r"其他(?:渠道|载体|方式)?"),
)
_PATTERNS: Final = tuple((code, re.compile(pattern)) for code, pattern in CHANNELS)
_NOTE: Final = re.compile(r"(?:[(（])?\s*(?:注|备注|说明)\s*[:：].*", re.DOTALL)
_ADDRESS: Final = re.compile(r"(?:https?://|www\.)[^\s、，；。]+")
_NUMBERING: Final = re.compile(r"^(?:[(（]?\d{1,2}[)）.、．]|[①-⑳])\s*")
_SPLIT: Final = re.compile(r"[,;、，；。\n]|(?<!\d)\.(?=\D)|\s{1,}")
_OTHER: Final = re.compile(r"其他(?:渠道|载体|方式)?[_\s]*[:：(（_-]+(?P<what>[^)）]*)[)）_]*$")


@dataclass(frozen=True, slots=True)
class Channels:
    """What a cell chooses. `unknown` are names in neither list; `optional` are the codes of empty boxes under a legend."""

    verbatim: str
    codes: tuple[str, ...] = ()
    carriers: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    note: str = ""

    @property
    def understood(self) -> bool:
        """Whether something is chosen and all of it is known."""
        return bool(self.codes or self.carriers) and not self.unknown


def parse_channels(text: str, registry: Registry, *, optional_boxes: bool = False) -> Channels:
    """The channels a cell chooses; `optional_boxes`: the heading says that □ means 可选."""
    note = _NOTE.search(text)
    body = repaired(text[: note.start()] if note else text)
    chosen, left = _Collected(registry), _Collected(registry)
    marked = "■" in body or "□" in body
    for mark, piece in re.findall(r"([■□]?)([^■□]*)", body):
        # words before the first box stand outside the list and count as chosen
        (left if mark == "□" else chosen).add(piece)
    if marked and not chosen.names and not optional_boxes:
        chosen.unknown.append(squeezed(text[: note.start()] if note else text))
    return Channels(
        verbatim=text,
        codes=tuple(sorted(set(chosen.codes))),
        carriers=tuple(dict.fromkeys(chosen.carriers)),
        unknown=tuple(dict.fromkeys(chosen.unknown)),
        optional=tuple(sorted(set(left.codes))) if optional_boxes else (),
        note=squeezed(note[0]) if note else "",
    )


def channel_code(name: str) -> str | None:
    """The code of one of the thirteen channels, by any wording in use.

    >>> channel_code("温州市政府门户网站"), channel_code("行政服务中心"), channel_code("某平台")
    ('01', '08', None)
    """
    flat = squeezed(name).strip("。.、,;:")
    return next((code for code, pattern in _PATTERNS if pattern.fullmatch(flat)), None)


class _Collected:
    """Names sorted into known channels, carriers and the rest, in the order met."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self.codes: list[str] = []
        self.carriers: list[str] = []
        self.unknown: list[str] = []

    @property
    def names(self) -> int:
        return len(self.codes) + len(self.carriers) + len(self.unknown)

    def add(self, piece: str) -> None:
        """One box's words: as a whole where known, else cut at separators."""
        if not squeezed(piece) or self._place(piece) or self._other(piece):
            return
        for address in _ADDRESS.findall(piece):
            if not self._place(address):
                self.unknown.append(address)
        for part in _SPLIT.split(_ADDRESS.sub(" ", piece)):
            name = _NUMBERING.sub("", part.strip())
            if squeezed(name) and not self._place(name) and not self._other(name):
                self.unknown.append(squeezed(name))

    def _place(self, name: str) -> bool:
        name = _NUMBERING.sub("", name.strip().rstrip("、,;，；。"))
        if carrier := self._registry.carrier(name):
            self.carriers.append(carrier)
        elif code := channel_code(name):
            self.codes.append(code)
        else:
            return False
        return True

    def _other(self, piece: str) -> bool:
        """其他: 某平台 names the carrier behind the thirteenth channel."""
        found = _OTHER.fullmatch(squeezed(piece))
        if found is None:
            return False
        self.codes.append("13")
        what = found["what"].strip("_-")
        if what and not self._place(what):
            self.unknown.append(what)
        return True


def looks_like_channels(text: str, registry: Registry) -> bool:
    """Whether a cell names at least one of the thirteen; tells a channel column under a doubtful heading."""
    found = parse_channels(text, registry)
    return bool(set(found.codes) - {"13"} or found.carriers) and len(as_name(text)) < 400
