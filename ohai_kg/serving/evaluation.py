"""One query, evaluated within its row limit and told honestly: an answer is either whole or says that it was cut.

The head goes out before the first byte, so whether an answer will be cut must be known by then. Short answers are held
back until they are whole; of a longer one it is asked, once, whether it has a row too many.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Final, cast

import pyoxigraph as ox

from ohai_kg.engine.store import RDF_SYNTAXES, serialize, serialize_graph
from ohai_kg.errors import NotAcceptable, QueryFailed, RequestError
from ohai_kg.serving.preview import preview
from ohai_kg.sparql.analysis import Analysis, is_volatile
from ohai_kg.sparql.depth import refuse_too_deep
from ohai_kg.sparql.federation import neutralise, refuse
from ohai_kg.sparql.requests import Head

if TYPE_CHECKING:
    from typing import BinaryIO

    from ohai_kg.engine.store import EmbeddedStore
    from ohai_kg.formats import Format
    from ohai_kg.sparql.requests import Limits, QueryRequest, Reply

WHOLE_BYTES: Final = 256 * 1024
"""Answers up to this size go out in one piece, with their length and an honest status."""
SPOOL_BYTES: Final = 16 * 1024 * 1024
"""How much of an answer is held back where it is not known to stay within the row limit."""

# What every row of a format has at least one of, and few other things have: an upper bound of the rows, cheaply.
_ROW_MARKS: Final[dict[str, tuple[bytes, ...]]] = {
    "json": (b",{",),
    "xml": (b"<result>",),
    "csv": (b"\n",),
    "tsv": (b"\n",),
    "nt": (b"\n",),
    "nq": (b"\n",),
    "ttl": (b"\n", b";", b","),
    "trig": (b"\n", b";", b","),
    "rdf": (b"<",),
    "jsonld": (b"{", b","),
}


class Evaluation:
    """One request on its way to one reply."""

    def __init__(self, store: EmbeddedStore, request: QueryRequest, limits: Limits, base: str) -> None:
        self._store = store
        self._request = request
        self._limit = limits.max_rows
        self._base = base
        refuse_too_deep(request.query)
        self._text = neutralise(request.query)
        self._analysis = Analysis(self._text)
        self._own_dataset = store.union and "from" in self._text.lower() and self._analysis.has_dataset
        self._functions: list[ox.NamedNode] = []

    def run(self, reply: Reply) -> None:
        """Evaluate, and answer. Raises RequestError of the kind that fits, before or after the first byte."""
        try:
            answer = self._solve(self._text)
            form = self._format(answer)
            if self._request.preview and not isinstance(answer, ox.QueryBoolean):
                body, is_cut = preview(answer, form)
                reply.begin(Head(form.name, form.name in RDF_SYNTAXES, len(body), truncated=is_cut))
                reply.send(body)
                return
            spool = _Spool(self, form, reply)
            try:
                serialize(answer, spool.file, results=form, rdf=form)
                spool.finish()
            except _TooLong:
                self._cut(answer, reply)
        except OSError as error:
            if isinstance(error, ConnectionError) or "service" not in self._text.lower():
                raise
            refuse("SERVICE")
        except (RuntimeError, ValueError) as error:
            raise QueryFailed(f"查询不能执行：{error}。", f"The query cannot be carried out: {error}.") from None

    def head(self, form: Format, *, length: int | None = None, truncated: bool = False) -> Head:
        """The head of an answer in `form`."""
        graph = form.name in RDF_SYNTAXES
        following = Analysis(self._request.query).paged(limit=None, offset=self._limit) if truncated and not graph else None
        return Head(form.name, graph, length, False, truncated, following, is_volatile(self._text))

    @property
    def cannot_exceed(self) -> bool:
        """Whether the query's own LIMIT keeps a table within the row limit."""
        limit = self._analysis.limit if "limit" in self._text.lower() else None
        return limit is not None and limit <= self._limit and self._analysis.form == "SELECT"

    def may_exceed(self, body: list[bytes], form: Format) -> bool:
        """Whether the finished `body` could have more rows than the limit, by counting marks."""
        marks = _ROW_MARKS[form.name]
        if sum(map(len, body)) < self._limit:
            return False
        return sum(part.count(mark) for part in body for mark in marks) >= self._limit

    def exceeds(self, form: Format) -> bool:
        """Whether the answer has a row too many, by asking for it."""
        if form.name in RDF_SYNTAXES:
            triples = cast("ox.QueryTriples", self._solve(self._text))
            return next(itertools.islice(triples, self._limit, None), None) is not None
        if self._analysis.form == "ASK":
            return False
        row = cast("ox.QuerySolutions", self._solve(self._analysis.paged(limit=1, offset=self._limit)))
        return next(row, None) is not None

    def _cut(self, answer: ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean, reply: Reply) -> None:
        form = self._format(answer)
        spool = _Spool(self, form, reply, truncated=True)
        if isinstance(answer, ox.QueryTriples):
            triples = itertools.islice(cast("ox.QueryTriples", self._solve(self._text)), self._limit)
            serialize_graph(triples, spool.file, form)
        else:
            page = self._solve(self._analysis.paged(limit=self._limit))
            serialize(page, spool.file, results=form, rdf=form)
        spool.finish()

    def _format(self, answer: object) -> Format:
        graph = isinstance(answer, ox.QueryTriples)
        form = self._request.rdf if graph else self._request.results
        if form is None:
            raise not_acceptable()
        return form

    def _solve(self, text: str) -> ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean:
        arguments: dict[str, Any] = {
            "base": self._base,
            "default_graphs": self._request.default_graphs,
            "named_graphs": self._request.named_graphs,
            "own_dataset": self._own_dataset,
        }
        try:
            return self._store.solve(text, functions=self._functions, **arguments)
        except RuntimeError:
            self._functions = self._analysis.functions(self._base)
            return self._store.solve(text, functions=self._functions, **arguments)


