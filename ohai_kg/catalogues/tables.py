"""A catalogue as rows of CSVW tables: the same tables an import writes and a validation makes statements of.

`csv-metadata.json` beside this module describes them; relations are rows of their own, so no cell joins texts.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ohai_kg.catalogues.layout import Role
from ohai_kg.catalogues.places import PLACED_ELEMENTS, place_in, place_of_element
from ohai_kg.catalogues.terms import digest, length, one_line
from ohai_kg.catalogues.values.registry import number_key, title_key
from ohai_kg.office.wording import squeezed
from ohai_kg.tables.metadata import METADATA_NAME, Table, read_metadata
from ohai_kg.tables.values import guarded

if TYPE_CHECKING:
    from ohai_kg.catalogues.catalogue import Catalogue
    from ohai_kg.catalogues.places import Located
    from ohai_kg.catalogues.rows import CatalogueItem
    from ohai_kg.catalogues.values.bases import Basis
    from ohai_kg.office.sheets import Place

METADATA: Final = Path(__file__).parent / METADATA_NAME
ROWS_NAME: Final = "rows.csv"
_REGION_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Edition:
    """Under which name a catalogue is taken in: `catalogue/{issuer}/{key}`.

    `publisher` is the IRI of the issuing unit, `publisher_name` the words for one that is not registered, `issued` the date
    of the edition (yyyy-MM-dd), `domain` the notation of a national domain; none of them is guessed.
    """

    issuer: str
    key: str
    publisher: str | None = None
    issued: str | None = None
    domain: str | None = None
    publisher_name: str | None = None

    @property
    def stem(self) -> str:
        """What the keys of everything in the catalogue begin with."""
        return f"{self.issuer}-{self.key}"


@dataclass(slots=True)
class CatalogueTables:
    """The rows by file name, each a mapping of column name to text, and the way back to the cells."""

    catalogue: Catalogue
    base: str
    edition: Edition
    rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    _items: dict[str, CatalogueItem] = field(default_factory=dict)
    _named: dict[str, int] = field(default_factory=dict)
    _places: dict[str, Place] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rows = {table.path.name: [] for table in described()}
        self._add_catalogue()
        for order, item in enumerate(self.catalogue.items, 1):
            _ItemRows(self, item, self._key_of(item)).add(order)

    def files(self) -> dict[str, bytes]:
        """Every table as a csv file that a spreadsheet program opens and saves without harm: UTF-8 with BOM."""
        return {table.path.name: _csv(table, self.rows[table.path.name]) for table in described()}

    def place_of(self, finding: Located) -> Place | None:
        """The cell of a finding's property, or the row; None for what stands in no row, such as the catalogue itself."""
        key = finding.focus.removeprefix(f"{self.base}id/")
        item = self._items.get(key.removeprefix("item/"))
        return self._places.get(key) if item is None else place_in(item, finding)

    def add(self, table: str, /, **cells: str) -> None:
        """Add a row."""
        self.rows[table].append(cells)

    def describe(self, key: str, place: Place) -> bool:
        """Whether the thing of that key (kind and key) is new here; then `place` is where it stands."""
        new = key not in self._places
        self._places.setdefault(key, place)
        return new

    def key_in_project(self, iri: str) -> str | None:
        """`unit/330304-x` for an IRI of the project; None for any other, which no table can refer to."""
        start = f"{self.base}id/"
        if not iri.startswith(start):
            return None
        self.used.add(iri)
        return iri.removeprefix(start)

    def unregistered(self, name: str, place: Place) -> str:
        """The key of a party by its words: within one region the same words mean the same party, beyond it nobody knows."""
        issuer = self.edition.issuer
        region = issuer[:_REGION_DIGITS] if issuer[:_REGION_DIGITS].isdecimal() else issuer
        key = f"unregistered-party/{region}-{digest(name, 8)}"
        if self.describe(key, place):
            self.add("unregistered-parties.csv", key=key, name=name)
        return key

    def _add_catalogue(self) -> None:
        catalogue, edition = self.catalogue, self.edition
        publisher = self.key_in_project(edition.publisher) if edition.publisher else None
        if edition.publisher_name:
            publisher = self.unregistered(edition.publisher_name, catalogue.tables[0].place)
        self.add(
            "catalogue.csv",
            key=edition.stem,
            title=one_line(catalogue.title),
            publisher=publisher or "",
            issued=edition.issued or "",
            domain=edition.domain or "",
            file=catalogue.name,
            sha256=catalogue.sha256,
        )
        for number, table in enumerate(catalogue.tables, 1):
            key = f"{edition.stem}-{number}"
            for element in table.lacks:
                self.add("missing-columns.csv", table=key, catalogue=edition.stem, element=element)
                self.describe(f"catalogue-table/{key}", table.place)

    def _key_of(self, item: CatalogueItem) -> str:
        """Named by what it is called and under what, so that a row may move without becoming another item."""
        # an item without a name has only its place
        words = "|".join(map(squeezed, (*item.categories, item.name))) if item.name else f"{item.place.sheet}|{item.place.row}"
        stem = f"{self.edition.stem}-{digest(words, 8)}"
        number = self._named[stem] = self._named.get(stem, 0) + 1
        key = stem if number == 1 else f"{stem}-{number}"
        self._items[key] = item
        return key


