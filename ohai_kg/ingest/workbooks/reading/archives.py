"""Zip containers (xlsx, ods, docx) opened with care: no zip bombs, no XML that declares entities."""

from __future__ import annotations

import contextlib
import io
import xml.etree.ElementTree as ET
import zipfile
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from ohai_kg.ingest.workbooks.reading.kinds import DAMAGED, refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ohai_kg.ingest.workbooks.reading.limits import Limits

_PIECE: Final = 65_536


class Archive:
    """The parts of one zip container, read into memory no further than the limit."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        self._limits = limits
        limits.check_unpacked(sum(entry.file_size for entry in self._archive.infolist()))

    @property
    def names(self) -> list[str]:
        """The names of the parts."""
        return self._archive.namelist()

    def refuse_entities(self) -> None:
        """Raise NotAWorkbook where a part, also one that only a library reads, declares a document type."""
        for name in self.names:
            if name.endswith((".xml", ".rels")):
                try:
                    with self._archive.open(name) as part:
                        _refuse_doctype(iter(lambda part=part: part.read(_PIECE), b""))  # type: ignore[misc]
                except DAMAGED:
                    raise refused("损坏的压缩文件", "a damaged zip file") from None

    def read(self, name: str) -> bytes:
        """The bytes of a part; a part longer than its entry claims is refused, for that is how bombs hide."""
        claimed = self._archive.getinfo(name).file_size
        try:
            with self._archive.open(name) as part:
                data = part.read(claimed + 1)
        except DAMAGED:
            raise refused("损坏的压缩文件", "a damaged zip file") from None
        if len(data) > claimed:
            self._limits.check_unpacked(self._limits.unpacked_bytes + 1)
        return data

    def parse(self, name: str) -> ET.Element:
        """The XML of a part. Raises NotAWorkbook where it is missing, broken or declares entities."""
        if name not in self._archive.namelist():
            raise refused(f"缺少 {name} 的文件", f"a file without {name}")
        return parse_xml(self.read(name))


def parse_xml(data: bytes) -> ET.Element:
    """XML without a document type: entities could name other files or grow without end."""
    _refuse_doctype([data])
    try:
        return ET.fromstring(data)  # noqa: S314 - a document type, the only way to an entity, was refused above
    except (ET.ParseError, LookupError, ValueError) as error:  # also an encoding that does not exist
        raise refused(f"损坏的 XML（{error}）", f"broken XML ({error})") from None


class _Begun(Exception):
    """The root element, behind which no document type can stand."""


def _refuse_doctype(pieces: Iterable[bytes]) -> None:
    """Read no further than the root element, in whatever encoding; what is broken is told by whoever reads on."""

    def refuse(*_: object) -> None:
        raise refused("声明了 XML 实体的文件", "a file that declares XML entities")

    def begin(*_: object) -> None:
        raise _Begun

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = begin
    with contextlib.suppress(_Begun, expat.ExpatError, LookupError, ValueError):
        for piece in pieces:
            parser.Parse(piece, False)
