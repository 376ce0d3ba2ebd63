"""Saved queries: one file a question, with a header that says what it is and which parameters it takes.

The header is YAML in comment lines that begin with `#+`; the rest is plain SPARQL that any engine runs as it stands.
Language and parameters are one-row blocks such as `VALUES ?domain { UNDEF }` that hold the default. `bind` puts checked
RDF terms into these blocks; nothing a client sends is ever pasted into the query as text.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import yaml

from ohai_kg.errors import ParameterInvalid, SavedQueryInvalid
from ohai_kg.namespaces import CANONICAL_BASE, DEF, PREFIXES, XSD, rebase
from ohai_kg.query.tokens import Token, tokens

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

LANGUAGES: Final = ("zh", "en")
PARAMETER_TYPES: Final = ("iri", "concept", "text", "integer", "date")
CHARTS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "bar": (("label", "value"), ()),
    "pie": (("label", "value"), ()),
    "heatmap": (("x", "y", "value"), ()),
    "graph": (("source", "target"), ("value",)),
    "none": ((), ()),
}
"""Of each type of chart the roles that a column must play, and those that one may play."""

_RESERVED: Final = frozenset({"lang", "limit", "offset", "format", "bom"})
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NAME: Final = re.compile(r"[a-z][A-Za-z0-9]*")
_NOTATION: Final = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
_INSTANCE: Final = re.compile(r"[a-z]+(?:-[a-z]+)*(?:/[A-Za-z0-9][A-Za-z0-9.-]*)+")
_IRI: Final = re.compile(r"[a-z][a-z0-9+.-]*:[^\x00-\x20\x7f-\x9f<>\"{}|^`\\\ud800-\udfff\ufffe\uffff]+")
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,18}")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNWRITABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LONGEST: Final = 1000


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text in both languages of the site."""

    zh: str
    en: str

    def get(self, lang: str) -> str:
        """The text in `lang`, Chinese for any other."""
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: `klass` is the IRI of the class of an `iri`, `scheme` the name of the code list of a `concept`.

    `default` is written as a client would write the value; None means that every value will do.
    """

    name: str
    type: str
    label: Bilingual
    description: Bilingual | None = None
    default: str | None = None
    klass: str | None = None
    scheme: str | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """How to draw the answer: `columns` maps a role (label, value, x, y, source, target) to a column."""

    type: str
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """One saved query; `sparql` is the text without the header, `columns` are those of the SELECT clause."""

    slug: str
    title: Bilingual
    description: Bilingual
    order: int
    tags: tuple[str, ...]
    chart: Chart
    parameters: tuple[Parameter, ...]
    columns: tuple[str, ...]
    sparql: str

    def parameter(self, name: str) -> Parameter | None:
        """The parameter called `name`."""
        return next((p for p in self.parameters if p.name == name), None)


def load_all(paths: Iterable[Path]) -> tuple[SavedQuery, ...]:
    """The queries of these files in the order their headers give. Raises SavedQueryInvalid."""
    found: dict[int, tuple[Path, SavedQuery]] = {}
    for path in paths:
        query = load_saved(path)
        if query.order in found:
            other = found[query.order][0].name
            raise SavedQueryInvalid(
                path.name,
                1,
                f"序号 {query.order} 已用于 {other}",
                f"the order {query.order} is that of {other} as well",
            )
        found[query.order] = (path, query)
    return tuple(query for _, (_, query) in sorted(found.items()))


def load_saved(path: Path) -> SavedQuery:
    """The query of one file, named after the file. Raises SavedQueryInvalid, which names file and line."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SavedQueryInvalid(path.name, 1, "文件不是 UTF-8 编码", "the file is not UTF-8") from error
    return parse_saved(text, path.name)


def parse_saved(text: str, name: str) -> SavedQuery:
    """The query in `text`, the content of the file called `name`. Raises SavedQueryInvalid."""
    slug = name.removesuffix(".rq")
    if not _SLUG.fullmatch(slug):
        raise SavedQueryInvalid(
            name,
            1,
            "文件名应由小写字母、数字和连字符组成",
            "the file name must be lower-case letters, digits and hyphens",
        )
    lines = text.split("\n")
    length = next((i for i, line in enumerate(lines) if not line.startswith("#+")), len(lines))
    reader = _HeaderReader(name, [line.removeprefix("#+").removeprefix(" ").rstrip("\r") for line in lines[:length]])
    sparql = "\n".join(lines[length:]).lstrip("\n")
    body = _Body(name, sparql, text.count("\n") - sparql.count("\n"))
    query = reader.query(slug, sparql, body)
    body.check(query)
    return query


