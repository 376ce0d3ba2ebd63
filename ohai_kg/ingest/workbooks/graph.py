"""A catalogue as RDF, with the cell that every node and every property of an item comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from ohai_kg.ingest.workbooks.layout import Role
from ohai_kg.ingest.workbooks.places import place_in
from ohai_kg.ingest.workbooks.terms import Term, digest, integer, length, named, one_line, zh
from ohai_kg.ingest.workbooks.values.registry import number_key, title_key
from ohai_kg.ingest.workbooks.wording import squeezed
from ohai_kg.namespaces import DEF, PREFIXES, RDF, SKOS, XSD, ZWGK, graph_iri

if TYPE_CHECKING:
    from ohai_kg.ingest.workbooks.catalogue import Catalogue
    from ohai_kg.ingest.workbooks.places import Located
    from ohai_kg.ingest.workbooks.rows import CatalogueItem
    from ohai_kg.ingest.workbooks.sheets import Place
    from ohai_kg.ingest.workbooks.values.bases import Basis

DCT: Final = PREFIXES["dct"]
ELI: Final = PREFIXES["eli"]
_PARENTS: Final = {f"{ZWGK}PolicyDocument": f"{ELI}LegalResource", f"{ZWGK}ReadingPoint": f"{ZWGK}ChannelCarrier"}


class CatalogueGraph:
    """The statements of one catalogue under one base, issuer and key."""

    def __init__(self, catalogue: Catalogue, base: str, issuer: str, key: str) -> None:
        self._catalogue = catalogue
        self._base = base
        self._key = f"{issuer}-{key}"
        self._graph = ox.NamedNode(graph_iri(base, f"catalogue/{issuer}/{key}"))
        self._items: dict[str, CatalogueItem] = {}
        self._places: dict[str, Place] = {}
        self._quads: list[ox.Quad] = []
        self._described: set[str] = set()
        self._used: set[str] = set()

    def quads(self, *, publisher: str | None, issued: str | None) -> list[ox.Quad]:
        """Every statement once, catalogue first, items in the order of the file."""
        catalogue = self._iri("catalogue", self._key)
        self._add(catalogue, RDF + "type", named(ZWGK + "DisclosureCatalogue"))
        if self._catalogue.title:
            self._add(catalogue, DCT + "title", zh(self._catalogue.title))
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
        return self._quads

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
        return place_in(item, finding)

    def _add(self, subject: ox.NamedNode, predicate: str, value: Term) -> None:
        self._quads.append(ox.Quad(subject, named(predicate), value, self._graph))

    def _add_source(self, node: ox.NamedNode, item: CatalogueItem) -> None:
        """Where in the file the thing stands."""
        self._add(node, ZWGK + "sourceLocation", ox.Literal(f"{item.place.sheet or ''} 第{item.place.row}行".strip()))

    def _refer(self, subject: ox.NamedNode, predicate: str, iri: str) -> None:
        self._used.add(iri)
        self._add(subject, predicate, named(iri))

    def _iri(self, kind: str, key: str) -> ox.NamedNode:
        return ox.NamedNode(f"{self._base}id/{kind}/{key}")

    def _item_iri(self, item: CatalogueItem) -> ox.NamedNode:
        """Named by what it is called and under what, so that a row may move without becoming another item."""
        # an item without a name has only its place
        words = "|".join(map(squeezed, (*item.categories, item.name))) if item.name else f"{item.place.sheet}|{item.place.row}"
        key = f"{self._key}-{digest(words, 8)}"
        number = 1
        while (iri := self._iri("item", key if number == 1 else f"{key}-{number}")).value in self._items:
            number += 1
        self._items[iri.value] = item
        return iri

    def _add_item(self, item: CatalogueItem, order: int, catalogue: ox.NamedNode) -> None:
        node = self._item_iri(item)
        self._add(node, RDF + "type", named(ZWGK + "InformationItem"))
        self._add(node, ZWGK + "inCatalogue", catalogue)
        self._add(node, ZWGK + "order", integer(order))
        self._add_source(node, item)
        if item.name:
            self._add(node, DCT + "title", zh(one_line(item.name)))
        if item.number:
            self._add(node, ZWGK + "sourceNumber", ox.Literal(item.number))
        if item.content:
            self._add(node, ZWGK + "content", zh(item.content))
        if item.index_number:
            self._add(node, ZWGK + "indexNumber", ox.Literal(item.index_number))
        for category in item.categories:
            self._add(node, ZWGK + "category", zh(one_line(category)))
        self._add_bases(node, item)
        self._add_limits(node, item)
        self._add_subjects(node, item)
        self._add_codes(node, item)
        self._add_channels(node, item)

    def _add_bases(self, node: ox.NamedNode, item: CatalogueItem) -> None:
        documents: dict[str, Basis | None] = {}
        for basis in item.bases.bases if item.bases else ():
            if basis.document:
                self._used.add(basis.document)
                documents.setdefault(basis.document, None)
            elif basis.understood:
                documents.setdefault(self._cited_iri(basis), basis)
            else:
                self._add(node, ZWGK + "basis", zh(basis.text))
        for iri, cited in documents.items():
            self._add(node, ZWGK + "basis", named(iri))
            if cited is not None and iri not in self._described:
                self._describe(iri, cited, item)

    def _cited_iri(self, basis: Basis) -> str:
        """A document that is not registered: the same title and number give the same IRI in every catalogue."""
        words = f"{title_key(basis.title)}|{number_key(basis.number)}"
        return f"{self._base}id/doc/cited-{digest(words, 12)}"

    def _describe(self, iri: str, basis: Basis, item: CatalogueItem) -> None:
        """What a cell says of a document, and where it first says so."""
        self._described.add(iri)
        node = named(iri)
        self._places[iri] = item.place_of(Role.BASIS)
        self._add(node, RDF + "type", named(ELI + "LegalResource"))
        if basis.title:
            self._add(node, DCT + "title", zh(basis.title))
        if basis.number:
            self._add(node, ZWGK + "documentNumber", ox.Literal(basis.number))
        self._add_source(node, item)

    def _add_limits(self, node: ox.NamedNode, item: CatalogueItem) -> None:
        if item.time_limit is None:
            return
        stem = node.value.rpartition("/")[2]
        for number, limit in enumerate(item.time_limit.limits, 1):
            iri = self._iri("time-limit", f"{stem}-{number}")
            self._places[iri.value] = item.place_of(Role.DEADLINE)
            self._add(node, ZWGK + "timeLimit", iri)
            self._add(iri, RDF + "type", named(ZWGK + "DisclosureTimeLimit"))
            self._add_source(iri, item)
            single = len(item.time_limit.limits) == 1
            self._add(iri, ZWGK + "text", zh(one_line(item.time_limit.verbatim) if single else limit.text))
            self._add(iri, ZWGK + "verbatimText", zh(item.time_limit.verbatim))
            for predicate, value in length(limit):
                self._add(iri, ZWGK + predicate, value)

    def _add_subjects(self, node: ox.NamedNode, item: CatalogueItem) -> None:
        if item.subjects is None:
            return
        self._add(node, ZWGK + "verbatimUnit", zh(item.subjects.verbatim))
        for subject in item.subjects.subjects:
            if subject.party:
                self._refer(node, ZWGK + "publisher", subject.party)
            else:
                unknown = self._iri("unregistered-party", f"{self._key}-{digest(subject.name, 8)}")
                self._add(node, ZWGK + "publisher", unknown)
                if unknown.value not in self._described:
                    self._described.add(unknown.value)
                    self._places[unknown.value] = item.place_of(Role.SUBJECT)
                    self._add(unknown, SKOS + "prefLabel", zh(subject.name))

    def _add_codes(self, node: ox.NamedNode, item: CatalogueItem) -> None:
        """Values from code lists; words outside them go in as words, and the shapes report them."""
        for code in item.modes:
            self._add(node, ZWGK + "mode", named(f"{DEF}mode/{code}"))
        if item.attribute:
            self._add(node, ZWGK + "disclosureAttribute", named(f"{DEF}disclosure/{item.attribute}"))
        if words := item.verbatim(Role.ATTRIBUTE) or item.verbatim(Role.MODE):
            self._add(node, ZWGK + "verbatimAttribute", zh(words))
        for code in item.audiences:
            self._add(node, ZWGK + "audience", named(f"{DEF}audience/{code}"))
        for code in item.levels:
            self._add(node, ZWGK + "level", named(f"{DEF}level/{code}"))
        for code in item.grounds:
            self._add(node, ZWGK + "nonDisclosureGround", named(f"{DEF}ground/{code}"))
        if item.stage:
            self._add(node, ZWGK + "stage", named(f"{DEF}stage/{item.stage}"))
        for role, predicate in (
            (Role.MODE, "mode"),
            (Role.ATTRIBUTE, "disclosureAttribute"),
            (Role.AUDIENCE, "audience"),
            (Role.LEVEL, "level"),
            (Role.GROUND, "nonDisclosureGround"),
        ):
            for words in dict.fromkeys(item.unknown.get(role, ())):
                self._add(node, ZWGK + predicate, zh(one_line(words)))

    def _add_channels(self, node: ox.NamedNode, item: CatalogueItem) -> None:
        if item.channels is None:
            return
        self._add(node, ZWGK + "verbatimChannel", zh(item.channels.verbatim))
        for code in item.channels.codes:
            self._refer(node, ZWGK + "channel", f"{DEF}channel/{code}")
        for carrier in item.channels.carriers:
            self._refer(node, ZWGK + "channelCarrier", carrier)
        for words in item.channels.unknown:
            self._add(node, ZWGK + "channel", zh(words))
