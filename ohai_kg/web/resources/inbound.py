"""What a link to a thing means, said from the side of the thing: a duty's `responsibleParty` is a unit's 承担的职责."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ohai_kg.namespaces import PREFIXES

if TYPE_CHECKING:
    from ohai_kg.resources.vocabulary import Vocabulary

# Property, class (or none: any), Chinese, English; in the order in which a page lists them.
_MEANINGS: Final = (
    ("oa:hasTarget", "zwgk:SourceDefect", "有关的源文缺陷", "Defects of the source about this"),
    ("oa:hasTarget", "", "有关的外部资料", "Outside facts about this"),
    ("zwgk:responsibleParty", "zwgk:Duty", "承担的职责", "Duties it bears"),
    ("zwgk:responsibleParty", "zwgk:GuideStep", "承担的操作步骤", "Steps of the guide it carries out"),
    ("zwgk:leadUnit", "zwgk:Domain", "牵头的领域", "Domains it leads"),
    ("zwgk:leadUnit", "zwgk:Innovation", "牵头的创新工作", "Innovations it leads"),
    ("zwgk:leadUnit", "zwgk:Standard", "牵头的标准", "Standards it leads"),
    ("zwgk:responsibleUnit", "", "负责的创新工作", "Innovations it is responsible for"),
    ("zwgk:responsiblePerson", "", "负责的创新工作", "Innovations in charge of"),
    ("zwgk:reviewUnit", "", "审核的步骤", "Steps it reviews"),
    ("zwgk:hostUnit", "zwgk:WorkingGroup", "设在本单位的小组", "Groups hosted"),
    ("zwgk:hostUnit", "", "设在本单位的查阅点", "Reading points hosted"),
    ("zwgk:party", "zwgk:DepartmentMandate", "部门职责分工", "Its mandate in the pilot"),
    ("zwgk:party", "zwgk:DepartmentResponsibility", "部门责任", "Its responsibilities"),
    ("zwgk:representing", "", "代表本单位参加小组的人", "People who represent it in groups"),
    ("org:postIn", "", "职务", "Posts in it"),
    ("org:unitOf", "", "内设机构", "Its sections"),
    ("org:subOrganizationOf", "", "下属", "Organisations below it"),
    ("foaf:member", "", "所属的集合单位", "Collective units it belongs to"),
    ("zwgk:memberOf", "", "成员", "Members"),
    ("zwgk:delegator", "", "委托他人的职责", "Delegations it made"),
    ("zwgk:delegate", "", "受托的职责", "Delegations to it"),
    ("zwgk:publisher", "", "公开的事项", "Items it publishes"),
    ("eli:passed_by", "", "制定的法律和文件", "Documents it passed"),
    ("cv:hasCompetentAuthority", "", "主管的行政权力", "Powers under its authority"),
    ("zwgk:domain", "zwgk:Duty", "本领域的职责", "Duties of this domain"),
    ("zwgk:subDomain", "zwgk:Duty", "本子领域的职责", "Duties of this sub-domain"),
    ("zwgk:stage", "zwgk:Duty", "本阶段的职责", "Duties of this stage"),
    ("zwgk:stage", "zwgk:FormEntry", "本阶段的示例行", "Example rows of this stage"),
    ("zwgk:stage", "", "本阶段的公开事项", "Items of this stage"),
    ("zwgk:forDomain", "", "本领域的{type}", "{type}: those of this domain"),
    ("zwgk:domain", "", "本领域的{type}", "{type}: those of this domain"),
    ("skos:inScheme", "", "表中的{type}", "{type}: those of this list"),
    ("skos:broader", "", "下位的{type}", "{type}: those below it"),
    ("zwgk:inForm", "", "表中的{type}", "{type}: those in this form"),
    ("zwgk:entryOf", "", "填写的行", "Rows filled in"),
    ("zwgk:mentionsDocument", "", "提及本文件的职责", "Duties that mention it"),
    ("eli:cites", "", "引用本文件的文件", "Documents that cite it"),
    ("eli:based_on", "", "以此为依据的{type}", "{type}: those based on it"),
    ("eli:is_part_of", "", "附件", "Its annexes"),
    ("dct:isPartOf", "", "所含的{type}", "{type}: those in it"),
    ("zwgk:within", "", "所含的{type}", "{type}: those within it"),
    ("zwgk:orderedBy", "", "由此部署的{type}", "{type}: those it orders"),
    ("zwgk:realisesTask", "", "落实本任务的创新工作", "Innovations that realise it"),
    ("zwgk:correspondsTo", "", "附件7 的示例行", "Example rows in Annex 7"),
    ("zwgk:explainedBy", "", "由此缺陷解释的{type}", "{type}: explained by this defect"),
    ("zwgk:deadline", "", "有此期限的{type}", "{type}: those with this deadline"),
    ("zwgk:assignment", "", "分配的对象", "What is assigned"),
    ("zwgk:defectKind", "", "此类缺陷", "Defects of this kind"),
    ("zwgk:node", "", "本节点的标准", "Standards at this node"),
    ("zwgk:parentNode", "", "下级节点", "Nodes below"),
    ("zwgk:underPower", "", "本项权力的公开事项", "Items under this power"),
    ("zwgk:attestedBy", "", "由此人证实的称谓", "Names this person attests"),
    ("zwgk:denotes", "", "称谓", "Names"),
    ("zwgk:inPost", "", "以此职务参加小组", "Memberships in this post"),
    ("org:holds", "", "任此职务的人", "Who holds it"),
    ("zwgk:party", "zwgk:ResponsibilityAssignment", "逐条责任分配", "Assignments one by one"),
    ("zwgk:party", "", "涉及的{type}", "{type}: those it takes part in"),
)
HIDDEN: Final = frozenset(
    PREFIXES[prefix] + name
    for prefix, name in (
        ("skos", "hasTopConcept"),
        ("skos", "topConceptOf"),
        ("skos", "narrower"),
        ("skosxl", "altLabel"),
        ("prov", "agent"),
        ("prov", "qualifiedDelegation"),
        ("prov", "actedOnBehalfOf"),
        ("rdfs", "isDefinedBy"),
    )
)
"""Properties whose links say again what another link says; statements have them, pages do not list them."""


def _expand(name: str) -> str | None:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local if local else None


_TABLE: Final = {(_expand(prop), _expand(kind)): (rank, zh, en) for rank, (prop, kind, zh, en) in enumerate(_MEANINGS)}


def meaning(prop: str, kind: str | None, lang: str, vocabulary: Vocabulary) -> tuple[int, str]:
    """The place in the order of a page, and the words for links by a property from things of a class."""
    found = _TABLE.get((prop, kind)) or _TABLE.get((prop, None))
    type_name = vocabulary.name(kind, lang) if kind else {"zh": "条目", "en": "thing"}[lang]
    if found is None:
        name = vocabulary.name(prop, lang, [kind] if kind else [])
        words = f"{type_name}: those with this as “{name}”" if lang == "en" else f"以此为“{name}”的{type_name}"
        return len(_TABLE), words[:1].upper() + words[1:]
    rank, zh, en = found
    words = (en if lang == "en" else zh).format(type=type_name)
    return rank, words[:1].upper() + words[1:]
