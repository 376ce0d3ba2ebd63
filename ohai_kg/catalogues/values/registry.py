"""Registered parties, carriers and documents, looked up by any name they go by; read from the graph, so any project has one."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from ohai_kg.namespaces import PREFIXES, RDF, SKOS, ZWGK
from ohai_kg.office.wording import as_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import pyoxigraph as ox

PARTY_CLASSES: Final = frozenset(
    {f"{ZWGK}PublicUnit", f"{PREFIXES['org']}OrganizationalUnit", f"{ZWGK}CollectiveUnit", f"{ZWGK}PartyRole"}
)
CARRIER_CLASSES: Final = frozenset({f"{ZWGK}ChannelCarrier", f"{ZWGK}ReadingPoint"})
DOCUMENT_CLASSES: Final = frozenset({f"{PREFIXES['eli']}LegalResource", f"{ZWGK}PolicyDocument"})
_LABELS: Final = frozenset(
    {f"{SKOS}prefLabel", f"{SKOS}altLabel", f"{SKOS}hiddenLabel", f"{PREFIXES['foaf']}name", f"{PREFIXES['dct']}title"}
)
_LITERAL_FORM: Final = f"{PREFIXES['skosxl']}literalForm"
_DENOTES: Final = f"{ZWGK}denotes"
_NUMBER: Final = f"{ZWGK}documentNumber"
# Keys of units begin with the code of the place they serve (GB/T 2260): unit/330304-qu-zhujianju.
_PLACE: Final = re.compile(r"/(?:unit|collective|section|role)/(\d{6})-")
# 瓯海区住建局 says whose it is; 区住建局 and 各镇街 mean those of whoever writes.
_SAYS_WHERE: Final = re.compile(r"[^省市区县旗州各本]{2,8}(?:省|市|区|县|旗|州)")


@dataclass(frozen=True, slots=True)
class Registry:
    """Names to IRIs; a name that several things share leads to none of them, for choosing would be guessing.

    Titles shared by several editions of a law are kept with "" for the IRI: the title is known, the edition is not.
    `classes` gives the class of every registered thing, so that a graph made of one workbook can say what it refers to.
    """

    parties: Mapping[str, str] = field(default_factory=dict)
    carriers: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_quads(cls, quads: Iterable[ox.Quad]) -> Registry:
        """The registry that a graph holds: labels of parties, carriers and documents, and the aliases of units."""
        types: dict[str, str] = {}
        labels: dict[str, set[str]] = defaultdict(set)
        numbers: dict[str, set[str]] = defaultdict(set)
        forms: dict[str, set[str]] = defaultdict(set)
        denoted: dict[str, str] = {}
        interesting = PARTY_CLASSES | CARRIER_CLASSES | DOCUMENT_CLASSES
        for quad in quads:
            subject, predicate, value = str(getattr(quad.subject, "value", "")), quad.predicate.value, quad.object
            text = str(getattr(value, "value", ""))
            if predicate == RDF + "type" and text in interesting:
                types[subject] = text
            elif predicate in _LABELS and getattr(value, "language", None) != "en":
                labels[subject].add(text)
            elif predicate == _NUMBER:
                numbers[subject].add(text)
            elif predicate == _LITERAL_FORM:
                forms[subject].add(text)
            elif predicate == _DENOTES:
                denoted[subject] = text
        for alias, target in denoted.items():
            labels[target] |= forms[alias]
        return cls(
            parties=_unique(labels, types, PARTY_CLASSES, as_name),
            carriers=_unique(labels, types, CARRIER_CLASSES, as_name),
            titles=_unique(labels, types, DOCUMENT_CLASSES, title_key, keep_shared=True),
            numbers=_unique(numbers, types, DOCUMENT_CLASSES, number_key),
            classes=types,
        )

    def party(self, name: str) -> str | None:
        """The party that goes by that name."""
        return self.parties.get(as_name(name))

    def seen_from(self, issuer: str) -> Registry:
        """The registry as an office of that place means its names: 区住建局 in another district's catalogue is not ours.

        `issuer` begins with the six digits of a place; one that does not, and a registry whose keys do not, change nothing.
        An office sees the parties of its own place and of the city and province above it, and all that say where they are.
        """
        code = re.match(r"\d{6}", issuer)
        places = {iri: found[1] for iri in self.parties.values() if (found := _PLACE.search(iri))}
        if code is None or not places:
            return self
        at_home = code[0] in places.values()

        def seen(name: str, iri: str) -> bool:
            place = places.get(iri, "")
            return bool(_SAYS_WHERE.match(name)) or (code[0].startswith(_stem(place)) if place else at_home)

        return replace(self, parties={name: iri for name, iri in self.parties.items() if seen(name, iri)})

    def carrier(self, name: str) -> str | None:
        """The carrier that goes by that name."""
        return self.carriers.get(as_name(name))

    def document(self, title: str, number: str) -> str | None:
        """The document of that number, or the only one of that title; a number not registered decides against a title."""
        if number:
            return self.numbers.get(number_key(number))
        return self.titles.get(title_key(title)) or None if title else None


def _stem(place: str) -> str:
    """The digits that the code of a place shares with what lies in it: 3303 of the city 330300."""
    return place[:2] if place.endswith("0000") else place[:4] if place.endswith("00") else place


def title_key(title: str) -> str:
    """A title as it is compared: width, brackets and the country's name aside.

    >>> title_key("《中华人民共和国政府信息公开条例》") == title_key("信息公开条例")
    True
    """
    key = as_name(title).strip("《》<>").removeprefix("中华人民共和国")
    return "政府信息公开条例" if key == "信息公开条例" else key


def number_key(number: str) -> str:
    """A document number as it is compared.

    >>> number_key("国令第711号") == number_key("国务院令 第711号")
    True
    """
    key = as_name(number).replace("〔", "(").replace("〕", ")")
    return key.replace("国务院令", "国令").replace("令第", "令").replace("号", "")


def _unique(
    names: Mapping[str, set[str]],
    types: Mapping[str, str],
    classes: frozenset[str],
    key: Callable[[str], str],
    *,
    keep_shared: bool = False,
) -> dict[str, str]:
    """Compared name to IRI, for names that only one thing of those classes has; shared ones give "" or are left out."""
    found: dict[str, set[str]] = defaultdict(set)
    for iri, texts in names.items():
        if types.get(iri) in classes:
            for text in texts:
                found[key(text)].add(iri)
    single = {name: next(iter(iris)) if len(iris) == 1 else "" for name, iris in found.items() if name}
    return single if keep_shared else {name: iri for name, iri in single.items() if iri}
