"""Reading an index: what a query finds, in tiers (whole name, its beginning, inside it, other names, texts), and why."""

from __future__ import annotations

import difflib
import sqlite3
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ohai_kg.errors import QueryTimeout
from ohai_kg.search.index import ALIAS, KEY, LABEL, SEPARATOR, SHIFT
from ohai_kg.search.words import fold, phrases

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COUNTED: Final = 1000
"""How many things of one class are counted; beyond that it is told that there are more."""
_STEPS: Final = 2000
_AROUND: Final = 30
_HIGHEST: Final = "\U0010ffff"
_NEAR: Final = 2000
_TIERS: Final = ("label", "alias", "text")


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was found. `field` tells where (label, alias, text); `snippet` alternates plain and matching text."""

    iri: str
    type: str
    label_zh: str
    label_en: str
    place: str
    field: str
    snippet: tuple[str, ...]

    def label(self, lang: str) -> str:
        """What it is called in `lang`, else in the other language, else its key."""
        zh, en = self.label_zh, self.label_en
        return (en or zh if lang == "en" else zh or en) or self.iri.rstrip("/").rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Results:
    """What a query found: the things asked for, and how many there are of each class (at most COUNTED)."""

    things: tuple[Found, ...]
    counts: dict[str, int]


def find(
    index: Path, query: str, *, kind: str | None = None, limit: int = 20, offset: int = 0, seconds: float = 5.0
) -> Results:
    """Search an index; without a word, all things of the class `kind`. Raises QueryTimeout."""
    asked = phrases(query)
    if not asked:
        return _every(index, kind, limit, offset, seconds) if kind and not query.strip() else Results((), {})
    with closing(_open(index, seconds)) as db:
        try:
            ranks = dict(db.execute("SELECT type, rank FROM types ORDER BY rank").fetchall())
            if kind is not None and kind not in ranks:
                return Results((), _counts(db, asked, ranks))
            span = (0, 2**62) if kind is None else (ranks[kind] << SHIFT, (ranks[kind] + 1) << SHIFT)
            chosen: dict[int, str] = {}
            for number, tier in _matches(db, query, asked, span, limit + offset):
                chosen.setdefault(number, tier)
                if len(chosen) >= limit + offset:
                    break
            shown = list(chosen.items())[offset:]
            return Results(tuple(_found(db, number, tier, query) for number, tier in shown), _counts(db, asked, ranks))
        except sqlite3.OperationalError as error:
            if "interrupt" not in str(error):
                raise
            raise QueryTimeout("搜索超时，请把词写得更完整。", "The search took too long; write more of the word.") from None


def _every(index: Path, kind: str, limit: int, offset: int, seconds: float) -> Results:
    """The things of one class, in the order of the index."""
    with closing(_open(index, seconds)) as db:
        held = db.execute("SELECT rank, things FROM types WHERE type = ?", (kind,)).fetchone()
        if held is None:
            return Results((), {})
        rank, count = held
        span = (rank << SHIFT, (rank + 1) << SHIFT)
        rows = db.execute("SELECT id FROM things WHERE id >= ? AND id < ? ORDER BY id LIMIT ? OFFSET ?", (*span, limit, offset))
        return Results(tuple(_found(db, row[0], "label", "") for row in rows.fetchall()), {kind: min(count, COUNTED)})


def near(index: Path, key: str, limit: int = 8) -> list[tuple[str, str, str]]:
    """Things with a key like `key` (such as `unit/330304-qu-jiaoyuju`): IRI, Chinese and English label.

    None where that takes over a second.
    """
    wanted = key.casefold()
    with closing(_open(index, 1.0)) as db, _ended_in_time():
        for length in range(len(wanted), wanted.find("/") + 1, -4):
            start = wanted[:length]
            rows = db.execute(
                "SELECT folded, iri, zh, en FROM names JOIN things ON id = thing "
                "WHERE kind = ? AND folded >= ? AND folded < ? LIMIT ?",
                (KEY, start, start + _HIGHEST, _NEAR),
            ).fetchall()
            by_key = {row[0]: (row[1], row[2], row[3]) for row in rows}
            close = difflib.get_close_matches(wanted, by_key, limit, 0.6)
            if close:
                return [by_key[name] for name in close]
    return []


@contextmanager
def _ended_in_time() -> Iterator[None]:
    """Pass over the end of a query that took too long."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "interrupt" not in str(error):
            raise


