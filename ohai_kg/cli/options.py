"""Options that several verbs have."""

from __future__ import annotations

from pathlib import Path

import click

project_option = click.option(
    "--project",
    "directory",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="项目目录（默认为当前目录、其上级或随附的项目）。"
    "The project directory (default: the current one, a parent, or the bundled one).",
)


def _mapping(_context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """`E=deadline` and its like as a mapping; several may stand in one value, separated by commas."""
    mapping: dict[str, str] = {}
    for pair in (part for value in given for part in value.replace("，", ",").split(",")):
        column, equals, role = pair.rpartition("=")
        if not equals or not column.strip() or not role.strip():
            raise click.BadParameter(f"“{pair}”应写作 列=含义，如 E=deadline。Write column=role, such as E=deadline.")
        mapping[column.strip()] = role.strip()
    return mapping


columns_option = click.option(
    "--columns",
    "columns",
    multiple=True,
    callback=_mapping,
    metavar="E=deadline",
    help="指定某列的含义（列字母或栏目名=含义），可多次给出；只限一张工作表的写作 表名!E=deadline。"
    "What a column holds, by letters or heading; may be repeated; for one sheet only: SHEET!E=deadline.",
)
