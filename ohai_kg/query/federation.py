"""SERVICE and LOAD never leave this server (SPARQL 1.1 Federated Query; Update section 3.1.4).

With SILENT they mean what SPARQL says of a remote that does not answer: one empty solution, and no change. The engine
would open a connection, so the text is changed before it sees it; workers cannot open sockets either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn

from ohai_kg.errors import FederationRefused
from ohai_kg.query.tokens import closing, hides_keyword, tokens

if TYPE_CHECKING:
    from ohai_kg.query.tokens import Token

_NO_CHANGE: Final = "INSERT DATA {}"


def neutralise(text: str) -> str:
    """`text` with every SILENT federation replaced by its local meaning. Raises FederationRefused for any other."""
    folded = text.casefold()
    if "service" not in folded and "load" not in folded:
        return text
    found = tokens(text)
    edits: list[tuple[int, int, str]] = []
    index = 0
    while index < len(found):
        token = found[index]
        if hides_keyword(token):
            refuse("SERVICE")
        if token.is_word("SERVICE"):
            index = _service(found, index, edits)
        elif token.is_word("LOAD"):
            index = _load(found, index, edits)
        index += 1
    return apply_edits(text, edits)


def refuse(word: str) -> NoReturn:
    """Raise FederationRefused naming the keyword."""
    raise FederationRefused(
        f"本端点不执行 {word}，不会向其他主机发出任何请求；请去掉它，或先把所需数据导入。",
        f"{word} is never carried out here: no request leaves this server. Remove it, or load the data first.",
    )


def apply_edits(text: str, edits: list[tuple[int, int, str]]) -> str:
    """`text` with the spans (start, end) replaced; spans do not overlap."""
    for start, end, replacement in sorted(edits, reverse=True):
        text = text[:start] + replacement + text[end:]
    return text


def _service(found: list[Token], index: int, edits: list[tuple[int, int, str]]) -> int:
    """Turn SERVICE SILENT <x> { P } into { OPTIONAL { FILTER(false) { P } } }: P's variables stay in scope, unbound."""
    if index + 3 >= len(found) or not found[index + 1].is_word("SILENT") or found[index + 3].text != "{":
        refuse("SERVICE")
    opening = index + 3
    end = closing(found, opening)
    edits.append((found[index].start, found[opening].start, "{ OPTIONAL { FILTER(false) "))
    for inner in range(opening + 1, end):
        # Nothing inside is ever asked; a nested SERVICE loses its keyword and address.
        if found[inner].is_word("SERVICE"):
            stop = next((at for at in range(inner, end) if found[at].text == "{"), inner + 1)
            edits.append((found[inner].start, found[stop].start, " "))
        elif hides_keyword(found[inner]):
            refuse("SERVICE")
    edits.append((found[end].end, found[end].end, " } }"))
    return end


def _load(found: list[Token], index: int, edits: list[tuple[int, int, str]]) -> int:
    """Turn LOAD SILENT <x> INTO GRAPH <g> into an insertion of nothing."""
    if index + 2 >= len(found) or not found[index + 1].is_word("SILENT"):
        refuse("LOAD")
    last = index + 2
    if last + 3 < len(found) and found[last + 1].is_word("INTO") and found[last + 2].is_word("GRAPH"):
        last += 3
    edits.append((found[index].start, found[last].end, _NO_CHANGE))
    return last
