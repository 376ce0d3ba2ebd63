"""Saved queries: their headers, parameters and choices."""
