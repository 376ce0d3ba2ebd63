"""A file read as a catalogue: its tables, its items, what a person should look at, and the way into the graph and back.

The six elements are never filled in from elsewhere here: a blank stays blank, and what could be meant is a note beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ohai_kg.catalogues.layout import ELEMENT_ROLES, assign_columns, check_mapping, find_tables
from ohai_kg.catalogues.notes import notes_on_items, notes_on_table
from ohai_kg.catalogues.other_forms import refuse_other_forms, without_other_forms
from ohai_kg.catalogues.rows import Understanding, rows_of
from ohai_kg.errors import FormulaErrors, NoTableFound
from ohai_kg.office.reading import Limits, load, read_workbook
from ohai_kg.office.sheets import FORMULA_ERRORS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyoxigraph as ox

    from ohai_kg.catalogues.layout import Column, Region
    from ohai_kg.catalogues.notes import Note
    from ohai_kg.catalogues.places import Located
    from ohai_kg.catalogues.rows import CatalogueItem
    from ohai_kg.catalogues.tables import CatalogueTables, Edition
    from ohai_kg.catalogues.values.registry import Registry
    from ohai_kg.office.sheets import Place, Sheet

Progress = Callable[[str, int, int], None]
"""Told how far a long reading has got: the step (read, understand, validate), rows done, rows in all (0: not known)."""

_TOLD_EVERY: Final = 500


def no_progress(step: str, done: int, total: int) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True, slots=True)
class CatalogueTable:
    """One table: where it stands, what each column holds, and the elements that no column holds."""

    region: Region
    columns: tuple[Column, ...]

    @property
    def title(self) -> str:
        """The words above the table."""
        return self.region.title

    @property
    def place(self) -> Place:
        """The first row of its head."""
        return self.region.sheet.place(self.region.head.start)

    @property
    def lacks(self) -> tuple[str, ...]:
        """The six elements that the layout has no column for."""
        roles = {column.role for column in self.columns}
        return tuple(element for element, needed in ELEMENT_ROLES.items() if not needed & roles)


@dataclass(slots=True)
class Catalogue:
    """What a file says. `kind` is the kind of file its bytes show; `notes` are in the order of the file."""

    name: str
    kind: str
    sha256: str
    tables: tuple[CatalogueTable, ...]
    items: tuple[CatalogueItem, ...]
    notes: tuple[Note, ...]
    registry: Registry
    _tables: CatalogueTables | None = field(default=None, repr=False, compare=False)

    @property
    def title(self) -> str:
        """The title above the first table, else the name of the file."""
        return next((table.title for table in self.tables if table.title), Path(self.name).stem)

    def tables_for(self, base: str, edition: Edition) -> CatalogueTables:
        """The catalogue as tables of the project with that `base`; from then on `place_of` leads back from them."""
        from ohai_kg.catalogues.tables import CatalogueTables

        self._tables = CatalogueTables(self, base, edition)
        return self._tables

    def quads(
        self, base: str, issuer: str, key: str, *, publisher: str | None = None, issued: str | None = None
    ) -> list[ox.Quad]:
        """The catalogue as statements of the graph `catalogue/{issuer}/{key}`.

        `publisher` is the IRI of the issuing unit, `issued` the date of the edition (yyyy-MM-dd); neither is guessed.
        """
        from ohai_kg.catalogues.graph import statements
        from ohai_kg.catalogues.tables import Edition

        return statements(self.tables_for(base, Edition(issuer, key, publisher, issued)))

    def context_quads(self) -> list[ox.Quad]:
        """The classes of the registered things that the tables refer to: a graph of one workbook needs them."""
        from ohai_kg.catalogues.graph import context_of

        return [] if self._tables is None else context_of(self._tables)

    def place_of(self, finding: Located) -> Place | None:
        """The cell that a finding on the statements is about; a missing element's cell is the blank one."""
        return None if self._tables is None else self._tables.place_of(finding)