def _open(index: Path, seconds: float) -> sqlite3.Connection:
    """The index, never to be written, its queries ended after `seconds`."""
    db = sqlite3.connect(f"{index.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    deadline = time.monotonic() + seconds
    db.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
    return db


def _matches(
    db: sqlite3.Connection, query: str, asked: list[str], span: tuple[int, int], most: int
) -> Iterator[tuple[int, str]]:
    """Ids in the order of results, some twice."""
    name = " ".join(fold(query).split())
    for kind in (LABEL, ALIAS):
        sql = "SELECT thing FROM names WHERE folded = ? AND kind = ? AND thing >= ? AND thing < ? LIMIT ?"
        yield from ((row[0], _TIERS[kind]) for row in db.execute(sql, (name, kind, *span, most)))
    sql = "SELECT thing FROM names WHERE folded >= ? AND folded < ? AND kind = ? AND thing >= ? AND thing < ? LIMIT ?"
    begins = db.execute(sql, (name, name + _HIGHEST, LABEL, *span, max(most, COUNTED))).fetchall()
    yield from ((number, "label") for number in sorted(row[0] for row in begins))
    sql = "SELECT rowid FROM words WHERE words MATCH ? AND rowid >= ? AND rowid < ? ORDER BY rowid LIMIT ?"
    for tier in _TIERS:
        match = f"{{{tier}}} : ({' AND '.join(asked)})"
        yield from ((row[0], tier) for row in db.execute(sql, (match, *span, most)))
    if len(asked) > 1:
        yield from ((row[0], "") for row in db.execute(sql, (" AND ".join(asked), *span, most)))


def _counts(db: sqlite3.Connection, asked: list[str], ranks: dict[str, int]) -> dict[str, int]:
    """How many things of each class; of a long answer the rest is counted class by class, so that no class is left out."""
    match = " AND ".join(asked)
    sql = "SELECT rowid >> ?, COUNT(*) FROM (SELECT rowid FROM words WHERE words MATCH ? LIMIT ?) GROUP BY 1"
    rows = db.execute(sql, (SHIFT, match, 2 * COUNTED)).fetchall()
    counted = dict(rows)
    if sum(counted.values()) == 2 * COUNTED:
        sql = "SELECT COUNT(*) FROM (SELECT 1 FROM words WHERE words MATCH ? AND rowid >= ? AND rowid < ? LIMIT ?)"
        for rank in ranks.values():
            if rank >= max(counted):
                (counted[rank],) = db.execute(sql, (match, rank << SHIFT, (rank + 1) << SHIFT, COUNTED)).fetchone()
    return {kind: min(counted[rank], COUNTED) for kind, rank in ranks.items() if counted.get(rank)}


def _found(db: sqlite3.Connection, number: int, tier: str, query: str) -> Found:
    row: tuple[Any, ...] = db.execute(
        "SELECT iri, type, zh, en, place, labels, aliases, texts FROM things WHERE id = ?", (number,)
    ).fetchone()
    parts = [fold(part) for part in query.split()]
    iri, kind, zh, en, place = row[:5]
    columns = dict(zip(_TIERS, row[5:], strict=True))
    for name in dict.fromkeys((tier or "label", *_TIERS)):
        for value in columns[name].split(SEPARATOR):
            marked = mark(value, parts)
            if len(marked) > 1:
                return Found(iri, kind, zh, en, place, name, marked)
    return Found(iri, kind, zh, en, place, tier or "label", ())


def mark(text: str, parts: list[str]) -> tuple[str, ...]:
    """A stretch of `text` around the first match, plain and matching by turns; one plain piece where nothing matches."""
    folded, places = _folded_places(text)
    spans = sorted(
        (places[start], places[start + len(part) - 1] + 1) for part in parts if part and (start := folded.find(part)) >= 0
    )
    if not spans:
        return (text[: 2 * _AROUND],)
    begin, end = max(0, spans[0][0] - _AROUND), min(len(text), spans[0][1] + 2 * _AROUND)
    pieces, at = [], begin
    for start, stop in spans:
        if start >= at and stop <= end:
            pieces += [text[at:start], text[start:stop]]
            at = stop
    pieces.append(text[at:end])
    pieces[0] = ("…" if begin else "") + pieces[0]
    pieces[-1] += "…" if end < len(text) else ""
    return tuple(pieces)


def _folded_places(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters where it comes from."""
    whole = fold(text)
    if len(whole) == len(text):
        return whole, list(range(len(text)))
    folded, places = "", []
    for position, character in enumerate(text):
        piece = fold(character)
        folded += piece
        places += [position] * len(piece)
    return folded, places
