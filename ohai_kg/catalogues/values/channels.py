"""公开渠道和载体: what a cell chooses, as codes of the national thirteen, registered carriers, and words not known here.

Where a cell prints the whole list with boxes, only the filled ones count; a cell of empty boxes chooses nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ohai_kg.office.marks import repaired
from ohai_kg.office.wording import NUMBERING, as_name, squeezed

if TYPE_CHECKING:
    from ohai_kg.catalogues.values.registry import Registry

_OWNER: Final = r"(?:[\u4e00-\u9fff]{0,12}?(?:省|市|区|县|旗|州|镇|乡|街道))?(?:本级|各级)?(?:人民)?"
# 部门网站 is a 政府网站 too (国办发〔2017〕47号); a site of another name is a carrier of its own.
_SITE: Final = (
    rf"{_OWNER}政府(?:信息公开)?(?:门户)?网站?|{_OWNER}政府门户|(?:本级|官方|部门|政务)?(?:门户)?网站|"
    r"政府信息公开(?:网|网站|平台|专栏)|[\u4e00-\u9fff]{1,12}(?:局|委|办|厅|部门|单位)(?:官方|门户|政府)?网站"
)
# A board in the open: 公示栏 of a community, an institution or a village, alone or with a screen.
_BOARD: Final = (
    r"(?:社区|企事业单位|企业|事业单位|单位|学校|校园|医院|园区|小区|村居|村务|居务|政务|村|居委会|居|镇街|乡镇|街道|镇|乡|信息|"
    r"[/、和或及]|\((?:社区|居|居委会|村)\))*(?:公示|公告|公开|宣传|告示)(?:栏|牌|墙|橱窗|板)(?:\(?(?:/|、)?电子(?:显示)?屏\)?)?|"
    r"电子(?:显示)?屏|社区[/、]企事业单位(?:[/、]村)?"
)
# 微信公众号, 官方微博, 客户端: two of the 微 and the 端, whoever runs them.
_MEDIA: Final = (
    r"[两二一三]微[一两]端|政务?(?:新媒体|微博|微信|公众号)|新媒体|(?:[\u4e00-\u9fff]{0,14}?(?:官方|政务|政府)?(?:微信|微博))?"
    r"(?:公众(?:平台|号)|订阅号|官方号|客户端|小程序)|(?:官方|政务)?(?:微信|微博)(?:平台|号)?|"
    r"(?:手机|移动|新闻|政务)?(?:客户端|APP)"
)
CHANNELS: Final[tuple[tuple[str, str], ...]] = (
    ("01", _SITE),
    ("02", rf"{_OWNER}政府公报"),
    ("03", _MEDIA),
    ("04", r"(?:新闻)?发布会[/、和]?\(?听证会\)?|(?:新闻)?发布会|听证会"),
    ("05", r"广播[/、和]?电视(?:台)?|广播(?:电台)?|电视(?:台)?"),
    ("06", r"纸质(?:媒体|媒介|载体|材料)|报纸|报刊|报纸杂志"),
    ("07", r"(?:政府)?(?:信息)?公开查阅(?:点|室|场所|中心)|信息?查阅点|查阅(?:点|室|场所)"),
    ("08", r"(?:[\u4e00-\u9fff]{0,8}?[省市县区])?(?:政务|行政|政府)(?:审批)?服务(?:中心|大厅)|政务大厅"),
    ("09", r"便民(?:服务)?(?:服务站|服务中心|中心|站|点|大厅)|便民服务"),
    ("10", r"入户[/、和或]?现场(?:公开|公示)?|入户(?:公开|公示|告知|宣传|走访)?|现场(?:公开|公示|告知)?"),
    ("11", _BOARD),
    ("12", r"精准推送"),
    ("13", r"其他(?:渠道|载体|方式)?"),
)
_PATTERNS: Final = tuple((code, re.compile(pattern, re.IGNORECASE)) for code, pattern in CHANNELS)
_NOTE: Final = re.compile(r"(?:[(（])?(?<![关标])(?:注|备注|说明)\s*[:：].*", re.DOTALL)
_LEGEND: Final = re.compile(
    r"[(（]?[“\"‘']\s*[■□●○〇☑]\s*[”\"’'][^\n■□]*(?:[“\"‘']\s*[■□●○〇]\s*[”\"’'][^\n■□]*)*(?:必选|可选|选择|选项)[^\n■□]*|"
    r"[(（]?(?:在标注范围内)?(?:请)?至少选择?(?:其|其中)?[一1][^\n■□]{0,8}"
)
_ADDRESS: Final = re.compile(r"[(（]?((?:https?://|www\.)[^\s、，；。）)（(■□\u4e00-\u9fff]+)[)）]?", re.IGNORECASE)
_GOVERNMENT_HOST: Final = re.compile(r"(?:https?://)?[^/]*\.gov\.cn(?:[:/].*)?", re.IGNORECASE)
_LISTED: Final = re.compile(r"[,;、，；。]|(?<!\d)\.(?=\D)")
# Names that hold a separator, taken out before a list is cut.
_COMPOUND: Final = re.compile(
    r"发布会\s*[/、]\s*听证会|入户\s*[/、]\s*现场|广播\s*[/、]\s*电视|"
    r"社区\s*[/、]\s*企事业单位\s*[/、]\s*村(?:居)?(?:公示栏(?:\s*[(（]电子(?:显示)?屏[)）])?)?"
)
_OTHER: Final = re.compile(r"其他(?:渠道|载体|方式)?[_\s]*[:：(（_-]+(?P<what>[^)）]*)[)）_]*$")
_EXPLAINED: Final = re.compile(r"[(“\"「《'‘][^()]*[)”\"」》'’]$")
_MOST_EXPLAINED: Final = 6  # brackets and quotes one after the other


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
    cut = text[: note.start()] if note else text
    body = repaired(_LEGEND.sub("\n", cut))
    chosen, left = _Collected(registry), _Collected(registry)
    marked = "■" in body or "□" in body
    for mark, piece in re.findall(r"([■□]?)([^■□]*)", body):
        # words before the first box stand outside the list and count as chosen
        (left if mark == "□" else chosen).add(piece)
    if not chosen.names and squeezed(cut):
        chosen.unknown.append(squeezed(cut))  # filled, yet nothing is chosen
    return Channels(
        verbatim=text,
        codes=tuple(sorted(set(chosen.codes))),
        carriers=tuple(dict.fromkeys(chosen.carriers)),
        unknown=tuple(dict.fromkeys(chosen.unknown)),
        optional=tuple(sorted(set(left.codes))) if optional_boxes and marked else (),
        note=squeezed(note[0]) if note else "",
    )


def channel_code(name: str) -> str | None:
    """The code of one of the thirteen channels, by any wording in use.

    >>> channel_code("温州市政府门户网站"), channel_code("行政服务中心"), channel_code("某平台")
    ('01', '08', None)
    """
    for _ in range(_MOST_EXPLAINED):
        flat = as_name(name).strip("。.、,;:等")
        code = next((code for code, pattern in _PATTERNS if pattern.fullmatch(flat)), None)
        # 公开查阅点（档案馆、图书馆）, 微信公众号“…”: what follows only says which
        name = _EXPLAINED.sub("", flat)
        if code is not None or name in {"", flat} or name.startswith("其他"):
            return code
    return None


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
        if not squeezed(piece).strip("、,;。/") or self._place(piece) or self._other(piece):
            return
        for address in _ADDRESS.findall(piece):
            self._add_address(address, alone=_ADDRESS.fullmatch(piece.strip()) is not None)
        text = NUMBERING.sub("、", _ADDRESS.sub(" ", piece))
        for compound in _COMPOUND.findall(text):
            self._place(compound)
        for part in _LISTED.split(_COMPOUND.sub("、", text)):
            self._add_words(part)

    def _add_address(self, address: str, *, alone: bool) -> None:
        """An address beside a name only says where; alone it is a government site by its host, or a carrier."""
        if self._place(address) or not alone:
            return
        if _GOVERNMENT_HOST.fullmatch(address):
            self.codes.append("01")
        else:
            self.unknown.append(address)

    def _add_words(self, part: str) -> None:
        """A part of a list; blanks and line breaks part names, and also break them: 公开查⏎阅点."""
        words = part.split()
        while words:
            for count in range(min(len(words), 4), 0, -1):
                if self._place("".join(words[:count])) or self._other("".join(words[:count])):
                    break
            else:
                count = 1
                self._add_joined(squeezed(words[0]))
            words = words[count:]

    def _add_joined(self, name: str) -> None:
        """政府网站/公开查阅点, 政府网站和公示栏: parted only where a part is known, for 和 stands in names too."""
        parts = [part for part in re.split(r"[/和及或与]|以及", name) if part]
        if len(parts) > 1 and any(channel_code(part) or self._registry.carrier(part) for part in parts):
            for part in parts:
                if not self._place(part):
                    self.unknown.append(part)
        elif name.strip("()[]_-、"):
            self.unknown.append(name)

    def _place(self, name: str) -> bool:
        name = name.strip().rstrip("、,;，；。")
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
