"""The saved queries of a project: found by name, with values bound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ohai_kg.errors import SavedQueryNotFound
from ohai_kg.questions.binding import bind
from ohai_kg.questions.choices import choices_query, read_choices
from ohai_kg.questions.loading import load_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ohai_kg.project import Project
    from ohai_kg.questions.choices import Choices
    from ohai_kg.questions.model import SavedQuery


class SavedQueries:
    """All saved queries, in their order. Raises SavedQueryInvalid when a header is wrong."""

    def __init__(self, project: Project) -> None:
        self._base = project.settings.base
        self.all = load_all(project.vocabulary("queries/*.rq"))
        self._by_slug = {query.slug: query for query in self.all}

    def get(self, slug: str) -> SavedQuery:
        """The query of that name. Raises SavedQueryNotFound."""
        query = self._by_slug.get(slug)
        if query is None:
            raise SavedQueryNotFound(
                f"没有名为 {slug} 的已存查询；ohai-kg query --list 或网页 /queries 列出全部。",
                f"There is no saved query {slug}; `ohai-kg query --list` or the page /queries lists them.",
            )
        return query

    def related(self, query: SavedQuery, most: int = 5) -> list[SavedQuery]:
        """The other queries that share tags with `query`: those that share most first."""
        shared = {other.slug: len(set(other.tags) & set(query.tags)) for other in self.all if other is not query}
        ranked = sorted((other for other in self.all if shared.get(other.slug)), key=lambda other: -shared[other.slug])
        return ranked[:most]

    def choice_queries(self, query: SavedQuery, names: Iterable[str] | None = None) -> dict[str, str]:
        """For each parameter that is limited to values of the graph (of `names`, if given) the query for these values."""
        texts = {parameter.name: choices_query(parameter) for parameter in query.parameters}
        wanted = texts if names is None else set(names)
        return {name: text for name, text in texts.items() if text is not None and name in wanted}

    def read_choices(self, rows: Iterable[Mapping[str, str]]) -> Choices:
        """The choices from the rows of such a query."""
        return read_choices(rows, self._base)

    def sparql(
        self, query: SavedQuery, values: Mapping[str, str], lang: str = "zh", choices: Mapping[str, Choices] | None = None
    ) -> str:
        """The query's SPARQL with these values bound as terms. Raises ParameterInvalid."""
        return bind(query, values, lang, base=self._base, choices=choices)

    def sparql_over(
        self, ask: Callable[[str], Iterable[Mapping[str, str]]], query: SavedQuery, values: Mapping[str, str], lang: str = "zh"
    ) -> str:
        """The same, with the values limited to those that the graph has; `ask` gives the rows of a SELECT query.

        Raises ParameterInvalid.
        """
        choices = {name: self.read_choices(ask(text)) for name, text in self.choice_queries(query, values).items()}
        return self.sparql(query, values, lang, choices)
