"""From a sheet to its tables, and from a table to the roles of its columns."""

from ohai_kg.catalogues.layout.columns import Column, assign_columns, check_mapping
from ohai_kg.catalogues.layout.roles import ELEMENT_ROLES, ROLE_WORDS, Role
from ohai_kg.catalogues.layout.tables import Region, find_tables, is_number

__all__ = [
    "ELEMENT_ROLES",
    "ROLE_WORDS",
    "Column",
    "Region",
    "Role",
    "assign_columns",
    "check_mapping",
    "find_tables",
    "is_number",
]
