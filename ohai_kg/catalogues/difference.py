"""What a catalogue sent again changes: items added, removed, and changed field by field."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ohai_kg.tables.metadata import METADATA_NAME, read_metadata
from ohai_kg.tables.tables import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from ohai_kg.tables.tables import TableRows

Tables = dict[str, "TableRows"]
# Columns that move with the rows or name other rows; they are no part of what an item says.
_NOT_CONTENT: Final = frozenset({"key", "item", "order", "location", "catalogue"})
_RELATIONS: Final = ("categories.csv", "bases.csv", "time-limits.csv", "publishers.csv", "channels.csv", "unrecognised.csv")
_NAMES: Final = {"documents.csv": ("title", "number"), "unregistered-parties.csv": ("name",)}
_OF_THE_FILE: Final = frozenset({"key", "file", "sha256"})


@dataclass(frozen=True, slots=True)
class Change:
    """One field of an item (of the catalogue where `item` is None) before and after; blank where it is blank."""

    item: str | None
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """The items by name, in the order of the files. `new`: there was nothing under that key before."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[Change, ...]
    new: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The difference for JSON."""
        changed = [{"item": c.item, "field": c.field, "before": c.before, "after": c.after} for c in self.changed]
        return {"new": self.new, "added": list(self.added), "removed": list(self.removed), "changed": changed}

    def to_text(self) -> str:
        """Lines for a terminal; a new catalogue's items are only counted."""
        if self.new:
            return f"新目录，{len(self.added)} 项。"
        items = len({change.item for change in self.changed if change.item is not None})
        lines = [f"增 {len(self.added)} 项，删 {len(self.removed)} 项，改 {items} 项。"]
        lines += [f"  + {name}" for name in self.added]
        lines += [f"  - {name}" for name in self.removed]
        lines += [f"  ~ {c.item or '目录'} · {c.field}：{_short(c.before)} → {_short(c.after)}" for c in self.changed]
        return "\n".join(lines)


def read_tables(folder: Path, files: Mapping[str, bytes] | None = None) -> Tables:
    """The tables of a folder by file name, or `files` in the stead of its own. Faults stay with the tables."""
    described = read_metadata(folder / METADATA_NAME, folder.name)
    given = files or {}
    return {table.path.name: read_rows(table, given.get(table.path.name)) for table in described}


def same_tables(before: Tables, after: Tables) -> bool:
    """Whether every row says the same, however a spreadsheet program has rewritten the files."""
    return before.keys() == after.keys() and all(
        not before[name].faults and [row.literals for row in before[name].rows] == [row.literals for row in after[name].rows]
        for name in after
    )


def compare_tables(before: Tables | None, after: Tables) -> Difference:
    """What `after` changes; `before` is None where there was nothing."""
    now = _items(after)
    if before is None:
        return Difference(tuple(item.pop("") for item in now.values()), (), (), new=True)
    then = _items(before)
    names = {key: item.pop("") for items in (then, now) for key, item in items.items()}
    changed = list(_changes(None, _catalogue(before), _catalogue(after)))
    for key in now.keys() & then.keys() if now.keys() != then.keys() else now:
        changed += _changes(names[key], then[key], now[key])
    return Difference(
        tuple(names[key] for key in now if key not in then),
        tuple(names[key] for key in then if key not in now),
        tuple(changed),
    )


def _changes(name: str | None, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for field in dict.fromkeys((*before, *after)):
        if before.get(field, "") != after.get(field, ""):
            yield Change(name, field, before.get(field, ""), after.get(field, ""))


def _catalogue(tables: Tables) -> dict[str, str]:
    read = tables.get("catalogue.csv")
    if read is None or not read.rows:
        return {}
    row = read.rows[0]
    return {c.title: " ".join(row.texts[c.name]) for c in read.table.cells if c.name not in _OF_THE_FILE}


def _items(tables: Tables) -> dict[str, dict[str, str]]:
    """What every item says, by key and title of the field; its name stands under the empty title."""
    said: dict[str, dict[str, list[str]]] = {}
    called: dict[str, str] = {}
    for row in tables["items.csv"].rows:
        (key,) = row.texts["key"]
        called[key] = " ".join(row.texts["title"]) or f"（未填名称）{' '.join(row.texts['location'])}"
        said[key] = defaultdict(list)
    labels = _labels(tables)
    for file, column in (("items.csv", "key"), *((name, "item") for name in _RELATIONS)):
        read = tables.get(file)
        for row in read.rows if read else ():
            fields = said.get(next(iter(row.texts[column]), ""))
            if read is None or fields is None:
                continue
            for cell in read.table.cells:
                if cell.name not in _NOT_CONTENT:
                    fields[cell.title].extend(labels.get(text, text) for text in row.texts[cell.name])
    return {key: {"": called[key], **{title: "；".join(t) for title, t in fields.items()}} for key, fields in said.items()}


def _labels(tables: Tables) -> dict[str, str]:
    """What a person calls the documents and parties that the tables describe themselves."""
    labels: dict[str, str] = {}
    for file, columns in _NAMES.items():
        read = tables.get(file)
        for row in read.rows if read else ():
            (key,) = row.texts["key"]
            labels[key] = " ".join(text for column in columns for text in row.texts[column])
    return labels


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return (flat or "（空）") if len(flat) <= 60 else flat[:60] + "……"
