"""Lexical spaces of the XSD datatypes (RDF 1.1 Concepts 5.1, XSD 1.1 part 2) and SPARQL's order of literals.

rdflib reads what Python reads ("1_000", "１２", "NaN" as a decimal) and refuses what Python refuses ("24:00:00").
White space is no part of a lexical form: RDF does not apply the whiteSpace facet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from rdflib import RDF, XSD, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from rdflib.term import Node

_SIGNED: Final = r"[+-]?[0-9]+"
_DECIMAL: Final = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_DOUBLE: Final = _DECIMAL + r"(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN"
_ZONE: Final = r"(?P<zone>Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)"
_YEAR: Final = r"(?P<year>-?(?:[1-9][0-9]{3,}|0[0-9]{3}))"
_MONTH: Final = r"(?P<month>0[1-9]|1[0-2])"
_DAY: Final = r"(?P<day>0[1-9]|[12][0-9]|3[01])"
_TIME: Final = (
    r"(?:(?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9]):(?P<second>[0-5][0-9](?:\.[0-9]+)?)|(?P<midnight>24:00:00(?:\.0+)?))"
)
_CLOCK: Final = r"T(?:[0-9]+H(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?|[0-9]+M(?:[0-9]+(?:\.[0-9]+)?S)?|[0-9]+(?:\.[0-9]+)?S)"
_YEAR_MONTHS: Final = r"(?:[0-9]+Y(?:[0-9]+M)?|[0-9]+M)"
_DAYS: Final = rf"(?:[0-9]+D(?:{_CLOCK})?|{_CLOCK})"
_NAME_START: Final = r"A-Z_a-zÀ-ÖØ-öø-˿Ͱ-ͽͿ-῿\u200C\u200D⁰-↏Ⰰ-⿯、-퟿豈-﷏ﷰ-�\U00010000-\U000EFFFF"
_NAME: Final = _NAME_START + r"\-.0-9·\u0300-\u036F\u203F\u2040"
_B64: Final = "[A-Za-z0-9+/]"
_BASE64: Final = (
    f"(?:(?:{_B64} ?){{4}})*(?:(?:{_B64} ?){{3}}{_B64}|(?:{_B64} ?){{2}}[AEIMQUYcgkosw048] ?=|{_B64} ?[AQgw] ?= ?=)?"
)
_RANGES: Final[dict[str, tuple[int | None, int | None]]] = {
    "integer": (None, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-(2**7), 2**7 - 1),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 2**8 - 1),
}
_FORMS: Final = {
    **dict.fromkeys(_RANGES, _SIGNED),
    "decimal": _DECIMAL,
    "double": _DOUBLE,
    "float": _DOUBLE,
    "boolean": "true|false|1|0",
    "dateTime": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}?",
    "dateTimeStamp": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}",
    "date": f"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}?",
    "time": f"{_TIME}{_ZONE}?",
    "gYear": f"{_YEAR}{_ZONE}?",
    "gYearMonth": f"{_YEAR}-{_MONTH}{_ZONE}?",
    "gMonth": f"--{_MONTH}{_ZONE}?",
    "gMonthDay": f"--{_MONTH}-{_DAY}{_ZONE}?",
    "gDay": f"---{_DAY}{_ZONE}?",
    "duration": f"-?P(?:{_YEAR_MONTHS}(?:{_DAYS})?|{_DAYS})",
    "yearMonthDuration": f"-?P{_YEAR_MONTHS}",
    "dayTimeDuration": f"-?P{_DAYS}",
    "hexBinary": "(?:[0-9a-fA-F]{2})*",
    "base64Binary": _BASE64,
    "normalizedString": r"[^\t\n\r]*",
    "token": r"(?:[^\t\n\r ]+(?: [^\t\n\r ]+)*)?",
    "language": "[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*",
    "Name": f"[:{_NAME_START}][:{_NAME}]*",
    "NCName": f"[{_NAME_START}][{_NAME}]*",
    "NMTOKEN": f"[:{_NAME}]+",
}
_PATTERNS: Final = {str(XSD[name]): re.compile(form, re.DOTALL) for name, form in _FORMS.items()}
_LIMITS: Final = {str(XSD[name]): limits for name, limits in _RANGES.items()}
_FLOATS: Final = frozenset({str(XSD.double), str(XSD.float)})
_STAMPS: Final = {str(XSD.dateTimeStamp): str(XSD.dateTime)}
_MOMENTS: Final = [{str(XSD[name])} for name in ("dateTime", "date", "time")]
_MONTHS_IN_A_YEAR: Final = 12
_WIDEST_ZONE: Final = 14 * 3600
_LEAP_YEAR: Final = 2000
_FEBRUARY: Final = 2
_DAYS_IN_MONTH: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@lru_cache(maxsize=65536)
def is_well_formed(lexical: str, datatype: str) -> bool:
    """Whether the lexical form is in the lexical space of the datatype; of datatypes that are not XSD's, always."""
    pattern = _PATTERNS.get(datatype)
    if pattern is None:
        return True
    match = pattern.fullmatch(lexical)
    if match is None:
        return False
    low, high = _LIMITS.get(datatype, (None, None))
    if (low is not None and int(lexical) < low) or (high is not None and int(lexical) > high):
        return False
    parts = match.groupdict()
    if parts.get("day") is None or parts.get("month") is None:
        return True
    return int(parts["day"]) <= _days_in(int(parts.get("year") or _LEAP_YEAR), int(parts["month"]))


