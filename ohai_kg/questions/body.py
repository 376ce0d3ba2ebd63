"""The SPARQL below the header of a saved query: its columns, and whether its blocks hold the defaults."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ohai_kg.errors import SavedQueryInvalid
from ohai_kg.namespaces import PREFIXES
from ohai_kg.questions.binding import blocks, is_mark, string, term
from ohai_kg.sparql.tokens import tokens

if TYPE_CHECKING:
    from ohai_kg.questions.model import SavedQuery


class Body:
    """The SPARQL of a file, whose first line is line `offset` + 1 of it."""

    def __init__(self, name: str, sparql: str, offset: int) -> None:
        self._name = name
        self._sparql = sparql
        self._offset = offset
        self._tokens = tokens(sparql)

    def columns(self) -> tuple[str, ...]:
        """The variables of the SELECT clause, in its order."""
        start = next((i for i, token in enumerate(self._tokens) if token.depth == 0 and token.is_word("SELECT")), None)
        if start is None:
            raise self._invalid(0, "不是 SELECT 查询", "this is no SELECT query")
        columns: list[str] = []
        last = ""
        for token in self._tokens[start + 1 :]:
            if token.depth == 0 and (token.is_word("WHERE", "FROM") or is_mark(token, "{")):
                break
            if token.kind == "variable":
                last = token.text[1:]
            if token.depth == 0 and (token.kind == "variable" or is_mark(token, ")")):
                columns.append(last)
        if not columns or len(set(columns)) != len(columns):
            raise self._invalid(
                self._tokens[start].start, "SELECT 应逐一列出各列且不重复", "SELECT must list its columns, each once"
            )
        return tuple(columns)

    def check(self, query: SavedQuery) -> None:
        """Raise SavedQueryInvalid unless language and parameters each have their blocks with one row, the default."""
        expected = {"lang": string("zh")}
        for parameter in query.parameters:
            default = parameter.default
            expected[parameter.name] = "UNDEF" if default is None else term(parameter, default)
        found: set[str] = set()
        for block in blocks(self._sparql):
            content = "".join(block.content)
            if block.name in expected:
                found.add(block.name)
                if _expanded(content) != expected[block.name]:
                    raise self._invalid(
                        block.start,
                        f"?{block.name} 的 VALUES 应只有一行，即默认值 {expected[block.name]}",
                        f"the VALUES of ?{block.name} must hold one row, the default {expected[block.name]}",
                    )
            elif content.upper() == "UNDEF":
                raise self._invalid(
                    block.start,
                    f"文件头未说明参数 {block.name}",
                    f"the header does not declare the parameter {block.name}",
                )
        for name, written in expected.items():
            if name not in found:
                missing = f"VALUES ?{name} {{ {written} }}"
                raise self._invalid(0, f"缺少 {missing}", f"there is no {missing}")

    def _invalid(self, position: int, zh: str, en: str) -> SavedQueryInvalid:
        return SavedQueryInvalid(self._name, self._offset + self._sparql.count("\n", 0, position) + 1, zh, en)


def _expanded(term: str) -> str:
    """A term with the one prefixed name or datatype in it written out."""
    match = re.fullmatch(r"(?P<before>.*\^\^)?(?P<prefix>[a-z]+):(?P<local>[\w/.-]*)", term, re.DOTALL)
    if match is None or match["prefix"] not in PREFIXES:
        return term
    return f"{match['before'] or ''}<{PREFIXES[match['prefix']]}{match['local']}>"
