"""`ohai-kg form`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ohai_kg.cli.options import project_option
from ohai_kg.cli.output import write_result

if TYPE_CHECKING:
    from ohai_kg.catalogues.forms import CodeLists
    from ohai_kg.project import Project


def _utf8(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    """Han words as they were typed, also where the locale says that all is ASCII."""
    return None if value is None else os.fsencode(value).decode("utf-8", errors="replace")


@click.command("form")
@click.option(
    "--domain",
    metavar="X",
    callback=_utf8,
    help="领域的名称、别名或代码，如 就业、jiuye、CQAZ。A domain by name, alias or notation.",
)
@click.option(
    "--issuer", metavar="CODE", callback=_utf8, help="填表单位：单位表中的键或名称。The issuing unit, by key or name."
)
@click.option(
    "--annex7",
    "number",
    type=click.IntRange(1, 4),
    help="附件7的表 1-4（默认为国办发〔2019〕54号的目录样式）。Form 1-4 of Annex 7, instead of the national layout.",
)
@click.option("--with-elements", is_flag=True, help="表 4 增列依据、内容、时限。Add basis, content and time limit to form 4.")
@click.option("--with-stage", is_flag=True, help="目录增列五公开“过程”。Add the column 过程 (stage) to the national layout.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="写入文件（xlsx）。Write to a file (xlsx)."
)
@project_option
def command(
    directory: Path | None,
    domain: str | None,
    issuer: str | None,
    number: int | None,
    output: Path | None,
    *,
    with_elements: bool,
    with_stage: bool,
) -> None:
    """制作空白表：某领域的公开标准目录，或附件7的四张表，带下拉列表和填写说明。

    Make a blank form: the standard catalogue of a domain, or one of the four forms of Annex 7, with drop-downs and notes.
    """
    from ohai_kg.catalogues.forms import annex_form, find_domain, find_unit, national_form, write_form
    from ohai_kg.errors import RequestError
    from ohai_kg.project import open_project

    if domain is None and number is None:
        raise RequestError("请用 --domain 指定领域，或用 --annex7 指定表号。", "Name a --domain, or a form with --annex7.")
    if with_stage and number is not None:
        raise RequestError("--with-stage 只用于目录样式。", "--with-stage is for the national layout.")
    if with_elements and number is None:
        raise RequestError("--with-elements 只用于 --annex7 4。", "--with-elements is for --annex7 4.")
    if output is None and sys.stdout.isatty():
        raise RequestError(
            "xlsx 不能显示在终端上：请用 -o 指定文件。", "xlsx cannot be shown on a terminal: name a file with -o."
        )
    codes = _code_lists(open_project(directory))
    unit = find_unit(issuer, codes) if issuer else ""
    name = find_domain(domain, codes) if domain else ""
    if number is None:
        form = national_form(name, codes, issuer=unit, with_stage=with_stage)
    else:
        form = annex_form(number, codes, domain=name, issuer=unit, with_elements=with_elements)
    write_result(write_form(form), output)


def _code_lists(project: Project) -> CodeLists:
    """From the current release, or from the tables where there is none."""
    from ohai_kg.catalogues.forms import read_code_lists
    from ohai_kg.releases import Releases
    from ohai_kg.tables import read_sources

    releases = Releases(project.home)
    if releases.current_id() is None:
        return read_code_lists(read_sources(project).quads)
    return read_code_lists(releases.current().quads())
