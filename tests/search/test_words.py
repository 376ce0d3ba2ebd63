"""What counts as the same word, and that a query is never syntax."""

import pytest

from ohai_kg.search.words import fold, phrases, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("區教育局", "区教育局"),
        ("ＣＱＡＺ", "cqaz"),
        ("徵收補償", "征收补偿"),
        ("Ouhai", "ouhai"),
        ("〔２０１７〕", "〔2017〕"),
    ],
)
def test_script_width_and_case_do_not_matter(text, folded):
    assert fold(text) == folded


def test_han_runs_become_pairs_and_other_runs_stay_whole():
    assert words("区教育局 cqaz-gy 2017号") == ["区教", "教育", "育局", "局", "cqaz", "gy", "2017", "号"]


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("教育", ['"教育"']),
        ("教育局", ['"教育" + "育局"']),
        ("教", ['"教" *']),
        ("〔2017〕107号", ['"2017" + "107" + "号" *']),
        ("教育 招生", ['"教育"', '"招生"']),
        ('" OR * NEAR(', ['"or" *', '"near" *']),
        ("--;'\"", []),
        ("", []),
    ],
)
def test_a_query_becomes_quoted_phrases_with_an_open_end(query, asked):
    assert phrases(query) == asked
