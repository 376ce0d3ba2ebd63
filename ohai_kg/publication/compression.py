"""The packed forms of a dump: gzip for every tool, Zstandard for those that have it. Same bytes for the same content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import zstandard
from isal import isal_zlib

from ohai_kg.publication.statements import COPY_BYTES

if TYPE_CHECKING:
    from pathlib import Path

GZIP: Final = "application/gzip"
ZSTD: Final = "application/zstd"
EXTENSIONS: Final = {".gz": GZIP, ".zst": ZSTD}
_GZIP_LEVEL: Final = 2
_ZSTD_LEVEL: Final = 3
_GZIP_HEADER: Final = 31
"""zlib's name for: 32 kB window, in a gzip frame, which then has no name and no date."""


def pack(path: Path) -> None:
    """Write `path`.gz and `path`.zst beside a file."""
    gzip = isal_zlib.compressobj(_GZIP_LEVEL, isal_zlib.DEFLATED, _GZIP_HEADER)
    zstd = zstandard.ZstdCompressor(level=_ZSTD_LEVEL, write_checksum=True).compressobj()
    packed = [path.with_name(path.name + extension) for extension in EXTENSIONS]
    with path.open("rb") as file, packed[0].open("wb") as as_gzip, packed[1].open("wb") as as_zstd:
        while chunk := file.read(COPY_BYTES):
            as_gzip.write(gzip.compress(chunk))
            as_zstd.write(zstd.compress(chunk))
        as_gzip.write(gzip.flush())
        as_zstd.write(zstd.flush())
