"""docs/reference: classes with their properties, all terms, code lists, tables and columns, and the class diagram.

Made from ontology, shapes and CSVW metadata, in Chinese and English: `python -m tools.reference docs/reference`.
The rules by profile stand in shapes/README.md, which is made from the shapes; here their numbers point to it.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from ohai_kg.namespaces import DEF, PREFIXES, RDF, SH, SKOS, XSD, ZWGK
from ohai_kg.project import Project, open_project
from ohai_kg.resources.vocabulary import chosen, compact, read_vocabulary
from tools.class_diagram import ClassBox, Line, draw_classes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ohai_kg.resources.vocabulary import Rule, Vocabulary

LANGUAGES: Final = ("zh", "en")
_GENERAL: Final = ("CORE-LABEL", "CORE-SOURCE")
"""Rules that bind nearly every class and would be repeated with each."""
_T: Final = {
    "zh": {
        "made": "此文件由本体、形状和表的说明生成，请勿手工改动：改源文件后运行 `make docs`。",
        "version": "本体版本",
        "classes": "类和属性",
        "terms": "全部属性",
        "codes": "代码表",
        "tables": "表和栏",
        "rules": "规则",
        "diagram": "类图",
        "term": "词汇",
        "name": "名称",
        "value": "取值",
        "count": "个数",
        "definition": "定义",
        "code": "代码",
        "column": "栏",
        "type": "类型",
        "required": "必填",
        "property": "属性",
        "of": "上位类",
        "yes": "是",
        "any": "不限",
    },
    "en": {
        "made": "Made from the ontology, the shapes and the table metadata; do not edit it. Change those and run `make docs`.",
        "version": "Version of the ontology",
        "classes": "Classes and properties",
        "terms": "All properties",
        "codes": "Code lists",
        "tables": "Tables and columns",
        "rules": "Rules",
        "diagram": "Class diagram",
        "term": "Term",
        "name": "Name",
        "value": "Value",
        "count": "Number",
        "definition": "Definition",
        "code": "Code",
        "column": "Column",
        "type": "Type",
        "required": "Required",
        "property": "Property",
        "of": "Subclass of",
        "yes": "yes",
        "any": "any",
    },
}


class Reference:
    """What the pages are made from, read once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        files = [path for pattern in ("ontology/zwgk.ttl", "shapes/*/*.ttl") for path in project.vocabulary(pattern)]
        quads = [quad for path in files for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)]
        self.vocabulary: Vocabulary = read_vocabulary(quads)
        self._counts: dict[tuple[str, str], str] = {
            (quad.subject.value, quad.predicate.value.removeprefix(SH)): quad.object.value
            for quad in quads
            if quad.predicate.value in {SH + "minCount", SH + "maxCount"} and isinstance(quad.subject, ox.NamedNode)
        }
        self.version = next(q.object.value for q in quads if q.predicate.value == PREFIXES["owl"] + "versionInfo")

    def pages(self) -> dict[str, str]:
        """Every file by its path under the folder."""
        found = {"README.md": self._index()}
        for lang in LANGUAGES:
            found |= {
                f"terms.{lang}.md": self._classes(lang),
                f"code-lists.{lang}.md": self._code_lists(lang),
                f"tables.{lang}.md": self._tables(lang),
                f"classes.{lang}.svg": draw_classes(self.boxes(lang), lang),
            }
        return found

    def classes(self) -> list[str]:
        """The IRIs of the classes, by local name."""
        return sorted(iri for iri, term in self.vocabulary.terms.items() if term.kind == "class")

    def rules_of(self, iri: str) -> list[Rule]:
        """The rules of profile core about single properties of a class."""
        rules = [
            rule
            for rule in self.vocabulary.rules_for(iri)
            if rule.profile == "CORE" and "://" in (rule.path or "") and not rule.identifier.startswith(_GENERAL)
        ]
        return sorted({rule.iri: rule for rule in rules if rule.path != iri}.values(), key=lambda rule: (rule.order, rule.iri))

    def number(self, rule: Rule) -> str:
        """How often, such as `1..n`; '' where the rule does not say."""
        least, most = self._counts.get((rule.iri, "minCount")), self._counts.get((rule.iri, "maxCount"))
        if least is None and most is None:
            return ""
        return least if least == most and least is not None else f"{least or 0}..{most or 'n'}"

    def boxes(self, lang: str) -> list[ClassBox]:
        """The boxes of the diagram: every class that rules speak of."""
        boxes = []
        for iri in self.classes():
            lines = []
            for rule in self.rules_of(iri):
                target = next((value for value in rule.values if value in self.vocabulary.terms), "")
                shown = self._values(rule, lang) if target or rule.values else ""
                lines.append(Line(self.vocabulary.name(rule.path or "", lang, [iri]), shown, self.number(rule), target))
            parents = [self.vocabulary.name(parent, lang) for parent in self.vocabulary.terms[iri].parents]
            boxes.append(ClassBox(iri, self.vocabulary.name(iri, lang), compact(iri), "、".join(parents), tuple(lines)))
        return boxes

    def _values(self, rule: Rule, lang: str) -> str:
        return ", ".join(
            value.removeprefix(XSD) if value.startswith(XSD) else self.vocabulary.name(value, lang) for value in rule.values
        )

    def _index(self) -> str:
        rows = ""
        for lang, named in (("zh", "中文"), ("en", "English")):
            t = _T[lang]
            rows += (
                f"- {named}: [{t['classes']}](terms.{lang}.md) · [{t['diagram']}](classes.{lang}.svg) · "
                f"[{t['codes']}](code-lists.{lang}.md) · [{t['tables']}](tables.{lang}.md) · "
                f"[{t['rules']}](../../shapes/README.md)\n"
            )
        zh, en = _T["zh"], _T["en"]
        version = f"{zh['version']} · {en['version']}: {self.version}"
        return f"# 参考 · Reference\n\n{zh['made']}\n{en['made']}\n\n{version}\n\n{rows}"

    def _head(self, title: str, lang: str) -> str:
        return f"# {title}\n\n{_T[lang]['made']}\n\n{_T[lang]['version']}: {self.version}\n"

    def _classes(self, lang: str) -> str:
        t, terms = _T[lang], self.vocabulary.terms
        text = self._head(t["classes"], lang) + f"\n![{t['diagram']}](classes.{lang}.svg)\n"
        for iri in self.classes():
            term = terms[iri]
            text += f"\n## {chosen(term.names, lang)} `{compact(iri)}`\n\n{chosen(term.definitions, lang)}\n"
            if term.parents:
                text += f"\n{t['of']}: {', '.join(f'`{compact(parent)}`' for parent in term.parents)}\n"
            bound = [self._property(rule, iri, lang) for rule in self.rules_of(iri)]
            text += _table((t["property"], t["term"], t["value"], t["count"], t["rules"]), bound)
        rows = [
            (chosen(term.names, lang), f"`{compact(iri)}`", chosen(term.definitions, lang))
            for iri, term in sorted(terms.items())
            if term.kind != "class"
        ]
        return text + f"\n## {t['terms']}\n" + _table((t["name"], t["term"], t["definition"]), rows)

    def _property(self, rule: Rule, iri: str, lang: str) -> tuple[str, ...]:
        path = rule.path or ""
        name = self.vocabulary.name(path, lang, [iri])
        return name, f"`{compact(path)}`", self._values(rule, lang), self.number(rule), rule.identifier

    def _code_lists(self, lang: str) -> str:
        t = _T[lang]
        text = self._head(t["codes"], lang)
        general, own = (self._project.vocabulary(f"ontology/{folder}schemes/*.ttl") for folder in ("", "district/"))
        for path in sorted((*general, *own), key=lambda path: path.name):
            about = _by_subject(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))
            for scheme in sorted(iri for iri, said in about.items() if SKOS + "ConceptScheme" in _values(said, RDF + "type")):
                said = about[scheme]
                title = _text(said, PREFIXES["dct"] + "title", lang)
                text += f"\n## {title} `def/{scheme.removeprefix(DEF)}`\n\n{_text(said, SKOS + 'definition', lang)}\n"
                members = [one for one in about.values() if scheme in _values(one, SKOS + "inScheme")]
                members.sort(key=lambda one: int(next(iter(_values(one, ZWGK + "order")), "0")))
                rows = [
                    (
                        f"`{_values(one, SKOS + 'notation')[0]}`",
                        _text(one, SKOS + "prefLabel", lang),
                        _text(one, SKOS + "definition", lang),
                    )
                    for one in members
                ]
                text += _table((t["code"], t["name"], t["definition"]), rows)
        return text

    def _tables(self, lang: str) -> str:
        t = _T[lang]
        text = self._head(t["tables"], lang)
        for path in sorted(self._project.data.rglob("csv-metadata.json")):
            metadata = json.loads(path.read_text(encoding="utf-8"))
            text += f"\n## {path.parent.relative_to(self._project.data).as_posix()}\n"
            for table in metadata.get("tables", [metadata]):
                title = _natural(table.get("dc:title"), lang, table["url"])
                text += f"\n### {title} `{table['url']}`\n"
                columns = [column for column in table["tableSchema"]["columns"] if not column.get("virtual")]
                text += _table(
                    (t["column"], t["type"], t["required"], t["property"]), [_column(column, lang) for column in columns]
                )
        return text


