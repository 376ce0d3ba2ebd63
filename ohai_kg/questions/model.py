"""What a saved query is: its texts in both languages, its parameters, how its answer is told and drawn, its SPARQL."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES: Final = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text in both languages of the site."""

    zh: str
    en: str

    def get(self, lang: str) -> str:
        """The text in `lang`, Chinese for any other."""
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: `classes` are the IRIs of the classes of an `iri`, `scheme` the name of the code list of a `concept`.

    `default` is written as a client would write the value; None means that every value will do.
    """

    name: str
    type: str
    label: Bilingual
    description: Bilingual | None = None
    default: str | None = None
    classes: tuple[str, ...] = ()
    scheme: str | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """How to draw the answer: `columns` maps a role (label, value, x, y, source, target) to a column."""

    type: str
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """One saved query; `sparql` is the text without the header, `columns` are those of the SELECT clause."""

    slug: str
    title: Bilingual
    description: Bilingual
    order: int
    tags: tuple[str, ...]
    chart: Chart
    parameters: tuple[Parameter, ...]
    columns: tuple[str, ...]
    sparql: str
    answer: Bilingual | None = None
    """The answer in one sentence, with columns in braces; see `ohai_kg.web.questions.sentences`."""
    headings: Mapping[str, Bilingual] = field(default_factory=dict)
    """Column headings in words, where they differ from those that all queries share."""

    def parameter(self, name: str) -> Parameter | None:
        """The parameter called `name`."""
        return next((p for p in self.parameters if p.name == name), None)
