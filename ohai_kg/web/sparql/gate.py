"""The conformance gate of writes, as the loader process calls it before anything is published.

Profile `core` states what disclosure data must be. It also targets classes that others use (foaf:Person, skos:Concept), so
of a write it judges what speaks of this graph: resources under its base, and whatever has a term of the vocabulary.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from ohai_kg.errors import WriteRefused
from ohai_kg.namespaces import CANONICAL_BASE, RDF, ZWGK
from ohai_kg.validation import load_profile, validate_store

PROFILE: Final = "core"
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
        report = validate_store(store, [self._profile])
        if report.passes:
            return
        violations = {finding.focus for finding in report.findings if finding.severity == "violation"}
        if not any(self._is_ours(store, focus) for focus in sorted(violations)):
            return
        told: dict[str, Any] = json.loads(report.to_json())
        raise WriteRefused(
            f"写入后数据将不符合 {PROFILE} 规则，未作任何改动；report 列出各处。",
            f"The data would break rules of profile {PROFILE} afterwards; nothing was changed. `report` lists where.",
            told,
        )

    def _is_ours(self, store: ox.Store, focus: str) -> bool:
        if focus.startswith("_:"):
            return bool(store.query(_ABOUT_BLANK, use_default_graph_as_union=True))
        if focus.startswith(self._bases):
            return True
        try:
            quads = store.quads_for_pattern(ox.NamedNode(focus), None, None)
        except ValueError:
            return True
        return any(
            quad.predicate.value.startswith(ZWGK)
            or (quad.predicate.value == RDF + "type" and str(quad.object).startswith(f"<{ZWGK}"))
            for quad in quads
        )
