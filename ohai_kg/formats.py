"""Formats by name, media type and file extension, and HTTP content negotiation (RFC 9110 section 12.5.1).

Every part of the system that reads or writes a format looks it up here, so an extension, an `Accept` header and a
`--format` option can never disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Format:
    """One serialization: its short name, its media type, other media types that mean it, and its file extension."""

    name: str
    media_type: str
    extension: str
    aliases: tuple[str, ...] = ()
    charset: bool = False

    @property
    def content_type(self) -> str:
        """The value of the Content-Type header."""
        return f"{self.media_type}; charset=utf-8" if self.charset else self.media_type

    @property
    def media_types(self) -> tuple[str, ...]:
        """All media types that select this format."""
        return (self.media_type, *self.aliases)


RESULT_FORMATS: Final = (
    Format("json", "application/sparql-results+json", "srj", ("application/json",)),
    Format("xml", "application/sparql-results+xml", "srx", ("application/xml", "text/xml")),
    Format("csv", "text/csv", "csv", charset=True),
    Format("tsv", "text/tab-separated-values", "tsv", charset=True),
)
"""SPARQL 1.1 Query Results formats, for SELECT and ASK."""

RDF_FORMATS: Final = (
    Format("ttl", "text/turtle", "ttl", ("application/x-turtle",), charset=True),
    Format("nt", "application/n-triples", "nt", ("text/plain",)),
    Format("jsonld", "application/ld+json", "jsonld", ("application/json",)),
    Format("rdf", "application/rdf+xml", "rdf", ("application/xml", "text/xml")),
    Format("trig", "application/trig", "trig", ("application/x-trig",)),
    Format("nq", "application/n-quads", "nq", ("text/x-nquads",)),
)
"""RDF syntaxes, for CONSTRUCT, DESCRIBE, graphs and resources."""

XLSX: Final = Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx")
HTML: Final = Format("html", "text/html", "html", ("application/xhtml+xml",), charset=True)


_EXACT: Final = 3


@dataclass(frozen=True, slots=True)
class _Range:
    kind: str
    subtype: str
    quality: float

    def specificity(self, media_type: str) -> int:
        """How exactly this range names `media_type`: 3 exact, 2 type/*, 1 */*, 0 not at all."""
        kind, _, subtype = media_type.partition("/")
        if self.kind == "*" and self.subtype == "*":
            return 1
        if self.kind != kind:
            return 0
        if self.subtype == "*":
            return 2
        return 3 if self.subtype == subtype else 0


def _parse_quality(parameters: Sequence[str]) -> float | None:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                quality = float(value.strip())
            except ValueError:
                return None
            return quality if 0 <= quality <= 1 else None
    return 1.0


def _parse_accept(accept: str) -> list[_Range]:
    ranges: list[_Range] = []
    for item in accept.split(","):
        media_range, *parameters = item.split(";")
        kind, slash, subtype = media_range.strip().lower().partition("/")
        quality = _parse_quality(parameters)
        if slash and kind and subtype and quality is not None:
            ranges.append(_Range(kind, subtype, quality))
    return ranges


def negotiate(accept: str | None, offered: Sequence[Format]) -> Format | None:
    """The offered format that `accept` prefers, or None where it excludes all of them.

    A missing, empty or wholly unreadable header accepts the first one offered. Of equal qualities the more specific
    range wins, then the order of `offered`.
    """
    ranges = _parse_accept(accept or "")
    if not ranges:
        return offered[0]
    best: tuple[float, int, int] | None = None
    chosen: Format | None = None
    for position, candidate in enumerate(offered):
        for media_type in candidate.media_types:
            specificity, quality = max((r.specificity(media_type), r.quality) for r in ranges)
            if specificity < _EXACT and media_type != candidate.media_type:
                continue  # text/* does not ask for what is sent as application/..., though text/xml means it too
            rank = (quality, specificity, -position)
            if specificity and quality > 0 and (best is None or rank > best):
                best, chosen = rank, candidate
    return chosen


def by_name(name: str, offered: Sequence[Format]) -> Format | None:
    """The offered format called `name`: its short name, extension or one of its media types."""
    wanted = name.strip().lower()
    for candidate in offered:
        if wanted in (candidate.name, candidate.extension, *candidate.media_types):
            return candidate
    return None
