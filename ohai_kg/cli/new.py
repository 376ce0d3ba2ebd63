"""`ohai-kg new`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("new")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
def command(directory: Path) -> None:
    """在空目录 DIR 中新建项目，内有一个能构建的虚构样例；打印其路径。

    Start a project in the empty directory DIR with an invented example that builds; prints its path.
    """
    from ohai_kg.starter import start_project

    root = start_project(directory)
    click.echo(
        "已新建项目，内为虚构样例；README.md 说明怎样换成本区的数据。下一步：\n"
        "A project with an invented example was made; its README.md says how to put in your own data. Next:\n"
        f'  ohai-kg build --project "{directory}"\n'
        f'  ohai-kg serve --project "{directory}"',
        err=True,
    )
    click.echo(root)
