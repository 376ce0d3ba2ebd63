"""`ohai-kg build`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ohai_kg.cli.options import project_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command("build")
@click.option("--check", is_flag=True, help="只构建和校验，不发布。Build and validate without publishing.")
@click.option("--keep-writes", is_flag=True, help="把写入的内容存入 data/local/。Save written statements to data/local/.")
@click.option("--discard-writes", is_flag=True, help="舍弃写入的内容。Drop written statements.")
@project_option
def command(directory: Path | None, *, check: bool, keep_writes: bool, discard_writes: bool) -> None:
    """由数据表、本体和形状生成一个新版本，并打印其编号。

    Make a release from tables, ontology and shapes; prints its id.
    """
    from ohai_kg.build import Writes, build
    from ohai_kg.project import open_project

    if keep_writes and discard_writes:
        raise click.UsageError("--keep-writes 与 --discard-writes 只能用一个。Use one of the two.")
    writes = Writes.KEEP if keep_writes else Writes.DISCARD if discard_writes else Writes.REFUSE
    built = build(open_project(directory), publish=not check, writes=writes)
    click.echo(f"{built.quads} 条语句，符合 core 规则。{built.quads} quads, conformant with core.", err=True)
    if built.release is not None:
        click.echo(built.release.id)
