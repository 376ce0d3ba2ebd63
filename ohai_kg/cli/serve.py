"""`ohai-kg serve`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ohai_kg.cli.options import project_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址。Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="端口。Port.")
@click.option("--no-build", is_flag=True, help="输入有改动时只提示，不重新构建。Only tell of changed inputs; do not rebuild.")
@project_option
def command(directory: Path | None, host: str, port: int, *, no_build: bool) -> None:
    """启动网站和 SPARQL 端点；没有版本或输入有改动时先构建。

    Start the site and the SPARQL endpoint; builds first where there is no release or the inputs changed.
    """
    from ohai_kg.cli.freshness import ensure_release
    from ohai_kg.errors import ReleaseDamaged
    from ohai_kg.project import open_project
    from ohai_kg.web.server import run

    project = open_project(directory)
    try:
        release = ensure_release(project, rebuild=not no_build).id
    except ReleaseDamaged as damage:
        # The newest whole release is served; where there is none, /readyz tells why until there is.
        click.echo(f"{damage.zh}\n{damage.en}", err=True)
        release = "?"
    click.echo(f"版本 {release}，地址 http://{host}:{port}/ 。Release {release} at http://{host}:{port}/", err=True)
    run(project, host=host, port=port)
