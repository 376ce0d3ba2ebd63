"""The Python interface: `ohai_kg.open()`, `ohai_kg.query()` and `ohai_kg.validate()`."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    import rdflib

    from ohai_kg.office.answers import Value
    from ohai_kg.shacl import Report


@dataclass(frozen=True, slots=True)
class Rows:
    """The answer to a saved query: `columns`, and one dict a row with Python values (None where unbound)."""

    columns: tuple[str, ...]
    rows: tuple[dict[str, Value], ...]

    def __iter__(self) -> Iterator[dict[str, Value]]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def to_pandas(self) -> Any:
        """A pandas DataFrame; pandas must be installed."""
        import pandas as pd

        return pd.DataFrame(list(self.rows), columns=list(self.columns))


def open(project: str | Path | None = None) -> rdflib.Dataset:  # noqa: A001  read as ohai_kg.open()
    """The current release as a read-only `rdflib.Dataset` whose default graph is the union of all named graphs.

    `project` is a project directory; without it, the one `ohai-kg` would use. Raises NoRelease where nothing was built,
    ReleaseDamaged.
    Writing to the dataset raises: a release is immutable.
    """
    from ohai_kg.engine.rdflib_view import open_dataset
    from ohai_kg.project import open_project
    from ohai_kg.releases import Releases

    return open_dataset(Releases(open_project(Path(project) if project else None).home).current())


def query(slug: str, *, lang: str = "zh", project: str | Path | None = None, **parameters: str | int | date) -> Rows:
    """The answer of the saved query `slug` over the current release; `parameters` are those its header names.

    Raises SavedQueryNotFound, ParameterInvalid, NoRelease, ReleaseDamaged.
    """
    from functools import partial

    from ohai_kg.engine.asking import select
    from ohai_kg.engine.store import EmbeddedStore
    from ohai_kg.formats import RDF_FORMATS, RESULT_FORMATS
    from ohai_kg.office.answers import read_json_results
    from ohai_kg.project import open_project
    from ohai_kg.questions.collection import SavedQueries
    from ohai_kg.releases import Releases

    opened = open_project(Path(project) if project else None)
    saved = SavedQueries(opened)
    store = EmbeddedStore.load(Releases(opened.home).current())
    output = io.BytesIO()
    sparql = saved.sparql_over(
        partial(select, store), saved.get(slug), {name: str(value) for name, value in parameters.items()}, lang
    )
    store.evaluate(sparql, output, results=RESULT_FORMATS[0], rdf=RDF_FORMATS[0])
    table = read_json_results(output.getvalue())
    rows = tuple(
        {name: None if cell is None else cell.value for name, cell in zip(table.columns, row, strict=True)}
        for row in table.rows
    )
    return Rows(table.columns, rows)


def validate(
    file: str | Path | bytes,
    profiles: Sequence[str] | None = None,
    *,
    name: str | None = None,
    format: str | None = None,  # noqa: A002  the word users type
    columns: Mapping[str, str] | None = None,
    project: str | Path | None = None,
) -> Report:
    """Validate a workbook or an RDF file against profiles of the project (default: `elements`; for RDF `core`).

    What it is, its bytes tell; for text `format` (a name, extension or media type), else the extension of its name.
    `name` names bytes. `columns` gives the roles of a workbook's columns, by letters or heading. Raises ProfileNotFound,
    DataUnreadable, UnsupportedMediaType, WorkbookUnreadable.
    """
    from ohai_kg.catalogues import (
        DEFAULT_PROFILES,
        check_workbook,
        check_workbook_file,
        is_workbook,
        is_workbook_file,
        read_known,
    )
    from ohai_kg.project import open_project
    from ohai_kg.shacl import load_profile, validate_file

    opened = open_project(Path(project) if project else None)
    source = file if isinstance(file, bytes) else Path(file)
    called = name or ("data" if isinstance(source, bytes) else source.name)
    workbook = is_workbook(source, called, format) if isinstance(source, bytes) else is_workbook_file(source, format)
    loaded = [load_profile(opened.shapes_root(profile), profile) for profile in profiles or (DEFAULT_PROFILES[workbook],)]
    if not workbook:
        return validate_file(source, loaded, name=name, format=format)
    known = read_known(opened)
    if isinstance(source, bytes):
        return check_workbook(source, called, loaded, known, columns=columns).report
    return check_workbook_file(source, loaded, known, columns=columns).report


def report_turtle(data: str | Path, shapes: str | Path) -> str:
    """The sh:ValidationReport of a Turtle file against a shapes file, as Turtle. Raises ShapesInvalid, DataUnreadable."""
    from ohai_kg.shacl import report_turtle as report

    return report(data, shapes)
