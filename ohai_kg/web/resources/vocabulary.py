"""`/ns` and `/shapes`: the terms and the rules as documents made from their Turtle, one anchor for each.

Both are documents, so their IRIs with a fragment need no redirect; the RDF forms are all statements about them.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from ohai_kg.errors import ResourceNotFound
from ohai_kg.formats import HTML, RDF_FORMATS, Format
from ohai_kg.namespaces import SHAPES, ZWGK, graph_iri
from ohai_kg.resources.description import Description
from ohai_kg.resources.vocabulary import Term, Vocabulary, chosen, compact
from ohai_kg.web.http.addresses import described_at, linked_at
from ohai_kg.web.http.pages import language, render
from ohai_kg.web.resources.documents import answer, describe, described_body, formats, split_extension, whole_graph

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ohai_kg.resources.vocabulary import Rule
    from ohai_kg.serving.service import QueryService

router = APIRouter()

_ABOUT: Final = {"ontology": ZWGK.removesuffix("#"), "shapes": SHAPES.removesuffix("#")}
_EXAMPLES: Final = """SELECT ?class ?example (MAX(?zh) AS ?label) WHERE {
  { SELECT ?class (MIN(?thing) AS ?example) WHERE {
    GRAPH ?g { ?thing a ?class } FILTER(STRSTARTS(STR(?class), "https://w3id.org/zwgk/ns#")) } GROUP BY ?class }
  OPTIONAL { GRAPH ?h { ?example <http://www.w3.org/2000/01/rdf-schema#label> ?zh } FILTER(LANG(?zh) = "zh") }
} GROUP BY ?class ?example"""
_PROFILES: Final = {"CORE": "core", "ELM": "elements", "NAT": "national2019", "AUD": "audit"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One term or rule as its document shows it."""

    anchor: str
    name: str
    other: str
    text: str
    details: list[tuple[str, list[tuple[str, str | None]]]]


@router.get("/ns", summary="The ontology", response_class=Response)
@router.get("/ns.{extension}", summary="The ontology in one format", response_class=Response)
async def ontology(request: Request) -> Response:
    """All terms, by class and property."""
    return await _document(request, "ontology", _ontology_page)


@router.get("/ns/{path:path}", summary="A part or version of the ontology", response_class=Response)
async def ontology_part(path: str, request: Request) -> Response:
    """The alignments; a version leads to the ontology, which is that version or a later one that keeps its terms."""
    stem, form = split_extension(path)
    if stem != "alignments":
        return RedirectResponse("/ns", 303)
    return await _part(request, f"{_ABOUT['ontology']}/{stem}", form)


@router.get("/shapes", summary="The rules of all profiles", response_class=Response)
@router.get("/shapes.{extension}", summary="The rules in one format", response_class=Response)
async def shapes(request: Request) -> Response:
    """All rules, by profile and class."""
    return await _document(request, "shapes", _shapes_page)


@router.get("/shapes/{path:path}", summary="A profile", response_class=Response)
async def profile(path: str, request: Request) -> Response:
    """What a profile says of itself. Raises ResourceNotFound."""
    stem, form = split_extension(path)
    return await _part(request, f"{_ABOUT['shapes']}/{stem}", form)


async def _part(request: Request, iri: str, form: Format | None) -> Response:
    return await answer(request, iri, form, lambda kind: described_body(request, iri, kind))


async def _document(request: Request, graph: str, page: Callable[[Request], Awaitable[Response]]) -> Response:
    form = split_extension(request.url.path)[1]
    if form is None and request.url.path != f"/{'ns' if graph == 'ontology' else 'shapes'}":
        raise ResourceNotFound(request.url.path)

    async def body(kind: Format) -> Response:
        if kind is HTML:
            return await page(request)
        service: QueryService = request.app.state.service
        name = graph_iri(service.release.manifest.base, graph)
        text = await whole_graph(service, name, RDF_FORMATS[1])

        def written() -> bytes:
            triples = ox.parse(text, format=ox.RdfFormat.N_TRIPLES)
            quads = tuple(ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(name)) for t in triples)
            return Description(_ABOUT[graph], quads).serialize(kind)

        return Response(await asyncio.to_thread(written), media_type=kind.content_type)

    return await answer(request, _ABOUT[graph], form, body)


async def _ontology_page(request: Request) -> Response:
    state = request.app.state
    vocabulary: Vocabulary = await state.vocabulary.get()
    lang = language(request)
    examples = {row["class"]: (row["example"], row["label"]) for row in await state.service.select(_EXAMPLES)}
    base = state.service.release.manifest.base
    sections = []
    for kind, zh, en in (
        ("class", "类", "Classes"),
        ("object property", "关系属性", "Object properties"),
        ("datatype property", "取值属性", "Datatype properties"),
    ):
        terms = sorted((t for t in vocabulary.terms.values() if t.kind == kind), key=lambda t: t.iri)
        sections.append((en if lang == "en" else zh, [_term_entry(t, vocabulary, lang, examples, base) for t in terms]))
    head = await describe(state.service, ZWGK)
    context = {
        "title": head.label(ZWGK, lang),
        "text": _first(head, lang),
        "sections": sections,
        "formats": formats(request),
        "iri": _ABOUT["ontology"] + "#",
    }
    return render(request, "vocabulary.html", context)


def _first(head: Description, lang: str) -> str:
    texts = {
        quad.object.language: quad.object.value
        for quad in head.own
        if quad.predicate.value.endswith("/description") and isinstance(quad.object, ox.Literal)
    }
    return texts.get(lang) or texts.get("zh") or ""


def _term_entry(term: Term, vocabulary: Vocabulary, lang: str, examples: dict[str, tuple[str, str]], base: str) -> Entry:
    other = "zh" if lang == "en" else "en"
    words = {
        "parents": {"zh": "上位", "en": "Under"},
        "properties": {"zh": "属性", "en": "Properties"},
        "example": {"zh": "实例", "en": "Example"},
        "rules": {"zh": "规则", "en": "Rules"},
        "source": {"zh": "出处", "en": "From"},
    }

    def linked(iri: str) -> tuple[str, str | None]:
        return vocabulary.name(iri, lang, [term.iri]), linked_at(iri, base)

    details: list[tuple[str, list[tuple[str, str | None]]]] = [
        (words["parents"][lang], [linked(iri) for iri in term.parents]),
        (words["properties"][lang], [linked(iri) for iri in vocabulary.properties_of(term.iri)]),
        (words["rules"][lang], [(r.identifier, described_at(r.iri, base)) for r in vocabulary.rules_for(term.iri)]),
        (words["source"][lang], [(term.source, None)] if term.source else []),
    ]
    example = examples.get(term.iri)
    if example:
        details.insert(2, (words["example"][lang], [(example[1] or compact(example[0]), described_at(example[0], base))]))
    return Entry(
        term.iri.removeprefix(ZWGK),
        chosen(term.names, lang),
        term.names.get(other, ""),
        chosen(term.definitions, lang),
        [detail for detail in details if detail[1]],
    )


async def _shapes_page(request: Request) -> Response:
    state = request.app.state
    vocabulary: Vocabulary = await state.vocabulary.get()
    lang = language(request)
    base = state.service.release.manifest.base
    rules = sorted(vocabulary.rules.values(), key=lambda rule: rule.identifier)
    sections = []
    for code in Counter(rule.profile for rule in rules):
        name = vocabulary.labels.get(f"{_ABOUT['shapes']}/{_PROFILES.get(code, code.lower())}", {})
        entries = [_rule_entry(rule, vocabulary, lang, base) for rule in rules if rule.profile == code]
        sections.append((chosen(name, lang) or code, entries))
    context = {
        "title": "Rules" if lang == "en" else "校验规则",
        "text": "",
        "sections": sections,
        "formats": formats(request),
        "iri": _ABOUT["shapes"] + "#",
    }
    return render(request, "vocabulary.html", context)


def _rule_entry(rule: Rule, vocabulary: Vocabulary, lang: str, base: str) -> Entry:
    def linked(iri: str) -> tuple[str, str | None]:
        return vocabulary.name(iri, lang), linked_at(iri, base)

    severities = {"violation": ("不符合", "violation"), "warning": ("提醒", "warning"), "info": ("提示", "info")}
    details: list[tuple[str, list[tuple[str, str | None]]]] = [
        ("Severity" if lang == "en" else "程度", [(severities[rule.severity][1 if lang == "en" else 0], None)]),
        ("Class" if lang == "en" else "适用于", [linked(iri) for iri in rule.classes]),
        ("Property" if lang == "en" else "属性", [linked(rule.path)] if rule.path else []),
        ("Values" if lang == "en" else "取值", [linked(iri) for iri in rule.values]),
    ]
    other = "zh" if lang == "en" else "en"
    return Entry(
        rule.iri.removeprefix(SHAPES),
        f"{rule.identifier} {chosen(rule.names, lang)}",
        rule.names.get(other, ""),
        chosen(rule.messages, lang),
        [detail for detail in details if detail[1]],
    )
