"""`sh:closed` (SHACL 4.8.1): no property is allowed that is not named, `rdf:type` no more than another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyshacl.constraints.core.other_constraints import ClosedConstraintComponent

if TYPE_CHECKING:
    from pyshacl.shape import Shape


class Closed(ClosedConstraintComponent):
    """See the module."""

    def __init__(self, shape: Shape) -> None:
        super().__init__(shape)
        self.ALWAYS_IGNORE = set()
