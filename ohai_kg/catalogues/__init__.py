"""Catalogues that offices send: checked cell by cell, and taken into the project's tables."""

from ohai_kg.catalogues.check import DEFAULT_PROFILES, Checked, check_workbook, check_workbook_file
from ohai_kg.catalogues.known import Known, known_in, read_known
from ohai_kg.catalogues.recognition import VAGUE, is_workbook, is_workbook_file

__all__ = [
    "DEFAULT_PROFILES",
    "VAGUE",
    "Checked",
    "Known",
    "check_workbook",
    "check_workbook_file",
    "is_workbook",
    "is_workbook_file",
    "known_in",
    "read_known",
]
