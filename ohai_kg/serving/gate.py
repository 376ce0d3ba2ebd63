"""The conformance gate of writes, as the loader process calls it before anything is published.

Profile `core` states what disclosure data must be. It also targets classes that others use (foaf:Person, skos:Concept), so
of a write it judges what speaks of this graph: resources under its base, and whatever has a term of the vocabulary.

The report of a write that is refused is cut to `MOST_FINDINGS` findings and `MOST_BYTES` bytes, and says so in `cut`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox
from rdflib import BNode

from ohai_kg.errors import WriteRefused
from ohai_kg.namespaces import CANONICAL_BASE, RDF, ZWGK
from ohai_kg.shacl import load_profile, validate_first

if TYPE_CHECKING:
    from rdflib.term import Node

    from ohai_kg.shacl import Report

PROFILE: Final = "core"
MOST_FINDINGS: Final = 100
MOST_BYTES: Final = 256 * 1024
_LONGEST_TEXT: Final = 500
_ABOUT_BLANK: Final = f"""ASK {{ ?s ?p ?o
  FILTER(isBlank(?s) && (STRSTARTS(STR(?p), "{ZWGK}") || (?p = <{RDF}type> && STRSTARTS(STR(?o), "{ZWGK}")))) }}"""


class CoreGate:
    """Refuses data that break a rule of profile `core`; made once in the loader, before it forks."""

    def __init__(self, shapes_root: str, base: str = CANONICAL_BASE) -> None:
        self._profile = load_profile(Path(shapes_root), PROFILE)
        self._bases = (CANONICAL_BASE, base)
        # Once here, so that what the first validation prepares is there in every fork.
        self(ox.Store())

    def __call__(self, store: ox.Store) -> None:
        """Raise WriteRefused, with the report, where `store` has a violation of ours."""
        is_ours = _Ours(store, self._bases)
        report, left = validate_first(store, [self._profile], most=MOST_FINDINGS, is_wanted=is_ours)
        if report.passes:
            return
        told = cut_report(report, left)
        cut = told.get("cut")
        more_zh = f"（另有约 {cut['left']} 处未列）" if cut else ""
        more_en = f" (about {cut['left']} more are not listed)" if cut else ""
        raise WriteRefused(
            f"写入后数据将不符合 {PROFILE} 规则，未作任何改动；report 列出各处{more_zh}。",
            f"The data would break rules of profile {PROFILE} afterwards; nothing was changed. `report` lists where{more_en}.",
            told,
        )


def cut_report(report: Report, left: int = 0) -> dict[str, Any]:
    """The report as JSON has it, within the bounds; `left` more places are suspected and were not looked at.

    Where anything is left out, `cut` has the number of findings that are told and of places that are not.
    """
    told = {**report.to_dict(), "findings": []}
    size = 0
    for finding in sorted(report.findings, key=lambda finding: finding.severity != "violation")[:MOST_FINDINGS]:
        values = _shortened(finding.to_dict())
        size += len(json.dumps(values, ensure_ascii=False).encode())
        if size > MOST_BYTES:
            break
        told["findings"].append(values)
    left += len(report.findings) - len(told["findings"])
    if left:
        told["cut"] = {"findings": len(told["findings"]), "left": left}
    return told


def _shortened(value: Any) -> Any:
    """The same with every long text cut."""
    if isinstance(value, dict):
        return {name: _shortened(part) for name, part in value.items()}
    return value[:_LONGEST_TEXT] + "…" if isinstance(value, str) and len(value) > _LONGEST_TEXT else value


class _Ours:
    """Whether a focus node is something this graph speaks of."""

    def __init__(self, store: ox.Store, bases: tuple[str, ...]) -> None:
        self._store = store
        self._bases = bases
        self._blank: bool | None = None

    def __call__(self, focus: Node) -> bool:
        if isinstance(focus, BNode):
            if self._blank is None:
                self._blank = bool(self._store.query(_ABOUT_BLANK, use_default_graph_as_union=True))
            return self._blank
        if str(focus).startswith(self._bases):
            return True
        try:
            quads = self._store.quads_for_pattern(ox.NamedNode(str(focus)), None, None)
        except ValueError:
            return True
        return any(
            quad.predicate.value.startswith(ZWGK)
            or (quad.predicate.value == RDF + "type" and str(quad.object).startswith(f"<{ZWGK}"))
            for quad in quads
        )
