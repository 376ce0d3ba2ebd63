"""Saved queries: files with a header, read, checked, bound and listed."""
