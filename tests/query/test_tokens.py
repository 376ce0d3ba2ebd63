"""Text is taken apart as the recommendation says, in time linear in its length."""

import subprocess
import sys

import pytest

from ohai_kg.sparql.analysis import Analysis, is_volatile
from ohai_kg.sparql.tokens import tokens

_MEASURE = """
import sys, time
from ohai_kg.sparql.tokens import tokens
for unit in sys.argv[1:]:
    took = []
    for length in (20_000, 200_000):
        text = (unit * length)[:length]
        started = time.process_time()
        tokens(text)
        took.append(time.process_time() - started)
    if took[1] > 40 * max(took[0], 0.01):
        print(repr(unit), took)
"""
_UNITS = [
    *(
        "a.",
        "a.a-",
        "a:a:",
        "a:.",
        "区.",
        "_:a.",
        "_:a..",
        "?a·",
        "@a-",
        "@a--",
        "1.",
        "1e",
        "1.e",
        ".",
        "%",
        "%2",
        "a:%2",
        "a:\\",
    ),
    *(
        "<",
        "<a",
        "<a))",
        "<\\u0041",
        "<\\u004",
        "<a>",
        "'",
        '"',
        "'''",
        '"""',
        "''",
        "'\"",
        "'''\n\\",
        '"""\n\\',
        '"\\',
        "'\\'",
        '"""\\"',
    ),
    *(
        "\\",
        "#",
        "#\n",
        " ",
        "\n",
        "{",
        "}",
        "(",
        "[",
        ")",
        "a",
        "é",
        "服务",
        "SERVICE",
        "SERVICE#",
        "service:",
        "\ufeff",
        "^^",
        "||",
    ),
]


def test_ten_times_the_text_takes_ten_times_as_long():
    """Up to forty times is let pass, for the machine is shared; squared time would be a hundred."""
    told = subprocess.run([sys.executable, "-c", _MEASURE, *_UNITS], capture_output=True, check=True, text=True)
    assert told.stdout == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.b:c.d. :x.:", ["name a.b:c.d", "mark .", "name :x.:"]),
        (":. a.:b", ["name :", "mark .", "word a", "mark .", "name :b"]),
        ("ex:a\\,b%20 _:a.b.", ["name ex:a\\,b%20", "node _:a.b", "mark ."]),
        ("?a·b.?服", ["variable ?a·b", "mark .", "variable ?服"]),
        (
            "1.5e3 .5 5. 1e 7SERVICE",
            ["number 1.5e3", "number .5", "number 5", "mark .", "number 1", "word e", "number 7", "word SERVICE"],
        ),
        ("'a'@en-CN--ltr", ["string 'a'", "language @en-CN--ltr"]),
        ("'''a'b''' ''''", ["string '''a'b'''", "string ''", "string ''"]),
        ('"""a"" "b"', ['string ""', 'string "a"', 'string " "', "word b", 'mark "']),
        ("?a<?b ?a<b>?c # x\r'", ["variable ?a", "mark <", "variable ?b", "variable ?a", "iri <b>", "variable ?c", "mark '"]),
        ("<a\\u0041> <a\\u004>", ["iri <a\\u0041>", "mark <", "word a", "mark \\", "word u004", "mark >"]),
        ("\u00a0{", ["mark \u00a0", "mark {"]),
    ],
)
def test_text_is_taken_apart(text, expected):
    found = tokens(text)
    assert [f"{token.kind} {token.text}" for token in found] == expected
    assert all(text[token.start : token.end] == token.text for token in found)


@pytest.mark.parametrize(
    "call", ["NOW()", "now ( )", "NOW#\n()", "RAND\t(#\n)", "STRUUID()", "uuid()", "BNODE('a')", "1+NOW()", "IF(1,NOW(),2)"]
)
def test_a_volatile_function_is_seen_in_any_spelling(call):
    assert is_volatile(f"SELECT ({call} AS ?x) {{}}")


@pytest.mark.parametrize("text", ["'NOW()'", "?now", "<urn:now()>", "ex:now()", "'uuid'@bnode", "?s # NOW()\n"])
def test_what_only_looks_like_a_volatile_function_is_none(text):
    assert not is_volatile(f"SELECT ({text} AS ?x) {{}}")


@pytest.mark.parametrize(
    ("text", "form", "has_dataset", "limit", "paged"),
    [
        ("SELECTDISTINCT*FROM<urn:g>{}LIMIT5OFFSET3", "SELECT", True, 5, "SELECTDISTINCT*FROM<urn:g>{}LIMIT2OFFSET4"),
        ("PREFIX e:<urn:>SELECT*FROMe:g{}", "SELECT", True, None, "PREFIX e:<urn:>SELECT*FROMe:g{}\nLIMIT 2 OFFSET 1\n"),
        (
            "PREFIX from:<urn:>DESCRIBE from:g LIMIT 9",
            "DESCRIBE",
            False,
            9,
            "PREFIX from:<urn:>DESCRIBE from:g LIMIT 2\nOFFSET 1\n",
        ),
        ("ASKFROMNAMED<urn:g>{}", "ASK", True, None, "ASKFROMNAMED<urn:g>{}\nLIMIT 2 OFFSET 1\n"),
    ],
)
def test_clauses_are_seen_without_blanks(text, form, has_dataset, limit, paged):
    analysis = Analysis(text)
    assert (analysis.form, analysis.has_dataset, analysis.limit) == (form, has_dataset, limit)
    assert analysis.paged(limit=2, offset=1) == paged
