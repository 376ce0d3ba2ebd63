"""What one release has and another has not: a merge of two sorted files, as RDF Patch and as a pair of N-Quads files.

Memory is that of two lines. RDF Patch: https://afs.github.io/rdf-patch/ ; header `id` is the later release, `prev` the one
that the patch is to be applied to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ohai_kg.publication.distributions import release_iri

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

MEDIA_TYPE: Final = "application/rdf-patch"
ADDED: Final = b"A"
REMOVED: Final = b"D"
KEPT: Final = b" "


def compare(before: Iterable[bytes], after: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Every line of two sorted sequences, in order, with whether it was ADDED, REMOVED or KEPT."""
    old, new = iter(before), iter(after)
    left, right = next(old, None), next(new, None)
    while left is not None and right is not None:
        if left == right:
            yield KEPT, left
            left, right = next(old, None), next(new, None)
        elif left < right:
            yield REMOVED, left
            left = next(old, None)
        else:
            yield ADDED, right
            right = next(new, None)
    while left is not None:
        yield REMOVED, left
        left = next(old, None)
    while right is not None:
        yield ADDED, right
        right = next(new, None)


def write_head(output: BinaryIO, base: str, since: str, until: str) -> None:
    """The header of a patch, and the beginning of its transaction."""
    head = f"H id <{release_iri(base, until)}> .\nH prev <{release_iri(base, since)}> .\nTX .\n"
    output.write(head.encode())


def write_tail(output: BinaryIO) -> None:
    """The end of the transaction; a patch without it is not whole."""
    output.write(b"TC .\n")
