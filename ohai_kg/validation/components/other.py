"""`sh:closed` (SHACL 4.8.1): no property is allowed that is not named, `rdf:type` no more than another."""

from __future__ import annotations

from pyshacl.constraints.core.other_constraints import ClosedConstraintComponent


class Closed(ClosedConstraintComponent):
    """See the module."""

    ALWAYS_IGNORE = frozenset()
