"""The data: a pyoxigraph store for the prefilter, and for pySHACL an rdflib graph whose SPARQL is parsed once.

rdflib keeps evaluation state on the algebra of a query, so parsed queries are cached per thread; sharing them gave
results that are in no data.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from types import MethodType
from typing import TYPE_CHECKING, Any, Final

from rdflib import Graph
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

from ohai_kg.errors import ShapesInvalid
from ohai_kg.shacl.functions import FUNCTIONS
from ohai_kg.shacl.storeview import StoreView
from ohai_kg.shacl.terms import Converter, quiet_literals

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyoxigraph as ox
    from rdflib.plugins.sparql.sparql import Query
    from rdflib.query import Processor, Result
    from rdflib.term import Identifier

_CACHE_SIZE: Final = 512
_REACHING: Final = frozenset({"ServiceGraphPattern", "DatasetClause"})
_CACHES: Final = threading.local()


@dataclass(frozen=True, slots=True)
class Dataset:
    """Data in a pyoxigraph store, all its graphs together. `graph`: the same data in rdflib's memory."""

    store: ox.Store
    convert: Converter = field(default_factory=Converter)
    prefixes: Mapping[str, str] = field(default_factory=dict)
    graph: DataGraph | None = None

    def view(self) -> DataGraph:
        """The data for pySHACL, looked up in the store unless they are in memory."""
        if self.graph is not None:
            return self.graph
        graph = DataGraph(StoreView(self.store, self.convert), bind_namespaces="none")
        for prefix, namespace in self.prefixes.items():
            graph.bind(prefix, namespace)
        return graph

    def in_memory(self) -> DataGraph:
        """The data copied to rdflib's memory, where whole validations are faster."""
        if self.graph is not None:
            return self.graph
        graph = DataGraph(bind_namespaces="none")
        for prefix, namespace in self.prefixes.items():
            graph.bind(prefix, namespace)
        with quiet_literals():
            for triple in self.view():
                graph.add(triple)
        return graph


class DataGraph(Graph):
    """A graph with cheap truth and cached queries. pySHACL asks for both once a result and once a focus node."""

    def __bool__(self) -> bool:
        return True

    def query(
        self,
        query_object: str | Query,
        processor: str | Processor = "sparql",
        result: str | type[Result] = "sparql",
        initNs: Mapping[str, Any] | None = None,  # noqa: N803  rdflib's name
        initBindings: Mapping[str, Identifier] | None = None,  # noqa: N803
        use_store_provided: bool = False,
        **kwargs: Any,
    ) -> Result:
        """As `Graph.query`, without the prefixes of the data, and with SERVICE, FROM and FROM NAMED refused.

        Raises ShapesInvalid.
        """
        if isinstance(query_object, str):
            query_object = prepared(query_object, initNs or {})
        return super().query(query_object, processor, result, initNs, initBindings, use_store_provided, **kwargs)


def prepared(text: str, prefixes: Mapping[str, Any]) -> Query:
    """The parsed query, from this thread's cache; the prefixes belong to the key, being part of the meaning."""
    cache: dict[tuple[str, frozenset[tuple[str, Any]]], Query] = _CACHES.__dict__.setdefault("queries", {})
    key = (text, frozenset(prefixes.items()))
    query = cache.get(key)
    if query is None:
        if len(cache) >= _CACHE_SIZE:
            cache.clear()
        query = cache[key] = _parse(text, prefixes)
    return query


def _parse(text: str, prefixes: Mapping[str, Any]) -> Query:
    tree = parseQuery(text)
    found = list(parts(tree))
    if any(part.name in _REACHING for part in found):
        raise ShapesInvalid(
            "形状中的 SPARQL 使用了 SERVICE 或 FROM；校验只读被校验的数据，请删去。",
            "SPARQL in the shapes uses SERVICE or FROM; validation reads the validated data only. Remove them.",
        )
    known = set(prefixes) | {str(part.prefix or "") for part in found if part.name == "PrefixDecl"}
    unknown = sorted({str(part.prefix or "") for part in found if part.name == "pname"} - known)
    if unknown:
        listed = "、".join(f"{prefix}:" for prefix in unknown)
        raise ShapesInvalid(
            f"形状中的 SPARQL 使用了未声明的前缀 {listed}；请用 sh:prefixes 声明。",
            f"SPARQL in the shapes uses undeclared prefixes {listed}; declare them with sh:prefixes.",
        )
    for part in found:
        if part.name in FUNCTIONS:
            part._evalfn = MethodType(FUNCTIONS[part.name], part)  # noqa: SLF001  rdflib has no other way in
    return translateQuery(tree, None, prefixes)


def parts(node: Any) -> Iterator[CompValue]:
    """Every named part of a parse tree, itself included."""
    if isinstance(node, CompValue):
        yield node
        for value in node.values():
            yield from parts(value)
    elif not isinstance(node, str) and hasattr(node, "__iter__"):
        for value in node:
            yield from parts(value)
