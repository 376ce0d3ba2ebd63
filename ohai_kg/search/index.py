"""Writing the index of a release: one row a thing, in the order in which results of equal rank are shown.

The file stands beside the releases, like a store on disk: it follows from the release and can be made again. It is
written under another name and renamed when it is whole.

    things  id, iri, type, labels, place, aliases, texts   what results show; the class decides the upper half of the id
    names   folded name, thing, kind                       for whole names and their beginnings
    words   FTS5 over pairs of characters                  for what stands inside
"""

from __future__ import annotations

import itertools
import operator
import os
import sqlite3
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from ohai_kg.namespaces import PREFIXES, RDF, XSD, ZWGK
from ohai_kg.releases import Releases
from ohai_kg.search.words import fold, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FOLDER: Final = "search"
FORMAT: Final = 1
"""Part of the file's name: another version of the program makes an index of its own."""
LABEL, ALIAS, KEY = 0, 1, 2
SHIFT: Final = 32
"""The rank of a thing's class stands above so many bits of its id."""

_LABELS: Final = {"rdfs:label", "skos:prefLabel", "dct:title", "foaf:name"}
_ALIASES: Final = {
    "skos:altLabel", "skos:hiddenLabel", "skosxl:literalForm", "skos:notation", "dct:identifier", "sh:name",
    "zwgk:documentNumber", "zwgk:indexNumber", "zwgk:powerCode", "zwgk:defectCode", "zwgk:verbatimName", "zwgk:verbatimUnit",
}  # fmt: skip
_UNREAD: Final = {"sh:select", "sh:ask", "sh:pattern", "sh:namespace", "sh:prefix", "zwgk:sourceNumber"}
_FIRST: Final = (
    "zwgk:PublicUnit", "zwgk:CollectiveUnit", "zwgk:Domain", "zwgk:Stage", "zwgk:WorkingGroup", "foaf:Person", "zwgk:Duty",
    "zwgk:InformationItem", "zwgk:PolicyDocument", "eli:LegalResource", "zwgk:Standard", "zwgk:Innovation", "zwgk:Task",
    "zwgk:Provision", "zwgk:DepartmentMandate", "zwgk:SubDomain", "zwgk:ScopeAspect", "zwgk:PartyRole", "zwgk:ReadingPoint",
    "org:OrganizationalUnit",
)  # fmt: skip
_LAST: Final = (
    "org:Post", "org:Membership", "zwgk:CollectiveMembership", "zwgk:Delegation", "zwgk:ResponsibilityAssignment",
    "zwgk:UnitLabel", "adms:Identifier", "owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty", "sh:NodeShape",
    "sh:PropertyShape", "sh:SPARQLConstraint",
)  # fmt: skip
_BETWEEN: Final = 1000
_SCHEMA: Final = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000;
CREATE TABLE things (
  id INTEGER PRIMARY KEY, iri TEXT, type TEXT, zh TEXT, en TEXT, place TEXT, labels TEXT, aliases TEXT, texts TEXT
);
CREATE TABLE names (folded TEXT, thing INTEGER, kind INTEGER, PRIMARY KEY (folded, thing, kind)) WITHOUT ROWID;
CREATE TABLE types (type TEXT PRIMARY KEY, rank INTEGER, things INTEGER);
CREATE VIRTUAL TABLE words USING fts5(
  label, alias, text, content = '', columnsize = 0, prefix = '1', tokenize = 'unicode61 remove_diacritics 0'
);
"""
SEPARATOR: Final = "\n"
_BOUNDARY: Final = " \ue000 "
"""Keeps a phrase from running over the end of one value into the next."""


def _iris(names: Iterable[str]) -> dict[str, int]:
    return {PREFIXES[p] + n: rank for rank, (p, _, n) in enumerate(name.partition(":") for name in names)}


_LABEL_IRIS: Final = frozenset(_iris(_LABELS))
_ALIAS_IRIS: Final = frozenset(_iris(_ALIASES))
_UNREAD_IRIS: Final = frozenset(_iris(_UNREAD))
_RANKS: Final = _iris(_FIRST) | {iri: _BETWEEN * 2 + rank for iri, rank in _iris(_LAST).items()}
_TYPE: Final = RDF + "type"
_PLACE: Final = ZWGK + "sourceLocation"
_TEXT_TYPES: Final = frozenset({XSD + "string", RDF + "langString"})


@dataclass(slots=True)
class _Thing:
    """What one thing is found by."""

    iri: str
    types: set[str] = field(default_factory=set)
    labels: dict[str, str] = field(default_factory=dict)
    names: dict[str, None] = field(default_factory=dict)
    aliases: dict[str, None] = field(default_factory=dict)
    texts: dict[str, None] = field(default_factory=dict)
    place: str = ""

    def add(self, predicate: str, value: ox.Literal) -> None:
        """Take one statement with a text as its object."""
        text = value.value
        if predicate == _PLACE:
            self.place = self.place or text
            self.texts[text] = None
        elif predicate in _LABEL_IRIS:
            self.names[text] = None
            if predicate.endswith("#label") or value.language not in self.labels:
                self.labels[value.language or "zh"] = text
        elif predicate in _ALIAS_IRIS:
            self.aliases[text] = None
        elif predicate not in _UNREAD_IRIS:
            self.texts[text] = None


def index_path(home: Path, release_id: str) -> Path:
    """Where the index of a release is."""
    return home / FOLDER / f"{release_id}.{FORMAT}.sqlite"


def write_index(quads: Iterable[ox.Quad], target: Path) -> int:
    """Index a release's quads (sorted, as a release has them) into `target`; returns how many things it finds."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f"making-{os.getpid()}-{time.time_ns()}.sqlite")
    db = sqlite3.connect(fresh, isolation_level=None)
    try:
        db.executescript(_SCHEMA)
        db.execute("BEGIN")
        count = _write_things(db, _read_things(quads))
        _write_words(db)
        db.execute("COMMIT")
    finally:
        db.close()
    fresh.replace(target)
    return count


