"""Every error has a code of its own, whole sentences, and the same fields on the wire as in a problem document."""

import json

import pytest

from ohai_kg.errors import (
    DataUnreadable,
    OhaiError,
    QuerySyntaxError,
    ResourceNotFound,
    ValidationTimeout,
    WorkerLost,
    WriteRefused,
    error_values,
    from_wire,
)
from ohai_kg.web.http.problems import document, problem
from tests.conftest import ROOT
from tools.errors_table import render_errors


def kinds(kind=OhaiError):
    return [kind, *(found for child in kind.__subclasses__() for found in kinds(child))]


def test_every_error_has_a_code_of_its_own():
    codes = [kind.code for kind in kinds()]
    assert sorted(codes) == sorted(set(codes))


def test_every_error_says_when_it_is_raised():
    assert [kind.__name__ for kind in kinds() if not kind.__doc__ or not kind.__doc__.split("\n")[0].endswith((".", "."))] == []


def test_the_page_of_errors_is_current():
    assert (ROOT / "docs" / "errors.md").read_text(encoding="utf-8") == render_errors()


@pytest.mark.parametrize(
    ("error", "members"),
    [
        (QuerySyntaxError("错", "Wrong.", 3, 7), {"line": 3, "column": 7}),
        (DataUnreadable("错", "Wrong."), {}),
        (WriteRefused("错", "Wrong.", {"conforms": False}), {"report": {"conforms": False}}),
        (ResourceNotFound("https://a/b", [("/doc/c", "丙")]), {"near": [{"path": "/doc/c", "label": "丙"}]}),
        (WorkerLost("错", "Wrong."), {}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_error_is_the_same_at_the_other_end_of_the_wire(error, members):
    other = from_wire(json.loads(json.dumps(error_values(error))))
    assert type(other) is type(error)
    assert document(other) == document(error)
    told = document(error)
    assert {name: told[name] for name in members} == members
    assert told.keys() - members.keys() == {"type", "code", "status", "title", "title_en", "detail", "detail_en"}


def test_an_error_carries_its_own_headers():
    assert problem(WorkerLost("错", "Wrong.")).headers["retry-after"] == "1"
    assert "retry-after" not in problem(ValidationTimeout("错", "Wrong.")).headers
