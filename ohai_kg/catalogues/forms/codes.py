"""Code lists, domains, units and forms of a project, read from its graph, as blank forms need them: names in order."""

from __future__ import annotations

import difflib
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ohai_kg.errors import RequestError
from ohai_kg.namespaces import DEF, PREFIXES, RDF, SKOS, ZWGK

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyoxigraph as ox

_TITLE: Final = f"{PREFIXES['dct']}title"
_LABEL: Final = f"{SKOS}prefLabel"
_ALIASES: Final = (f"{SKOS}altLabel", f"{SKOS}hiddenLabel")
_DOMAINS: Final = ("national-domain", "domain")
"""The 26 of 国办发〔2019〕54号 first: a name that both lists have is theirs."""
_WANTED: Final = frozenset(
    {_TITLE, _LABEL, *_ALIASES, RDF + "type", f"{SKOS}inScheme", f"{SKOS}notation", f"{ZWGK}order", f"{ZWGK}columnOf"}
    | {f"{ZWGK}formSection", f"{ZWGK}verbatimHeading", f"{ZWGK}verbatimText", f"{ZWGK}forDomain"}
)


@dataclass(frozen=True, slots=True)
class Thing:
    """What the graph says of one thing, as far as forms need it: values by local name, Chinese or without a language."""

    iri: str
    values: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def first(self, name: str) -> str:
        """The first value of that name, or nothing."""
        return next(iter(self.values.get(name, ())), "")

    @property
    def order(self) -> tuple[int, str]:
        """Its place in a list."""
        number = self.first("order")
        return (int(number) if number.isdigit() else 10**9, self.iri)


@dataclass(frozen=True, slots=True)
class CodeLists:
    """The things of a graph that forms draw on, by IRI."""

    things: dict[str, Thing]

    def names(self, scheme: str) -> tuple[str, ...]:
        """The labels of a code list in its order, such as those of `channel`."""
        found = [thing for thing in self.things.values() if f"{DEF}{scheme}" in thing.values.get("inScheme", ())]
        return tuple(thing.first("prefLabel") for thing in sorted(found, key=lambda thing: thing.order))

    def of_class(self, name: str) -> list[Thing]:
        """The instances of a class of the ontology, in order."""
        found = (thing for thing in self.things.values() if f"{ZWGK}{name}" in thing.values.get("type", ()))
        return sorted(found, key=lambda thing: thing.order)

    @property
    def units(self) -> tuple[str, ...]:
        """The names of the registered units, in the order of the registry."""
        names = (unit.first("prefLabel") for unit in self.of_class("PublicUnit"))
        return tuple(dict.fromkeys(name for name in names if name))


def read_code_lists(quads: Iterable[ox.Quad]) -> CodeLists:
    """Read them from the quads of a project."""
    things: dict[str, Thing] = {}
    for quad in quads:
        predicate = quad.predicate.value
        if predicate not in _WANTED or (getattr(quad.object, "language", None) or "zh") != "zh":
            continue
        subject = str(getattr(quad.subject, "value", ""))
        thing = things.setdefault(subject, Thing(subject))
        thing.values[predicate.replace("#", "/").rpartition("/")[2]].append(str(getattr(quad.object, "value", "")))
    return CodeLists(things)


def find_domain(wanted: str, lists: CodeLists) -> str:
    """The name of a domain by its notation, name or alias, with or without 领域.

    Raises RequestError, which names the nearest and then all of them.
    """
    words = wanted.strip()
    known: dict[str, str] = {}
    for scheme in _DOMAINS:
        for thing in lists.things.values():
            if f"{DEF}{scheme}" in thing.values.get("inScheme", ()):
                label = thing.first("prefLabel")
                for name in (label, *thing.values["notation"], *thing.values["altLabel"], *thing.values["hiddenLabel"]):
                    known.setdefault(name.lower(), label)
    for name in (words.lower(), words.removesuffix("领域").lower()):
        if name in known:
            return known[name]
    near = [known[name] for name in difflib.get_close_matches(words.lower(), known, n=5, cutoff=0.4)]
    near += [label for label in known.values() if words and (words in label or label in words)]
    shown = "、".join(dict.fromkeys(near))
    every = "、".join(dict.fromkeys(name for scheme in _DOMAINS for name in lists.names(scheme)))
    raise RequestError(
        f"没有名为“{wanted}”的领域{f'；相近的有：{shown}' if shown else ''}。可用：{every}。",
        f'There is no domain "{wanted}"{f"; near it: {shown}" if shown else ""}. There are: {every}.',
    )


def find_unit(wanted: str, lists: CodeLists) -> str:
    """The name of a registered unit by its key (330304-qu-zhengfu) or its name. Raises RequestError with the nearest."""
    known: dict[str, str] = {}
    for unit in lists.of_class("PublicUnit"):
        label = unit.first("prefLabel")
        for name in (unit.iri.rpartition("/")[2], label, *unit.values["altLabel"]):
            known.setdefault(name, label)
    if wanted in known:
        return known[wanted]
    near = "、".join(difflib.get_close_matches(wanted, known, n=5, cutoff=0.4))
    raise RequestError(
        f"没有登记的单位“{wanted}”{f'；相近的有：{near}' if near else ''}。请用单位表中的键或名称。",
        f'No registered unit "{wanted}"{f"; near it: {near}" if near else ""}. Use a key or name of the registry.',
    )
