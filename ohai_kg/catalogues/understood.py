"""How a workbook was read, as plain data: for the page that shows it, and beside the findings in JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ohai_kg.shacl import Note

if TYPE_CHECKING:
    from ohai_kg.catalogues.catalogue import Catalogue, CatalogueTable
    from ohai_kg.catalogues.layout import Column
    from ohai_kg.catalogues.rows import CatalogueItem

_SHOWN: Final = 5
"""Items shown of each table, so that a reader sees what became of the rows."""


def describe(catalogue: Catalogue) -> dict[str, Any]:
    """Kind of file, title, and table by table: place, columns, elements without a column, rows, and the first items.

    A column has its letters, heading, role, confidence (certain, high, medium, low) and the reason for its role
    (heading, cells, position, mapping). What is doubtful in cells stands in the notes of the report.
    """
    return {
        "kind": catalogue.kind,
        "title": catalogue.title,
        "items": len(catalogue.items),
        "tables": [_table(table, number, catalogue) for number, table in enumerate(catalogue.tables)],
    }


def remarks(catalogue: Catalogue) -> tuple[Note, ...]:
    """The reader's notes as a report has them, in the order of the file."""
    return tuple(
        Note(note.code, note.element, note.proposal or None, {"zh": note.zh, "en": note.en}, *note.place)
        for note in catalogue.notes
    )


def _table(table: CatalogueTable, number: int, catalogue: Catalogue) -> dict[str, Any]:
    items = [item for item in catalogue.items if item.table == number]
    return {
        "sheet": table.place.sheet,
        "row": table.place.row,
        "title": table.title,
        "columns": [_column(column) for column in table.columns],
        "lacks": list(table.lacks),
        "rows": len(items),
        "first_items": [_item(item) for item in items[:_SHOWN]],
    }


def _column(column: Column) -> dict[str, Any]:
    return {
        "letters": column.letters,
        "heading": column.heading,
        "role": column.role.value,
        "level": column.level or None,
        "codes": list(column.codes),
        "confidence": column.confidence,
        "reason": column.reason,
        "doubtful": column.doubtful,
    }


def _item(item: CatalogueItem) -> dict[str, Any]:
    return {
        "row": item.place.row,
        "number": item.number or None,
        "name": item.name or None,
        "categories": list(item.categories),
        "missing": list(item.missing),
        "basis": [basis.title or basis.number or basis.text for basis in item.bases.bases] if item.bases else [],
        "deadline": [limit.normal for limit in item.time_limit.limits] if item.time_limit else [],
        "subject": [subject.name for subject in item.subjects.subjects] if item.subjects else [],
        "channel": list(item.channels.codes) if item.channels else [],
        "method": [*item.modes, *([item.attribute] if item.attribute else [])],
    }
