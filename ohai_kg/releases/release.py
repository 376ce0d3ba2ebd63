"""One release, and its files read with an eye on their checksums: a file is hashed as it is read, once."""

from __future__ import annotations

import contextlib
import hashlib
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from ohai_kg.errors import ReleaseDamaged
from ohai_kg.releases.manifest import NQUADS_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

    from _typeshed import WriteableBuffer

    from ohai_kg.releases.manifest import Manifest

RELEASE_ID: Final = re.compile(r"[0-9]{8}T[0-9]{9}-[0-9a-f]{8}")
_CHUNK_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Release:
    """One published release. Nothing in `path` ever changes."""

    path: Path
    manifest: Manifest

    @property
    def id(self) -> str:
        """The release's name: UTC time of making to the millisecond, later than that of every release before it, and the
        start of the quads' SHA-256. Ids sort in the order of publication.
        """
        return self.manifest.id

    @property
    def nquads(self) -> Path:
        """All quads, sorted, as N-Quads."""
        return self.path / NQUADS_NAME

    @property
    def home(self) -> Path:
        """The directory whose release it is."""
        return self.path.parent.parent

    @contextlib.contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """A file of the release, hashed as it is read and to its end when the block is left.

        Raises ReleaseDamaged where it is missing, differs from its checksum, or cannot be read as what it is.
        """
        expected = self.manifest.files.get(name)
        if expected is None:
            raise self._damaged(name, ("列入清单", "listed in the manifest"), ("未列", "not listed"))
        told = (f"SHA-256 {expected}",) * 2
        try:
            raw = (self.path / name).open("rb", buffering=0)
        except OSError as error:
            raise ReleaseDamaged.from_system(error, self.home, self.id, name, told) from error
        with raw:
            hashed = _Hashed(raw)
            reader = io.BufferedReader(hashed, _CHUNK_BYTES)
            reason: Exception | None = None
            try:
                try:
                    yield reader
                except (SyntaxError, UnicodeDecodeError) as error:
                    reason = error
                while reader.read(_CHUNK_BYTES):
                    pass
            except OSError as error:
                if hashed.failure is None:
                    raise
                raise ReleaseDamaged.from_system(hashed.failure, self.home, self.id, name, told) from error
            found = hashed.sum.hexdigest()
        if found != expected:
            raise self._damaged(name, told, (found, found))
        if reason is not None:
            raise self._damaged(name, ("N-Quads", "N-Quads"), (str(reason), str(reason)))

    def read(self, name: str) -> bytes:
        """The whole of a file. Raises ReleaseDamaged."""
        with self.open(name) as file:
            return file.read()

    def lines(self) -> set[bytes]:
        """The lines of the quads. Raises ReleaseDamaged."""
        with self.open(NQUADS_NAME) as file:
            return set(file)

    def quads(self) -> Iterator[ox.Quad]:
        """The quads one by one. Raises ReleaseDamaged, at the end at the latest."""
        with self.open(NQUADS_NAME) as file:
            yield from ox.parse(file, format=ox.RdfFormat.N_QUADS)

    def check(self, name: str) -> None:
        """Read a file for its checksum only. Raises ReleaseDamaged."""
        with self.open(name):
            pass

    def damages(self) -> list[ReleaseDamaged]:
        """Whatever is wrong with any file of it, by path; nothing where it is whole."""
        found = []
        for name in sorted(self.manifest.files):
            try:
                self.check(name)
            except ReleaseDamaged as damage:
                found.append(damage)
        return found

    def check_count(self, count: int) -> None:
        """Compare how many quads were loaded with the manifest. Raises ReleaseDamaged."""
        quads = self.manifest.quads
        if count != quads:
            expected, loaded = (f"{quads} 条语句", f"{quads} quads"), (f"{count} 条", f"{count} quads")
            raise self._damaged(NQUADS_NAME, expected, loaded)

    def _damaged(self, name: str, expected: tuple[str, str], found: tuple[str, str]) -> ReleaseDamaged:
        return ReleaseDamaged(self.home, self.id, name, expected, found)


class _Hashed(io.RawIOBase):
    """A file whose bytes are hashed as they are handed on."""

    def __init__(self, raw: io.FileIO) -> None:
        super().__init__()
        self.sum = hashlib.sha256()
        self.failure: OSError | None = None
        self._raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        try:
            count = self._raw.readinto(buffer) or 0
        except OSError as error:
            self.failure = error
            raise
        self.sum.update(memoryview(buffer)[:count])
        return count