class _TooLong(Exception):
    """The answer has more rows than the limit and nothing of it was sent yet."""


class _Spool:
    """Holds an answer back until it is whole, or known to stay within the limit; then lets it through."""

    def __init__(self, evaluation: Evaluation, form: Format, reply: Reply, *, truncated: bool = False) -> None:
        self._evaluation = evaluation
        self._form = form
        self._reply = reply
        self._truncated = truncated
        self._parts: list[bytes] = []
        self._size = 0
        self._hold = WHOLE_BYTES
        self._streaming = False

    @property
    def file(self) -> BinaryIO:
        """This, as what the engine writes to."""
        return cast("BinaryIO", self)

    def write(self, data: bytes) -> int:
        """Called by the engine; an error raised here goes through it unchanged."""
        self._parts.append(data)
        self._size += len(data)
        if self._size >= self._hold:
            self._let_through()
        return len(data)

    def flush(self) -> None:
        """Called by the engine; nothing to do."""

    def finish(self) -> None:
        """The engine has written everything."""
        if self._streaming:
            self._reply.send(b"".join(self._parts))
            return
        evaluation = self._evaluation
        if not self._truncated and evaluation.may_exceed(self._parts, self._form) and evaluation.exceeds(self._form):
            raise _TooLong
        self._reply.begin(evaluation.head(self._form, length=self._size, truncated=self._truncated))
        self._reply.send(b"".join(self._parts))

    def _let_through(self) -> None:
        if not self._streaming:
            known = self._truncated or self._evaluation.cannot_exceed
            if not known and self._hold < SPOOL_BYTES:
                self._hold = SPOOL_BYTES
                return
            if not known and self._evaluation.exceeds(self._form):
                raise _TooLong
            self._streaming = True
            self._hold = WHOLE_BYTES
            self._reply.begin(self._evaluation.head(self._form, truncated=self._truncated))
        self._reply.send(b"".join(self._parts))
        self._parts.clear()
        self._size = 0


def not_acceptable() -> NotAcceptable:
    """None of the formats asked for exists for this kind of answer."""
    return NotAcceptable(
        "没有所要的格式；表可取 JSON、XML、CSV、TSV，图可取 Turtle、N-Triples、JSON-LD、RDF/XML、TriG、N-Quads。",
        "No such format; tables come as JSON, XML, CSV, TSV, graphs as Turtle, N-Triples, JSON-LD, RDF/XML, TriG, N-Quads.",
    )


def evaluate(store: EmbeddedStore, request: QueryRequest, output: BinaryIO, *, base: str, max_rows: int = 2**62) -> Head:
    """Evaluate here and now, in this process, without limits of time: for the command line and tests."""
    from ohai_kg.sparql.requests import Limits

    reply = _ToFile(output)
    Evaluation(store, request, Limits(max_rows), base).run(reply)
    if reply.head is None:
        raise RequestError("没有结果。", "There is no answer.")
    return reply.head


class _ToFile:
    """A reply that is a file."""

    def __init__(self, output: BinaryIO) -> None:
        self._output = output
        self.head: Head | None = None

    def begin(self, head: Head) -> None:
        """See `Reply.begin`."""
        self.head = head

    def send(self, data: bytes) -> None:
        """See `Reply.send`."""
        self._output.write(data)
