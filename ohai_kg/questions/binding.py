"""Values put into a saved query: each parameter is a one-row block `VALUES ?domain { UNDEF }` that holds its default.

`bind` puts checked RDF terms into these blocks; nothing a client sends is ever pasted into the query as text.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ohai_kg.errors import ParameterInvalid
from ohai_kg.namespaces import CANONICAL_BASE, DEF, XSD, rebase
from ohai_kg.questions.model import LANGUAGES
from ohai_kg.sparql.tokens import Token, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ohai_kg.questions.choices import Choices
    from ohai_kg.questions.model import Parameter, SavedQuery

_NOTATION: Final = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
_INSTANCE: Final = re.compile(r"[a-z]+(?:-[a-z]+)*(?:/[A-Za-z0-9][A-Za-z0-9.-]*)+")
_IRI: Final = re.compile(r"[a-z][a-z0-9+.-]*:[^\x00-\x20\x7f-\x9f<>\"{}|^`\\\ud800-\udfff\ufffe\uffff]+")
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,18}")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNWRITABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LONGEST: Final = 1000


def bind(
    query: SavedQuery,
    values: Mapping[str, str],
    lang: str = "zh",
    *,
    base: str = CANONICAL_BASE,
    choices: Mapping[str, Choices] | None = None,
) -> str:
    """The query's SPARQL with these values in place of the defaults, each as one RDF term.

    A concept is given by its notation or IRI, a thing by its IRI or by what follows `{base}id/`; an empty value means
    the default. `choices` limits parameters to what the graph has, and there a label will do as well. Raises
    ParameterInvalid.
    """
    known = [parameter.name for parameter in query.parameters]
    for name in values:
        if name not in known:
            raise ParameterInvalid(name, values[name], known, "没有这个参数", "there is no such parameter")
    if lang not in LANGUAGES:
        raise ParameterInvalid("lang", lang, LANGUAGES, "没有这种语言", "there is no such language")
    terms = {"lang": string(lang)}
    for parameter in query.parameters:
        given = values.get(parameter.name)
        value = given or parameter.default
        limits = (choices or {}).get(parameter.name) if given else None
        terms[parameter.name] = "UNDEF" if value is None else term(parameter, value, base, limits)
    text = query.sparql
    for block in reversed(list(blocks(text))):
        if block.name in terms:
            text = f"{text[: block.start]} {terms[block.name]} {text[block.end :]}"
    return text


def term(parameter: Parameter, value: str, base: str = CANONICAL_BASE, choices: Choices | None = None) -> str:
    """The SPARQL of the term that `value` stands for. Raises ParameterInvalid."""
    if len(value) > _LONGEST:
        raise ParameterInvalid(
            parameter.name, value[:20] + "…", (), f"最多 {_LONGEST} 个字符", f"{_LONGEST} characters at most"
        )
    if parameter.type == "text":
        if _UNWRITABLE.search(value):
            raise ParameterInvalid(parameter.name, value, (), "含有控制字符", "it has control characters")
        return string(value)
    if parameter.type == "integer":
        if not _INTEGER.fullmatch(value):
            raise ParameterInvalid(parameter.name, value, (), "应为整数，如 2", "an integer is expected, such as 2")
        return str(int(value))
    if parameter.type == "date":
        return f'"{_date(parameter.name, value)}"^^<{XSD}date>'
    if choices is not None:
        return f"<{_chosen(parameter, value, choices)}>"
    return f"<{_concept(parameter, value) if parameter.type == 'concept' else _instance(parameter, value, base)}>"


def _chosen(parameter: Parameter, value: str, choices: Choices) -> str:
    """The IRI of the choice that `value` names; it is checked again, for it goes into the query as it is."""
    choice = choices.find(value)
    if choice is None or not _IRI.fullmatch(choice.iri):
        raise ParameterInvalid(parameter.name, value, choices.near(value), "图谱中没有这个值", "the graph has no such value")
    return choice.iri


def _date(name: str, value: str) -> str:
    if _DATE.fullmatch(value):
        try:
            return dt.date.fromisoformat(value).isoformat()
        except ValueError:
            pass
    raise ParameterInvalid(name, value, (), "应为日期，如 2017-08-22", "a date is expected, such as 2017-08-22")


def _concept(parameter: Parameter, value: str) -> str:
    scheme = f"{DEF}{parameter.scheme}/"
    notation = value.removeprefix(scheme)
    if not _NOTATION.fullmatch(notation):
        raise ParameterInvalid(
            parameter.name,
            value,
            (),
            f"应为代码表 {parameter.scheme} 中的代码或其 IRI",
            f"a notation of the code list {parameter.scheme} or its IRI is expected",
        )
    return scheme + notation


def _instance(parameter: Parameter, value: str, base: str) -> str:
    if _INSTANCE.fullmatch(value):
        return f"{base}id/{value}"
    if _IRI.fullmatch(value):
        return rebase(value, base)
    raise ParameterInvalid(
        parameter.name,
        value,
        (),
        "应为 IRI，或其中“/id/”之后的部分，如 unit/330304-qu-jiaoyuju",
        "an IRI is expected, or what follows /id/ in it, such as unit/330304-qu-jiaoyuju",
    )


def string(value: str) -> str:
    """`value` as a SPARQL string.

    No backslash stands before a `u`: engines that resolve codepoint escapes before they parse would find one there.
    """
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    escaped = escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return '"' + escaped.replace("\\\\u", "\\\\\\u0075").replace("\\\\U", "\\\\\\u0055") + '"'


@dataclass(frozen=True, slots=True)
class Block:
    """`VALUES ?name { … }`: where what stands between the braces begins and ends, and its words."""

    name: str
    start: int
    end: int
    content: tuple[str, ...]


def blocks(sparql: str) -> Iterator[Block]:
    """The blocks of one variable in `sparql`, in its order; what is quoted or commented is none."""
    found = tokens(sparql)
    for index, token in enumerate(found[:-3]):
        variable, brace = found[index + 1], found[index + 2]
        if token.is_word("VALUES") and variable.kind == "variable" and is_mark(brace, "{"):
            close = next((i for i in range(index + 3, len(found)) if is_mark(found[i], "}")), len(found) - 1)
            content = tuple(token.text for token in found[index + 3 : close])
            yield Block(variable.text[1:], brace.end, found[close].start, content)


def is_mark(token: Token, mark: str) -> bool:
    """Whether a token is this one mark."""
    return token.kind == "mark" and token.text == mark
