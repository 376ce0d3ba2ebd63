"""公开依据: the laws and documents a cell names, by title and number. Words that name none are kept and reported."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from ohai_kg.ingest.workbooks.values.registry import title_key
from ohai_kg.ingest.workbooks.wording import squeezed

if TYPE_CHECKING:
    from ohai_kg.ingest.workbooks.values.registry import Registry

_SMALL: Final = str.maketrans({"<": "〈", ">": "〉", "﹤": "〈", "﹥": "〉", "[": "(", "]": ")", "﹝": "〔", "﹞": "〕"})
# 国办发〔2016〕80号 in any bracket; the issuing words stand right before it.
_YEARED: Final = re.compile(r"([\u4e00-\u9fff]{1,14})[〔(](\d{4})[〕)]第?(\d{1,5})号")
_DECREE: Final = re.compile(r"((?:[\u4e00-\u9fff]{1,20})?令)(?:\(\d{4}\))?第?(\d{1,4})号")
_DAMAGED: Final = re.compile(r"[\u4e00-\u9fff]{1,14}[〔(]?\d{4}[〕)]?\d{1,5}号|[〔(]\d{4}[^)〕]{0,8}号")
_ARTICLE: Final = re.compile(r"第[零一二三四五六七八九十百\d]+条(?:之[一二三])?(?:第?[零一二三四五六七八九十\d]+[款项])*")
_PREFIX: Final = re.compile(
    r"^(?:【[^】]{1,8}】|\[[^\]]{1,8}\]|[(（]?\d{1,2}[)）.、．](?!\d)|[①-⑳]|[一二三四五六七八九十]{1,3}、|[-•·●])\s*"
)
_OPEN: Final = re.compile(
    r"^(?:[等及以和与]|及其|以及)?(?:等|相关|有关|其|实施细则|实施办法|实施条例|配套|法律|法规|规章|文件|规定|政策|的|及|和|、)*$"
)
_SEPARATORS: Final = "、,;。:.·和与及以"


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
    for line in re.split(r"[\n;；]+", text):
        for is_title, piece in _pieces(squeezed_line(line)):
            if is_title:
                bases.append(Basis(f"《{piece}》", title=piece))
            else:
                open_ended |= _add_words(piece, bases)
    return tuple(bases), open_ended


def squeezed_line(line: str) -> str:
    """A line without blanks, small brackets made alike and its numbering or kind cut off."""
    flat = squeezed(line).translate(_SMALL)
    while (shorter := _PREFIX.sub("", flat)) != flat:
        flat = shorter
    return flat


def _pieces(line: str) -> list[tuple[bool, str]]:
    """The line as titles in book marks (outermost ones; titles may hold titles) and the words between them."""
    pieces: list[tuple[bool, str]] = []
    depth = start = 0
    for position, character in enumerate(line):
        if character == "《":
            if depth == 0:
                pieces.append((False, line[start:position]))
                start = position + 1
            depth += 1
        elif character == "》" and depth:
            depth -= 1
            if depth == 0:
                pieces.append((True, line[start:position]))
                start = position + 1
    # a book mark never closed: the rest of the line is the title
    pieces.append((depth > 0, line[start:]))
    return [(is_title, piece) for is_title, piece in pieces if piece]


def _add_words(words: str, bases: list[Basis]) -> bool:
    """Numbers and articles go to the title before them, other words become bases of their own; True for 等 and the like."""
    open_ended = False
    after_title = bool(bases) and bases[-1].text.endswith("》")
    for number in [*_YEARED.finditer(words), *_DECREE.finditer(words)]:
        form = _form(number)
        # （国办发〔2016〕80号） right behind a title is its number; behind a separator it is a document of its own
        follows = not re.search(r"[、,;。]", words[: number.start()])
        if after_title and follows and not bases[-1].number:
            bases[-1] = _with(bases[-1], number=form)
        else:
            bases.append(Basis(number[0], number=form))
    words = _DECREE.sub("", _YEARED.sub("", words))
    if (damaged := _DAMAGED.search(words)) and after_title:
        bases[-1] = _with(bases[-1], doubtful_number=damaged[0])
        words = words.replace(damaged[0], "")
    if bases and (articles := tuple(_ARTICLE.findall(words))):
        bases[-1] = _with(bases[-1], articles=bases[-1].articles + articles)
        words = _ARTICLE.sub("", words)
    # what stands in brackets after a title explains it (2019年修订, 全文); it names nothing
    words = re.sub(r"[(〔][^()〔〕]*[)〕]?", "", words) if bases else words
    for part in re.split(r"[、,。]", words):
        rest = part.strip(_SEPARATORS + "()〔〕 ")
        if not rest:
            continue
        if _OPEN.fullmatch(rest) and bases:
            open_ended = True
        elif not (bases and re.fullmatch(r"[令号第条款项规定中的按照根据依据参照修订年版\d]+", rest)):
            bases.append(Basis(rest))
    return open_ended


def _form(number: re.Match[str]) -> str:
    """The number in the form of the State Council's own documents."""
    if number.re is _YEARED:
        return f"{number[1]}〔{number[2]}〕{number[3]}号"
    return f"{number[1]}第{number[2]}号"


def _with(basis: Basis, *, number: str = "", articles: tuple[str, ...] = (), doubtful_number: str = "") -> Basis:
    return Basis(
        basis.text,
        basis.title,
        number or basis.number,
        articles or basis.articles,
        basis.document,
        doubtful_number or basis.doubtful_number,
    )
