"""Search against SPARQL's CONTAINS in the same run: a million made-up labels, in the index and in the engine's memory.

`python benchmarks/search.py --labels 1000000`; each line is a query: median of the whole search (results, reasons, counts
by class) in ms, median of CONTAINS, their ratio. Exit code 1 where a search takes over 50 ms or a ratio is over 0.01.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox
from counties import _DOMAINS, _OFFICES, _STAGES

from ohai_kg.search.finding import find
from ohai_kg.search.index import write_index

if TYPE_CHECKING:
    from collections.abc import Callable

QUERIES: Final = (
    "危房",
    "府办",
    "教育局",
    "第777县",
    "农村危房改造的结果",
    "教",
    "招生 教育局",
    "不存在的词",
    "公开",
    "item-00012345",
)
_CLASSES: Final = ("Duty", "InformationItem", "Standard", "Task", "ResponsibilityAssignment")
_WORDS: Final = ("验收", "公示", "审核", "招生", "补助", "公开", "名单", "政策", "计划", "评估", "拨付", "检查")
_GATE_MS: Final = 50.0
_GATE_RATIO: Final = 0.01


def write_labels(path: Path, count: int) -> None:
    """`count` things with a class and a label of about twenty characters, sorted as a release is."""
    chance = random.Random(107)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for number in range(count):
            thing = f"<https://bench.example/id/item/item-{number:08}>"
            office, domain, stage = chance.choice(_OFFICES), chance.choice(_DOMAINS), chance.choice(_STAGES)
            words = "".join(chance.sample(_WORDS, 2))
            label = f"第{chance.randrange(2800)}县{office}{domain}的{stage}：{words}"
            kind = f"<https://w3id.org/zwgk/ns#{_CLASSES[number % len(_CLASSES)]}>"
            graph = "<https://bench.example/graph/x>"
            file.write(f"{thing} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> {kind} {graph} .\n")
            file.write(f'{thing} <http://www.w3.org/2000/01/rdf-schema#label> "{label}"@zh {graph} .\n')


def median_ms(work: Callable[[], Any], repeat: int) -> float:
    """Median time of `work`, milliseconds."""
    times = []
    for _ in range(repeat):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


def contains(store: ox.Store, query: str) -> list[Any]:
    """The first twenty by SPARQL, and how many there are by class, as the search tells it."""
    tests = " && ".join(f'CONTAINS(STR(?l), "{word}")' for word in query.split())
    pattern = f"?s a ?class ; <http://www.w3.org/2000/01/rdf-schema#label> ?l FILTER({tests})"
    return list(
        store.query(
            f"SELECT ?class (COUNT(*) AS ?n) WHERE {{ {pattern} }} GROUP BY ?class",
            use_default_graph_as_union=True,
        )  # type: ignore[arg-type]
    )


def measure(folder: Path, labels: int, repeat: int) -> dict[str, Any]:
    """All figures."""
    data, index = folder / "data.nq", folder / "index.sqlite"
    write_labels(data, labels)
    began = time.perf_counter()
    write_index(ox.parse(path=data, format=ox.RdfFormat.N_QUADS), index)
    figures: dict[str, Any] = {"labels": labels, "index_s": time.perf_counter() - began, "index_mb": index.stat().st_size / 1e6}
    store = ox.Store()
    store.bulk_load(path=str(data), format=ox.RdfFormat.N_QUADS)
    print(f"{labels} labels: index made in {figures['index_s']:.1f} s, {figures['index_mb']:.0f} MB")
    for query in QUERIES:
        ours = median_ms(lambda q=query: find(index, q), repeat)  # type: ignore[misc]
        theirs = median_ms(lambda q=query: contains(store, q), 3)  # type: ignore[misc]
        figures[query] = {"ms": ours, "contains_ms": theirs, "ratio": ours / theirs}
        print(f"{query}: {ours:.2f} ms, CONTAINS {theirs:.0f} ms, ratio {ours / theirs:.5f}", flush=True)
    return figures


def main() -> None:
    """Measure, print, and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labels", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=15)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), arguments.labels, arguments.repeat)
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8")
    slow = [query for query in QUERIES if figures[query]["ms"] > _GATE_MS or figures[query]["ratio"] > _GATE_RATIO]
    if slow:
        print(f"over the bar: {'、'.join(slow)}")
        sys.exit(1)


if __name__ == "__main__":
    main()
