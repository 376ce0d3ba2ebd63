"""A release's N-Quads file as statements, read line by line: constant memory, and no object made that is not needed.

The file is sorted and written by the store in the canonical form of N-Quads (one space between terms, the same escapes
always), so a term is a slice of its line, equal terms are equal bytes, and a resource's statements stand together.
"""

from __future__ import annotations

import heapq
import shutil
from typing import TYPE_CHECKING, Final

from ohai_kg.namespaces import RDF

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

TYPE: Final = f"<{RDF}type>".encode()
KNOWN_PAIRS: Final = 50_000
"""How many predicates with their objects a writer remembers the spelling of."""
BUFFERED_BYTES: Final = 4 << 20
"""What may wait in memory before it goes to the graphs' files."""
COPY_BYTES: Final = 1 << 20
_IRI: Final = ord("<")
_LITERAL: Final = ord('"')


Statement = tuple[bytes, bytes, bytes]
"""Subject, predicate and object with one space between them, graph; terms as N-Quads has them, b"" is the default graph."""


def statements(lines: Iterable[bytes]) -> Iterator[Statement]:
    """The statements of N-Quads lines."""
    graphs: set[bytes] = set()
    for line in lines:
        head, graph, _ = line.rsplit(b" ", 2)
        subject, _, rest = head.partition(b" ")
        # A graph seen before is told from the object of the default graph by the space between predicate and object.
        if graph in graphs and b" " in rest:
            yield subject, rest, graph
        else:
            subject, predicate, value, graph = split(line)
            graphs.add(graph)
            yield subject, predicate + b" " + value, graph


def split(line: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """The terms of one line."""
    subject, predicate, rest = line.split(b" ", 2)
    end = rest.rindex(b" .")
    if rest[0] == _LITERAL:
        cut = rest.find(b" ", rest.rindex(b'"', 0, end), end)
    elif rest.startswith(b"<<"):
        cut = rest.find(b" ", rest.rindex(b")>>", 0, end), end)
    else:
        cut = rest.find(b" ", 0, end)
    if cut < 0:
        return subject, predicate, rest[:end], b""
    return subject, predicate, rest[:cut], rest[cut + 1 : end]


def copy_named(source: Path, target: Path, base: str) -> None:
    """Copy a release's quads, sorted, with its blank nodes named by IRIs.

    A build leaves no blank node; a write may. Its label is stable from release to release, so that the IRI made of it
    (`{base}.well-known/genid/b-LABEL`, RDF 1.1 Concepts 3.5) is too, and a change can say which node it means. Memory is
    that of the lines that have one.
    """
    if not _has_blank_nodes(source):
        shutil.copyfile(source, target)
        return
    genid = f"<{base}.well-known/genid/b-".encode()
    with source.open("rb") as file:
        renamed = sorted(named for line in file if (named := _name(line, genid)) != line)
    with source.open("rb") as file, target.open("wb") as output:
        output.writelines(heapq.merge((line for line in file if _name(line, genid) == line), renamed))


def _has_blank_nodes(path: Path) -> bool:
    """Whether `_:` stands anywhere in a file, be it in a text."""
    tail = b""
    with path.open("rb") as file:
        while chunk := file.read(COPY_BYTES):
            if b"_:" in tail + chunk:
                return True
            tail = chunk[-1:]
    return False


def _name(line: bytes, genid: bytes) -> bytes:
    if b"_:" not in line:
        return line
    terms = [genid + term[2:] + b">" if term.startswith(b"_:") else term for term in split(line) if term]
    return b" ".join([*terms, b".\n"])


def text_of(literal: bytes) -> tuple[bytes, bytes]:
    """A literal as its quoted text and what follows the text: nothing, `@language`, or `^^<datatype>`."""
    end = literal.rindex(b'"') + 1
    return literal[:end], literal[end:]


def is_iri(term: bytes) -> bool:
    """Whether a term is an IRI (not a literal, not a triple term)."""
    return term[0] == _IRI and not term.startswith(b"<<")
