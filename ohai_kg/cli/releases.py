"""`ohai-kg releases`: what was published, and going back."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from ohai_kg.cli.options import project_option

if TYPE_CHECKING:
    from pathlib import Path

    from ohai_kg.store import Releases


def _releases(directory: Path | None) -> Releases:
    from ohai_kg.project import open_project
    from ohai_kg.store import Releases

    return Releases(open_project(directory).home)


@click.group("releases")
def command() -> None:
    """查看、比较、回退、清理版本。

    List, show, compare, roll back and prune releases.
    """


@command.command("list")
@project_option
def list_releases(directory: Path | None) -> None:
    """列出所有版本，新的在前，现用的带星号。

    All releases, newest first; the current one has a star.
    """
    releases = _releases(directory)
    current = releases.current_id()
    for release in releases.history():
        mark = "*" if release.id == current else " "
        click.echo(f"{mark} {release.id}  {release.manifest.created}  {release.manifest.quads}")


@command.command("show")
@click.argument("release_id", required=False)
@project_option
def show(release_id: str | None, directory: Path | None) -> None:
    """以 JSON 显示一个版本（默认现用版本）的清单。

    The manifest of a release (default: the current one) as JSON.
    """
    releases = _releases(directory)
    release = releases.get(release_id) if release_id else releases.current()
    click.echo(json.dumps(asdict(release.manifest), ensure_ascii=False, indent=1))


@command.command("diff")
@click.argument("since", metavar="A")
@click.argument("until", metavar="B")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "patch", "added", "removed"]),
    default="text",
    show_default=True,
    help="patch：RDF Patch；added、removed：N-Quads。",
)
@project_option
def diff(since: str, until: str, directory: Path | None, form: str) -> None:
    """从版本 A 到版本 B 变了什么。

    What changed from release A to release B.
    """
    from ohai_kg.export import changes

    folder = changes.Changes(_releases(directory)).make(since, until)
    names = {"patch": changes.PATCH, "added": changes.ADDED_NAME, "removed": changes.REMOVED_NAME, "json": changes.SUMMARY}
    if form in names:
        with (folder / names[form]).open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)
        return
    told = json.loads((folder / changes.SUMMARY).read_text(encoding="utf-8"))
    for resource in told["resources"]:
        click.echo(resource["text"]["zh"])
    if told["truncated"]:
        click.echo("……")
    click.echo(
        f"增 {told['added']} 句，删 {told['removed']} 句，涉及 {told['changed_resources']} 个资源。"
        f"{told['added']} added, {told['removed']} removed, {told['changed_resources']} resources.",
        err=True,
    )


@command.command("rollback")
@click.argument("release_id")
@project_option
def rollback(release_id: str, directory: Path | None) -> None:
    """改用另一版本。

    Make another release current.
    """
    click.echo(_releases(directory).rollback(release_id).id)


@command.command("prune")
@click.option("--keep", type=click.IntRange(1), help="保留几个（默认见设置）。How many to keep (default: the setting).")
@project_option
def prune(keep: int | None, directory: Path | None) -> None:
    """删除旧版本，打印所删编号。

    Delete old releases; prints their ids.
    """
    from ohai_kg.project import open_project
    from ohai_kg.store import Releases

    project = open_project(directory)
    for release_id in Releases(project.home).prune(keep or project.settings.keep_releases):
        click.echo(release_id)
