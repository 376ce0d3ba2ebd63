"""Whatever bytes arrive, they are read or refused with one of our own errors, and it comes to an end."""

import contextlib
import csv
import io
import os
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ohai_kg.catalogues.catalogue import read_catalogue
from ohai_kg.catalogues.values.registry import Registry
from ohai_kg.errors import OhaiError
from ohai_kg.office.reading import Limits
from tests.ingest.workbooks.support import BASE, examples, registry

LONG = bool(os.environ.get("OHAI_KG_LONG_TESTS"))
FUZZ = settings(
    max_examples=2000 if LONG else 40,
    deadline=timedelta(seconds=20),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
LIMITS = Limits(file_bytes=2_000_000, unpacked_bytes=4_000_000, cells=100_000, columns=200)
SAMPLES = [path.read_bytes() for path in examples()]
MAGIC = [
    *(
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"\x09\x08",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"<html><table>",
        b"<?xml",
    ),
    *(b"MIME-Version: 1.0\n", b"%PDF", b"\xff\xd8\xff", "序号,公开事项,公开内容,公开依据\n".encode(), b""),
]
WORDS = st.sampled_from(
    [
        *("序号", "公开事项", "一级事项", "二级事项", "公开内容（要素）", "公开依据", "公开时限", "公开主", "公开渠道和载体"),
        *(
            "公开对象",
            "全社会",
            "公开方式",
            "主动",
            "依申请",
            "公开层级",
            "县级",
            "乡、村级",
            "过程",
            "同上",
            "√",
            "■",
            "□政府网站",
        ),
        *(
            "1",
            "（三）",
            "《甲法》（国办发〔2016",
            "《《",
            "》",
            "自信息形成或变更之日起20个工作日内",
            "县住建局和",
            "",
            "",
            "\n",
        ),
    ]
)
CELLS = WORDS | st.text(max_size=12) | st.builds("".join, st.lists(WORDS, max_size=4))


def attempt(data):
    """Read as far as the graph; any other exception than our own fails the test."""
    with contextlib.suppress(OhaiError):
        catalogue = read_catalogue(data, registry=registry(), limits=LIMITS)
        catalogue.quads(BASE, "q", "k")


@FUZZ
@given(st.lists(st.lists(CELLS, max_size=14), min_size=1, max_size=12), st.sampled_from(["utf-8", "utf-16", "gb18030"]))
def test_any_grid_is_read_or_refused(grid, encoding):
    text = io.StringIO()
    csv.writer(text).writerows(grid)
    attempt(text.getvalue().encode(encoding, errors="replace"))


@FUZZ
@given(st.sampled_from(MAGIC), st.binary(max_size=600), st.booleans())
def test_any_bytes_behind_a_known_beginning_are_read_or_refused(magic, rest, table):
    attempt(magic + (b"<tr><td rowspan=9>" if table else b"") + rest)


@FUZZ
@given(st.sampled_from(SAMPLES), st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=8), st.integers(0, 40)), max_size=8))
def test_a_damaged_file_of_any_kind_is_read_or_refused(sample, damages):
    data = bytearray(sample)
    for place, new, length in damages:
        start = int(place * len(data))
        data[start : start + length] = new
    attempt(bytes(data))


@FUZZ
@given(st.lists(st.lists(CELLS, min_size=3, max_size=10), min_size=1, max_size=8))
def test_every_cell_of_a_table_keeps_its_words(rows):
    head = [
        "序号",
        "公开事项",
        "公开内容",
        "公开依据",
        "公开时限",
        "公开主体",
        "公开渠道和载体",
        "公开方式",
        "公开对象",
        "公开层级",
    ]
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    with contextlib.suppress(OhaiError):
        for item in read_catalogue(text.getvalue().encode(errors="replace"), registry=Registry(), limits=LIMITS).items:
            for parsed in (item.bases, item.time_limit, item.subjects, item.channels):
                assert parsed is None or parsed.verbatim.strip()
