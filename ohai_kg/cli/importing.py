"""`ohai-kg import`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ohai_kg.cli.options import columns_option, project_option
from ohai_kg.cli.progress import progress_lines

if TYPE_CHECKING:
    from datetime import datetime

    from ohai_kg.catalogues.importing import Imported
    from ohai_kg.catalogues.rows import CatalogueItem
    from ohai_kg.project import Project

FORMATS = ("text", "json")


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--issuer",
    required=True,
    metavar="CODE",
    help="编制单位：单位键，或行政区划代码（即该地政府）。The issuing unit's key, or a region code for its government.",
)
@click.option(
    "--key", metavar="K", help="目录的键；默认由标题所含领域或文件名得出。Key of the catalogue; default from title or name."
)
@click.option(
    "--profile", "names", multiple=True, metavar="P", help="规则集；默认 national2019。Profile; default national2019."
)
@columns_option
@click.option("--issued", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="目录的编制日期。Date of this edition.")
@click.option("--dry-run", is_flag=True, help="不写入，只说明会怎样。Write nothing; say what would happen.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="输出格式。Format.")
@project_option
def command(
    directory: Path | None,
    file: Path,
    issuer: str,
    key: str | None,
    names: tuple[str, ...],
    columns: dict[str, str],
    issued: datetime | None,
    form: str,
    *,
    dry_run: bool,
) -> None:
    """把一份目录（xlsx、xls、ods、csv、docx、网页）导入 data/catalogues/，并校验。

    同一文件再次导入不作改动；改过的文件以同一键导入，列出差别。退出码：0 已导入，1 已导入但有违反，2 未能导入，未作改动。

    Read a catalogue into data/catalogues/ and validate it. Exit codes: 0 imported, 1 imported with violations, 2 could not.
    """
    from ohai_kg.catalogues.importing import Wishes, import_workbook
    from ohai_kg.project import open_project
    from ohai_kg.shacl import load_profile

    project = open_project(directory)
    profiles = [load_profile(project.shapes_root(name), name) for name in names or ("national2019",)]
    wishes = Wishes(issuer, key, f"{issued:%Y-%m-%d}" if issued else None, columns)
    with progress_lines() as progress:
        imported = import_workbook(project, file, wishes, profiles, dry_run=dry_run, progress=progress)
    _tell(project, imported, key, dry_run=dry_run)
    click.echo(_json(project, imported) if form == "json" else _text(imported), nl=False)
    sys.exit(0 if imported.checked.report.passes else 1)


def _text(imported: Imported) -> str:
    color = sys.stdout.isatty()
    return f"{imported.difference.to_text()}\n\n{imported.checked.report.to_text(color=color)}"


def _json(project: Project, imported: Imported) -> str:
    edition = imported.edition
    told = {
        "catalogue": {
            "folder": project.label(imported.folder),
            "title": imported.checked.catalogue.title,
            "issuer": edition.issuer,
            "key": edition.key,
            "publisher": edition.publisher,
            "domain": edition.domain,
            "issued": edition.issued,
        },
        "changes": imported.changes,
        "written": imported.written,
        "difference": imported.difference.to_dict(),
        "report": imported.checked.report.to_dict(),
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _has_unclear_words(item: CatalogueItem) -> bool:
    """Whether a value is filled in and not understood: the profile `national2019` only asks whether it is there."""
    values = (item.bases, item.time_limit)
    return bool(item.unknown.keys() & {"mode", "attribute"}) or any(value and not value.understood for value in values)


def _tell(project: Project, imported: Imported, key: str | None, *, dry_run: bool) -> None:
    """On stderr: where the catalogue went, the key that was chosen for it, and what to do next."""
    label = project.label(imported.folder)
    if key is None:
        chosen = imported.edition.key
        click.echo(f"目录的键为 {chosen}；可用 --key 另定。The key is {chosen}; --key sets another.", err=True)
    if imported.edition.publisher is None:
        issuer = imported.edition.issuer
        click.echo(
            f"编制单位 {issuer} 没有登记，按其代码收入；登记于 data/registry/units.csv 后重新导入即可写明。"
            f"The issuer {issuer} is not registered; taken in under its code. Register it and import again to name it.",
            err=True,
        )
    if imported.edition.domain is None:
        click.echo("标题中看不出是哪一个全国领域，未填。No single national domain in the title; none was set.", err=True)
    if unclear := sum(map(_has_unclear_words, imported.checked.catalogue.items)):
        click.echo(
            f"{unclear} 项的依据、时限或方式有未能识别的写法，原文照存；逐格见 ohai-kg validate（规则集 elements）。"
            f"{unclear} item(s) have a basis, time limit or mode that was not understood; the words are kept. "
            "`ohai-kg validate` (profile elements) lists the cells.",
            err=True,
        )
    if not imported.changes:
        click.echo(f"{label} 没有变化，未作改动。{label} is unchanged; nothing was written.", err=True)
    elif dry_run:
        click.echo(f"试运行：会写入 {label}，未作改动。Dry run: would write {label}; nothing was written.", err=True)
    else:
        click.echo(f"已写入 {label}。Written: {label}.\n下一步 Next: ohai-kg build", err=True)
