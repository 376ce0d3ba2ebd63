"""Results in words: rule number, element and item name for each, and a message in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rdflib import DCTERMS, FOAF, RDF, RDFS, SKOS, BNode, Literal, Namespace, URIRef

from ohai_kg.namespaces import ZWGK
from ohai_kg.shacl.messages import in_both
from ohai_kg.shacl.paths import PathIllFormed, sparql_path
from ohai_kg.shacl.report import Finding, Report
from ohai_kg.shacl.results import SH

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rdflib import Graph
    from rdflib.term import Node

    from ohai_kg.shacl.profiles import Profile, Rule
    from ohai_kg.shacl.report import Source
    from ohai_kg.shacl.results import Result, Results

NS: Final = Namespace(ZWGK)
_NAMES: Final = (DCTERMS.title, RDFS.label, SKOS.prefLabel, FOAF.name)
_SEVERITIES: Final = {SH.Warning: "warning", SH.Info: "info"}


def report_of(results: Results, selected: Sequence[Profile], data: Graph, source: Source | None) -> Report:
    """The report on `data`, which is asked for the names of the things only."""
    rules = {node: rule for profile in selected for node, rule in profile.rules.items()}
    names: dict[Node, str | None] = {}
    for entry in results.entries:
        if entry.focus not in names:
            names[entry.focus] = name_of(data, entry.focus)
    found = [_finding(entry, rules, names[entry.focus], results.details) for entry in results.entries]
    return Report(
        conforms=results.conforms,
        profiles=tuple(profile.name for profile in selected),
        findings=tuple(sorted(found, key=lambda finding: finding.order)),
        items=len(set(data.subjects(RDF.type, NS.InformationItem))),
        source=source,
        results=results,
    )


def name_of(data: Graph, node: Node) -> str | None:
    """What people call the thing: its title, label or name, Chinese first."""
    if isinstance(node, Literal):
        return None
    for predicate in _NAMES:
        found = [value for value in data.objects(node, predicate) if isinstance(value, Literal)]
        if found:
            return str(min(found, key=lambda value: (not (value.language or "zh").startswith("zh"), str(value))))
    return None


def _finding(entry: Result, rules: Mapping[str, Rule], name: str | None, details: Graph) -> Finding:
    rule = rules.get(str(entry.constraint)) or rules.get(str(entry.shape))
    component = str(entry.component)
    return Finding(
        severity=_SEVERITIES.get(URIRef(str(entry.severity)), "violation"),
        rule=rule.number if rule else None,
        element=rule.element if rule else None,
        shape=None if isinstance(entry.shape, BNode) else str(entry.shape),
        component=component.rsplit("#", 1)[-1],
        focus=_shown(entry.focus),
        item=name,
        path=_path(entry.path, details),
        value=None if entry.value is None else _shown(entry.value),
        message=in_both(entry.messages, component),
    )


def _shown(term: Node) -> str:
    return "_:blank" if isinstance(term, BNode) else str(term)


def _path(path: Node | None, details: Graph) -> str | None:
    if path is None:
        return None
    try:
        return sparql_path(details, path)
    except PathIllFormed:
        return None
