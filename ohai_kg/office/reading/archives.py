"""Zip containers (xlsx, ods, docx) opened with care: what they claim is looked at first, and no part is inflated beyond it."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, Final

from ohai_kg.office.reading.markup import read_elements
from ohai_kg.office.reading.refusals import encrypted_file, refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ohai_kg.office.reading.limits import Limits
    from ohai_kg.office.reading.markup import Elements

# What the zip library raises on broken bytes, besides its own error.
_DAMAGED: Final = (
    *(zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError),
    *(zlib.error, struct.error),
)
_ENTRY: Final = b"PK\x01\x02"
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})  # office files know no others
_PIECE: Final = 65_536
_HIGHEST_RATIO: Final = 400
_SMALL: Final = 4 * 1024 * 1024  # bytes of a part up to which any ratio will do


class Archive:
    """The parts of one zip container. `limits` bounds their number, their sizes together, and the tags in those of XML."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._limits = limits
        self._tags = 0
        # the library makes an object of every entry, whatever number the container claims to have
        limits.check_parts(data.count(_ENTRY))
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except _DAMAGED:
            raise _damaged() from None
        entries = self._archive.infolist()
        if any(entry.flag_bits & 1 for entry in entries):
            raise encrypted_file()
        packed = sum(entry.compress_size for entry in entries)
        unknown = any(entry.compress_type not in _METHODS for entry in entries)
        # parts that share their bytes unpack to more than the file could hold; two of one name mean two different files
        if unknown or packed > len(data) or len({entry.filename for entry in entries}) < len(entries):
            raise _damaged()
        limits.check_unpacked(sum(entry.file_size for entry in entries))
        self._spelled = {entry.filename.lower(): entry.filename for entry in entries}
        for entry in entries:
            if entry.file_size > _SMALL and entry.file_size > _HIGHEST_RATIO * entry.compress_size:
                raise refused(
                    f"压缩比超过 {_HIGHEST_RATIO} 的压缩文件", f"a zip file packed to less than one part in {_HIGHEST_RATIO}"
                )

    def find(self, name: str) -> str | None:
        """The name of a part as the container spells it; upper and lower case count for nothing (ECMA-376 part 2, 9.1)."""
        return self._spelled.get(name.lower())

    @property
    def names(self) -> list[str]:
        """The names of the parts."""
        return self._archive.namelist()

    def __contains__(self, name: str) -> bool:
        return name in self._archive.NameToInfo

    def pieces(self, name: str) -> Iterator[bytes]:
        """The bytes of a part, piece by piece; never more of them than its entry claims."""
        try:
            with self._archive.open(name) as part:
                while piece := part.read(_PIECE):
                    yield piece
        except _DAMAGED:
            raise _damaged() from None

    def read(self, name: str) -> bytes:
        """The bytes of a part."""
        return b"".join(self.pieces(name))

    def read_elements(self, name: str, elements: Elements) -> None:
        """Tell `elements` the XML of a part. Raises NotAWorkbook where it is missing, broken or declares entities."""
        if name not in self:
            raise refused(f"缺少 {name} 的文件", f"a file without {name}")
        self._tags = read_elements(self.pieces(name), elements, self._limits, self._tags)


def _damaged() -> Exception:
    return refused("损坏的压缩文件", "a damaged zip file")
