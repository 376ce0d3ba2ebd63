"""`ohai-kg validate`."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ohai_kg.cli.marked import offices
from ohai_kg.cli.options import columns_option, project_option
from ohai_kg.cli.output import told, write_result
from ohai_kg.cli.progress import progress_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ohai_kg.catalogues import Checked, Known
    from ohai_kg.errors import RequestError
    from ohai_kg.project import Project
    from ohai_kg.shacl import Profile, Report
    from ohai_kg.shacl.summary import Submission

FORMATS = ("text", "json", "csv", "html", "turtle", "xlsx")
_RDF_EXTENSIONS = frozenset({"ttl", "nt", "nq", "trig", "rdf", "owl", "xml", "jsonld"})


@click.command("validate")
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--profile",
    "names",
    multiple=True,
    metavar="P",
    help="规则集，可多次给出；默认：工作簿 elements，RDF core。Default: elements for a workbook, core for RDF.",
)
@columns_option
@click.option(
    "--shapes",
    "own_shapes",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="自己的形状文件（Turtle），代替规则集。Shapes of your own (Turtle), instead of a profile.",
)
@click.option(
    "--context/--no-context",
    default=True,
    show_default=True,
    help="以本项目的单位表和代码表为已知。Take the project's registry and code lists as known.",
)
@click.option(
    "--graph", "graphs", multiple=True, metavar="G", help="已发布的图，如 registry。A published graph, such as registry."
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="报告格式。Format.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="写入文件；多个文件的网页报告写入目录。File, or folder.")
@click.option(
    "--last",
    type=click.Path(exists=True, path_type=Path),
    help="上次的 JSON 报告（目录则为上次的输出目录），比较已整改、仍存在、新增。Earlier JSON report, or output folder.",
)
@click.option("--strict", is_flag=True, help="提醒也算不通过。Warnings fail as well.")
@project_option
def command(
    directory: Path | None,
    files: tuple[Path, ...],
    names: tuple[str, ...],
    columns: dict[str, str],
    own_shapes: tuple[Path, ...],
    graphs: tuple[str, ...],
    form: str,
    output: Path | None,
    last: Path | None,
    *,
    context: bool,
    strict: bool,
) -> None:
    """校验工作簿、RDF 文件、整个目录或已发布的图。退出码：0 通过，1 有违反，2 无法校验。

    Validate workbooks, RDF files, a folder, or published graphs. Exit codes: 0 passed, 1 violations, 2 could not.
    """
    from ohai_kg.catalogues import read_known
    from ohai_kg.errors import RequestError
    from ohai_kg.project import open_project

    if not files and not graphs:
        raise RequestError("请给出要校验的文件、目录或 --graph。", "Name a file or folder to validate, or a --graph.")
    project = open_project(directory)
    if graphs and not files:
        if form == "xlsx":
            raise RequestError("已发布的图没有 xlsx 报告：xlsx 只用于工作簿文件。", "xlsx is for workbooks, not for graphs.")
        report = _validate_graphs(project, graphs, _profiles(project, names or ("core",), own_shapes))
        _finish_one(report, form, output, last, strict=strict)
        return
    checker = _Checker(project, names, own_shapes, columns, read_known(project), context=context)
    if form == "xlsx":
        if graphs or last is not None:
            raise RequestError(
                "xlsx 只用于工作簿文件，不与 --graph、--last 同用。", "xlsx is for workbooks, without --graph and --last."
            )
        _give_back_marked(files, checker, output, strict=strict)
    elif len(files) == 1 and not files[0].is_dir() and not graphs:
        _finish_one(checker.check(files[0]), form, output, last, strict=strict)
    else:
        _finish_many(_submissions(files, checker), form, output, last, strict=strict)


@dataclass(frozen=True, slots=True)
class _Checker:
    """How every file of one call is checked."""

    project: Project
    names: tuple[str, ...]
    own_shapes: tuple[Path, ...]
    columns: Mapping[str, str]
    known: Known
    context: bool

    def check(self, path: Path) -> Report:
        """The report on a workbook or RDF file, by the profiles asked for or those its kind is checked by."""
        from ohai_kg.catalogues import is_workbook_file
        from ohai_kg.shacl import validate_file

        if is_workbook_file(path):
            return self.check_workbook(path).report
        return validate_file(path, self.profiles(workbook=False), context=self.known.context if self.context else ())

    def check_workbook(self, path: Path) -> Checked:
        """A workbook with its report. Raises WorkbookUnreadable where it is none."""
        from ohai_kg.catalogues import check_workbook_file

        with progress_lines() as progress:
            profiles = self.profiles(workbook=True)
            return check_workbook_file(path, profiles, self.known, columns=self.columns, progress=progress)

    def profiles(self, *, workbook: bool) -> list[Profile]:
        """The profiles asked for, or those a file of that kind is checked by."""
        from ohai_kg.catalogues import DEFAULT_PROFILES

        return _profiles(self.project, self.names or (DEFAULT_PROFILES[workbook],), self.own_shapes)


def _profiles(project: Project, names: Sequence[str], own_shapes: Sequence[Path]) -> list[Profile]:
    from ohai_kg.shacl import load_profile, load_shapes

    if own_shapes:
        return [load_shapes(own_shapes)]
    return [load_profile(project.shapes_root(name), name) for name in names]


def _validate_graphs(project: Project, names: Sequence[str], profiles: Sequence[Profile]) -> Report:
    """What the whole release says of the things described in the published graphs `names`.

    Raises NoRelease, RequestError where a graph does not exist.
    """
    from ohai_kg.engine.store import EmbeddedStore
    from ohai_kg.errors import RequestError
    from ohai_kg.namespaces import graph_iri
    from ohai_kg.releases import Releases
    from ohai_kg.shacl import report_on_graphs, validate_store

    release = Releases(project.home).current()
    chosen = []
    for name in names:
        iri = name if ":" in name else graph_iri(project.settings.base, name)
        if iri not in release.manifest.graphs:
            known = "、".join(sorted(graph.rpartition("/graph/")[2] for graph in release.manifest.graphs))
            raise RequestError(f"没有名为 {name} 的图；现有：{known}。", f"There is no graph {name}; there are: {known}.")
        chosen.append(iri)
    store = EmbeddedStore.load(release).engine
    return report_on_graphs(validate_store(store, profiles), store, chosen)


def _submissions(files: Sequence[Path], checker: _Checker) -> list[Submission]:
    """One submission a file; a file that cannot be read is kept with the reason."""
    from ohai_kg.shacl.summary import Submission

    found: list[Submission] = []
    for path, office in offices(_expand(files)):
        try:
            found.append(Submission(office, checker.check(path), link=f"{office}.html"))
        except Exception as error:  # noqa: BLE001  one file never ends the run; told here, logged by `told`
            found.append(Submission(office, error=told(error)))
    return found


def _expand(files: Sequence[Path]) -> list[Path]:
    from ohai_kg.catalogues.recognition import WORKBOOK_EXTENSIONS

    wanted = _RDF_EXTENSIONS | WORKBOOK_EXTENSIONS
    expanded: list[Path] = []
    for path in files:
        if path.is_dir():
            found = (p for p in path.rglob("*") if p.suffix.lower().lstrip(".") in wanted and p.is_file())
            expanded += sorted(p for p in found if not p.name.startswith((".", "~$")))
        else:
            expanded.append(path)
    return expanded


def _give_back_marked(files: Sequence[Path], checker: _Checker, output: Path | None, *, strict: bool) -> None:
    """One workbook with its cells marked, to a file or to stdout; several into a folder, with a summary on stdout."""
    from ohai_kg.cli.marked import mark_many, mark_one

    expanded = _expand(files)
    if len(expanded) == 1 and not files[0].is_dir():
        report = mark_one(expanded[0], checker, output)
        sys.exit(1 if not report.passes or (strict and report.counts["warning"]) else 0)
    _finish_many(mark_many(expanded, checker, output), "text", None, None, strict=strict)


def _finish_one(report: Report, form: str, output: Path | None, last: Path | None, *, strict: bool) -> None:
    if last is not None and form != "text":
        raise _only_as_text()
    if form == "text":
        text = report.to_text(color=output is None and sys.stdout.isatty())
        if last is not None:
            text += _comparison(last, report)
    else:
        text = {"json": report.to_json, "csv": report.to_csv, "html": report.to_html, "turtle": report.to_turtle}[form]()
    _write(text, output)
    sys.exit(1 if not report.passes or (strict and report.counts["warning"]) else 0)


def _only_as_text() -> RequestError:
    from ohai_kg.errors import RequestError

    return RequestError("--last 的比较只以 text 输出。", "The comparison of --last is for the format text.")


def _comparison(last: Path, report: Report) -> str:
    from ohai_kg.shacl.summary import compare_findings, read_findings

    before = read_findings(last.read_text(encoding="utf-8"))
    return f"\n{compare_findings(before, report.findings).to_text()}"


def _finish_many(submissions: list[Submission], form: str, output: Path | None, last: Path | None, *, strict: bool) -> None:
    from ohai_kg.errors import RequestError
    from ohai_kg.shacl.summary import rectification_list, summarise

    summary = summarise(submissions)
    if form == "turtle":
        raise RequestError("多个文件的汇总没有 turtle 格式。", "A summary of several files has no turtle form.")
    if form == "html" and output is not None:
        output.mkdir(parents=True, exist_ok=True)
        for submission in submissions:
            if submission.report is not None:
                _write(submission.report.to_html(), output / f"{submission.office}.html")
                _write(submission.report.to_json(), output / f"{submission.office}.json")
                _write(rectification_list(submission.report, submission.office), output / f"{submission.office}-整改清单.html")
        output /= "index.html"
    render = {"text": summary.to_text, "json": summary.to_json, "csv": summary.to_csv, "html": summary.to_html}[form]
    text = render()
    if last is not None:
        if form != "text":
            raise _only_as_text()
        for submission in submissions:
            earlier = last / f"{submission.office}.json"
            if submission.report is not None and earlier.is_file():
                text += f"{submission.office}: {_comparison(earlier, submission.report).strip()}\n"
    _write(text, output)
    warned = strict and any(s.report is not None and s.report.counts["warning"] for s in submissions)
    sys.exit(1 if not summary.passes or warned else 0)


def _write(text: str, output: Path | None) -> None:
    write_result(text if output is not None or text.endswith("\n") else text + "\n", output)
