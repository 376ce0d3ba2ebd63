"""The words a finding is about: what stands in its cell, and the office that its row names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ohai_kg.catalogues.layout import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ohai_kg.catalogues.catalogue import Catalogue
    from ohai_kg.catalogues.rows import CatalogueItem
    from ohai_kg.shacl import Finding


def quote(findings: Sequence[Finding], catalogue: Catalogue) -> tuple[Finding, ...]:
    """The findings with the words of their cell and of their row's 公开主体; those of no row stay as they are."""
    items = {(item.place.sheet, item.place.row): item for item in catalogue.items}
    return tuple(_quoted(finding, items.get((finding.sheet, finding.row))) for finding in findings)


def _quoted(finding: Finding, item: CatalogueItem | None) -> Finding:
    if item is None:
        return finding
    cell = next((cell for cell in item.cells.values() if cell.place.cell == finding.cell), None)
    return replace(finding, text=cell.verbatim if cell else None, office=" ".join(item.verbatim(Role.SUBJECT).split()) or None)
