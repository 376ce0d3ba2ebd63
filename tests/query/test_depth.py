"""What is too deep for the engine's stack is told before it is tried, and honest large queries are let through."""

import subprocess
import sys

import pytest

from ohai_kg.confinement import STACK_BYTES
from ohai_kg.errors import QueryTooDeep
from ohai_kg.sparql import depth
from ohai_kg.sparql.depth import refuse_too_deep
from tests.query.deep import HONEST, chained, nested

SURVIVES = """
import sys
import pyoxigraph as ox
from ohai_kg.confinement import grow_stack
grow_stack()
text = sys.stdin.read()
try:
    answer = ox.Store().query(text)
except SyntaxError:
    ox.Store().update(text)
"""


@pytest.fixture(autouse=True)
def _large_stack(monkeypatch):
    """As much stack as a worker has."""
    monkeypatch.setattr(depth, "stack_bytes", lambda: STACK_BYTES)


def is_refused(text):
    try:
        refuse_too_deep(text)
    except QueryTooDeep:
        return True
    return False


@pytest.mark.parametrize("make", [*nested.values(), *chained.values()], ids=[*nested, *chained])
def test_twenty_thousand_steps_down_are_too_many(make):
    assert is_refused(make(20_000))
    assert not is_refused(make(1_000))


@pytest.mark.parametrize("make", nested.values(), ids=nested)
def test_the_deepest_text_that_is_let_through_ends_no_process(make):
    fits, too_deep = 1_000, 20_000
    while too_deep - fits > 1:
        middle = (fits + too_deep) // 2
        fits, too_deep = (fits, middle) if is_refused(make(middle)) else (middle, too_deep)
    ended = subprocess.run(
        [sys.executable, "-c", SURVIVES], check=False, input=make(fits), text=True, capture_output=True, timeout=60
    )
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("text", HONEST.values(), ids=HONEST)
def test_honest_large_queries_are_let_through(text):
    assert not is_refused(text)


def test_steps_within_steps_are_added_up():
    inner = "{" * 2_500 + "}" * 2_500
    assert not is_refused(f"SELECT * {{ {inner} }}")
    assert not is_refused(f"SELECT * {{ {{}} {'UNION {}' * 7_000} }}")
    assert is_refused(f"SELECT * {{ {inner} {'UNION {}' * 7_000} }}")


def test_brackets_that_are_quoted_are_none():
    assert not is_refused(f"SELECT ('{'(' * 50_000}' AS ?x) {{}} #{'{' * 50_000}")
