"""`ohai-kg query`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from ohai_kg.cli.options import project_option

_SLUG = re.compile(r"[a-z0-9-]+")


@click.command("query")
@click.argument("source")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["csv", "tsv", "json", "xml", "ttl", "nt", "jsonld", "rdf"]),
    help="输出格式；默认 csv（图则为 ttl）。Output format; default csv (ttl for graphs).",
)
@project_option
def command(source: str, format_name: str | None, directory: Path | None) -> None:
    """运行一个 SPARQL 查询：文件名、已存查询的名字，或 - 表示从标准输入读。

    Run a SPARQL query: a file, the name of a saved query, or - for standard input.
    """
    from ohai_kg.cli.freshness import ensure_release
    from ohai_kg.errors import ProjectError
    from ohai_kg.mediatypes import RDF_FORMATS, RESULT_FORMATS, by_name
    from ohai_kg.project import open_project
    from ohai_kg.store import EmbeddedStore

    project = open_project(directory)
    saved = project.vocabulary(f"queries/{source}.rq") if _SLUG.fullmatch(source) else []
    if source == "-":
        text = sys.stdin.buffer.read().decode("utf-8")
    elif saved:
        text = saved[0].read_text(encoding="utf-8")
    elif Path(source).is_file():
        text = Path(source).read_text(encoding="utf-8")
    else:
        raise ProjectError(f"没有名为 {source} 的已存查询或文件。", f"There is no saved query or file called {source}.")
    release = ensure_release(project, rebuild=True)
    store = EmbeddedStore.load(release.nquads, union_default_graph=project.settings.union_default_graph)
    store.evaluate(
        text,
        sys.stdout.buffer,
        results=by_name(format_name or "csv", RESULT_FORMATS) or RESULT_FORMATS[0],
        rdf=by_name(format_name or "ttl", RDF_FORMATS) or RDF_FORMATS[0],
    )
