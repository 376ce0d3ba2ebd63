"""One build: tables, ontology and shapes → quads → derived graph → conformance → an immutable release → `current`.

Same input, same bytes: the quads are sorted, nothing in them depends on the time, the machine or the order of files.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections import Counter
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from ohai_kg.errors import BuildError, NotConformant, ReleaseDamaged, ReleaseNotFound, UnsavedWrites
from ohai_kg.namespaces import graph_iri
from ohai_kg.releases import Releases
from ohai_kg.releases.inputs import INPUTS_NAME, archive_inputs
from ohai_kg.releases.manifest import NQUADS_NAME
from ohai_kg.releases.releases import full_disk_told
from ohai_kg.shacl import load_profile, report_on_graphs, validate_store
from ohai_kg.tables import read_sources
from ohai_kg.tables.sources import LOCAL_FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ohai_kg.project import Project
    from ohai_kg.releases import Release
    from ohai_kg.shacl import Report

GATE_PROFILE: Final = "core"
ELEMENTS_PROFILE: Final = "elements"
_NO_SOURCES: Final = frozenset({"ontology", "schemes", "shapes", "derived"})


class Writes(Enum):
    """What a build does about statements that were written into the current release and stand in no input file."""

    REFUSE = "refuse"
    KEEP = "keep"
    DISCARD = "discard"


@dataclass(frozen=True, slots=True)
class Built:
    """The outcome of a build; `release` is None where it was only checked."""

    release: Release | None
    report: Report
    quads: int


def build(project: Project, *, publish: bool = True, writes: Writes = Writes.REFUSE) -> Built:
    """Build `project`, and publish the release unless told only to check.

    A build that fails has changed nothing, also not data/local/. Raises TableFaults (bad input, all faults), NotConformant
    (data break profile core), UnsavedWrites, ReleaseChanged, PublishingElsewhere, StoreError.
    """
    if not publish:
        store = assemble(project)
        return Built(None, pass_gate(project, store), len(store))
    releases = Releases(project.home)
    parent = releases.named_id()
    written = settle_writes(project, releases, writes)
    with full_disk_told(), tempfile.TemporaryDirectory() as work:
        kept = {path: _stage(content, Path(work)) for path, content in written.items()}
        inputs = project.input_hashes(kept)
        store = assemble(project, kept)
        report = pass_gate(project, store)
        lines = nquads(store)
        graphs = count_graphs(store)
        with releases.stage() as staging:
            (staging / NQUADS_NAME).write_bytes(b"".join(lines))
            write_reports(project, store, list(graphs), report, staging / "reports")
            archive_inputs(project, inputs, staging / INPUTS_NAME, kept)
            release = releases.publish(
                staging, base=project.settings.base, graphs=graphs, inputs=inputs, parent=parent, along=_in_place(written)
            )
    releases.tidy(project.settings.keep_releases)
    return Built(release, report, len(lines))


def _stage(content: bytes, folder: Path) -> Path:
    path = folder / "written.nq"
    path.write_bytes(content)
    return path


@contextlib.contextmanager
def _in_place(written: Mapping[Path, bytes]) -> Iterator[None]:
    """Write these files, each whole or not at all; they are gone again where the block fails."""
    made = [path.parent for path in written if not path.parent.is_dir()]
    try:
        for path, content in written.items():
            path.parent.mkdir(exist_ok=True)
            fresh = _unfinished(path)
            fresh.write_bytes(content)
            fresh.replace(path)
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            for path in written:
                path.unlink(missing_ok=True)
                _unfinished(path).unlink(missing_ok=True)
            for folder in made:
                folder.rmdir()
        raise


def _unfinished(path: Path) -> Path:
    """A name beside `path` that no build reads."""
    return path.with_name(f".{path.name}.unfinished")


def pass_gate(project: Project, store: ox.Store) -> Report:
    """The report of profile core on the whole of a project's quads. Raises NotConformant where it has violations."""
    report = validate_store(store, [load_profile(project.shapes_root(GATE_PROFILE), GATE_PROFILE)])
    if not report.passes:
        raise NotConformant(
            f"数据不符合 {GATE_PROFILE} 规则，未发布：\n{report.to_text()}",
            f"The data break rules of profile {GATE_PROFILE}; nothing was published:\n{report.to_text(lang='en')}",
        )
    return report


def write_reports(project: Project, store: ox.Store, graphs: Sequence[str], gate: Report, folder: Path) -> None:
    """The reports a release carries: of the whole, and of each source's graph, against core and the six elements."""
    whole = {GATE_PROFILE: gate}
    if ELEMENTS_PROFILE in project.profiles():
        whole[ELEMENTS_PROFILE] = validate_store(store, [load_profile(project.shapes_root(ELEMENTS_PROFILE), ELEMENTS_PROFILE)])
    for profile, report in whole.items():
        (folder / profile).mkdir(parents=True)
        _write(folder / f"{profile}.json", report.to_json())
        _write(folder / f"{profile}.ttl", report.to_turtle())
        for graph in graphs:
            name = graph.removeprefix(graph_iri(project.settings.base, "")).replace("/", "-")
            if name not in _NO_SOURCES:
                _write(folder / profile / f"{name}.json", report_on_graphs(report, store, [graph]).to_json())


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def assemble(project: Project, instead: Mapping[Path, Path] | None = None) -> ox.Store:
    """All quads of the project in memory, the graph `derived` included; `instead`: see read_sources."""
    store = ox.Store()
    store.bulk_extend(read_sources(project, instead).quads)
    derive(store, project.vocabulary("ontology/rules/*.rq"), project.settings.base)
    return store