def compare(left: Node, right: Node) -> int | None:
    """-1, 0 or 1 as SPARQL's `<`, `=` and `>` say (SPARQL 1.1, 17.3); None where the two have no order.

    Beyond SPARQL's table, dates, times and durations are ordered as XPath does, and a point in time without a zone is
    before another where it is in every zone (XSD 1.1, 3.3.7).
    """
    if not (isinstance(left, Literal) and isinstance(right, Literal)) or left.language or right.language:
        return None
    kinds = [str(term.datatype or XSD.string) for term in (left, right)]
    if not (is_well_formed(str(left), kinds[0]) and is_well_formed(str(right), kinds[1])):
        return None
    if all(kind in _LIMITS or kind in _FLOATS or kind == str(XSD.decimal) for kind in kinds):
        return _numeric(left, right, floating=any(kind in _FLOATS for kind in kinds))
    if kinds[0] == kinds[1] and kinds[0] in _VALUES:
        value = _VALUES[kinds[0]]
        return _order(value(str(left)), value(str(right)))
    return _temporal(left, right) if {_STAMPS.get(kind, kind) for kind in kinds} in _MOMENTS else None


def is_nan(term: Node) -> bool:
    """Whether the node is a number that is none."""
    return isinstance(term, Literal) and str(term) == "NaN" and str(term.datatype) in _FLOATS


def matches_datatype(value: Node, datatype: Node) -> bool:
    """Whether the node is a literal of the datatype, and not an ill-typed one (SHACL 4.1.2)."""
    if not isinstance(value, Literal):
        return False
    if value.language:
        return datatype == RDF.langString
    own = value.datatype or XSD.string
    return own == datatype and is_well_formed(str(value), str(own))


def _order(left: Any, right: Any) -> int:
    return int(left > right) - int(left < right)


def _numeric(left: Literal, right: Literal, *, floating: bool) -> int | None:
    if not floating:
        return _order(Fraction(str(left)), Fraction(str(right)))
    numbers = [float(str(term).replace("INF", "inf")) for term in (left, right)]
    return None if any(number != number for number in numbers) else _order(*numbers)  # noqa: PLR0124  NaN


@dataclass(frozen=True, slots=True)
class _Moment:
    """Seconds from an arbitrary start, in UTC where there is a zone."""

    seconds: Fraction
    zoned: bool


def _temporal(left: Literal, right: Literal) -> int | None:
    one, other = _moment(str(left), str(left.datatype)), _moment(str(right), str(right.datatype))
    difference = one.seconds - other.seconds
    if one.zoned == other.zoned:
        return _order(difference, 0)
    return None if abs(difference) <= _WIDEST_ZONE else _order(difference, 0)


def _moment(lexical: str, datatype: str) -> _Moment:
    match = _PATTERNS[datatype].fullmatch(lexical)
    parts = match.groupdict() if match else {}
    days = _days(int(parts.get("year") or 1), int(parts.get("month") or 1), int(parts.get("day") or 1))
    if parts.get("midnight"):
        days += datatype != str(XSD.time)  # the end of a day is the start of the next; of a time, its own
    clock = (int(parts.get("hour") or 0) * 60 + int(parts.get("minute") or 0)) * 60 + Fraction(parts.get("second") or 0)
    zone = parts.get("zone")
    offset = 0
    if zone and zone != "Z":
        offset = (int(zone[1:3]) * 60 + int(zone[4:6])) * 60 * (-1 if zone[0] == "-" else 1)
    return _Moment(days * 86400 + clock - offset, zone is not None)


def _days(year: int, month: int, day: int) -> int:
    """Days of the proleptic Gregorian calendar, for years of any size and sign."""
    year -= month < 3
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * ((month + 9) % _MONTHS_IN_A_YEAR) + 2) // 5 + day


def _days_in(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if leap and month == _FEBRUARY else _DAYS_IN_MONTH[month - 1]


def _length(duration: str) -> Fraction:
    """The months of a `yearMonthDuration` or the seconds of a `dayTimeDuration`."""
    total = Fraction(0)
    date, _, clock = duration.lstrip("-").removeprefix("P").partition("T")
    units = {"Y": 12, "M": 1, "D": 86400}, {"H": 3600, "M": 60, "S": 1}
    for text, sizes in zip((date, clock), units, strict=True):
        total += sum((Fraction(number) * sizes[unit] for number, unit in re.findall(r"([0-9.]+)([YMDHS])", text)), Fraction(0))
    return -total if duration.startswith("-") else total


_VALUES: Final[dict[str, Callable[[str], Any]]] = {
    str(XSD.string): str,
    str(XSD.boolean): lambda lexical: lexical in {"true", "1"},
    str(XSD.dayTimeDuration): _length,
    str(XSD.yearMonthDuration): _length,
}
"""What is ordered among its own kind."""
