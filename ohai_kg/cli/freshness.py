"""What `serve` and `query` do first: see that there is a release, and that it was made from the inputs as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ohai_kg.releases import Releases

if TYPE_CHECKING:
    from ohai_kg.project import Project
    from ohai_kg.releases import Release


def ensure_release(project: Project, *, rebuild: bool) -> Release:
    """The current release; built first where there is none, or where inputs changed and `rebuild` allows it.

    A release that holds written statements is never rebuilt unasked. Raises NoRelease, ReleaseDamaged, and what a build
    raises.
    """
    releases = Releases(project.home)
    if releases.current_id() is not None:
        current = releases.current()
        if current.manifest.inputs == project.input_hashes():
            return current
        if not rebuild or current.manifest.written_graphs:
            click.echo(
                "输入已有改动，仍用现有版本；运行 ohai-kg build 更新。\n"
                "The inputs have changed; still using the current release. `ohai-kg build` makes a new one.",
                err=True,
            )
            return current
    from ohai_kg.build import build

    if not rebuild:
        return releases.current()
    click.echo("正在构建……Building ...", err=True)
    release = build(project).release
    return release if release is not None else releases.current()
