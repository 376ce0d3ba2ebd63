"""`ohai-kg query`."""

from __future__ import annotations

import io
import json
import sys
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ohai_kg.cli.options import project_option
from ohai_kg.cli.output import write_result

if TYPE_CHECKING:
    from ohai_kg.engine.store import EmbeddedStore

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
    from functools import partial

    from ohai_kg.cli.freshness import ensure_release
    from ohai_kg.engine.asking import select
    from ohai_kg.engine.store import EmbeddedStore
    from ohai_kg.project import open_project
    from ohai_kg.questions.collection import SavedQueries

    project = open_project(directory)
    saved = SavedQueries(project)
    if list_all or source is None:
        for query in saved.all:
            click.echo(f"{query.slug:32} {query.title.zh}")
        return
    values = _values(parameters)
    text = _given(source, values)
    asked = saved.get(source) if text is None else None
    release = ensure_release(project, rebuild=True)
    store = EmbeddedStore.load(release, union_default_graph=project.settings.union_default_graph)
    about = {"版本": release.id, "版本时间": release.manifest.created}
    if asked is not None:
        text = saved.sparql_over(partial(select, store), asked, values, lang)
        about = {"问题": asked.title.zh, "说明": asked.description.zh, **about}
    assert text is not None  # noqa: S101  one of the two it is
    about["查询"] = text
    write_result(_answer(store, text, format_name, about), output)


def _values(parameters: tuple[str, ...]) -> dict[str, str]:
    """The parameters by name. Raises RequestError."""
    from ohai_kg.errors import RequestError

    values = dict(item.split("=", 1) for item in parameters if "=" in item)
    if len(values) != len(parameters):
        raise RequestError("参数写作 --param 名=值，每个一次。", "Write a parameter as --param NAME=VALUE, each once.")
    return values


def _given(source: str, values: dict[str, str]) -> str | None:
    """The text of a query that the user wrote; None where `source` names a saved one. Raises RequestError."""
    from ohai_kg.errors import RequestError

    if source != "-" and not Path(source).is_file():
        return None
    if values:
        raise RequestError("--param 只用于已存查询。", "--param is for saved queries only.")
    try:
        return (sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RequestError("查询不是 UTF-8 文本。", "The query is not UTF-8 text.") from None


def _answer(store: EmbeddedStore, text: str, name: str | None, about: dict[str, str]) -> bytes:
    """The answer in the format called `name`; without one a table, or Turtle for a graph. Raises NotAcceptable."""
    from ohai_kg.formats import RDF_FORMATS, RESULT_FORMATS, by_name
    from ohai_kg.serving.evaluation import evaluate, not_acceptable
    from ohai_kg.sparql.requests import QueryRequest

    tabular = name in {None, "table", "xlsx"}
    results = by_name("json" if name is None or tabular else name, RESULT_FORMATS)
    rdf = by_name(name or "ttl", RDF_FORMATS)
    output = io.BytesIO()
    head = evaluate(store, QueryRequest(text, results, rdf), output, base=BASE_OF_QUERIES)
    if head.graph or not tabular:
        return output.getvalue()
    found = json.loads(output.getvalue())
    if "boolean" in found:
        if name == "xlsx":
            raise not_acceptable()
        return b"true\n" if found["boolean"] else b"false\n"
    return _workbook(output.getvalue(), about) if name == "xlsx" else _as_text(output.getvalue())


def _workbook(results: bytes, about: dict[str, str]) -> bytes:
    from ohai_kg.office.answers import read_json_results
    from ohai_kg.office.spreadsheet import write_workbook

    return write_workbook(read_json_results(results), about)


def _as_text(results: bytes) -> bytes:
    """Columns in line, as wide as a terminal shows them: a Han character is two wide, an accent nothing."""
    from ohai_kg.office.answers import read_json_results

    table = read_json_results(results)
    lines = [list(table.columns), *([cell.text if cell else "" for cell in row] for row in table.rows)]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)] if table.columns else []
    text = "\n".join(
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
    return (text + "\n").encode()


def _width(text: str) -> int:
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    """Unicode Standard Annex 11: wide and full-width characters take two columns; ambiguous ones too, in Chinese fonts."""
    if unicodedata.combining(character) or unicodedata.category(character) in {"Cf", "Mn"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F", "A"} else 1
