"""A workbook into the project: tables, original and map from row to cell under data/catalogues/, whole or not at all."""

from __future__ import annotations

import contextlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ohai_kg.build import assemble, is_current, pass_gate
from ohai_kg.catalogues.catalogue import Progress, no_progress, read_catalogue
from ohai_kg.catalogues.check import Checked, validate_catalogue
from ohai_kg.catalogues.difference import Difference, Tables, compare_tables, read_tables, same_tables
from ohai_kg.catalogues.known import read_known, read_known_from_tables
from ohai_kg.catalogues.naming import check_key, default_key, find_domain, find_issuer
from ohai_kg.catalogues.tables import METADATA, CatalogueTables, Edition
from ohai_kg.errors import CatalogueRefused, TableFaults
from ohai_kg.files import name_of
from ohai_kg.office.reading import Limits, load
from ohai_kg.releases.processes import remove_leftovers, work_name
from ohai_kg.releases.releases import full_disk_told
from ohai_kg.tables.metadata import METADATA_NAME
from ohai_kg.tables.sources import CATALOGUES_FOLDER, ORIGINAL_FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ohai_kg.catalogues.catalogue import Catalogue
    from ohai_kg.catalogues.known import Known
    from ohai_kg.project import Project
    from ohai_kg.shacl import Profile

_STAGING: Final = ".importing"


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or with `dry_run` would do. `written`: whether files were changed; not where nothing differs."""

    checked: Checked
    edition: Edition
    folder: Path
    difference: Difference
    changes: bool
    written: bool


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a user says about a catalogue: its issuer, and whatever of the rest is not to be found out."""

    issuer: str
    key: str | None = None
    issued: str | None = None
    columns: Mapping[str, str] | None = None


def import_workbook(
    project: Project,
    path: Path,
    wishes: Wishes,
    profiles: Sequence[Profile],
    *,
    dry_run: bool = False,
    progress: Progress = no_progress,
) -> Imported:
    """Take the file at `path` into the project's tables; violations of the profiles do not stop it.

    Raises IssuerUnknown, WorkbookUnreadable, CatalogueRefused, TableFaults, NotConformant (the project would no longer
    build); then nothing has changed.
    """
    if project.is_bundled:
        raise CatalogueRefused(
            "随程序附带的项目不接受导入；请先用 ohai-kg new 目录 新建项目，或用 --project 指定项目。",
            "The project that comes with the package takes no imports; start one with `ohai-kg new DIR`, "
            "or name one with --project.",
        )
    progress("read", 0, 0)
    content = load(path, Limits())
    known = read_known(project) if is_current(project) else read_known_from_tables(project)
    publisher = find_issuer(wishes.issuer, known)
    catalogue = read_catalogue(
        content, name=name_of(path), registry=known.registry.seen_from(wishes.issuer), columns=wishes.columns, progress=progress
    )
    edition = _edition(catalogue, wishes, publisher, known)
    checked = validate_catalogue(catalogue, content, profiles, known, edition=edition, progress=progress)
    folder = project.data / CATALOGUES_FOLDER / edition.issuer / edition.key
    progress("write", 0, len(catalogue.items))
    tables = catalogue.tables_for(known.base, edition)
    with full_disk_told(), _staged(project, tables, content) as staging:
        after = read_tables(staging)
        before = _read_before(folder, project)
        difference = compare_tables(before, after)
        changes = before is None or not same_tables(before, after) or _originals(folder) != _originals(staging)
        if changes:
            pass_gate(project, assemble(project, {folder: staging}))
        if changes and not dry_run:
            _replace(folder, staging)
    return Imported(checked, edition, folder, difference, changes, changes and not dry_run)


def _edition(catalogue: Catalogue, wishes: Wishes, publisher: str | None, known: Known) -> Edition:
    stem = Path(catalogue.name).stem
    domain = _domain(catalogue, stem, known)
    key = check_key(wishes.key) if wishes.key else default_key(domain, stem, catalogue.title)
    name = None if publisher else f"编制单位 {wishes.issuer}（未登记）"
    return Edition(wishes.issuer, key, publisher, wishes.issued, domain, name)


def _domain(catalogue: Catalogue, stem: str, known: Known) -> str | None:
    """The one national domain that the file is about; None where its tables or sheets are about several."""
    texts = {text for table in catalogue.tables for text in (table.title, table.place.sheet or "")}
    named = {find_domain((text,), known) for text in texts} - {None}
    if len(named) > 1:
        return None
    return find_domain((catalogue.title, *sorted(texts), stem), known)


@contextlib.contextmanager
def _staged(project: Project, tables: CatalogueTables, content: bytes) -> Iterator[Path]:
    """The catalogue's folder as it is to be, beside the project's data; gone afterwards unless it was moved in."""
    remove_leftovers(project.root, _STAGING)
    holder = project.root / work_name(_STAGING)
    try:
        folder = holder / "folder"
        (folder / ORIGINAL_FOLDER).mkdir(parents=True)
        for name, table in tables.files().items():
            (folder / name).write_bytes(table)
        description = json.loads(METADATA.read_text(encoding="utf-8"))
        description["dc:title"] = {"zh": tables.catalogue.title}
        text = json.dumps(description, ensure_ascii=False, indent=1) + "\n"
        (folder / METADATA_NAME).write_text(text, encoding="utf-8", newline="\n")
        (folder / ORIGINAL_FOLDER / tables.catalogue.name).write_bytes(content)
        yield folder
    finally:
        shutil.rmtree(holder, ignore_errors=True)


def _read_before(folder: Path, project: Project) -> Tables | None:
    """The tables under that key; None where there are none. Raises CatalogueRefused, TableFaults."""
    if not folder.is_dir() or not any(folder.iterdir()):
        return None
    if not (folder / ORIGINAL_FOLDER).is_dir() or not (folder / METADATA_NAME).is_file():
        label = project.label(folder)
        raise CatalogueRefused(
            f"{label} 已有不是由导入生成的数据表，未作改动；请用 --key 另取一个键。",
            f"{label} holds tables that no import made; nothing was changed. Choose another key with --key.",
        )
    before = read_tables(folder)
    faults = [fault for read in before.values() for fault in read.faults]
    if faults:
        raise TableFaults(faults)
    return before


def _originals(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / ORIGINAL_FOLDER).iterdir()}


def _replace(folder: Path, staging: Path) -> None:
    """Put `staging` in the place of `folder`; if that fails, what was there stays, and no folder that was not."""
    made = [parent for parent in folder.parents if not parent.exists()]
    old = staging.parent / "old"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        if folder.exists():
            folder.replace(old)
        staging.replace(folder)
    except BaseException:
        if old.exists():
            old.replace(folder)
        for parent in made:
            with contextlib.suppress(OSError):
                parent.rmdir()
        raise