def bind(
    query: SavedQuery,
    values: Mapping[str, str],
    lang: str = "zh",
    *,
    base: str = CANONICAL_BASE,
    allowed: Mapping[str, Collection[str]] | None = None,
) -> str:
    """The query's SPARQL with these values in place of the defaults, each as one RDF term.

    A concept is given by its notation or IRI, a thing by its IRI or by what follows `{base}id/`; an empty value means
    the default. `allowed` limits parameters to certain IRIs (those the graph has). Raises ParameterInvalid.
    """
    known = [parameter.name for parameter in query.parameters]
    for name in values:
        if name not in known:
            raise ParameterInvalid(name, values[name], known, "没有这个参数", "there is no such parameter")
    if lang not in LANGUAGES:
        raise ParameterInvalid("lang", lang, LANGUAGES, "没有这种语言", "there is no such language")
    terms = {"lang": _string(lang)}
    for parameter in query.parameters:
        value = values.get(parameter.name) or parameter.default
        choices = (allowed or {}).get(parameter.name)
        terms[parameter.name] = "UNDEF" if value is None else _term(parameter, value, base, choices)
    text = query.sparql
    for block in reversed(list(_blocks(text))):
        if block.name in terms:
            text = f"{text[: block.start]} {terms[block.name]} {text[block.end :]}"
    return text


# ---- terms ----


def _term(parameter: Parameter, value: str, base: str, allowed: Collection[str] | None) -> str:
    """The SPARQL of the term that `value` stands for. Raises ParameterInvalid."""
    if len(value) > _LONGEST:
        raise ParameterInvalid(
            parameter.name, value[:20] + "…", (), f"最多 {_LONGEST} 个字符", f"{_LONGEST} characters at most"
        )
    if parameter.type == "text":
        if _UNWRITABLE.search(value):
            raise ParameterInvalid(parameter.name, value, (), "含有控制字符", "it has control characters")
        return _string(value)
    if parameter.type == "integer":
        if not _INTEGER.fullmatch(value):
            raise ParameterInvalid(parameter.name, value, (), "应为整数，如 2", "an integer is expected, such as 2")
        return str(int(value))
    if parameter.type == "date":
        return f'"{_date(parameter.name, value)}"^^<{XSD}date>'
    iri = _concept(parameter, value) if parameter.type == "concept" else _instance(parameter, value, base)
    if allowed is not None and iri not in allowed:
        raise ParameterInvalid(parameter.name, value, sorted(allowed), "图谱中没有这个值", "the graph has no such value")
    return f"<{iri}>"


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


def _string(value: str) -> str:
    """`value` as a SPARQL string.

    No backslash stands before a `u`: engines that resolve codepoint escapes before they parse would find one there.
    """
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    escaped = escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return '"' + escaped.replace("\\\\u", "\\\\\\u0075").replace("\\\\U", "\\\\\\u0055") + '"'


# ---- the text below the header ----


@dataclass(frozen=True, slots=True)
class _Block:
    """`VALUES ?name { … }`: where what stands between the braces begins and ends, and its words."""

    name: str
    start: int
    end: int
    content: tuple[str, ...]


def _blocks(sparql: str) -> Iterator[_Block]:
    found = tokens(sparql)
    for index, token in enumerate(found[:-3]):
        variable, brace = found[index + 1], found[index + 2]
        if token.is_word("VALUES") and variable.kind == "variable" and _is_mark(brace, "{"):
            close = next((i for i in range(index + 3, len(found)) if _is_mark(found[i], "}")), len(found) - 1)
            content = tuple(token.text for token in found[index + 3 : close])
            yield _Block(variable.text[1:], brace.end, found[close].start, content)


def _is_mark(token: Token, mark: str) -> bool:
    return token.kind == "mark" and token.text == mark


