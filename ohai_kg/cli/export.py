"""`ohai-kg export`: everything the platform takes, on a disk, and the check of it."""

from __future__ import annotations

from pathlib import Path

import click

from ohai_kg.cli.options import project_option


@click.command("export")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--release", "release_id", help="版本编号（默认现用版本）。Which release (default: the current one).")
@click.option("--verify", is_flag=True, help="不导出，只核对 DIR 中的数据包。Check the package in DIR instead.")
@project_option
def command(directory: Path | None, folder: Path, release_id: str | None, *, verify: bool) -> None:
    """把一个版本的全部格式、数据表、校验报告、来历连同校验和写入 DIR。

    Write everything the platform takes of a release to DIR: all formats, tables, reports, provenance and checksums.
    """
    if verify:
        _verify(folder)
        return
    from ohai_kg.project import open_project
    from ohai_kg.publication.handover import hand_over
    from ohai_kg.publication.packages import Packages
    from ohai_kg.releases import Releases

    project = open_project(directory)
    releases = Releases(project.home)
    release = releases.get(release_id) if release_id else releases.current()
    packages = Packages(releases)
    click.echo(f"正在导出 {release.id} …… Exporting ...", err=True)
    hand_over(packages.make(release), folder)
    packages.prune(project.settings.keep_releases)
    click.echo(str(folder))


def _verify(folder: Path) -> None:
    from ohai_kg.publication.handover import verify

    discrepancies = verify(folder)
    for found in discrepancies:
        click.echo(f"{found.path}：{found.zh}。{found.en}")
    if discrepancies:
        raise SystemExit(1)
    click.echo("完好。The package is whole.", err=True)
