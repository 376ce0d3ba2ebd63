"""Edits of a workbook's own bytes: what is not touched stays as it was."""
