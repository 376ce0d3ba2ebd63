"""SHACL validation: profiles are folders of shapes, pySHACL writes every result, `Report` renders them.

report = validate_graph(graph, [load_profile(project.shapes, "elements")])
print(report.to_text())
"""

from __future__ import annotations

from ohai_kg.shacl.entry import (
    report_on_graphs,
    report_turtle,
    validate_file,
    validate_first,
    validate_graph,
    validate_quads,
    validate_store,
)
from ohai_kg.shacl.profiles import Profile, Rule, load_profile, load_shapes, profiles
from ohai_kg.shacl.report import Finding, Note, Place, Report, Source

__all__ = [
    "Finding",
    "Note",
    "Place",
    "Profile",
    "Report",
    "Rule",
    "Source",
    "load_profile",
    "load_shapes",
    "profiles",
    "report_on_graphs",
    "report_turtle",
    "validate_file",
    "validate_first",
    "validate_graph",
    "validate_quads",
    "validate_store",
]
