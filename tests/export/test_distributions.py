"""The list of a package's files says of each what a harvester needs."""

import json
from dataclasses import asdict

from ohai_kg.publication.distributions import Distribution, distributions

DUMP = Distribution(
    path="data.nq.gz",
    title_zh="全部数据",
    title_en="All data",
    media_type="application/n-quads",
    compression="application/gzip",
    bytes=12,
    sha256="00",
    conforms_to=("https://www.w3.org/TR/n-quads/",),
)
TABLE = Distribution("tables/a.csv", "表", "Table", "text/csv", None, 3, "11")


def test_what_the_manifest_lists_is_read_back(tmp_path):
    (tmp_path / "manifest.json").write_text(json.dumps({"distributions": [asdict(DUMP), asdict(TABLE)]}), encoding="utf-8")
    assert distributions(tmp_path) == (DUMP, TABLE)


def test_a_packed_file_is_served_as_what_it_is_packed_with():
    assert (DUMP.content_type, TABLE.content_type) == ("application/gzip", "text/csv; charset=utf-8")
