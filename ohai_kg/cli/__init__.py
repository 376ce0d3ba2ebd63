"""The command line: one verb a file, imported when it is called.

Results go to stdout, alone; messages to stderr. Exit codes: 0 done, 1 done with violations, 2 could not.
"""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Final

import click

from ohai_kg import __version__
from ohai_kg.cli.output import end_quietly, told
from ohai_kg.errors import ReleaseDamaged

if TYPE_CHECKING:
    from collections.abc import Sequence

VERBS: Final = ("build", "serve", "query", "validate", "form", "import", "catalogues", "releases", "export", "new")
_MODULES: Final = {"import": "importing"}
"""Verbs that cannot name a module."""
COULD_NOT: Final = 2


class NobodyReads(Exception):
    """Whoever read stdout has enough of it, as `head` does."""


class _Verbs(click.Group):
    """Finds a verb's command in the module of its name."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the verb. Raises NobodyReads, which click would turn into exit code 1, the one of violations."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise NobodyReads from None

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in VERBS:
            return None
        command: click.Command = importlib.import_module(f"ohai_kg.cli.{_MODULES.get(cmd_name, cmd_name)}").command
        return command


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="ohai-kg")
def commands() -> None:
    """政务公开知识图谱：构建、服务、查询、校验。

    A grassroots disclosure plan as a knowledge graph: build, serve, query, validate.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; the one place of it where an unforeseen error is caught and told without a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    if arguments is None:
        _confine(sys.argv[1:])
    try:
        commands.main(args=None if arguments is None else list(arguments), prog_name="ohai-kg")
    except NobodyReads:
        end_quietly()
    except Exception as error:  # noqa: BLE001  told here, logged by `told`
        message = told(error)
        click.echo(f"{message.zh}\n{message.en}", err=True)
        if isinstance(error, ReleaseDamaged):
            _tell_the_way_back(error)
        sys.exit(COULD_NOT)


def _tell_the_way_back(damage: ReleaseDamaged) -> None:
    """On stderr: the newest whole release and the command that makes it current."""
    from ohai_kg.releases import Releases

    whole = Releases(damage.home).newest_whole()
    if whole is None:
        click.echo(
            "没有完好的版本；从备份恢复，或运行 ohai-kg build 重新构建。"
            "No release is whole: restore one from a backup, or make one with `ohai-kg build`.",
            err=True,
        )
        return
    click.echo(
        f"最新的完好版本是 {whole.id}；改用它：ohai-kg releases rollback {whole.id}\n"
        f"The newest whole release is {whole.id}; go back to it: ohai-kg releases rollback {whole.id}",
        err=True,
    )


def _confine(arguments: Sequence[str]) -> None:
    """Take away the sockets of this process, which reads files of strangers and asks their queries: only `serve` has a use."""
    from ohai_kg.confinement import deny_sockets, grow_stack

    if "serve" not in arguments:
        deny_sockets()
        grow_stack()