class _Body:
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
            if token.depth == 0 and (token.is_word("WHERE", "FROM") or _is_mark(token, "{")):
                break
            if token.kind == "variable":
                last = token.text[1:]
            if token.depth == 0 and (token.kind == "variable" or _is_mark(token, ")")):
                columns.append(last)
        if not columns or len(set(columns)) != len(columns):
            raise self._invalid(
                self._tokens[start].start, "SELECT 应逐一列出各列且不重复", "SELECT must list its columns, each once"
            )
        return tuple(columns)

    def check(self, query: SavedQuery) -> None:
        """Raise SavedQueryInvalid unless language and parameters each have their blocks with one row, the default."""
        expected = {"lang": _string("zh")}
        for parameter in query.parameters:
            default = parameter.default
            expected[parameter.name] = "UNDEF" if default is None else _term(parameter, default, CANONICAL_BASE, None)
        found: set[str] = set()
        for block in _blocks(self._sparql):
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
        for name, term in expected.items():
            if name not in found:
                missing = f"VALUES ?{name} {{ {term} }}"
                raise self._invalid(0, f"缺少 {missing}", f"there is no {missing}")

    def _invalid(self, position: int, zh: str, en: str) -> SavedQueryInvalid:
        return SavedQueryInvalid(self._name, self._offset + self._sparql.count("\n", 0, position) + 1, zh, en)


def _expanded(term: str) -> str:
    """A term with the one prefixed name or datatype in it written out."""
    match = re.fullmatch(r"(?P<before>.*\^\^)?(?P<prefix>[a-z]+):(?P<local>[\w/.-]*)", term, re.DOTALL)
    if match is None or match["prefix"] not in PREFIXES:
        return term
    return f"{match['before'] or ''}<{PREFIXES[match['prefix']]}{match['local']}>"


# ---- the header ----