class _ItemRows:
    """The rows of one item."""

    def __init__(self, tables: CatalogueTables, item: CatalogueItem, key: str) -> None:
        self._tables = tables
        self._item = item
        self._key = key

    def add(self, order: int) -> None:
        """Add them to all tables, `order` being the item's place among all items."""
        item = self._item
        self._tables.add(
            "items.csv",
            key=self._key,
            order=str(order),
            catalogue=self._tables.edition.stem,
            number=item.number,
            title=one_line(item.name),
            content=item.content,
            mode="|".join(item.modes),
            attribute=item.attribute,
            methodWords=item.verbatim(Role.ATTRIBUTE) or item.verbatim(Role.MODE),
            unitWords=item.subjects.verbatim if item.subjects else "",
            channelWords=item.channels.verbatim if item.channels else "",
            audience="|".join(item.audiences),
            level="|".join(item.levels),
            stage=item.stage,
            ground="|".join(item.grounds),
            indexNumber=item.index_number,
            location=self._location(),
        )
        self._related("categories.csv", [{"category": one_line(category)} for category in item.categories])
        self._add_bases()
        self._add_limits()
        self._add_subjects()
        self._add_channels()
        self._related("unrecognised.csv", list(self._unrecognised()))
        self._add_places()

    def _related(self, file: str, cells: list[dict[str, str]]) -> None:
        """Rows of a relation of the item, each once, numbered in their order."""
        unique = {tuple(row.items()): row for row in cells}.values()
        for order, row in enumerate(unique, 1):
            self._tables.add(file, item=self._key, order=str(order), **row)

    def _location(self) -> str:
        """Where in the file the item stands."""
        return f"{self._item.place.sheet or ''} 第{self._item.place.row}行".strip()

    def _add_bases(self) -> None:
        found: list[dict[str, str]] = []
        for basis in self._item.bases.bases if self._item.bases else ():
            registered = self._tables.key_in_project(basis.document) if basis.document else None
            if registered or basis.title or basis.number:
                found.append({"document": registered or self._cited(basis)})
            else:
                found.append({"words": basis.text})
        self._related("bases.csv", found)

    def _cited(self, basis: Basis) -> str:
        """A document that is not registered: the same title and number give the same key in every catalogue."""
        key = f"doc/cited-{digest(f'{title_key(basis.title)}|{number_key(basis.number)}', 12)}"
        if self._tables.describe(key, self._item.place_of(Role.BASIS)):
            self._tables.add("documents.csv", key=key, title=basis.title, number=basis.number, location=self._location())
        return key

    def _add_limits(self) -> None:
        time_limit = self._item.time_limit
        if time_limit is None:
            return
        single = len(time_limit.limits) == 1
        for number, limit in enumerate(time_limit.limits, 1):
            key = f"{self._key}-{number}"
            self._tables.describe(f"time-limit/{key}", self._item.place_of(Role.DEADLINE))
            lasting = length(limit)
            self._tables.add(
                "time-limits.csv",
                key=key,
                item=self._key,
                order=str(number),
                text=one_line(time_limit.verbatim) if single else limit.text,
                verbatim=time_limit.verbatim,
                location=self._location(),
                **lasting.cells,
            )
            for order, event in enumerate(lasting.events, 1):
                self._tables.add("limit-events.csv", limit=key, order=str(order), event=event)

    def _add_subjects(self) -> None:
        found: list[dict[str, str]] = []
        for subject in self._item.subjects.subjects if self._item.subjects else ():
            registered = self._tables.key_in_project(subject.party) if subject.party else None
            place = self._item.place_of(Role.SUBJECT)
            found.append({"party": registered or self._tables.unregistered(subject.name, place)})
        self._related("publishers.csv", found)

    def _add_channels(self) -> None:
        channels = self._item.channels
        if channels is None:
            return
        carriers = [(iri, self._tables.key_in_project(iri)) for iri in channels.carriers]
        self._related(
            "channels.csv",
            [
                *({"channel": f"channel/{code}"} for code in channels.codes),
                *({"carrier": key} if key else {"words": iri} for iri, key in carriers),
                *({"words": words} for words in channels.unknown),
            ],
        )

    def _unrecognised(self) -> list[dict[str, str]]:
        """Words outside the code lists; they go in as words, and the shapes report them."""
        columns = {
            Role.MODE: "mode",
            # an attribute is one of three codes in any graph that is published; other words only say how it is disclosed
            Role.ATTRIBUTE: "mode",
            Role.AUDIENCE: "audience",
            Role.LEVEL: "level",
            Role.GROUND: "ground",
        }
        return [{column: one_line(words)} for role, column in columns.items() for words in self._item.unknown.get(role, ())]

    def _add_places(self) -> None:
        item = self._item
        cells = {f"{element}Cell": place_of_element(item, element).cell or "" for element in PLACED_ELEMENTS}
        self._tables.add(ROWS_NAME, item=self._key, sheet=item.place.sheet or "", row=str(item.place.row), **cells)


@cache
def described() -> tuple[Table, ...]:
    """The tables of a catalogue as their description has them."""
    return tuple(read_metadata(METADATA, "catalogue"))


def _csv(table: Table, rows: list[dict[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.title for column in table.cells])
    texts = {column.name for column in table.cells if column.datatype == "string"}
    for row in rows:
        writer.writerow([guarded(row.get(c.name, "")) if c.name in texts else row.get(c.name, "") for c in table.cells])
    return out.getvalue().encode("utf-8-sig")
