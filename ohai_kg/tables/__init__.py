"""From the tables and Turtle files of a project to quads: read, check all, report every fault, change nothing."""

from ohai_kg.tables.sources import Sources, read_sources

__all__ = ["Sources", "read_sources"]
