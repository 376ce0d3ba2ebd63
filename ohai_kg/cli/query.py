"""`ohai-kg query`."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ohai_kg.cli.options import project_option

if TYPE_CHECKING:
    from ohai_kg.export.tables import AnswerTable
    from ohai_kg.query.collection import SavedQueries

BASE_OF_QUERIES = "urn:x-ohai-kg:query/"
"""What relative IRIs of a query are resolved against where it does not say (SPARQL 1.1 section 4.1.1)."""
FORMATS = ("table", "csv", "tsv", "json", "xml", "xlsx", "ttl", "nt", "jsonld", "rdf")


@click.command("query")
@click.argument("source", required=False)
@click.option(
    "--param", "parameters", multiple=True, metavar="名=值", help="参数，可多次给出。Parameter NAME=VALUE; may be repeated."
)
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="标签的语言。Language of labels."
)
@click.option(
    "--format", "format_name", type=click.Choice(FORMATS), help="默认 table（图为 ttl）。Default table (ttl for graphs)."
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="写入文件。Write to a file.")
@click.option("--list", "list_all", is_flag=True, help="列出已存查询。List the saved queries.")
@project_option
def command(
    directory: Path | None,
    source: str | None,
    parameters: tuple[str, ...],
    lang: str,
    format_name: str | None,
    output: Path | None,
    *,
    list_all: bool,
) -> None:
    """运行已存查询（名字）、文件中的查询，或从标准输入（-）读入的查询。

    Run a saved query (by name), a query in a file, or one from standard input (-).
    """
    from ohai_kg.cli.freshness import ensure_release
    from ohai_kg.project import open_project
    from ohai_kg.query.collection import SavedQueries
    from ohai_kg.store import EmbeddedStore

    project = open_project(directory)
    saved = SavedQueries(project)
    if list_all or source is None:
        for query in saved.all:
            click.echo(f"{query.slug:32} {query.title.zh}")
        return
    text = _read(source, saved, parameters, lang)
    release = ensure_release(project, rebuild=True)
    store = EmbeddedStore.load(release.nquads, union_default_graph=project.settings.union_default_graph)
    answer = _answer(store, text, format_name or "table")
    if output is not None:
        output.write_bytes(answer)
    else:
        sys.stdout.buffer.write(answer)
        sys.stdout.buffer.flush()


def _read(source: str, saved: SavedQueries, parameters: tuple[str, ...], lang: str) -> str:
    """The query's text. Raises SavedQueryNotFound, ParameterInvalid, RequestError."""
    from ohai_kg.errors import RequestError

    values = dict(item.split("=", 1) for item in parameters if "=" in item)
    if len(values) != len(parameters):
        raise RequestError("参数写作 --param 名=值，每个一次。", "Write a parameter as --param NAME=VALUE, each once.")
    if source != "-" and not Path(source).is_file():
        return saved.sparql(saved.get(source), values, lang)
    if values:
        raise RequestError("--param 只用于已存查询。", "--param is for saved queries only.")
    try:
        return (sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RequestError("查询不是 UTF-8 文本。", "The query is not UTF-8 text.") from None


def _answer(store: object, text: str, name: str) -> bytes:
    from ohai_kg.export.spreadsheet import write_workbook
    from ohai_kg.export.tables import read_json_results
    from ohai_kg.mediatypes import RDF_FORMATS, RESULT_FORMATS, by_name
    from ohai_kg.query.evaluation import evaluate
    from ohai_kg.query.requests import QueryRequest
    from ohai_kg.store import EmbeddedStore

    assert isinstance(store, EmbeddedStore)  # noqa: S101  imported late, so that --help stays fast
    output = io.BytesIO()
    results = by_name("json" if name in {"table", "xlsx"} else name, RESULT_FORMATS) or RESULT_FORMATS[0]
    rdf = by_name(name, RDF_FORMATS) or RDF_FORMATS[0]
    head = evaluate(store, QueryRequest(text, results, rdf), output, base=BASE_OF_QUERIES)
    if not head.graph and name in {"table", "xlsx"} and not output.getvalue().startswith(b'{"head":{},"boolean"'):
        table = read_json_results(output.getvalue())
        return write_workbook(table, {"查询": text}) if name == "xlsx" else _as_text(table)
    return output.getvalue()


def _as_text(table: AnswerTable) -> bytes:
    """Columns in line, a Han character two wide."""
    lines = [list(table.columns), *([cell.text if cell else "" for cell in row] for row in table.rows)]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)] if table.columns else []
    text = "\n".join(
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
    return (text + "\n").encode()


def _width(text: str) -> int:
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)