class _HeaderReader:
    """Reads the YAML of a header, node by node, so that every complaint has its line."""

    def __init__(self, name: str, lines: list[str]) -> None:
        self._name = name
        try:
            root = yaml.compose("\n".join(lines), Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise SavedQueryInvalid(name, line, f"文件头不是 YAML：{error.problem}", f"not YAML: {error.problem}") from error
        except yaml.YAMLError as error:
            raise SavedQueryInvalid(name, 1, "文件头不是 YAML", "the header is not YAML") from error
        if root is None:
            raise SavedQueryInvalid(name, 1, "没有以 #+ 开头的文件头", "there is no header of lines that begin with #+")
        self._root = root

    def query(self, slug: str, sparql: str, body: _Body) -> SavedQuery:
        """What the header says, with the columns of the body."""
        fields = self._mapping(
            self._root, required=("title", "description", "order", "tags", "chart"), optional=("parameters",)
        )
        columns = body.columns()
        parameters: list[Parameter] = []
        for node in self._sequence(fields["parameters"]) if "parameters" in fields else []:
            parameter = self._parameter(node)
            if parameter.name in {p.name for p in parameters}:
                raise self._invalid(node, f"参数 {parameter.name} 重复", f"the parameter {parameter.name} comes twice")
            parameters.append(parameter)
        return SavedQuery(
            slug=slug,
            title=self._bilingual(fields["title"]),
            description=self._bilingual(fields["description"]),
            order=self._positive(fields["order"]),
            tags=tuple(self._matching(node, _SLUG) for node in self._sequence(fields["tags"])),
            chart=self._chart(fields["chart"], columns),
            parameters=tuple(parameters),
            columns=columns,
            sparql=sparql,
        )

    def _parameter(self, node: yaml.Node) -> Parameter:
        fields = self._mapping(node, required=("name", "type", "label", "default"), optional=("description", "class", "scheme"))
        name = self._matching(fields["name"], _NAME)
        if name in _RESERVED:
            raise self._invalid(fields["name"], f"{name} 另有用途", f"{name} has a meaning of its own")
        kind = self._one_of(fields["type"], PARAMETER_TYPES)
        for key, wanted in (("class", kind == "iri"), ("scheme", kind == "concept")):
            if (key in fields) != wanted:
                raise self._invalid(
                    node,
                    f"类型 {kind} 的参数{'须' if wanted else '不可'}写 {key}",
                    f"a parameter of type {kind} {'needs' if wanted else 'has no'} {key}",
                )
        parameter = Parameter(
            name=name,
            type=kind,
            label=self._bilingual(fields["label"]),
            description=self._bilingual(fields["description"]) if "description" in fields else None,
            default=None if self._is_null(fields["default"]) else self._text(fields["default"]),
            klass=self._class(fields["class"]) if "class" in fields else None,
            scheme=self._matching(fields["scheme"], _SLUG) if "scheme" in fields else None,
        )
        if parameter.default is not None:
            try:
                _term(parameter, parameter.default, CANONICAL_BASE, None)
            except ParameterInvalid as error:
                raise self._invalid(fields["default"], error.zh, error.en) from error
        return parameter

    def _chart(self, node: yaml.Node, columns: tuple[str, ...]) -> Chart:
        kinds = self._mapping(node, required=("type",), optional=None)
        kind = self._one_of(kinds["type"], tuple(CHARTS))
        needed, possible = CHARTS[kind]
        fields = self._mapping(node, required=("type", *needed), optional=possible)
        return Chart(kind, {role: self._one_of(at, columns) for role, at in fields.items() if role != "type"})

    def _class(self, node: yaml.Node) -> str:
        prefix, colon, local = self._text(node).partition(":")
        if not colon or prefix not in PREFIXES or not re.fullmatch(r"\w+", local):
            raise self._invalid(node, "应为带前缀的类名，如 zwgk:PublicUnit", "a class such as zwgk:PublicUnit is expected")
        return PREFIXES[prefix] + local

    def _mapping(self, node: yaml.Node, *, required: tuple[str, ...], optional: tuple[str, ...] | None) -> dict[str, yaml.Node]:
        """The fields of a mapping; with `optional` None, any others are let pass."""
        if not isinstance(node, yaml.MappingNode):
            raise self._invalid(node, "应为键与值", "keys and values are expected")
        fields: dict[str, yaml.Node] = {}
        for key_node, value in node.value:
            key = self._text(key_node)
            if key in fields:
                raise self._invalid(key_node, f"{key} 重复", f"{key} comes twice")
            if optional is not None and key not in required + optional:
                choices = required + optional
                raise self._invalid(
                    key_node,
                    f"不认识 {key}；可用：{'、'.join(choices)}",
                    f"{key} is not known; use: {', '.join(choices)}",
                )
            fields[key] = value
        for key in required:
            if key not in fields:
                raise self._invalid(node, f"缺少 {key}", f"{key} is missing")
        return fields

    def _sequence(self, node: yaml.Node) -> list[yaml.Node]:
        if not isinstance(node, yaml.SequenceNode):
            raise self._invalid(node, "应为列表", "a list is expected")
        return list(node.value)

    def _bilingual(self, node: yaml.Node) -> Bilingual:
        fields = self._mapping(node, required=LANGUAGES, optional=())
        return Bilingual(self._text(fields["zh"]), self._text(fields["en"]))

    def _text(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode) or self._is_null(node) or not node.value.strip():
            raise self._invalid(node, "应有文字", "a text is expected")
        return str(node.value).strip()

    def _positive(self, node: yaml.Node) -> int:
        value = self._text(node)
        if not re.fullmatch(r"[1-9][0-9]{0,5}", value):
            raise self._invalid(node, "应为正整数", "a positive integer is expected")
        return int(value)

    def _matching(self, node: yaml.Node, pattern: re.Pattern[str]) -> str:
        value = self._text(node)
        if not pattern.fullmatch(value):
            raise self._invalid(node, f"{value} 应合于 {pattern.pattern}", f"{value} must match {pattern.pattern}")
        return value

    def _one_of(self, node: yaml.Node, choices: tuple[str, ...]) -> str:
        value = self._text(node)
        if value not in choices:
            raise self._invalid(node, f"{value} 应为其一：{'、'.join(choices)}", f"{value} must be one of {', '.join(choices)}")
        return value

    def _is_null(self, node: yaml.Node) -> bool:
        return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"

    def _invalid(self, node: yaml.Node, zh: str, en: str) -> SavedQueryInvalid:
        return SavedQueryInvalid(self._name, node.start_mark.line + 1, zh, en)
