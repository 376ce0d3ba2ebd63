"""RDF files from outside: size, encoding and syntax are checked before anything is made of them.

pyoxigraph parses every syntax, fetches nothing (remote JSON-LD contexts are refused) and, since XML entities are
refused here, expands nothing.
"""

from __future__ import annotations

import hashlib
import re
from codecs import getincrementaldecoder
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from ohai_kg.errors import DataUnreadable, UnsupportedMediaType, UploadTooLarge
from ohai_kg.files import name_of, read_regular
from ohai_kg.formats import RDF_FORMATS, by_name
from ohai_kg.shacl.nesting import check_nesting
from ohai_kg.shacl.report import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_EXTENSIONS: Final = {"owl": "rdf", "xml": "rdf", "json": "jsonld", "turtle": "ttl", "nquads": "nq", "ntriples": "nt"}
_PLACE: Final = re.compile(r"line (\d+)(?: column (\d+))?|at (\d+):(\d+)")
_ENTITY: Final = re.compile(rb"<!ENTITY", re.IGNORECASE)
_PIECE: Final = 1 << 20
_COMMON: Final = 200  # characters of an IRI that files are full of
_GROWTH: Final = 40
_ROOM: Final = 32_000_000  # bytes a file of any size may grow to
_LONGEST_MESSAGE: Final = 500  # the parser quotes what it did not expect
UNNAMED: Final = "data"


def read_bytes(file: Path | bytes, name: str | None, max_bytes: int | None) -> tuple[bytes, Source]:
    """The content and what it is called. Raises FileUnreadable, and UploadTooLarge before
    more than `max_bytes` are in memory.
    """
    if isinstance(file, bytes):
        content, called = file, name or UNNAMED
    else:
        called = name or name_of(file)
        content = read_regular(file, max_bytes)
    if max_bytes is not None and len(content) > max_bytes:
        limit = f"{max_bytes / 1_048_576:.3g} MB"
        raise UploadTooLarge(
            f"{called} 超过 {limit} 的上限；请拆分后分别校验，或调高设置 max_upload_mb。",
            f"{called} is larger than {limit}; split it, or raise the setting max_upload_mb.",
        )
    return content, Source(called, hashlib.sha256(content).hexdigest())


def syntax_of(name: str, given: str | None) -> str:
    """The short name of the RDF syntax of a file. Raises UnsupportedMediaType."""
    wanted = (given or name.rsplit(".", 1)[-1]).partition(";")[0].strip().lower()
    known = by_name(_EXTENSIONS.get(wanted, wanted), RDF_FORMATS)
    if known is None:
        offered = "、".join(f.extension for f in RDF_FORMATS)
        raise UnsupportedMediaType(
            f"看不出 {name} 是哪种 RDF 语法；可读：{offered}。请注明格式。",
            f"The RDF syntax of {name} is unknown; readable are {offered}. State the format.",
        )
    return known.name


def check(content: bytes, name: str, syntax: str) -> None:
    """Refuse what no parser should get to see. Raises DataUnreadable."""
    if not content.strip():
        raise DataUnreadable(f"{name} 是空文件。", f"{name} is empty.")
    if syntax == "rdf":
        if _ENTITY.search(content):
            raise DataUnreadable(
                f"{name} 含有 XML 实体声明（<!ENTITY>）；为安全起见不展开。请把实体替换为其内容后重试。",
                f"{name} declares XML entities (<!ENTITY>); they are not expanded, for safety. Write them out.",
            )
        check_nesting(content, name, syntax)
        return
    line = _line_not_utf8(content)
    if line is not None:
        raise DataUnreadable(
            f"{name} 第 {line} 行不是 UTF-8 编码（可能是 GB18030）；请另存为 UTF-8 后重试。",
            f"{name} is not UTF-8 on line {line} (GB18030, perhaps); save it as UTF-8 and try again.",
            line,
        )
    check_nesting(content, name, syntax)


def _line_not_utf8(content: bytes) -> int | None:
    """The first line (from 1) that is not UTF-8, or None; in pieces, so that no whole copy is made of a large file."""
    decoder = getincrementaldecoder("utf-8")()
    for start in range(0, len(content), _PIECE):
        piece = content[start : start + _PIECE]
        try:
            decoder.decode(piece, final=start + _PIECE >= len(content))
        except UnicodeDecodeError as error:
            carried = len(error.object) - len(piece)
            return content.count(b"\n", 0, start - carried + error.start) + 1
    return None


def check_statements(count: int, name: str, most: int | None) -> None:
    """Raise UploadTooLarge where a file holds more statements than `most`."""
    if most is not None and count > most:
        raise UploadTooLarge(
            f"{name} 超过 {most} 条语句的上限；请拆分后分别校验，或用命令 ohai-kg validate 校验。",
            f"{name} holds more than {most} statements, the limit; split it, or use the command ohai-kg validate.",
        )


def bounded(quads: Iterable[ox.Quad], name: str, size: int, most: int | None = None) -> Iterator[ox.Quad]:
    """The quads a parser makes of a file of `size` bytes.

    Raises DataUnreadable where prefixes make far more of it than it holds, or something in it is longer than the buffer of
    the parser, UploadTooLarge where there are more than `most`.
    """
    room = _ROOM + _GROWTH * size
    try:
        for count, quad in enumerate(quads, 1):
            check_statements(count, name, most)
            room -= _long(quad.subject) + _long(quad.predicate) + _long(quad.object)
            if room < 0:
                raise DataUnreadable(
                    f"{name} 展开前缀后超过原文件的 {_GROWTH} 倍；请缩短前缀所代表的地址，或拆成几个文件后重试。",
                    f"{name} grows to more than {_GROWTH} times its size when its prefixes are written out, the limit; "
                    "shorten the addresses they stand for, or split the file, and try again.",
                )
            yield quad
    except MemoryError as error:
        if "buffer" not in str(error):
            raise
        raise DataUnreadable(
            f"{name} 中有超过 16 MB 的单个文字或标识；请把长文改为链接后重试。",
            f"{name} holds a literal or name of more than 16 MB, the limit; put a link in its place and try again.",
        ) from None


def _long(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> int:
    """The length of the IRI a term is, or has as its datatype, if it is uncommonly long; no other term can grow."""
    iri = term.datatype if isinstance(term, ox.Literal) else term
    length = len(iri.value) if isinstance(iri, ox.NamedNode) else 0
    return length if length > _COMMON else 0


def unreadable(name: str, syntax: str, message: str) -> DataUnreadable:
    """The parser's message as an error that tells the place."""
    place = _PLACE.search(message)
    line, column = (int(place[1] or place[3]), int(place[2] or place[4] or 0) or None) if place else (None, None)
    where_zh = f"第 {line} 行" if line else ""
    return DataUnreadable(
        f"{name} {where_zh}不是合法的 {syntax}：{message[:_LONGEST_MESSAGE]}",
        f"{name} is not well-formed {syntax}: {message[:_LONGEST_MESSAGE]}",
        line,
        column,
    )
