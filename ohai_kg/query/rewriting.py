"""Two rewritings of a request's text, each where the protocol or a limit asks for what the engine has no parameter for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ohai_kg.errors import RequestError
from ohai_kg.query.tokens import Token, tokenize

if TYPE_CHECKING:
    from collections.abc import Sequence


def with_using(update: str, default_graphs: Sequence[str], named_graphs: Sequence[str]) -> str:
    """`update` with the protocol's dataset written as USING clauses (SPARQL 1.1 Protocol, section 2.2.3).

    Raises RequestError where the update names a dataset of its own as well.
    """
    if not default_graphs and not named_graphs:
        return update
    clauses = " ".join([*(f"USING <{g}>" for g in default_graphs), *(f"USING NAMED <{g}>" for g in named_graphs)])
    places: list[int] = []
    before: Token | None = None
    for token in tokenize(update):
        if token.depth == 0 and token.is_word("USING", "WITH"):
            raise RequestError(
                "请求参数 using-graph-uri 不能与更新语句中的 USING 或 WITH 同用；请只用其一。",
                "The parameter using-graph-uri cannot go with USING or WITH in the update; use one of them.",
            )
        if token.depth == 0 and token.is_word("WHERE") and before is not None and before.is_mark("}"):
            places.append(token.start)
        before = token
    for place in reversed(places):
        update = f"{update[:place]}{clauses} {update[place:]}"
    return update


def with_limit(query: str, limit: int, offset: int = 0) -> str | None:
    """A SELECT query cut to `limit` rows after its own first `offset`; None where the text is no SELECT query.

    A LIMIT and OFFSET of the query's own keep their meaning: the cut is the smaller of the two, counted after both.
    """
    tokens = [token for token in tokenize(query) if token.depth == 0]
    form = next((token for token in tokens if token.is_word("SELECT", "CONSTRUCT", "DESCRIBE", "ASK")), None)
    closing = next((i for i, token in enumerate(tokens) if token.is_mark("}")), None)
    if form is None or not form.is_word("SELECT") or closing is None:
        return None
    own_limit, own_offset, cuts = None, 0, []
    end = len(query)
    for index in range(closing + 1, len(tokens)):
        token = tokens[index]
        if token.is_word("LIMIT", "OFFSET") and index + 1 < len(tokens) and tokens[index + 1].text.isdigit():
            number = int(tokens[index + 1].text)
            own_limit, own_offset = (number, own_offset) if token.is_word("LIMIT") else (own_limit, number)
            cuts.append((token.start, tokens[index + 1].end))
        elif token.is_word("VALUES"):
            end = token.start
            break
    left = limit if own_limit is None else max(0, min(limit, own_limit - offset))
    text = f"{query[:end]}\nLIMIT {left} OFFSET {own_offset + offset}\n{query[end:]}"
    for start, stop in reversed(cuts):
        text = text[:start] + " " + text[stop:]
    return text
