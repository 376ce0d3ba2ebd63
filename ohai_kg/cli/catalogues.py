"""`ohai-kg catalogues`: the catalogues the plan demands, by domain, issuer and kind."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ohai_kg.cli.options import project_option
from ohai_kg.cli.output import write_result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ohai_kg.engine.store import EmbeddedStore
    from ohai_kg.project import Project
    from ohai_kg.publication.disclosure_lists import DisclosureList
    from ohai_kg.releases import Release

FORMATS = ("csv", "xlsx", "ttl", "nt", "jsonld", "rdf")
_PACKED = ("xlsx", "csv", "ttl")


@click.command("catalogues")
@click.argument("slug", required=False)
@click.option("--format", "form", type=click.Choice(FORMATS), default="csv", show_default=True, help="格式。Format.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="写入文件。Write to a file.")
@click.option(
    "--all",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="全部写入目录，每份 xlsx、csv、ttl，连同政务信息资源目录、公共数据开放目录两张平面表。"
    "Write all of them to a folder, each as xlsx, csv and ttl, and the two flat tables for exchange.",
)
@project_option
def command(directory: Path | None, slug: str | None, form: str, output: Path | None, folder: Path | None) -> None:
    """列出主动公开目录、依申请公开目录、负面清单，或输出其中一份（SLUG）。

    List the proactive and on-request catalogues and negative lists, or write one of them (SLUG).
    """
    from ohai_kg.cli.freshness import ensure_release
    from ohai_kg.engine.asking import select
    from ohai_kg.engine.store import EmbeddedStore
    from ohai_kg.project import open_project
    from ohai_kg.publication.disclosure_lists import LISTS, UNLISTED, find_list, read_lists

    project = open_project(directory)
    release = ensure_release(project, rebuild=True)
    store = EmbeddedStore.load(release)
    lists = read_lists(select(store, LISTS))
    if slug is not None:
        write_result(_render(store, find_list(lists, slug), form, release.id), output)
        return
    if folder is not None:
        _write_all(store, lists, folder, release.id)
        _write_flat(store, project, release, folder)
    for one in lists:
        click.echo(f"{one.slug:48} {one.items:5}  {one.title_zh}")
    for row in select(store, UNLISTED):
        click.echo(
            f"{row['zh'] or '不在目录中的事项'}：{row['items']} 项没有写明或未能识别公开属性、公开方式，不在任何一份之中。\n"
            f"{row['items']} item(s) without an attribute or mode that is understood are in no list.",
            err=True,
        )


def _write_all(store: EmbeddedStore, lists: Sequence[DisclosureList], folder: Path, release: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for one in lists:
        for form in _PACKED:
            write_result(_render(store, one, form, release), folder / f"{one.slug}.{form}")


def _write_flat(store: EmbeddedStore, project: Project, release: Release, folder: Path) -> None:
    """政务信息资源目录 and 公共数据开放目录, as at /catalog/resources and /catalog/open-data."""
    from ohai_kg.engine.asking import select
    from ohai_kg.publication.dcat.site import Site, questions
    from ohai_kg.publication.resource_tables import FLAT_TABLES, list_resources, render_flat

    answers = {name: select(store, query) for name, query in questions(project.settings).items()}
    site = Site(project.settings, project.settings.base, [release], {}, answers, release.id)
    resources = list_resources(site, release.manifest, project.data)
    for name in FLAT_TABLES:
        for form in ("xlsx", "csv"):
            content = render_flat(name, form, resources, project.settings, release.id)
            write_result(content, folder / f"{name}.{form}")


def _render(store: EmbeddedStore, one: DisclosureList, form: str, release: str) -> bytes:
    from ohai_kg.engine.asking import construct, select
    from ohai_kg.formats import RDF_FORMATS, by_name
    from ohai_kg.publication.disclosure_lists import entries_query, graph_query
    from ohai_kg.publication.disclosure_tables import render_table, set_out

    syntax = by_name(form, RDF_FORMATS)
    if syntax is not None:
        return construct(store, graph_query(one.iri), syntax)
    return render_table(one, set_out(one, select(store, entries_query(one.iri))), form, release)