def derive(store: ox.Store, rules: Iterable[Path], base: str) -> None:
    """Run the CONSTRUCT queries in the order of their names, each over all graphs, into the graph `derived` under `base`."""
    graph = ox.NamedNode(graph_iri(base, "derived"))
    for rule in rules:
        try:
            triples = store.query(rule.read_text(encoding="utf-8"), base_iri=base, use_default_graph_as_union=True)
        except SyntaxError as error:
            raise BuildError(f"规则 {rule.name} 有语法错误：{error}", f"Rule {rule.name} has a syntax error: {error}") from None
        if not isinstance(triples, ox.QueryTriples):
            raise BuildError(f"规则 {rule.name} 不是 CONSTRUCT 查询", f"Rule {rule.name} is not a CONSTRUCT query")
        store.bulk_extend([ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples])


def nquads(store: ox.Store) -> list[bytes]:
    """The store's quads as sorted N-Quads lines."""
    return sorted((store.dump(format=ox.RdfFormat.N_QUADS) or b"").splitlines(keepends=True))


def count_graphs(store: ox.Store) -> dict[str, int]:
    """How many quads each named graph holds, by IRI."""
    counts = Counter(quad.graph_name.value for quad in store if isinstance(quad.graph_name, ox.NamedNode))
    return dict(sorted(counts.items()))


def is_current(project: Project) -> bool:
    """Whether the current release, which is not damaged as far as its manifest tells, was made from the inputs as they are."""
    releases = Releases(project.home)
    try:
        return releases.current_id() is not None and releases.current().manifest.inputs == project.input_hashes()
    except ReleaseDamaged:
        return False


def settle_writes(project: Project, releases: Releases, writes: Writes) -> dict[Path, bytes]:
    """See to it that a build erases no written statement unasked.

    With KEEP, the file that saves what writes added in data/local/, to be written with the publication; what they deleted
    can only be deleted in the tables. Raises UnsavedWrites.
    """
    if writes is Writes.DISCARD:
        return {}
    try:
        current = _latest(releases)
        if current is None or not current.manifest.written_graphs:
            return {}
        before = releases.get(current.manifest.built).lines() if current.manifest.built else set()
        after = current.lines()
    except ReleaseDamaged as damage:
        raise UnsavedWrites(
            f"现用版本损坏，其中可能有写入而未存入数据表的内容。请从备份恢复；或用 --discard-writes 舍弃。{damage.zh}",
            "The current release is damaged and may hold writes that no table has. Restore it from a backup, or "
            f"--discard-writes drops them. {damage.en}",
        ) from damage
    added, deleted = sorted(after - before), before - after
    names = "、".join(current.manifest.written_graphs)
    if writes is Writes.REFUSE:
        raise UnsavedWrites(
            f"现用版本含有写入而未存入数据表的内容（增 {len(added)} 句，删 {len(deleted)} 句），所在的图：{names}。"
            "用 --keep-writes 存入 data/local/，或用 --discard-writes 舍弃。",
            f"The current release holds writes that no table has ({len(added)} statements added, {len(deleted)} deleted) "
            f"in the graphs {names}. --keep-writes saves them to data/local/, --discard-writes drops them.",
        )
    if deleted:
        raise UnsavedWrites(
            f"有 {len(deleted)} 句被写入操作删除，但仍在数据表中：请先在表中删去，再用 --discard-writes 或重新写入。",
            f"Writes deleted {len(deleted)} statements that still stand in the tables: delete them there first.",
        )
    written = ox.parse(b"".join(added), format=ox.RdfFormat.N_QUADS)
    if any(isinstance(quad.graph_name, ox.DefaultGraph) for quad in written):
        raise UnsavedWrites(
            "有写入默认图的语句，data/local/ 只存有图名的语句；请改写入一个命名图。",
            "Some statements were written to the default graph; data/local/ holds named graphs only.",
        )
    return {project.data / LOCAL_FOLDER / f"written-{current.id}.nq": b"".join(added)}


def _latest(releases: Releases) -> Release | None:
    """The current release, or the newest where the pointer is damaged; None where its manifest is but a build made it.

    Raises ReleaseDamaged where it may hold writes and nobody can say which.
    """
    name = releases.named_id() or next(iter(releases.ids()), None)
    if name is None:
        return None
    try:
        return releases.get(name)
    except ReleaseNotFound:
        return None
    except ReleaseDamaged:
        if (releases.path(name) / INPUTS_NAME).is_file():
            return None  # only builds keep their inputs
        raise
