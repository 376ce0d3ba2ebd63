"""The files of a packaged release: one table for downloads, DCAT, checksums and the hand-over on a disk."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST_NAME: Final = "manifest.json"
SUMS_NAME: Final = "SHA-256SUMS"


@dataclass(frozen=True, slots=True)
class Distribution:
    """One file of a packaged release (a dcat:Distribution).

    `path` is inside the package, with forward slashes; `media_type` is of the content, unpacked; `compression` is the
    media type of the packing (`application/gzip`, `application/zstd`) or None; `bytes` and `sha256` are of the file as it
    lies there. `conforms_to` are IRIs of standards. `graph` is the named graph it holds; None: all, or none in particular.
    `left_out` counts statements that its syntax cannot say (RDF/XML: predicates that are no XML names).
    """

    path: str
    title_zh: str
    title_en: str
    media_type: str
    compression: str | None
    bytes: int
    sha256: str
    conforms_to: tuple[str, ...] = ()
    graph: str | None = None
    left_out: int = 0

    @property
    def content_type(self) -> str:
        """The media type of the file as it lies there: what HTTP says of it."""
        if self.compression is not None:
            return self.compression
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Distribution:
        """Read one entry of manifest.json."""
        return cls(**{**values, "conforms_to": tuple(values["conforms_to"])})


def release_iri(base: str, release_id: str) -> str:
    """The IRI of a release, for PROV, DCAT and RDF Patch: `{base}id/release/{id}`."""
    return f"{base}id/release/{release_id}"


def distributions(package: Path) -> tuple[Distribution, ...]:
    """Every file of a packaged release but manifest.json and SHA-256SUMS themselves, in the manifest's order."""
    manifest = json.loads((package / MANIFEST_NAME).read_text(encoding="utf-8"))
    return tuple(Distribution.from_json(values) for values in manifest["distributions"])