def read_catalogue(
    source: Path | str | bytes,
    *,
    registry: Registry,
    columns: Mapping[str, str] | None = None,
    name: str | None = None,
    limits: Limits | None = None,
    progress: Progress = no_progress,
) -> Catalogue:
    """Read a file, or its bytes, as a disclosure catalogue.

    `columns` gives roles by hand, by column letters or heading, for one sheet where its name and ! stand before. Raises
    WorkbookUnreadable, each error saying what was expected and what was found; nothing is taken from a file that raises.
    """
    limits = limits or Limits()
    data = load(source, limits)
    shown = name or ("" if isinstance(source, bytes) else Path(source).name)
    workbook = read_workbook(data, name=shown, limits=limits)
    tables = _tables(workbook.sheets, registry, columns, limits)
    if not tables:
        refuse_other_forms(workbook.sheets)
        raise _no_table(workbook.sheets)
    _check_formulas(tables)
    items: list[CatalogueItem] = []
    notes: list[Note] = []
    understanding = Understanding(registry, limits)
    rows = [list(rows_of(table.region, table.columns, number)) for number, table in enumerate(tables)]
    total = sum(map(len, rows))
    limits.check_items(total)
    for table, own in zip(tables, rows, strict=True):
        for done, item in enumerate(own, len(items)):
            if done % _TOLD_EVERY == 0:
                progress("understand", done, total)
            understanding.fill(item)
        items.extend(own)
        notes.extend(notes_on_table(table.region, table.columns))
        notes.extend(notes_on_items(own))
    return Catalogue(
        shown, workbook.kind, hashlib.sha256(data).hexdigest(), tuple(tables), tuple(items), tuple(notes), registry
    )


def _tables(
    sheets: tuple[Sheet, ...], registry: Registry, columns: Mapping[str, str] | None, limits: Limits
) -> list[CatalogueTable]:
    mapping = columns or {}
    check_mapping(mapping, ())  # the roles first, for nothing can be assigned to one that does not exist
    found = [region for sheet in sheets for region in find_tables(sheet)]
    limits.check_tables(len(found))
    regions = without_other_forms(found)
    tables = [CatalogueTable(region, assign_columns(region, registry, mapping)) for region in regions]
    check_mapping(mapping, [(table.region.sheet.name, table.columns) for table in tables])
    return tables


def _check_formulas(tables: list[CatalogueTable]) -> None:
    """Raise FormulaErrors where cells of the tables show the error of a formula: what they should say cannot be known."""
    found: list[str] = []
    found_en: list[str] = []
    for table in tables:
        sheet = table.region.sheet
        for row in range(table.region.head.start, table.region.end):
            for column, text in enumerate(sheet.rows[row]):
                if text.strip() in FORMULA_ERRORS:
                    place = sheet.place(row, column)
                    found.append(f"{place.sheet or ''} {place.cell}：{text.strip()}".strip())
                    found_en.append(f"{place.sheet or ''} {place.cell}: {text.strip()}".strip())
    if found:
        raise FormulaErrors(
            f"单元格应为文字，现有 {len(found)} 处为公式错误：{'；'.join(found[:20])}。请改正公式或粘贴为数值后重试。",
            f"Expected text, found {len(found)} formula error(s): {'; '.join(found_en[:20])}. "
            "Correct the formulas, or paste their values, and try again.",
        )


def _no_table(sheets: tuple[Sheet, ...]) -> NoTableFound:
    seen = [sheet.name or "csv" for sheet in sheets if sheet.rows]
    words = [text.strip() for sheet in sheets for row in sheet.rows[:30] for text in row if text.strip()][:8]
    shown = "、".join(words)[:120]
    return NoTableFound(
        "应有带栏目名的目录表，至少含“公开事项”“公开内容”“公开依据”“公开时限”“公开主体”等栏目中的三个；"
        + (f"现有 {len(seen)} 张有内容的表，开头为：{shown}。" if seen else "文件中没有任何内容或表格。"),
        "Expected a table headed by at least three of 公开事项, 公开内容, 公开依据, 公开时限, 公开主体; "
        + (f"found {len(seen)} sheet(s) with text, beginning: {shown}." if seen else "found no text and no table at all."),
    )