def _column(column: Mapping[str, Any], lang: str) -> tuple[str, ...]:
    datatype = column.get("datatype", "string")
    base = datatype.get("base", "string") if isinstance(datatype, dict) else datatype
    many = f" ({column['separator']})" if column.get("separator") else ""
    prop = f"`{compact(column['propertyUrl'])}`" if "propertyUrl" in column and not column.get("suppressOutput") else ""
    return (
        _natural(column.get("titles"), lang, column["name"]),
        base + many,
        _T[lang]["yes"] if column.get("required") else "",
        prop,
    )


def _natural(titles: Any, lang: str, default: str) -> str:
    found = titles.get(lang, default) if isinstance(titles, dict) else titles or default
    return str(found[0] if isinstance(found, list) else found)


def _by_subject(quads: Iterable[ox.Quad]) -> dict[str, dict[str, list[Any]]]:
    about: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for quad in quads:
        about[quad.subject.value][quad.predicate.value].append(quad.object)  # type: ignore[union-attr]
    return about


def _values(said: Mapping[str, list[Any]], predicate: str) -> list[str]:
    return [value.value for value in said.get(predicate, ())]


def _text(said: Mapping[str, list[Any]], predicate: str, lang: str) -> str:
    texts = {value.language or "": value.value for value in said.get(predicate, ())}
    return texts.get(lang) or texts.get("zh") or ""


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    written = ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |\n" for row in rows]
    if not written:
        return ""
    return f"\n| {' | '.join(heads)} |\n|{'---|' * len(heads)}\n" + "".join(written)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in Reference(open_project(folder.resolve().parent.parent)).pages().items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
