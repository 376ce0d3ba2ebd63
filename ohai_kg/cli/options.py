"""Options that every verb has."""

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