def _read_things(quads: Iterable[ox.Quad]) -> Iterator[_Thing]:
    for subject, statements in itertools.groupby(quads, key=operator.attrgetter("subject")):
        if not isinstance(subject, ox.NamedNode) or "/.well-known/genid/" in subject.value:
            continue
        thing = _Thing(subject.value)
        for quad in statements:
            if isinstance(quad.object, ox.Literal):
                if quad.object.datatype.value in _TEXT_TYPES:
                    thing.add(quad.predicate.value, quad.object)
            elif quad.predicate.value == _TYPE and isinstance(quad.object, ox.NamedNode):
                thing.types.add(quad.object.value)
        yield thing


def _write_things(db: sqlite3.Connection, things: Iterable[_Thing]) -> int:
    ranks: dict[str, int] = {}
    counts: dict[str, int] = {}
    total = 0
    for total, thing in enumerate(things, 1):
        kind = max(thing.types, default="")
        rank = ranks.setdefault(kind, _RANKS.get(kind, _BETWEEN + len(ranks)))
        counts[kind] = counts.get(kind, 0) + 1
        number = (rank << SHIFT) | total
        key = thing.iri.partition("/id/")[2] or thing.iri.rstrip("/#").rpartition("/")[2].rpartition("#")[2]
        thing.aliases[key.rpartition("/")[2]] = None
        columns = (SEPARATOR.join(values) for values in (thing.names, thing.aliases, thing.texts))
        labels = thing.labels
        db.execute(
            "INSERT INTO things VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (number, thing.iri, kind, labels.get("zh", ""), labels.get("en", ""), thing.place, *columns),
        )
        # A relation or a record of an alias never stands before what it is about.
        kind_of_label = LABEL if rank < 2 * _BETWEEN else ALIAS
        names = {(fold(name), number, kind_of_label) for name in thing.names}
        names |= {(fold(name), number, ALIAS) for name in thing.aliases}
        db.executemany("INSERT OR IGNORE INTO names VALUES (?, ?, ?)", [*names, (key.casefold(), number, KEY)])
    db.executemany("INSERT INTO types VALUES (?, ?, ?)", [(kind, rank, counts[kind]) for kind, rank in ranks.items()])
    return total


def _write_words(db: sqlite3.Connection) -> None:
    # In the order of ids: FTS5 writes what it has to disk whenever an id is not larger than the last one.
    rows = db.execute("SELECT id, labels, aliases, texts FROM things ORDER BY id")
    db.executemany("INSERT INTO words (rowid, label, alias, text) VALUES (?, ?, ?, ?)", map(_words_of, rows))


def _words_of(row: tuple[int, str, str, str]) -> tuple[int, str, str, str]:
    number, labels, aliases, texts = row
    return number, _column(labels), _column(aliases), _column(texts)


def _column(values: str) -> str:
    return _BOUNDARY.join(" ".join(words(value)) for value in fold(values).split(SEPARATOR)) if values else ""


def remove_old(releases: Releases) -> None:
    """Delete the indexes of releases that are gone, and what a killed process left half-written an hour ago."""
    kept = {index_path(releases.home, release.id).name for release in releases.history()}
    for path in (releases.home / FOLDER).glob("*.sqlite"):
        if path.name not in kept and (not path.name.startswith("making-") or time.time() - path.stat().st_mtime > 3600):
            path.unlink(missing_ok=True)


def main() -> None:
    """`python -m ohai_kg.search.index HOME RELEASE`: write the index of one release."""
    home, release_id = Path(sys.argv[1]), sys.argv[2]
    if hasattr(os, "nice") and any((home / FOLDER).glob("*.sqlite")):
        os.nice(5)  # searches have the last index meanwhile; the first one is waited for
    releases = Releases(home)
    write_index(releases.get(release_id).quads(), index_path(home, release_id))
    remove_old(releases)


if __name__ == "__main__":
    main()
