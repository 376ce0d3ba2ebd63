"""The flat tables platforms take, a row a data set: 政务信息资源目录 (发改高技〔2017〕1272号), Zhejiang's 公共数据开放目录.

Heads and their order are those of the two rules. A value that nobody states (settings `sharing_type` and following) is left
empty; 共享类型 and 开放类型 are never derived from 公开方式, which is another code list.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ohai_kg.office.answers import AnswerTable, Cell, csv_of
from ohai_kg.publication.disclosure_tables import heads

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ohai_kg.publication.dcat.site import Site
    from ohai_kg.releases import Manifest
    from ohai_kg.settings import Settings

RESOURCE_HEADS: Final = (
    "信息资源分类", "信息资源名称", "信息资源代码", "信息资源提供方", "信息资源提供方代码", "信息资源摘要", "信息资源格式分类",
    "信息资源格式类型", "信息项名称", "数据类型", "共享类型", "共享条件", "共享方式分类", "共享方式类型", "是否向社会开放",
    "开放条件", "更新周期", "发布日期", "关联资源代码",
)  # fmt: skip
"""Core metadata of 政务信息资源目录, in the order of the guide."""
OPEN_DATA_HEADS: Final = ("目录名称", "目录摘要", "数据项", "数据格式", "更新频率", "开放主体", "开放类型", "开放条件")
"""Fields of 浙江省公共数据开放目录, in their order."""
_METADATA: Final = "csv-metadata.json"
_TYPES: Final = {
    "integer": "整数型", "nonNegativeInteger": "整数型", "positiveInteger": "整数型", "decimal": "数值型", "double": "数值型",
    "number": "数值型", "boolean": "布尔型", "date": "日期型", "dateTime": "日期时间型",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Resource:
    """One data set: `items` are its columns with their data types, empty for a graph."""

    name: str
    summary: str
    format_class: str
    format_type: str
    items: tuple[tuple[str, str], ...]
    provider: str
    provider_code: str
    issued: str


def list_resources(site: Site, manifest: Manifest, data: Path) -> list[Resource]:
    """What is published: the graph, every table under `data`, every catalogue and negative list."""
    row = next(iter(site.answers.get("publisher", ())), {"zh": "", "code": ""})
    shared = {"provider": row["zh"], "provider_code": row["code"], "issued": manifest.created[:10]}
    title = site.settings.title_zh
    found = [Resource(title, f"{manifest.quads} 条语句，{len(manifest.graphs)} 个命名图。", "自描述格式", "RDF", (), **shared)]
    for source, table, columns in _tables(data):
        summary = f"{title}所据数据表，{len(columns)} 栏，来源 {source}。"
        found.append(Resource(f"{table}（{source}）", summary, "电子表格", "csv", columns, **shared))
    for one in site.lists:
        items = tuple((head, "整数型" if head == "序号" else "字符型") for head in heads(one.kind))
        provider = {"provider": one.issuer_zh, "provider_code": "", "issued": shared["issued"]} if one.issuer else shared
        found.append(Resource(one.title_zh, f"{one.items} 项公开事项。", "电子表格", "xlsx", items, **provider))
    return found


def resource_table(resources: Sequence[Resource], settings: Settings) -> AnswerTable:
    """政务信息资源目录: a row a resource, several columns of one resource in one cell, their types in the same order."""
    stated = (
        settings.sharing_type,
        settings.sharing_condition,
        settings.sharing_mode_class,
        settings.sharing_mode,
        settings.open_to_public,
        settings.open_condition,
        settings.update_frequency,
    )
    rows = []
    for number, one in enumerate(resources, start=1):
        names, kinds = "、".join(name for name, _ in one.items), "、".join(kind for _, kind in one.items)
        source = (one.provider, one.provider_code, one.summary, one.format_class, one.format_type, names, kinds)
        code = resource_code(settings, number)
        rows.append((settings.resource_class, one.name, code, *source, *stated, one.issued, ""))
    return _table(RESOURCE_HEADS, rows)


def open_data_table(resources: Sequence[Resource], settings: Settings) -> AnswerTable:
    """公共数据开放目录: a row a resource."""
    return _table(
        OPEN_DATA_HEADS,
        [
            (
                one.name, one.summary, "、".join(name for name, _ in one.items), one.format_type, settings.update_frequency,
                one.provider, settings.open_type, settings.open_condition,
            )
            for one in resources
        ],
    )  # fmt: skip


def resource_code(settings: Settings, number: int) -> str:
    """信息资源代码: the class code, a stroke and a serial number; '' where the publisher states no class."""
    return f"{settings.resource_class}/{number:06}" if settings.resource_class else ""


def unstated(table: AnswerTable) -> list[str]:
    """The heads under which no row has a value."""
    return [head for column, head in enumerate(table.columns) if all(row[column] is None for row in table.rows)]


def about_table(name: str, table: AnswerTable, release: str) -> dict[str, str]:
    """What the second sheet of the workbook says."""
    missing = "、".join(unstated(table)) or "无"
    return {
        "名称": name,
        "数据版本": release,
        "没有填写的栏": missing,
        "说明": "没有填写的栏，发布单位未作说明；不由公开方式推定。",
    }


FLAT_TABLES: Final = {
    "resources": ("政务信息资源目录", resource_table),
    "open-data": ("公共数据开放目录", open_data_table),
}
"""The two tables by the name in their addresses: title, and what makes them."""


def render_flat(
    name: str, form: str, resources: Sequence[Resource], settings: Settings, release: str, *, people: bool = True
) -> bytes:
    """A table of `FLAT_TABLES` as `csv` (see `csv_of` for `people`) or `xlsx`."""
    title, tabulate = FLAT_TABLES[name]
    table = tabulate(resources, settings)
    if form == "csv":
        return csv_of(table, people=people)
    from ohai_kg.office.spreadsheet import write_workbook

    return write_workbook(table, about_table(title, table, release))


def _table(heads_: Sequence[str], rows: Sequence[tuple[str, ...]]) -> AnswerTable:
    cells = tuple(tuple(Cell(text, is_iri=False, value=text) if text else None for text in row) for row in rows)
    return AnswerTable(tuple(heads_), cells)


def _tables(data: Path) -> Iterator[tuple[str, str, tuple[tuple[str, str], ...]]]:
    """Source folder, title and columns of each described table."""
    for path in sorted(data.rglob(_METADATA)):
        metadata = json.loads(path.read_text(encoding="utf-8"))
        source = path.parent.relative_to(data).as_posix()
        for described in metadata.get("tables", [metadata]):
            columns = described.get("tableSchema", {}).get("columns", [])
            yield source, _chinese(described.get("dc:title"), described["url"]), tuple(map(_column, columns_shown(columns)))


def columns_shown(columns: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The columns that stand in the file."""
    return [column for column in columns if not column.get("virtual")]


def _column(column: dict[str, Any]) -> tuple[str, str]:
    datatype = column.get("datatype", "string")
    base = datatype.get("base", "string") if isinstance(datatype, dict) else datatype
    return _chinese(column.get("titles"), column.get("name", "")), "字符型" if column.get("separator") else _TYPES.get(
        base, "字符型"
    )


def _chinese(titles: Any, default: str) -> str:
    """The Chinese of a CSVW natural language property, else its first value, else `default`."""
    if isinstance(titles, dict):
        titles = titles.get("zh") or next(iter(titles.values()), default)
    if isinstance(titles, list):
        titles = titles[0] if titles else default
    return str(titles or default)
