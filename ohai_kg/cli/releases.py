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

    from ohai_kg.releases import Releases


def _releases(directory: Path | None) -> Releases:
    from ohai_kg.project import open_project
    from ohai_kg.releases import Releases

    return Releases(open_project(directory).home)


@click.group("releases")
def command() -> None:
    """查看、核对、比较、回退、清理版本。

    List, show, verify, compare, roll back and prune releases.
    """


@command.command("list")
@project_option
def list_releases(directory: Path | None) -> None:
    """列出所有版本，新的在前，现用的带星号。

    All releases, newest first; the current one has a star.
    """
    releases = _releases(directory)
    current = releases.named_id()
    whole = {release.id: release.manifest for release in releases.history()}
    for name in releases.ids():
        mark = "*" if name == current else " "
        about = f"{whole[name].created}  {whole[name].quads}" if name in whole else "清单损坏 manifest damaged"
        click.echo(f"{mark} {name}  {about}")


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
    from ohai_kg.publication import changes

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


@command.command("verify")
@click.argument("release_id", required=False)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@project_option
def verify(directory: Path | None, release_id: str | None, form: str) -> None:
    """逐个文件核对一个版本（默认全部版本）的校验和。退出码：0 完好，1 有损坏，2 未能核对。

    Compare every file of a release (default: of all) with its checksum. Exit codes: 0 whole, 1 damaged, 2 could not.
    """
    from ohai_kg.errors import ReleaseDamaged

    releases = _releases(directory)
    found = {name: releases.damages(name) for name in ([release_id] if release_id else releases.ids())}
    if release_id is None:
        try:
            releases.current_id()
        except ReleaseDamaged as damage:
            found[damage.file] = [damage]
    if form == "json":
        told = [
            {
                "release": name,
                "whole": not damages,
                "damages": [{"file": it.file, "expected": it.expected[1], "found": it.found[1]} for it in damages],
            }
            for name, damages in found.items()
        ]
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        for name, damages in found.items():
            click.echo(f"{name}  {'损坏 damaged' if damages else '完好 whole'}")
            for it in damages:
                click.echo(f"  {it.file}：应为 {it.expected[0]}，现为 {it.found[0]}。")
                click.echo(f"  {it.file}: expected {it.expected[1]}, found {it.found[1]}")
    sys.exit(1 if any(found.values()) else 0)


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
    from ohai_kg.releases import Releases

    project = open_project(directory)
    for release_id in Releases(project.home).prune(keep or project.settings.keep_releases):
        click.echo(release_id)
