"""Constraint components: pySHACL's where they follow the specification, ours where they do not.

A component of ours inherits from pySHACL's, so that its messages are the same; docs/shacl-differences.md says what
differs. The table here is the only place where the two meet, and pySHACL itself stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP

from ohai_kg.shacl.components.custom import custom_constraints
from ohai_kg.shacl.components.logical import All, Any_, One
from ohai_kg.shacl.components.other import Closed
from ohai_kg.shacl.components.pairs import LessThan, LessThanOrEquals
from ohai_kg.shacl.components.ranges import MaxExclusive, MaxInclusive, MinExclusive, MinInclusive
from ohai_kg.shacl.components.sparql import SparqlConstraint
from ohai_kg.shacl.components.strings import LanguageIn, MinLength, Pattern
from ohai_kg.shacl.components.types import Datatype
from ohai_kg.shacl.results import SH

if TYPE_CHECKING:
    from pyshacl.constraints.constraint_component import ConstraintComponent
    from pyshacl.shape import Shape
    from rdflib.term import Node

_OURS: Final = {
    SH.datatype: Datatype,
    SH.minExclusive: MinExclusive,
    SH.minInclusive: MinInclusive,
    SH.maxExclusive: MaxExclusive,
    SH.maxInclusive: MaxInclusive,
    SH.minLength: MinLength,
    SH.pattern: Pattern,
    SH.languageIn: LanguageIn,
    SH.lessThan: LessThan,
    SH.lessThanOrEquals: LessThanOrEquals,
    SH["and"]: All,
    SH["or"]: Any_,
    SH.xone: One,
    SH.closed: Closed,
    SH.sparql: SparqlConstraint,
}
_ALONE_NOTHING: Final = frozenset(
    (SH.ignoredProperties, SH.qualifiedMinCount, SH.qualifiedMaxCount, SH.qualifiedValueShapesDisjoint)
)
"""Parameters that declare no constraint without the mandatory one of their component (SHACL 2.1.4)."""
_COMPONENTS: Final[dict[Node, Any]] = {
    parameter: _OURS.get(parameter, kind)
    for parameter, kind in CONSTRAINT_PARAMETERS_MAP.items()
    if parameter not in _ALONE_NOTHING
}


def components_of(shape: Shape) -> list[ConstraintComponent]:
    """The constraints that the shape declares, in a stable order. Raises pySHACL's errors for ill-formed ones."""
    given = set(shape.sg.graph.predicates(shape.node))
    declared = sorted(given & _COMPONENTS.keys(), key=str)
    if not given & {SH.qualifiedMinCount, SH.qualifiedMaxCount}:
        declared = [parameter for parameter in declared if parameter != SH.qualifiedValueShape]
    return [*(_COMPONENTS[parameter](shape) for parameter in declared), *custom_constraints(shape)]
