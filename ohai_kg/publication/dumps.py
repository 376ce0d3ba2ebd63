"""All syntaxes of a release, each in one pass over its sorted quads, in memory that does not grow with them.

Same release, same bytes. A large release is written by one process a syntax: `python -m ohai_kg.publication.dumps PLAN SYNTAX`.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from ohai_kg.errors import StoreError
from ohai_kg.publication.compression import pack
from ohai_kg.publication.jsonld import write_jsonld
from ohai_kg.publication.rdfxml import write_rdfxml
from ohai_kg.publication.statements import copy_named
from ohai_kg.publication.turtle import write_turtle
from ohai_kg.releases.manifest import DEFAULT_GRAPH

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ohai_kg.releases import Release

NQUADS: Final = "data.nq"
TRIG: Final = "data.trig"
JSON_LD: Final = "data.jsonld"
RDF_XML: Final = "data.rdf"
CONTEXT: Final = "context.jsonld"
GRAPHS: Final = "graphs"
SYNTAXES: Final = (TRIG, JSON_LD, RDF_XML, NQUADS)
_LARGE: Final = 100_000
"""Quads from which starting processes costs less than it saves."""
_LONGEST_NAME: Final = 150
_PLAN: Final = "plan.json"


@dataclass(frozen=True, slots=True)
class Dumped:
    """What was written: the Turtle file of each graph (`DEFAULT_GRAPH` too), and what syntaxes could not say."""

    graphs: dict[str, str]
    left_out: dict[str, int]


def write_dumps(release: Release, folder: Path) -> Dumped:
    """Write every syntax of `release`, whole dumps packed too, into `folder`, which is empty. Raises StoreError."""
    base = release.manifest.base
    copy_named(release.nquads, folder / NQUADS, base)
    graphs = _name_files(release.manifest.graphs, f"{base}graph/")
    work = folder / "work"
    work.mkdir()
    plan = work / _PLAN
    plan.write_text(json.dumps({"folder": str(folder), "base": base, "graphs": graphs}), encoding="utf-8")
    if release.manifest.quads < _LARGE:
        lost = {syntax: write_syntax(plan, syntax) for syntax in SYNTAXES}
    else:
        lost = _write_at_once(plan)
    shutil.rmtree(work)
    if not release.manifest.graphs.get(DEFAULT_GRAPH):
        (folder / graphs.pop(DEFAULT_GRAPH)).unlink()
    return Dumped(graphs, {syntax: count for syntax, count in lost.items() if count})


def write_syntax(plan: Path, syntax: str) -> int:
    """Write one syntax and its packed forms; returns how many statements it cannot say."""
    told = json.loads(plan.read_text(encoding="utf-8"))
    folder = Path(told["folder"])
    quads, target, lost = folder / NQUADS, folder / syntax, 0
    graphs = {f"<{iri}>".encode() if iri else b"": folder / name for iri, name in told["graphs"].items()}
    if syntax == TRIG:
        write_turtle(quads, target, graphs)
    elif syntax == JSON_LD:
        lost = write_jsonld(quads, target, folder / CONTEXT, list(graphs), told["base"], plan.parent)
    elif syntax == RDF_XML:
        lost = write_rdfxml(quads, target)
    pack(target)
    return lost


def _write_at_once(plan: Path) -> dict[str, int]:
    command = [sys.executable, "-m", "ohai_kg.publication.dumps", str(plan)]
    running = {
        syntax: subprocess.Popen([*command, syntax], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)  # noqa: S603
        for syntax in SYNTAXES
    }
    lost = {}
    for syntax, process in running.items():
        answer, _ = process.communicate()
        if process.returncode == 0:
            lost[syntax] = int(answer)
    if len(lost) < len(SYNTAXES):
        missing = "、".join(syntax for syntax in SYNTAXES if syntax not in lost)
        raise StoreError(f"不能写出 {missing}，请检查磁盘空间。", f"{missing} could not be written; is the disk full?")
    return lost


def _name_files(graphs: Iterable[str], prefix: str) -> dict[str, str]:
    """A path for each graph that every system takes, and that no other has on one that folds case."""
    files: dict[str, str] = {}
    taken: set[str] = set()
    for iri in sorted({*graphs, DEFAULT_GRAPH}):
        parts = iri.removeprefix(prefix).split("/") if iri.startswith(prefix) else [iri or "default"]
        if not all(part.strip(".") for part in parts):
            parts = [iri]
        name = "/".join(quote(part, safe="") for part in parts)
        if len(name) > _LONGEST_NAME:
            name = hashlib.sha256(iri.encode()).hexdigest()
        number, unique = 1, name
        while unique.lower() in taken:
            number += 1
            unique = f"{name}-{number}"
        taken.add(unique.lower())
        files[iri] = f"{GRAPHS}/{unique}.ttl"
    return files


if __name__ == "__main__":
    sys.stdout.write(str(write_syntax(Path(sys.argv[1]), sys.argv[2])))
