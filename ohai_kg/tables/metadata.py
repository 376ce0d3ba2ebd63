"""The W3C CSVW description of a folder of tables (Metadata Vocabulary for Tabular Data, 2015).

The library `csvw` reads `csv-metadata.json`; what a row loop needs of it is kept in three small frozen classes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import csvw
from uritemplate import URITemplate

from ohai_kg.errors import Fault, TableFaults

if TYPE_CHECKING:
    from pathlib import Path

METADATA_NAME: Final = "csv-metadata.json"
DATATYPES: Final = frozenset({"string", "integer", "decimal", "boolean", "date", "duration", "anyURI"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column; a virtual one has no cells and only adds statements."""

    name: str
    titles: tuple[str, ...]
    datatype: str
    minimum: int | None
    required: bool
    separator: str | None
    lang: str | None
    virtual: bool
    suppressed: bool
    about: URITemplate | None
    predicate: str | None
    value: URITemplate | None

    @property
    def title(self) -> str:
        """The title a clerk sees."""
        return self.titles[0] if self.titles else self.name


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Columns whose values must occur in columns of another table of the folder."""

    columns: tuple[str, ...]
    table: str
    target: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its file, the name faults give it, its columns and keys."""

    path: Path
    label: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]

    @property
    def cells(self) -> tuple[Column, ...]:
        """The columns that stand in the file."""
        return tuple(column for column in self.columns if not column.virtual)


def read_metadata(path: Path, label: str) -> list[Table]:
    """The tables that `path` (a csv-metadata.json) describes; `label` is how faults name its folder.

    Raises TableFaults where it is not JSON, not CSVW, or uses a datatype that is not read here.
    """
    file = f"{label}/{path.name}"
    try:
        _refuse_elsewhere(json.loads(path.read_text(encoding="utf-8-sig")), file)
        group = csvw.TableGroup.from_file(path)
        tables = [_read_table(table, path, label) for table in group.tables]
    except UnicodeDecodeError as error:
        raise TableFaults(
            [Fault(file, None, None, f"字节 0x{error.object[error.start]:02x}", "UTF-8 文本", "UTF-8 text")]
        ) from None
    except json.JSONDecodeError as error:
        raise TableFaults([Fault(file, error.lineno, None, error.msg, "JSON", "JSON")]) from None
    except (AssertionError, AttributeError, KeyError, OSError, TypeError, ValueError) as error:
        raise TableFaults(
            [Fault(file, None, None, str(error) or path.name, "W3C CSVW 表格描述", "a W3C CSVW description")]
        ) from None
    faults = [
        Fault(file, None, column.title, column.datatype, "、".join(sorted(DATATYPES)), " or ".join(sorted(DATATYPES)))
        for table in tables
        for column in table.columns
        if column.datatype not in DATATYPES
    ]
    if faults:
        raise TableFaults(faults)
    return tables


def _refuse_elsewhere(described: Any, file: str) -> None:
    """Raise TableFaults where a schema or a dialect is only named: the library would fetch it."""
    groups = [described, *described.get("tables", ())] if isinstance(described, dict) else []
    for group in groups:
        for key in ("tableSchema", "dialect"):
            if isinstance(group, dict) and isinstance(group.get(key), str):
                raise TableFaults([Fault(file, None, key, group[key], "写在本文件中的对象", "an object in this file itself")])


def _read_table(table: Any, path: Path, label: str) -> Table:
    schema = table.tableSchema
    return Table(
        path=path.parent / str(table.url),
        label=f"{label}/{table.url}",
        columns=tuple(_read_column(column) for column in schema.columns),
        primary_key=tuple(schema.primaryKey or ()),
        foreign_keys=tuple(
            ForeignKey(tuple(key.columnReference), str(key.reference.resource), tuple(key.reference.columnReference))
            for key in schema.foreignKeys
        ),
    )


def _read_column(column: Any) -> Column:
    datatype = column.inherit("datatype")
    language = column.inherit("lang")
    return Column(
        name=column.name,
        titles=_titles(column),
        datatype=datatype.base if datatype else "string",
        minimum=datatype.minimum if datatype else None,
        required=bool(column.inherit("required")),
        separator=column.inherit("separator"),
        lang=None if language in (None, "und") else language,
        virtual=bool(column.virtual),
        suppressed=bool(column.suppressOutput),
        about=_template(column.inherit("aboutUrl")),
        predicate=None if column.inherit("propertyUrl") is None else str(column.inherit("propertyUrl")),
        value=_template(column.inherit("valueUrl")),
    )


def _titles(column: Any) -> tuple[str, ...]:
    """All titles in every language, Chinese first, then the column's name: a header may carry any of them."""
    if column.titles is None:
        return (column.name,)
    by_language = column.titles.value
    ordered = sorted(by_language, key=lambda language: language != "zh")
    found: list[str] = []
    for language in ordered:
        values = by_language[language]
        found.extend([values] if isinstance(values, str) else values)
    return (*dict.fromkeys(found), *([column.name] if column.name not in found else []))


def _template(value: Any) -> URITemplate | None:
    return None if value is None else URITemplate(str(value))
