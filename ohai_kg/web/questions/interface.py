"""What /openapi.json says of the saved queries: their parameters, with the values that the graph has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ohai_kg.web.questions.api import EXTENSIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ohai_kg.questions.choices import Choices
    from ohai_kg.questions.model import Parameter, SavedQuery

_SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "integer": {"type": "integer"},
    "date": {"type": "string", "format": "date"},
    "text": {"type": "string", "maxLength": 1000},
}
_WHOLE: Final = {"type": "integer", "minimum": 0}
_PAGING: Final = (
    ("lang", {"type": "string", "enum": ["zh", "en"], "default": "zh"}, "标签的语言 / Language of labels"),
    ("limit", _WHOLE, "至多几行；不填为全部 / Rows at most; all when absent"),
    ("offset", _WHOLE, "跳过几行 / Rows to skip"),
    ("bom", {"type": "boolean", "default": False}, "CSV 前加字节顺序标记 / Byte order mark before the CSV, for spreadsheets"),
)


def parameters(query: SavedQuery, choices: Mapping[str, Choices]) -> list[dict[str, Any]]:
    """The parameters of a saved query's address. A code list is an enumeration; of other things one is an example."""
    return [
        {"name": "extension", "in": "path", "required": True, "schema": {"type": "string", "enum": list(EXTENSIONS)}},
        *(_parameter(parameter, choices.get(parameter.name)) for parameter in query.parameters),
        *({"name": name, "in": "query", "schema": schema, "description": told} for name, schema, told in _PAGING),
    ]


def _parameter(parameter: Parameter, choices: Choices | None) -> dict[str, Any]:
    schema = dict(_SCHEMAS.get(parameter.type, {"type": "string"}))
    told = [f"{parameter.label.zh} / {parameter.label.en}"]
    if parameter.description:
        told.append(f"{parameter.description.zh} / {parameter.description.en}")
    described: dict[str, Any] = {"name": parameter.name, "in": "query", "required": False, "schema": schema}
    if choices is not None and choices.all:
        described["example"] = choices.all[0].key
        if parameter.type == "concept":
            schema["enum"] = [choice.key for choice in choices.all]
            told.append("、".join(f"{choice.key} {choice.label.zh}" for choice in choices.all))
    if parameter.default is not None:
        schema["default"] = int(parameter.default) if parameter.type == "integer" else parameter.default
    described["description"] = "\n\n".join(told)
    return described
