"""The header of a saved query: YAML in comment lines that begin with `#+`."""

from __future__ import annotations

import re
from typing import Final

import yaml

from ohai_kg.errors import ParameterInvalid, SavedQueryInvalid
from ohai_kg.namespaces import PREFIXES
from ohai_kg.questions.binding import term
from ohai_kg.questions.model import LANGUAGES, Bilingual, Chart, Parameter, SavedQuery

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
_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")


class HeaderReader:
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

    def query(self, slug: str, sparql: str, columns: tuple[str, ...]) -> SavedQuery:
        """What the header says of a query with these columns."""
        fields = self._mapping(
            self._root,
            required=("title", "description", "order", "tags", "chart"),
            optional=("parameters", "answer", "columns"),
        )
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
            answer=self._sentence(fields["answer"], columns) if "answer" in fields else None,
            headings=self._headings(fields["columns"], columns) if "columns" in fields else {},
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
            classes=self._classes(fields["class"]) if "class" in fields else (),
            scheme=self._matching(fields["scheme"], _SLUG) if "scheme" in fields else None,
        )
        if parameter.default is not None:
            try:
                term(parameter, parameter.default)
            except ParameterInvalid as error:
                raise self._invalid(fields["default"], error.zh, error.en) from error
        return parameter

    def _chart(self, node: yaml.Node, columns: tuple[str, ...]) -> Chart:
        kinds = self._mapping(node, required=("type",), optional=None)
        kind = self._one_of(kinds["type"], tuple(CHARTS))
        needed, possible = CHARTS[kind]
        fields = self._mapping(node, required=("type", *needed), optional=possible)
        return Chart(kind, {role: self._one_of(at, columns) for role, at in fields.items() if role != "type"})

    def _sentence(self, node: yaml.Node, columns: tuple[str, ...]) -> Bilingual:
        sentence = self._bilingual(node)
        for name in _PLACEHOLDER.findall(sentence.zh + sentence.en):
            if name.removesuffix(":last") not in (*columns, "rows"):
                raise self._invalid(node, f"没有名为 {name} 的列", f"there is no column {name}")
        return sentence

    def _headings(self, node: yaml.Node, columns: tuple[str, ...]) -> dict[str, Bilingual]:
        return {name: self._bilingual(at) for name, at in self._mapping(node, required=(), optional=columns).items()}

    def _classes(self, node: yaml.Node) -> tuple[str, ...]:
        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
        return tuple(self._class(one) for one in nodes)

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
