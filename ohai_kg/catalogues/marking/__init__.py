"""The workbook given back: its cells marked where findings are, with comments and a summary sheet."""

from ohai_kg.catalogues.marking.marked import mark_workbook, rules_version

__all__ = ["mark_workbook", "rules_version"]
