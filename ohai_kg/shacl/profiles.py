"""Profiles: a folder of Turtle files under shapes/ is one set of rules, with no code.

A rule is a shape or a SHACL-SPARQL constraint with a `dct:identifier` (its number). `zwgksh:element` says which of the
six elements it is about; its messages end in the article it comes from. A folder may describe itself in its own files
as a `prof:Profile` with `dct:title` and `dct:description`.
"""

from __future__ import annotations

import hashlib
import re
import threading
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox
from rdflib import DCTERMS, RDF, Graph, Literal, Namespace

from ohai_kg.errors import ProfileNotFound, ShapesInvalid
from ohai_kg.namespaces import SHAPES
from ohai_kg.shacl.machine import Machine
from ohai_kg.shacl.recursion import refuse_recursion
from ohai_kg.shacl.results import SH
from ohai_kg.shacl.terms import Converter, graph_of, tag_spellings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from rdflib.term import Node

ZWGKSH: Final = Namespace(SHAPES)
PROF: Final = Namespace("http://www.w3.org/ns/dx/prof/")
ELEMENTS: Final = ("name", "basis", "content", "subject", "deadline", "method", "channel", "ground")
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class Rule:
    """One numbered rule. `title` and `message` by language; `element` is one of ELEMENTS or None."""

    number: str
    node: str
    element: str | None
    severity: str
    title: Mapping[str, str]
    message: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Profile:
    """One folder of shapes. `rules` by the IRI (or blank node) that carries the number."""

    name: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    graph: Graph = field(compare=False, repr=False)
    rules: Mapping[str, Rule] = field(compare=False, repr=False)
    digest: str = ""


def profiles(shapes_root: Path) -> list[str]:
    """The names of the profiles there are, in alphabetical order."""
    if not shapes_root.is_dir():
        return []
    return sorted(
        folder.name
        for folder in shapes_root.iterdir()
        if folder.is_dir() and _NAME.fullmatch(folder.name) and any(folder.glob("*.ttl"))
    )


def load_profile(shapes_root: Path, name: str) -> Profile:
    """The profile in the folder `name`. Raises ProfileNotFound, ShapesInvalid (with file and line)."""
    folder = shapes_root / name
    if not _NAME.fullmatch(name) or not folder.is_dir():
        known = "、".join(profiles(shapes_root)) or "—"
        raise ProfileNotFound(f"没有名为 {name} 的规则集；现有：{known}。", f"There is no profile {name}; there are: {known}.")
    files = tuple(sorted(folder.glob("*.ttl")))
    contents = tuple(path.read_bytes() for path in files)
    digest = hashlib.sha256(b"\0".join(contents)).hexdigest()
    return _load(name, tuple(f"{name}/{path.name}" for path in files), contents, digest)


def load_shapes(files: Sequence[Path]) -> Profile:
    """Shapes files of a user's own, as a profile named after the first. Raises ShapesInvalid (with file and line)."""
    contents = tuple(path.read_bytes() for path in files)
    digest = hashlib.sha256(b"\0".join(contents)).hexdigest()
    return _load(files[0].stem, tuple(path.name for path in files), contents, digest)


@lru_cache(maxsize=32)
def _load(name: str, labels: tuple[str, ...], contents: tuple[bytes, ...], digest: str) -> Profile:
    graph = Graph(bind_namespaces="none")
    for label, content in zip(labels, contents, strict=True):
        read_shapes(content, label, graph)
    refuse_recursion(graph)
    about = next(iter(sorted(graph.subjects(RDF.type, PROF.Profile), key=str)), None)
    return Profile(
        name=name,
        title={"zh": name, "en": name} | texts(graph, about, DCTERMS.title),
        description=texts(graph, about, DCTERMS.description),
        graph=graph,
        rules=_rules(graph),
        digest=digest,
    )


def read_shapes(content: bytes, label: str, into: Graph, base: str | None = None) -> Graph:
    """Add the Turtle file `content` to the shapes graph `into`, with its prefixes. Raises ShapesInvalid."""
    try:
        parser = ox.parse(content, format=ox.RdfFormat.TURTLE, base_iri=base, rename_blank_nodes=True)
        graph_of(parser, Converter(tag_spellings(content)), into)
    except SyntaxError as error:
        raise ShapesInvalid(
            f"形状文件 {label} 有语法错误：{error}", f"Shapes file {label} has a syntax error: {error}"
        ) from None
    for prefix, namespace in parser.prefixes.items():
        into.bind(prefix, namespace, override=False)
    return into


def texts(graph: Graph, node: Node | None, predicate: Node) -> dict[str, str]:
    """Texts by language of one property; several of one language are joined."""
    found: dict[str, list[str]] = {}
    for literal in graph.objects(node, predicate) if node is not None else ():
        if isinstance(literal, Literal):
            found.setdefault(literal.language or "zh", []).append(str(literal))
    return {language: "；".join(sorted(values)) for language, values in sorted(found.items())}


def _rules(graph: Graph) -> dict[str, Rule]:
    rules: dict[str, Rule] = {}
    for node, number in graph.subject_objects(DCTERMS.identifier):
        if (node, RDF.type, PROF.Profile) in graph:
            continue
        element = graph.value(node, ZWGKSH.element)
        severity = graph.value(node, SH.severity) or _parent_severity(graph, node)
        rules[str(node)] = Rule(
            number=str(number),
            node=str(node),
            element=str(element) if element is not None else None,
            severity=str(severity).rsplit("#", 1)[-1].lower(),
            title=texts(graph, node, SH.name),
            message=texts(graph, node, SH.message),
        )
    return rules


def _parent_severity(graph: Graph, node: Node) -> Node:
    """A SHACL-SPARQL constraint has the severity of the shape that holds it; the default is a violation."""
    for shape in graph.subjects(SH.sparql, node):
        severity = graph.value(shape, SH.severity)
        if severity is not None:
            return severity
    return SH.Violation


class _Machines(threading.local):
    """The machines of one thread, by the digests of their profiles; a long-lived one saves loading the shapes."""

    def __init__(self) -> None:
        self.made: dict[tuple[str, ...], Machine] = {}


_MACHINES: Final = _Machines()
_KEPT_MACHINES: Final = 8


def machine_for(selected: Sequence[Profile]) -> Machine:
    """This thread's machine for the profiles together."""
    key = tuple(profile.digest for profile in selected)
    machine = _MACHINES.made.get(key)
    if machine is None:
        if len(_MACHINES.made) >= _KEPT_MACHINES:
            _MACHINES.made.pop(next(iter(_MACHINES.made)))
        machine = _MACHINES.made[key] = Machine(merged(selected))
    return machine


def merged(selected: Sequence[Profile]) -> Graph:
    """The shapes of all profiles in one graph."""
    graph = Graph(bind_namespaces="none")
    for profile in selected:
        for prefix, namespace in profile.graph.namespaces():
            graph.bind(prefix, namespace, override=False)
        for triple in profile.graph:
            graph.add(triple)
    return graph
