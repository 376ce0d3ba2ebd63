"""SERVICE and LOAD never leave this server (SPARQL 1.1 Federated Query; Update section 3.1.4).

With SILENT they mean what SPARQL says of a remote that does not answer: one empty solution, and no change.

The engine reads text otherwise than the recommendation: `SERVICEex:a {` and `LOADSILENT<x>` are federation to it. So a text
with these words is read in both ways. In each, federation is replaced by its local meaning, and the engine itself judges
whether that is SPARQL once every letter of the two words that is left belongs to a name, a string, an IRI or a comment:
it parses the text with the words respelt. What neither reading explains is refused. Processes that evaluate have no sockets
besides (`confinement.py`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NoReturn

import pyoxigraph as ox

from ohai_kg.engine.store import syntax_error
from ohai_kg.errors import FederationRefused
from ohai_kg.sparql.tokens import closing, tokens, unglued

if TYPE_CHECKING:
    from ohai_kg.errors import QuerySyntaxError
    from ohai_kg.sparql.tokens import Token

_WORD: Final = re.compile("s(?=ervice)|l(?=oad)", re.IGNORECASE)
_ESCAPE: Final = re.compile(r"\\\\|\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_QUOTED: Final = {'"': '\\"', "'": "\\'", "\\": "\\\\", "\n": "\\n", "\r": "\\r"}
_GLUED: Final = re.compile("true|false|service|silent|load|into|graph", re.IGNORECASE)
_SILENT: Final = re.compile("silent", re.IGNORECASE)
_GRAPH: Final = re.compile("graph", re.IGNORECASE)
_NOTHING: Final = re.compile("(?!)")
_AFTER: Final = {"SERVICE": _SILENT, "LOAD": _SILENT, "INTO": _GRAPH, "SILENT": _NOTHING, "GRAPH": _NOTHING}
"""After these only such keywords can stand; what else starts like one is a name."""
_NAMES: Final = ("iri", "name")
_BASE: Final = "http://localhost/"


def neutralise(text: str) -> str:
    """`text` with every SILENT federation replaced by its local meaning.

    Raises FederationRefused for any other, and QuerySyntaxError where such a text is no SPARQL.
    """
    decoded = _without_escapes(text) if "\\" in text else text
    if not _has_words(decoded):
        return text
    found = tokens(decoded)
    readers = [_Reader(decoded, reading) for reading in (found, unglued(found, _GLUED, ("word", "name"), _AFTER))]
    for reader in readers:
        if reader.is_understood and _error(_respelt(reader.local)) is None:
            if reader.refused:
                refuse(reader.refused)
            return reader.local
    error = _error(text)
    refused = next((r.refused for r in readers if r.refused and _error(_respelt(r.prefixes + r.local)) is None), "")
    if error is None or refused:
        refuse(refused or ("SERVICE" if "service" in decoded.casefold() else "LOAD"))
    raise error


def refuse(word: str) -> NoReturn:
    """Raise FederationRefused naming the keyword."""
    raise FederationRefused(
        f"本端点不执行 {word}，不会向其他主机发出任何请求；请去掉它，或先把所需数据导入。",
        f"{word} is never carried out here: no request leaves this server. Remove it, or load the data first.",
    )


def apply_edits(text: str, edits: list[tuple[int, int, str]]) -> str:
    """`text` with the spans (start, end) replaced; spans do not overlap."""
    parts = []
    at = 0
    for start, end, replacement in sorted(edits):
        parts += [text[at:start], replacement]
        at = end
    return "".join([*parts, text[at:]])


class _Reader:
    """One reading of a text: what it means here, and the keyword that is refused, if any."""

    def __init__(self, text: str, found: list[Token]) -> None:
        self.refused = ""
        self.is_understood = True
        self._found = found
        self._edits: list[tuple[int, int, str]] = []
        silenced_until = -1
        for index, token in enumerate(found):
            if token.is_word("SERVICE"):
                silenced_until = max(silenced_until, self._service(index, is_silenced=index < silenced_until))
            elif token.is_word("LOAD"):
                self._load(index)
        self.local = apply_edits(text, self._edits)

    @property
    def prefixes(self) -> str:
        """Declarations of all prefixes that are used: whether they are declared is no matter of grammar."""
        names = {token.text.partition(":")[0] for token in self._found if token.kind == "name"}
        return "".join(f"PREFIX {name}: <{_BASE}> " for name in sorted(names))

    def _kind(self, index: int) -> str:
        return self._found[index].kind if 0 <= index < len(self._found) else ""

    def _is_word(self, index: int, word: str) -> bool:
        return index < len(self._found) and self._found[index].is_word(word)

    def _service(self, index: int, *, is_silenced: bool) -> int:
        """Turn SERVICE SILENT <x> { P } into { OPTIONAL { FILTER(false) GRAPH <x> { P } } }: P's variables stay in scope.

        Returns the index where it ends. Nothing inside is ever asked: there, a SERVICE need not be SILENT.
        """
        silent = self._is_word(index + 1, "SILENT")
        name = index + 1 + silent
        if self._kind(name) not in {*_NAMES, "variable"} or name + 1 >= len(self._found) or self._found[name + 1].text != "{":
            return self._pass_over(index)
        self._replace(index, name, "GRAPH " if is_silenced else "{ OPTIONAL { FILTER(false) GRAPH ")
        if is_silenced:
            return -1
        end = closing(self._found, name + 1)
        self._edits.append((self._found[end].end, self._found[end].end, " } }"))
        self.refused = self.refused or ("" if silent else "SERVICE")
        return end

    def _load(self, index: int) -> None:
        """Turn LOAD SILENT <x> INTO GRAPH <g> into INSERT {} WHERE { FILTER(false) GRAPH <x> {} GRAPH <g> {} }."""
        silent = self._is_word(index + 1, "SILENT")
        name = index + 1 + silent
        first = not index or self._found[index - 1].text == ";" or self._kind(index - 1) in {"iri", "string"}
        if self._found[index].depth or self._kind(name) not in _NAMES or not first:
            self._pass_over(index)
            return
        self._replace(index, name, "INSERT {} WHERE { FILTER(false) GRAPH ")
        last = name
        if self._is_word(name + 1, "INTO") and self._is_word(name + 2, "GRAPH") and self._kind(name + 3) in _NAMES:
            last = name + 3
            self._replace(name + 1, last, " {} GRAPH ")
        self._edits.append((self._found[last].end, self._found[last].end, " {} }"))
        self.refused = self.refused or ("" if silent else "LOAD")

    def _replace(self, first: int, last: int, replacement: str) -> None:
        """Put something else where the tokens from `first` to the one before `last` stand."""
        self._edits.append((self._found[first].start, self._found[last].start, replacement))

    def _is_glued(self, index: int) -> bool:
        return index + 1 < len(self._found) and self._found[index].end == self._found[index + 1].start

    def _pass_over(self, index: int) -> int:
        """A keyword that is none in this place: an error, unless it is part of a name."""
        if not self._is_glued(index):
            self.is_understood = False
        return -1


def _without_escapes(text: str) -> str:
    """`text` without codepoint escapes (SPARQL 1.1 section 19.2), every string in it having the value it had."""
    return _ESCAPE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    code = int(match[1] or match[2] or "d800", 16)
    if 0xD800 <= code < 0xE000 or code > 0x10FFFF:
        return match[0]
    return _QUOTED.get(chr(code), chr(code))


def _has_words(text: str) -> bool:
    folded = text.casefold()
    return "service" in folded or "load" in folded


def _respelt(text: str) -> str:
    """`text` with another first letter in the two words: a name stays a name, a keyword is none any more."""
    folded = text.casefold()
    letter = next(c for c in "xzqjvkwyhbgnmftupcdae" if f"{c}ervice" not in folded and f"{c}oad" not in folded)
    return _WORD.sub(lambda match: letter.upper() if match[0].isupper() else letter, text)


def _error(text: str) -> QuerySyntaxError | None:
    """What the engine, over an empty store, finds wrong with `text`, be it a query or an update: the error further on."""
    errors = []
    for carry_out in (ox.Store().query, ox.Store().update):
        try:
            carry_out(text, base_iri=_BASE)
        except SyntaxError as error:
            errors.append(syntax_error(str(error)))
        except (RuntimeError, ValueError, OSError):
            return None
        else:
            return None
    return max(errors, key=lambda error: (error.line or 0, error.column or 0))
