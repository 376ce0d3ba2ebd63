"""公开依据: the laws and documents a cell names, by title and number. Words that name none are kept and reported."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from ohai_kg.catalogues.values.documentnumbers import take_numbers
from ohai_kg.catalogues.values.registry import title_key
from ohai_kg.office.wording import squeezed

if TYPE_CHECKING:
    from ohai_kg.catalogues.values.registry import Registry

_MARKS: Final = str.maketrans(
    {"<": "〈", ">": "〉", "﹤": "〈", "﹥": "〉", "「": "〈", "」": "〉", "『": "〈", "』": "〉", "[": "(", "]": ")"}
    | {"﹝": "〔", "﹞": "〕", "{": "(", "}": ")"}
)
_NUMERAL: Final = r"[零一二三四五六七八九十百\d]+"
_ARTICLE: Final = re.compile(
    rf"第{_NUMERAL}(?:[、,至到-]第?{_NUMERAL})*条(?:之[一二三])?(?:第?{_NUMERAL}[款项]|第?[(]{_NUMERAL}[)]项?)*"
)
# 【法律】, [规章], 法规: in front of what it classes.
_CLASS: Final = (
    r"(?:国家|中央|部门|行政|地方性?|地方政府|政府|党内|国务院|省级?|市级?)?"
    r"(?:法律法规|法律|法规|规章|规范性文件|政策文件|政策|文件|其他)"
)
_CLASSED: Final = re.compile(rf"[【\[(（]{_CLASS}[】\])）][:：]?|(?:^|(?<=[\n;；。、]))\s*{_CLASS}[:：]", re.MULTILINE)
_ENTRY: Final = re.compile(
    r"[(（]\d{1,2}[)）][.、．]?|(?<![\d.第年月、])\d{1,2}(?:[、．)）](?![一二三四五六七八九十\d])|\.(?!\d))|[①-⑳]|"
    r"(?:^|(?<=[\n;；。》）)]))\s*[一二三四五六七八九十]{1,3}[、.．]|(?:^|(?<=\n))\s*[-•·●]",
    re.MULTILINE,
)
_LEADING: Final = re.compile(r"(?:主要)?(?:依据|根据|按照|依照|参照|详见|见|按|附)(?:为|是|:)?")
# Behind a title: 及相关规定, 等 leave the list open; 第三条规定, 相关条款 do not.
_REST: Final = re.compile(
    r"(?:等|相关|有关|其|他|它|配套|实施|细则|办法|条例|法律|法规|规章|文件|规定|政策|条款|要求|制度|标准|精神|的|及|以及|和|、)+"
)
_OPEN: Final = re.compile(r"^(?:等|及|以及|和|与|、|,)|等$")
_NAMED: Final = re.compile(r"中华人民共和国[\u4e00-\u9fff]{1,24}(?:法|条例|办法|规定|细则)(?:\(.*\))?")
_SEPARATORS: Final = "、,;。:.·/和与及以"


@dataclass(frozen=True, slots=True)
class Basis:
    """One law or document: title without book marks, number in one form, articles, the document registered, if any.

    `doubtful_number` holds a number too damaged to be read; a basis with neither title nor number is only words.
    """

    text: str
    title: str = ""
    number: str = ""
    articles: tuple[str, ...] = ()
    document: str | None = None
    doubtful_number: str = ""

    @property
    def understood(self) -> bool:
        """Whether it names a document."""
        return bool(self.title or self.number or self.document)


@dataclass(frozen=True, slots=True)
class Bases:
    """The bases of a cell. `open_ended`: the list ends in 等, 及相关规定 and the like."""

    verbatim: str
    bases: tuple[Basis, ...]
    open_ended: bool = False

    @property
    def understood(self) -> bool:
        """Whether every part names a document."""
        return bool(self.bases) and all(basis.understood for basis in self.bases)


def parse_bases(text: str, registry: Registry) -> Bases:
    """The documents a cell names, each looked up by number, then by title."""
    raw, open_ended = _parse(text)
    return Bases(text, tuple(_registered(basis, registry) for basis in raw), open_ended)


def _registered(basis: Basis, registry: Registry) -> Basis:
    if basis.understood:
        document = registry.document(basis.title, basis.number)
        return Basis(basis.text, basis.title, basis.number, basis.articles, document, basis.doubtful_number)
    if (document := registry.titles.get(title_key(basis.text))) is not None:
        return Basis(basis.text, basis.text, articles=basis.articles, document=document or None)
    return basis


@lru_cache(maxsize=4096)
def _parse(text: str) -> tuple[tuple[Basis, ...], bool]:
    bases: list[Basis] = []
    open_ended = False
    for line in _lines(text):
        for is_title, piece in _pieces(line):
            if is_title:
                bases.append(Basis(f"《{piece}》", title=piece))
            else:
                open_ended |= _add_words(piece, bases)
    if not bases and squeezed(text):
        bases.append(Basis(squeezed(text)))
    return tuple(bases), open_ended


def _lines(text: str) -> list[str]:
    """The entries of a cell without blanks, numbering and class words; brackets and book marks are made alike.

    A line break inside book marks or brackets, or in the middle of 第九条, breaks no entry: columns are narrow.
    """
    text = _ENTRY.sub("\n", _CLASSED.sub("\n", text))
    if text.count("《") != text.count("》"):
        text = re.sub(r"《\s*《", "《", re.sub(r"》\s*》", "》", text))
        text = re.sub(r"(?<=\n)\s*《", "\r《", text)  # a title never closed ends where the next line opens one
    text = re.sub(r"[(（]以下(?:简称|统称)[^)）]*[)）]", "", text)
    inner = re.sub(r"《[^》\r]*》", lambda title: title[0].replace("\n", ""), text)
    inner = re.sub(r"[(（〔][^)）〕《\r]{0,40}[)）〕]", lambda note: note[0].replace("\n", ""), inner)
    inner = re.sub(r"(?<=[第(（〔])\s*\n|\n\s*(?=[)）〕》条款项号])", "", inner)
    return [flat for line in re.split(r"[\n\r;；]+", inner) if (flat := squeezed(line).translate(_MARKS))]


def _pieces(line: str) -> list[tuple[bool, str]]:
    """The line as titles in book marks (outermost ones; titles may hold titles) and the words between them."""
    pieces: list[tuple[bool, str]] = []
    depth = start = 0
    opener, closer = "《", "》"
    for position, character in enumerate(line):
        if depth == 0 and character in "《〈":
            opener, closer = ("《", "》") if character == "《" else ("〈", "〉")
        if character == opener:
            if depth == 0:
                pieces.append((False, line[start:position]))
                start = position + 1
            depth += 1
        elif character == closer and depth:
            depth -= 1
            if depth == 0:
                pieces.append((True, line[start:position]))
                start = position + 1
    rest = line[start:]
    if depth == 0 and (lost := re.match(r"[^《》、,。]{2,60}》", rest)):
        # only the closing mark is left of 《甲法》
        pieces.append((True, lost[0][:-1]))
        rest = rest[lost.end() :]
    # a book mark never closed: the rest of the line is the title
    pieces.append((depth > 0, rest.strip("》") if depth == 0 else rest))
    return [(is_title, piece) for is_title, piece in pieces if piece]


def _add_words(words: str, bases: list[Basis]) -> bool:
    """Numbers and articles go to the title before them, other words become bases of their own; True for 等 and the like."""
    after_title = bool(bases) and bases[-1].text.endswith("》")
    numbers, damaged, left = take_numbers(words)
    for start, number in numbers:
        # （国办发〔2016〕80号） right behind a title is its number; behind a separator it is a document of its own
        follows = not re.search(r"[、,;。]", words[:start])
        if after_title and follows and not bases[-1].number:
            bases[-1] = replace(bases[-1], number=number)
        else:
            bases.append(Basis(number, number=number))
    if damaged and after_title:
        bases[-1] = replace(bases[-1], doubtful_number=damaged)
    elif damaged:
        left = words
    if bases and (articles := tuple(_ARTICLE.findall(left))):
        bases[-1] = replace(bases[-1], articles=bases[-1].articles + articles)
        left = _ARTICLE.sub("", left)
    # what stands in brackets after a title explains it (2019年修订, 全文); it names nothing
    left = re.sub(r"[(〔][^()〔〕]*[)〕]?", "", left) if bases else left
    return _add_rest(left, bases)


def _add_rest(words: str, bases: list[Basis]) -> bool:
    """Words that are neither title, number nor article: an open end, a named law without book marks, or only words."""
    open_ended = False
    for place, part in enumerate(re.split(r"[、,。]", words)):
        rest = part.strip(_SEPARATORS + "()〔〕 ")
        if bases and (rest or place == 0) and _OPEN.search(part.strip("()〔〕 ")) and _REST.fullmatch(part.strip("()〔〕 ")):
            open_ended |= bool(rest)
        elif (
            not rest
            or _LEADING.fullmatch(rest)
            or (bases and re.fullmatch(r"[令号第条款项规定中的按照根据依据参照修订年版文件\d]+", rest))
        ):
            continue
        elif bases and _REST.fullmatch(rest):
            open_ended |= place > 0 or "等" in rest
        elif _NAMED.fullmatch(rest):
            bases.append(Basis(rest, title=re.sub(r"\(.*\)$", "", rest)))
        else:
            bases.append(Basis(rest))
    return open_ended
