"""Blank forms as xlsx: the national layout of a domain's catalogue, and the four forms of Annex 7."""

from ohai_kg.catalogues.forms.annex7 import annex_form
from ohai_kg.catalogues.forms.codes import CodeLists, find_domain, find_unit, read_code_lists
from ohai_kg.catalogues.forms.layout import Column, FormLayout
from ohai_kg.catalogues.forms.national import national_form
from ohai_kg.catalogues.forms.writing import write_form

__all__ = [
    "CodeLists",
    "Column",
    "FormLayout",
    "annex_form",
    "find_domain",
    "find_unit",
    "national_form",
    "read_code_lists",
    "write_form",
]
