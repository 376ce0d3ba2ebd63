"""Saved queries as files: one file a question, a header that says what it is, and plain SPARQL that any engine runs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ohai_kg.errors import SavedQueryInvalid
from ohai_kg.questions.body import Body
from ohai_kg.questions.header import HeaderReader

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ohai_kg.questions.model import SavedQuery

_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def load_all(paths: Iterable[Path]) -> tuple[SavedQuery, ...]:
    """The queries of these files in the order their headers give. Raises SavedQueryInvalid."""
    found: dict[int, tuple[Path, SavedQuery]] = {}
    for path in paths:
        query = load_saved(path)
        if query.order in found:
            other = found[query.order][0].name
            raise SavedQueryInvalid(
                path.name,
                1,
                f"序号 {query.order} 已用于 {other}",
                f"the order {query.order} is that of {other} as well",
            )
        found[query.order] = (path, query)
    return tuple(query for _, (_, query) in sorted(found.items()))


def load_saved(path: Path) -> SavedQuery:
    """The query of one file, named after the file. Raises SavedQueryInvalid, which names file and line."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SavedQueryInvalid(path.name, 1, "文件不是 UTF-8 编码", "the file is not UTF-8") from error
    return parse_saved(text, path.name)


def parse_saved(text: str, name: str) -> SavedQuery:
    """The query in `text`, the content of the file called `name`. Raises SavedQueryInvalid."""
    slug = name.removesuffix(".rq")
    if not _SLUG.fullmatch(slug):
        raise SavedQueryInvalid(
            name,
            1,
            "文件名应由小写字母、数字和连字符组成",
            "the file name must be lower-case letters, digits and hyphens",
        )
    lines = text.split("\n")
    length = next((i for i, line in enumerate(lines) if not line.startswith("#+")), len(lines))
    reader = HeaderReader(name, [line.removeprefix("#+").removeprefix(" ").rstrip("\r") for line in lines[:length]])
    sparql = "\n".join(lines[length:]).lstrip("\n")
    body = Body(name, sparql, text.count("\n") - sparql.count("\n"))
    query = reader.query(slug, sparql, body.columns())
    body.check(query)
    return query
