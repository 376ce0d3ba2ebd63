"""A workbook against profiles: read, made statements of, validated, and every finding led back to its cell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from ohai_kg.catalogues.catalogue import Catalogue, Progress, no_progress, read_catalogue
from ohai_kg.catalogues.graph import statements
from ohai_kg.catalogues.quotation import quote
from ohai_kg.catalogues.tables import Edition
from ohai_kg.catalogues.understood import describe, remarks
from ohai_kg.files import name_of
from ohai_kg.office.reading import Limits, load
from ohai_kg.shacl import Place, Report, Source, validate_quads

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ohai_kg.catalogues.known import Known
    from ohai_kg.shacl import Finding, Profile

DEFAULT_PROFILES: Final = {True: "elements", False: "core"}
"""The profile where none is named, by whether the file is a workbook."""

DRAFT: Final = Edition("unissued", "draft")
"""A file that is only checked has no issuer and no key; these make IRIs that no imported catalogue can have."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A workbook with what it says and what is wrong with it. `content` are the bytes as they came."""

    catalogue: Catalogue
    report: Report
    content: bytes

    @property
    def understood(self) -> Mapping[str, Any]:
        """What was understood, as plain data: tables, columns with role, confidence and reason, rows, first items."""
        return self.report.understood or {}


def check_workbook(
    content: bytes,
    name: str,
    profiles: Sequence[Profile],
    known: Known,
    *,
    columns: Mapping[str, str] | None = None,
    progress: Progress = no_progress,
) -> Checked:
    """Check the bytes of a file called `name`. `columns` gives roles by column letters or heading.

    Raises WorkbookUnreadable where the file is no catalogue, ColumnsInvalid where `columns` does not fit it.
    """
    catalogue = read_catalogue(content, name=name, registry=known.registry, columns=columns, progress=progress)
    return validate_catalogue(catalogue, content, profiles, known, progress=progress)


def validate_catalogue(
    catalogue: Catalogue,
    content: bytes,
    profiles: Sequence[Profile],
    known: Known,
    *,
    edition: Edition = DRAFT,
    progress: Progress = no_progress,
) -> Checked:
    """Validate a catalogue that was read from the bytes `content`, as the edition it is, or is to be, taken in under."""
    progress("validate", 0, len(catalogue.items))
    quads = statements(catalogue.tables_for(known.base, edition))
    source = Source(catalogue.name, catalogue.sha256)
    report = validate_quads(quads, profiles, source, context=catalogue.context_quads())
    located = report.located(lambda finding: _place(catalogue, finding))
    told = replace(
        located, findings=quote(located.findings, catalogue), understood=describe(catalogue), notes=remarks(catalogue)
    )
    return Checked(catalogue, told, content)


def check_workbook_file(
    path: Path,
    profiles: Sequence[Profile],
    known: Known,
    *,
    columns: Mapping[str, str] | None = None,
    progress: Progress = no_progress,
) -> Checked:
    """`check_workbook` for a file on disk, whose size is looked at before it is read. Raises as well WorkbookTooLarge."""
    progress("read", 0, 0)
    return check_workbook(load(path, Limits()), name_of(path), profiles, known, columns=columns, progress=progress)


def _place(catalogue: Catalogue, finding: Finding) -> Place | None:
    place = catalogue.place_of(finding)
    return None if place is None else Place(*place)
