"""Codes of others that DCAT wants: EU authority tables, IANA media types; each with what DCAT-AP asks to be said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ohai_kg.namespaces import DEF
from ohai_kg.publication.description import said, typed

if TYPE_CHECKING:
    from ohai_kg.publication.description import Description
    from ohai_kg.settings import Settings

_AUTHORITY: Final = "http://publications.europa.eu/resource/authority/"
_IANA: Final = "https://www.iana.org/assignments/media-types/"
_FILE_TYPES: Final = {
    "application/n-quads": "RDF_N_QUADS",
    "application/n-triples": "RDF_N_TRIPLES",
    "application/trig": "RDF_TRIG",
    "text/turtle": "RDF_TURTLE",
    "application/rdf+xml": "RDF_XML",
    "application/ld+json": "JSON_LD",
    "application/csvm+json": "JSON",
    "application/json": "JSON",
    "text/csv": "CSV",
    "text/html": "HTML",
    "text/plain": "TXT",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
}
_FREQUENCIES: Final = {
    "实时": "CONT", "每日": "DAILY", "每周": "WEEKLY", "每月": "MONTHLY", "每季度": "QUARTERLY", "每半年": "ANNUAL_2",
    "每年": "ANNUAL", "其他": "OTHER", "": "UNKNOWN",
}  # fmt: skip


_SHARING_TYPES: Final = {"无条件共享": "unconditional", "有条件共享": "conditional", "不予共享": "none"}
_OPEN_TYPES: Final = {"无条件开放类": "unconditional", "受限开放类": "restricted", "禁止开放类": "prohibited"}


def government_theme(graph: Description) -> str:
    """The EU data theme of government and the public sector."""
    theme = graph.describe(
        _AUTHORITY + "data-theme/GOVE",
        "skos:Concept",
        zh="政府与公共部门",
        en="Government and public sector",
        naming="skos:prefLabel",
    )
    scheme = graph.describe(_AUTHORITY + "data-theme", "skos:ConceptScheme", zh="数据主题", en="Data theme")
    graph.add(theme, "skos:inScheme", scheme)
    return theme


def public_access(graph: Description) -> str:
    """Access rights: public."""
    return graph.describe(
        _AUTHORITY + "access-right/PUBLIC", "dct:RightsStatement", zh="公众可访问", en="public", naming="rdfs:label"
    )


def languages(graph: Description) -> tuple[str, ...]:
    """Chinese and English."""
    names = [_AUTHORITY + "language/ZHO", _AUTHORITY + "language/ENG"]
    return tuple(graph.describe(name, "dct:LinguisticSystem") for name in names)


def frequency(graph: Description, stated: str) -> str:
    """The frequency for an 更新周期 of the national guide; nothing stated is UNKNOWN."""
    return graph.describe(_AUTHORITY + "frequency/" + _FREQUENCIES[stated], "dct:Frequency")


def media_type(graph: Description, name: str) -> str:
    """The IANA address of a media type."""
    return graph.describe(_IANA + name, "dct:MediaType")


def file_type(graph: Description, name: str) -> str | None:
    """The EU file type of a media type, where there is one."""
    code = _FILE_TYPES.get(name)
    return graph.describe(_AUTHORITY + "file-type/" + code, "dct:MediaTypeOrExtent") if code else None


def standard(graph: Description, name: str) -> str:
    """A standard that something conforms to."""
    return graph.describe(name, "dct:Standard")


def document(graph: Description, address: str) -> str:
    """A page on the web."""
    return graph.describe(address, "foaf:Document")


def sharing(graph: Description, subject: str, settings: Settings) -> None:
    """How a data set is shared and opened, as far as the publisher states it (政务信息资源目录, 公共数据开放目录)."""
    if settings.sharing_type:
        graph.add(subject, "zwgk:sharingType", f"{DEF}sharing-type/{_SHARING_TYPES[settings.sharing_type]}")
    if settings.open_type:
        graph.add(subject, "zwgk:openType", f"{DEF}open-type/{_OPEN_TYPES[settings.open_type]}")
    if settings.open_to_public:
        graph.add(subject, "zwgk:openToPublic", typed("true" if settings.open_to_public == "是" else "false", "boolean"))
    mode = " ".join(filter(None, (settings.sharing_mode_class, settings.sharing_mode)))
    for predicate, text in (
        ("zwgk:sharingMode", mode),
        ("zwgk:sharingCondition", settings.sharing_condition),
        ("zwgk:openCondition", settings.open_condition),
    ):
        graph.add(subject, predicate, said(text, "zh") if text else None)


def rights(graph: Description, subject: str) -> str:
    """That the publisher has stated no licence."""
    zh = "发布单位没有声明数据的使用许可；使用前请向发布单位确认。"
    en = "The publisher has stated no licence for the data; ask the publisher before use."
    graph.classify(subject, "dct:RightsStatement")
    graph.add(subject, "rdfs:label", said(zh, "zh"), said(en, "en"))
    return subject
