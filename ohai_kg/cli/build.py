"""`ohai-kg build`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ohai_kg.cli.options import project_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command("build")
@click.option("--check", is_flag=True, help="只构建和校验，不发布。Build and validate without publishing.")
@project_option
def command(directory: Path | None, *, check: bool) -> None:
    """由数据表、本体和形状生成一个新版本，并打印其编号。

    Make a release from tables, ontology and shapes; prints its id.
    """
    from ohai_kg.build import build
    from ohai_kg.project import open_project

    built = build(open_project(directory), publish=not check)
    click.echo(f"{built.quads} 条语句，符合 core 规则。{built.quads} quads, conformant with core.", err=True)
    if built.release is not None:
        click.echo(built.release.id)
