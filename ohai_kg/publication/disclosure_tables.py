"""A proactive catalogue, on-request catalogue or negative list as the table a clerk expects: csv and xlsx."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ohai_kg.office.answers import AnswerTable, Cell, csv_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from ohai_kg.publication.disclosure_lists import DisclosureList, Row

_MODES: Final = {"proactive": "主动公开", "on-request": "依申请公开"}
_HEADS: Final = (
    "序号", "事项名称", "公开内容", "公开依据", "公开主体", "公开时限", "公开渠道和载体", "公开对象", "公开方式", "来源",
)  # fmt: skip
_GROUND_HEAD: Final = "不公开理由"


def heads(kind: str) -> tuple[str, ...]:
    """The columns of a list of that kind; a negative list gives the ground in place of the mode."""
    return (*_HEADS[:8], _GROUND_HEAD, _HEADS[9]) if kind == "negative" else _HEADS


def set_out(one: DisclosureList, rows: Iterable[Row]) -> AnswerTable:
    """The table of a list from the rows of `entries_query`; a value nobody stated is an empty cell."""
    items: dict[str, dict[str, dict[str, Row]]] = {}
    for row in rows:
        values = items.setdefault(row["item"], {}).setdefault(row["property"].replace("#", "/").rpartition("/")[2], {})
        values.setdefault(row["value"], row)
    ordered = sorted(items.items(), key=lambda item: (_first(item[1], "inCatalogue"), _number(item[1]), item[0]))
    return AnswerTable(
        heads(one.kind), tuple(_line(number, values, one.kind) for number, (_, values) in enumerate(ordered, start=1))
    )  # fmt: skip


def _about(one: DisclosureList, release: str) -> dict[str, str]:
    """What the second sheet of the workbook says of the list."""
    return {
        "名称": one.title_zh,
        "领域": one.domain_zh or "未注明",
        "编制单位": one.issuer_zh or "未注明",
        "状态": one.status,
        "版次": one.version or "未注明",
        "事项数": str(one.items),
        "数据版本": release,
        "标识": one.iri,
        "说明": "由公开事项的公开属性（没有属性的取公开方式）归集，尚未由编制单位发布；空格表示来源没有写明。",
    }


def render_table(
    one: DisclosureList, table: AnswerTable, form: str, release: str, *, people: bool = True, created: datetime | None = None
) -> bytes:
    """The table as `csv` (see `csv_of` for `people`) or `xlsx`, whose second sheet says what it is and of which release."""
    if form == "csv":
        return csv_of(table, people=people)
    from ohai_kg.office.spreadsheet import write_workbook

    return write_workbook(table, _about(one, release), created=created)


def _line(number: int, values: Mapping[str, Mapping[str, Row]], kind: str) -> tuple[Cell | None, ...]:
    ground = _texts(values, "nonDisclosureGround") or _texts(values, "verbatimGround")
    source = "　".join(text for text in (_texts(values, "inCatalogue"), _texts(values, "sourceLocation")) if text)
    texts = (
        _texts(values, "label"),
        _texts(values, "content", "\n"),
        _texts(values, "basis", "\n"),
        _texts(values, "publisher"),
        _texts(values, "timeLimit", "；"),
        "、".join(text for text in (_texts(values, "channel"), _texts(values, "channelCarrier")) if text),
        _texts(values, "audience"),
        ground if kind == "negative" else _MODES[kind],
        source,
    )
    return (Cell(str(number), is_iri=False, value=number), *(_cell(text) for text in texts))


def _cell(text: str) -> Cell | None:
    return Cell(text, is_iri=False, value=text) if text else None


def _texts(values: Mapping[str, Mapping[str, Row]], name: str, separator: str = "、") -> str:
    """All values of one property: labels in the order of their code list, words as they are."""
    rows = sorted(values.get(name, {}).values(), key=lambda row: (int(row["order"] or 0), row["value"]))
    return separator.join(dict.fromkeys(_text(name, row) for row in rows))


def _text(name: str, row: Row) -> str:
    if name == "timeLimit":
        return row["text"] or row["label"] or row["value"]
    label = row["label"] or row["value"]
    if name == "basis" and row["label"]:
        label = row["label"] if row["label"].startswith("《") or row["label"] == row["number"] else f"《{row['label']}》"
        return f"{label}（{row['number']}）" if row["number"] and row["number"] != row["label"] else label
    return label


def _first(values: Mapping[str, Mapping[str, Row]], name: str) -> str:
    return min(values.get(name, {"": {}}))


def _number(values: Mapping[str, Mapping[str, Row]]) -> int:
    return min((int(value) for value in values.get("order", {})), default=0)
