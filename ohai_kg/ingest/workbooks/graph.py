"""A catalogue as RDF, with the cell that every node and every property of an item comes from."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final, Protocol

import pyoxigraph as ox

from ohai_kg.ingest.workbooks.layout import Role
from ohai_kg.ingest.workbooks.values.registry import number_key, title_key
from ohai_kg.ingest.workbooks.wording import squeezed
from ohai_kg.namespaces import DEF, PREFIXES, RDF, SKOS, XSD, ZWGK, graph_iri

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ohai_kg.ingest.workbooks.catalogue import Catalogue
    from ohai_kg.ingest.workbooks.rows import CatalogueItem
    from ohai_kg.ingest.workbooks.sheets import Place
    from ohai_kg.ingest.workbooks.values.bases import Basis
    from ohai_kg.ingest.workbooks.values.timelimits import Limit

Term = ox.NamedNode | ox.Literal
DCT: Final = PREFIXES["dct"]
ELI: Final = PREFIXES["eli"]
_EVENT_WORDS: Final = {
    "formed": "形成",
    "changed": "变更",
    "made": "制作",
    "obtained": "获取",
    "received": "收到",
    "application": "收到申请",
    "issued": "印发",
}
_KINDS: Final = frozenset({"immediate", "prompt", "permanent", "on-change", "periodic"})
_PARENTS: Final = {f"{ZWGK}PolicyDocument": f"{ELI}LegalResource", f"{ZWGK}ReadingPoint": f"{ZWGK}ChannelCarrier"}
_METHOD: Final = (Role.MODE, Role.MODE_PROACTIVE, Role.MODE_ON_REQUEST, Role.ATTRIBUTE)
_AUDIENCE: Final = (Role.AUDIENCE, Role.AUDIENCE_GENERAL, Role.AUDIENCE_SPECIFIC)
# Element or local name of a property, to the columns that hold it.
_ROLES: Final[dict[str, tuple[Role, ...]]] = {
    "basis": (Role.BASIS,),
    "content": (Role.CONTENT,),
    "subject": (Role.SUBJECT,),
    "publisher": (Role.SUBJECT,),
    "deadline": (Role.DEADLINE,),
    "timeLimit": (Role.DEADLINE,),
    "method": _METHOD,
    "mode": _METHOD,
    "disclosureAttribute": (Role.ATTRIBUTE, *_METHOD),
    "channel": (Role.CHANNEL,),
    "channelCarrier": (Role.CHANNEL,),
    "ground": (Role.GROUND,),
    "nonDisclosureGround": (Role.GROUND,),
    "audience": _AUDIENCE,
    "level": (Role.LEVEL,),
    "stage": (Role.STAGE,),
    "sourceNumber": (Role.ORDINAL,),
    "indexNumber": (Role.INDEX_NUMBER,),
    "name": (Role.CATEGORY,),
    "title": (Role.CATEGORY,),
    "category": (Role.CATEGORY,),
}


class Located(Protocol):
    """What of a finding tells its cell: the node, the element and the path in SPARQL syntax."""

    @property
    def focus(self) -> str: ...
    @property
    def element(self) -> str | None: ...
    @property
    def path(self) -> str | None: ...


class CatalogueGraph:
    """The statements of one catalogue under one base, issuer and key."""

    def __init__(self, catalogue: Catalogue, base: str, issuer: str, key: str) -> None:
        self._catalogue = catalogue
        self._base = base
        self._key = f"{issuer}-{key}"
        self._graph = ox.NamedNode(graph_iri(base, f"catalogue/{issuer}/{key}"))
        self._items: dict[str, CatalogueItem] = {}
        self._places: dict[str, Place] = {}
        self._quads: dict[ox.Quad, None] = {}
        self._used: set[str] = set()

    def quads(self, *, publisher: str | None, issued: str | None) -> list[ox.Quad]:
        """Every statement once, catalogue first, items in the order of the file."""
        catalogue = self._iri("catalogue", self._key)
        self._add(catalogue, RDF + "type", ox.NamedNode(ZWGK + "DisclosureCatalogue"))
        self._add(catalogue, DCT + "title", _zh(self._catalogue.title))
        if publisher:
            self._add(catalogue, DCT + "publisher", ox.NamedNode(publisher))
        if issued:
            self._add(catalogue, DCT + "issued", ox.Literal(issued, datatype=ox.NamedNode(XSD + "date")))
        for number, table in enumerate(self._catalogue.tables, 1):
            for element in table.lacks:
                node = self._iri("catalogue-table", f"{self._key}-{number}")
                self._add(node, ZWGK + "lacksColumn", ox.Literal(element))
                self._add(node, DCT + "isPartOf", catalogue)
                self._places[node.value] = table.place
        for order, item in enumerate(self._catalogue.items, 1):
            self._add_item(item, order, catalogue)
        return list(self._quads)

    def context_quads(self) -> list[ox.Quad]:
        """The classes of what was referred to but is described elsewhere."""
        graph = ox.NamedNode(graph_iri(self._base, "registry"))
        kind = ox.NamedNode(RDF + "type")
        found: list[ox.Quad] = []
        for iri in sorted(self._used):
            own = f"{ZWGK}Channel" if iri.startswith(f"{DEF}channel/") else self._catalogue.registry.classes.get(iri)
            names = [name for name in (own, _PARENTS.get(own or "")) if name]
            found += [ox.Quad(ox.NamedNode(iri), kind, ox.NamedNode(name), graph) for name in names]
        return found

    def place_of(self, finding: Located) -> Place | None:
        """The cell of a finding's property, or the row; None for what stands in no row, such as the catalogue itself."""
        item = self._items.get(finding.focus)
        if item is None:
            return self._places.get(finding.focus)
        names = [finding.element or "", *re.findall(r":(\w+)", finding.path or "")]
        for name in names:
            if name in {"name", "title"}:
                cells = item.of(Role.CATEGORY)
                return item.name_place or (cells[-1][1].place if cells else item.place)
            if name in _ROLES:
                return item.place_of(*_ROLES[name])
        return item.place

    def _add(self, subject: ox.NamedNode, predicate: str, value: Term) -> None:
        self._quads[ox.Quad(subject, ox.NamedNode(predicate), value, self._graph)] = None

    def _add_source(self, node: ox.NamedNode, item: CatalogueItem) -> None:
        """Where in the file the thing stands."""
        self._add(node, ZWGK + "sourceLocation", ox.Literal(f"{item.place.sheet or ''} 第{item.place.row}行".strip()))

    def _refer(self, subject: ox.NamedNode, predicate: str, iri: str) -> None:
        self._used.add(iri)
        self._add(subject, predicate, ox.NamedNode(iri))

    def _iri(self, kind: str, key: str) -> ox.NamedNode:
        return ox.NamedNode(f"{self._base}id/{kind}/{key}")

    def _item_iri(self, item: CatalogueItem) -> ox.NamedNode:
        """Named by what it is called and under what, so that a row may move without becoming another item."""
        # an item without a name has only its place
        words = "|".join(map(squeezed, (*item.categories, item.name))) if item.name else f"{item.place.sheet}|{item.place.row}"
        key = f"{self._key}-{_digest(words, 8)}"
        number = 1
        while (iri := self._iri("item", key if number == 1 else f"{key}-{number}")).value in self._items:
            number += 1
        self._items[iri.value] = item
        return iri

    def _add_item(self, item: CatalogueItem, order: int, catalogue: ox.NamedNode) -> None:
        node = self._item_iri(item)
        self._add(node, RDF + "type", ox.NamedNode(ZWGK + "InformationItem"))
        self._add(node, ZWGK + "inCatalogue", catalogue)
        self._add(node, ZWGK + "order", _integer(order))
        self._add_source(node, item)
        if item.name:
            self._add(node, DCT + "title", _zh(_one_line(item.name)))
        if item.number:
            self._add(node, ZWGK + "sourceNumber", ox.Literal(item.number))
        if item.content:
            self._add(node, ZWGK + "content", _zh(item.content))
        if item.index_number:
            self._add(node, ZWGK + "indexNumber", ox.Literal(item.index_number))
        for category in item.categories:
            self._add(node, ZWGK + "category", _zh(_one_line(category)))
        self._add_bases(node, item)
        self._add_limits(node, item)
        self._add_subjects(node, item)
        self._add_codes(node, item)
        self._add_channels(node, item)

    def _add_bases(self, node: ox.NamedNode, item: CatalogueItem) -> None:
        for basis in item.bases.bases if item.bases else ():
            if basis.document:
                self._refer(node, ZWGK + "basis", basis.document)
            elif basis.understood:
                cited = self._cited(basis)
                self._add(node, ZWGK + "basis", cited)
                self._add_source(cited, item)
            else:
                self._add(node, ZWGK + "basis", _zh(basis.text))

    def _cited(self, basis: Basis) -> ox.NamedNode:
        """A document that is not registered: the same title and number give the same IRI in every catalogue."""
        node = self._iri("doc", f"cited-{_digest(f'{title_key(basis.title)}|{number_key(basis.number)}', 12)}")
        self._add(node, RDF + "type", ox.NamedNode(ELI + "LegalResource"))
        if basis.title:
            self._add(node, DCT + "title", _zh(basis.title))
        if basis.number:
            self._add(node, ZWGK + "documentNumber", ox.Literal(basis.number))
        return node

    def _add_limits(self, node: ox.NamedNode, item: CatalogueItem) -> None:
        if item.time_limit is None:
            return
        stem = node.value.rpartition("/")[2]
        for number, limit in enumerate(item.time_limit.limits, 1):
            iri = self._iri("time-limit", f"{stem}-{number}")
            self._places[iri.value] = item.place_of(Role.DEADLINE)
            self._add(node, ZWGK + "timeLimit", iri)
            self._add(iri, RDF + "type", ox.NamedNode(ZWGK + "DisclosureTimeLimit"))
            self._add_source(iri, item)
            single = len(item.time_limit.limits) == 1
            self._add(iri, ZWGK + "text", _zh(_one_line(item.time_limit.verbatim) if single else limit.text))
            self._add(iri, ZWGK + "verbatimText", _zh(item.time_limit.verbatim))
            for predicate, value in _length(limit):
                self._add(iri, ZWGK + predicate, value)

    def _add_subjects(self, node: ox.NamedNode, item: CatalogueItem) -> None:
        if item.subjects is None:
            return
        self._add(node, ZWGK + "verbatimUnit", _zh(item.subjects.verbatim))
        for subject in item.subjects.subjects:
            if subject.party:
                self._refer(node, ZWGK + "publisher", subject.party)
            else:
                unknown = self._iri("unregistered-party", f"{self._key}-{_digest(subject.name, 8)}")
                self._places.setdefault(unknown.value, item.place_of(Role.SUBJECT))
                self._add(unknown, SKOS + "prefLabel", _zh(subject.name))
                self._add(node, ZWGK + "publisher", unknown)

    def _add_codes(self, node: ox.NamedNode, item: CatalogueItem) -> None:
        """Values from code lists; words outside them go in as words, and the shapes report them."""
        for code in item.modes:
            self._add(node, ZWGK + "mode", ox.NamedNode(f"{DEF}mode/{code}"))
        if item.attribute:
            self._add(node, ZWGK + "disclosureAttribute", ox.NamedNode(f"{DEF}disclosure/{item.attribute}"))
        if words := item.verbatim(Role.ATTRIBUTE) or item.verbatim(Role.MODE):
            self._add(node, ZWGK + "verbatimAttribute", _zh(words))
        for code in item.audiences:
            self._add(node, ZWGK + "audience", ox.NamedNode(f"{DEF}audience/{code}"))
        for code in item.levels:
            self._add(node, ZWGK + "level", ox.NamedNode(f"{DEF}level/{code}"))
        for code in item.grounds:
            self._add(node, ZWGK + "nonDisclosureGround", ox.NamedNode(f"{DEF}ground/{code}"))
        if item.stage:
            self._add(node, ZWGK + "stage", ox.NamedNode(f"{DEF}stage/{item.stage}"))
        for role, predicate in (
            (Role.MODE, "mode"),
            (Role.ATTRIBUTE, "disclosureAttribute"),
            (Role.AUDIENCE, "audience"),
            (Role.LEVEL, "level"),
            (Role.GROUND, "nonDisclosureGround"),
        ):
            for words in item.unknown.get(role, ()):
                self._add(node, ZWGK + predicate, _zh(_one_line(words)))

    def _add_channels(self, node: ox.NamedNode, item: CatalogueItem) -> None:
        if item.channels is None:
            return
        self._add(node, ZWGK + "verbatimChannel", _zh(item.channels.verbatim))
        for code in item.channels.codes:
            self._refer(node, ZWGK + "channel", f"{DEF}channel/{code}")
        for carrier in item.channels.carriers:
            self._refer(node, ZWGK + "channelCarrier", carrier)
        for words in item.channels.unknown:
            self._add(node, ZWGK + "channel", _zh(words))


def _length(limit: Limit) -> Iterator[tuple[str, Term]]:
    """The properties that say how long a limit is and from when it runs; none of them is made up for an unclear one."""
    if limit.number is not None and limit.unit in {"working-day", "day"}:
        yield "workingDays" if limit.unit == "working-day" else "calendarDays", _integer(limit.number)
    if limit.kind in _KINDS:
        yield "limitKind", ox.NamedNode(f"{DEF}limit-kind/{limit.kind}")
    for event in limit.events:
        yield "trigger", _zh(_EVENT_WORDS.get(event, limit.event_text or event))
    if limit.kind == "notice":
        yield "trigger", _zh("公示")
    if limit.scope:
        yield "scopeNote", _zh(limit.scope)


def _zh(text: str) -> ox.Literal:
    return ox.Literal(text, language="zh")


def _integer(number: int) -> ox.Literal:
    return ox.Literal(str(number), datatype=ox.NamedNode(XSD + "integer"))


def _one_line(text: str) -> str:
    """The words without line breaks, as Chinese text is joined."""
    return re.sub(r"\s*\n\s*", "", text.strip())


def _digest(text: str, length: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]
