"""Real catalogues in: any office's workbook to items, to the graph, and from a finding back to its cell."""

from ohai_kg.ingest.workbooks.catalogue import Catalogue, CatalogueTable, read_catalogue
from ohai_kg.ingest.workbooks.layout import ROLE_WORDS, Role
from ohai_kg.ingest.workbooks.reading import Limits, read_workbook
from ohai_kg.ingest.workbooks.sheets import Place
from ohai_kg.ingest.workbooks.values.registry import Registry

__all__ = [
    "ROLE_WORDS",
    "Catalogue",
    "CatalogueTable",
    "Limits",
    "Place",
    "Registry",
    "Role",
    "read_catalogue",
    "read_workbook",
]
