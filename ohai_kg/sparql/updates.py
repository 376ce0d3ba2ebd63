"""SPARQL Update text: the protocol's dataset, and what may not leave this server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ohai_kg.errors import RequestError
from ohai_kg.sparql.depth import refuse_too_deep
from ohai_kg.sparql.federation import apply_edits, neutralise
from ohai_kg.sparql.tokens import closing, tokens, unglued

if TYPE_CHECKING:
    from collections.abc import Sequence

_KEYWORDS: Final = re.compile("using|named|with|delete|insert|where", re.IGNORECASE)


def prepare(text: str, using: Sequence[str] = (), using_named: Sequence[str] = ()) -> str:
    """The update as the engine may see it, with the dataset of `using-graph-uri` and `using-named-graph-uri`.

    Raises FederationRefused, QueryTooDeep, QuerySyntaxError, and RequestError where the update names a dataset itself
    (SPARQL 1.1 Protocol 2.2.3).
    """
    refuse_too_deep(text)
    text = neutralise(text)
    return _with_dataset(text, using, using_named) if using or using_named else text


def _with_dataset(text: str, using: Sequence[str], using_named: Sequence[str]) -> str:
    clauses = "".join(f"USING <{_checked(g)}> " for g in using)
    clauses += "".join(f"USING NAMED <{_checked(g)}> " for g in using_named)
    found = unglued(tokens(text), _KEYWORDS)
    edits: list[tuple[int, int, str]] = []
    for index, token in enumerate(found):
        if token.depth:
            continue
        if token.is_word("USING", "WITH"):
            raise RequestError(
                "更新语句已有 USING 或 WITH，不能再用参数 using-graph-uri、using-named-graph-uri。",
                "The update has USING or WITH; the parameters using-graph-uri and using-named-graph-uri cannot be given.",
            )
        if token.is_word("WHERE"):
            pattern = ""
            if index and found[index - 1].is_word("DELETE") and index + 1 < len(found):
                # DELETE WHERE { P } takes no USING; it means DELETE { P } WHERE { P }.
                end = closing(found, index + 1)
                pattern = text[found[index + 1].start : found[end].end] + " "
            edits.append((token.start, token.start, pattern + clauses))
    return apply_edits(text, edits)


def _checked(iri: str) -> str:
    if not iri or any(c in '<>"{}|^`\\' or c <= " " for c in iri):
        raise RequestError(f"“{iri}”不是 IRI，不能作为图名。", f'"{iri}" is not an IRI and cannot name a graph.')
    return iri
