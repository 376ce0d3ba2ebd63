"""One build: tables, ontology and shapes → quads → derived graph → conformance → an immutable release → `current`.

Same input, same bytes: the quads are sorted, nothing in them depends on the time, the machine or the order of files.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from ohai_kg.errors import BuildError, NotConformant
from ohai_kg.ingest import read_sources
from ohai_kg.namespaces import graph_iri
from ohai_kg.store import Releases
from ohai_kg.store.releases import NQUADS_NAME
from ohai_kg.validation import load_profile, validate_store

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ohai_kg.project import Project
    from ohai_kg.store import Release
    from ohai_kg.validation import Report

GATE_PROFILE: Final = "core"


@dataclass(frozen=True, slots=True)
class Built:
    """The outcome of a build; `release` is None where it was only checked."""

    release: Release | None
    report: Report
    quads: int


def build(project: Project, *, publish: bool = True) -> Built:
    """Build `project`, and publish the release unless told only to check.

    Raises TableFaults (bad input, all faults), NotConformant (data break profile core), ReleaseChanged, StorageFull.
    """
    releases = Releases(project.home)
    parent = releases.current_id()
    inputs = project.input_hashes()
    store = assemble(project)
    report = validate_store(store, [load_profile(project.shapes_root(GATE_PROFILE), GATE_PROFILE)])
    if not report.passes:
        raise NotConformant(
            f"数据不符合 {GATE_PROFILE} 规则，未发布：\n{report.to_text()}",
            f"The data break rules of profile {GATE_PROFILE}; nothing was published:\n{report.to_text(lang='en')}",
        )
    lines = nquads(store)
    if not publish:
        return Built(None, report, len(lines))
    with releases.stage() as staging:
        (staging / NQUADS_NAME).write_bytes(b"".join(lines))
        reports = staging / "reports"
        reports.mkdir()
        (reports / f"{GATE_PROFILE}.json").write_text(report.to_json(), encoding="utf-8", newline="\n")
        (reports / f"{GATE_PROFILE}.ttl").write_text(report.to_turtle(), encoding="utf-8", newline="\n")
        release = releases.publish(
            staging, base=project.settings.base, graphs=count_graphs(store), inputs=inputs, parent=parent
        )
    releases.prune(project.settings.keep_releases)
    return Built(release, report, len(lines))


def assemble(project: Project) -> ox.Store:
    """All quads of the project in memory, the graph `derived` included."""
    store = ox.Store()
    store.bulk_extend(read_sources(project).quads)
    derive(store, project.vocabulary("ontology/rules/*.rq"), ox.NamedNode(graph_iri(project.settings.base, "derived")))
    return store


def derive(store: ox.Store, rules: Iterable[Path], graph: ox.NamedNode) -> None:
    """Run the CONSTRUCT queries in the order of their names, each over all graphs, into `graph`."""
    for rule in rules:
        try:
            triples = store.query(rule.read_text(encoding="utf-8"), use_default_graph_as_union=True)
        except SyntaxError as error:
            raise BuildError(f"规则 {rule.name} 有语法错误：{error}", f"Rule {rule.name} has a syntax error: {error}") from None
        if not isinstance(triples, ox.QueryTriples):
            raise BuildError(f"规则 {rule.name} 不是 CONSTRUCT 查询", f"Rule {rule.name} is not a CONSTRUCT query")
        store.bulk_extend([ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples])


def nquads(store: ox.Store) -> list[bytes]:
    """The store's quads as sorted N-Quads lines."""
    return sorted(f"{quad} .\n".encode() for quad in store)


def count_graphs(store: ox.Store) -> dict[str, int]:
    """How many quads each named graph holds, by IRI."""
    counts = Counter(quad.graph_name.value for quad in store if isinstance(quad.graph_name, ox.NamedNode))
    return dict(sorted(counts.items()))


def is_current(project: Project) -> bool:
    """Whether the current release was made from the inputs as they are now."""
    releases = Releases(project.home)
    return releases.current_id() is not None and releases.current().manifest.inputs == project.input_hashes()
