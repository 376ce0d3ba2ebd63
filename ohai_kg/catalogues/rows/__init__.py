"""From the rows of a table to items: which rows count, what is carried down, what every cell means."""

from ohai_kg.catalogues.rows.cells import Cell
from ohai_kg.catalogues.rows.items import CatalogueItem, rows_of
from ohai_kg.catalogues.rows.understanding import Understanding

__all__ = ["CatalogueItem", "Cell", "Understanding", "rows_of"]
