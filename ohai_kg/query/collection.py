"""The saved queries of a project: found by name, with values bound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ohai_kg.errors import SavedQueryNotFound
from ohai_kg.query.saved import SavedQuery, bind, load_all

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ohai_kg.project import Project


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

    def sparql(self, query: SavedQuery, values: Mapping[str, str], lang: str = "zh") -> str:
        """The query's SPARQL with these values bound as terms. Raises ParameterInvalid."""
        return bind(query, values, lang, base=self._base)
