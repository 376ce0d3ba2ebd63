"""A country of made-up counties: N-Quads of disclosure catalogues, the same bytes for the same size.

`python benchmarks/counties.py OUT --triples 1000000`; a county is one named graph of about 30,000 statements.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

BASE: Final = "https://bench.example/"
NS: Final = "https://w3id.org/zwgk/ns#"
_A: Final = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_LABEL: Final = "<http://www.w3.org/2000/01/rdf-schema#label>"
_BROADER: Final = "<http://www.w3.org/2004/02/skos/core#broader>"
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_DOMAINS: Final = [
    "征地补偿",
    "拆迁安置",
    "保障性住房",
    "农村危房改造",
    "扶贫工作",
    "救灾工作",
    "市政服务",
    "公共资源交易",
    "义务教育",
    "为民办实事",
]
_STAGES: Final = ["决策", "执行", "管理", "服务", "结果"]
_OFFICES: Final = [
    "府办",
    "发改局",
    "国土分局",
    "财政局",
    "征收办",
    "住建局",
    "民政局",
    "教育局",
    "卫计局",
    "审计局",
    "规划分局",
    "执法局",
    "农林局",
    "扶贫办",
    "水务局",
    "环保局",
    "交通局",
    "工务局",
    "监察局",
    "人社局",
    "司法局",
    "公安分局",
    "安监局",
    "统计局",
    "林业局",
    "信访局",
    "档案局",
    "服务中心",
    "交易中心",
    "供销社",
]
_THINGS: Final = [
    "补偿方案",
    "低保对象",
    "住房分配",
    "招标项目",
    "招生计划",
    "教师聘任",
    "危房鉴定",
    "救灾款物",
    "供水水质",
    "公交线路",
    "专项资金",
    "环评文件",
]
_KINDS: Final = ["通知", "公告", "名单", "标准", "流程", "决定", "批复", "验收结果", "公示", "分配表", "审核意见", "办事指南"]
_MODES: Final = ("主动公开", "依申请公开", "部分公开", "不予公开")
_DUTIES: Final = 263


def quads(triples: int, seed: int = 1) -> Iterator[str]:
    """N-Quads lines, at least `triples` of them, whole counties only."""
    rng = random.Random(seed)
    made = 0
    for line in _vocabulary():
        made += 1
        yield line
    county = 0
    while made < triples:
        for line in _county(100_000 + county, rng):
            made += 1
            yield line
        county += 1


def _line(subject: str, predicate: str, value: str, graph: str) -> str:
    return f"<{BASE}{subject}> {predicate} {value} <{BASE}graph/{graph}> .\n"


def _term(name: str) -> str:
    return f"<{NS}{name}>"


def _vocabulary() -> Iterator[str]:
    for number, domain in enumerate(_DOMAINS):
        yield _line(f"domain/{number}", _A, _term("Domain"), "vocabulary")
        yield _line(f"domain/{number}", _LABEL, f'"{domain}"@zh', "vocabulary")
        for part in range(1, 13):
            parent = f"domain/{number}" if part < 4 else f"topic/{number}-{part // 4}"
            yield _line(f"topic/{number}-{part}", _LABEL, f'"{domain}第{part}类"@zh', "vocabulary")
            yield _line(f"topic/{number}-{part}", _BROADER, f"<{BASE}{parent}>", "vocabulary")
    for number, stage in enumerate(_STAGES):
        yield _line(f"stage/{number}", _LABEL, f'"{stage}"@zh', "vocabulary")


def _county(code: int, rng: random.Random) -> Iterator[str]:
    graph = f"county/{code}"
    yield _line(graph, _A, _term("County"), graph)
    yield _line(graph, _LABEL, f'"第{code}区"@zh', graph)
    for number, office in enumerate(_OFFICES):
        unit = f"unit/{code}/{number}"
        yield _line(unit, _LABEL, f'"第{code}区{office}"@zh', graph)
        yield _line(unit, _term("unitKind"), f'"{office}"', graph)
    for number in range(_DUTIES):
        yield from _duty(code, number, graph, rng)


def _duty(code: int, number: int, graph: str, rng: random.Random) -> Iterator[str]:
    duty = f"duty/{code}/{number}"
    domain, stage = rng.randrange(10), rng.choices(range(5), (38, 77, 63, 51, 34))[0]
    units = rng.sample(range(len(_OFFICES)), rng.choice((1, 1, 1, 2, 3)))
    yield _line(duty, _A, _term("Duty"), graph)
    yield _line(duty, _LABEL, f'"{_DOMAINS[domain]}{rng.choice(_THINGS)}"@zh', graph)
    yield _line(duty, _term("county"), f"<{BASE}{graph}>", graph)
    yield _line(duty, _term("domain"), f"<{BASE}domain/{domain}>", graph)
    yield _line(duty, _term("stage"), f"<{BASE}stage/{stage}>", graph)
    for unit in units:
        yield _line(duty, _term("responsibleParty"), f"<{BASE}unit/{code}/{unit}>", graph)
    for item in range(rng.randint(6, 10)):
        name = f"item/{code}/{number}-{item}"
        yield _line(name, _A, _term("Item"), graph)
        title = f"关于{rng.choice(_THINGS)}的{rng.choice(_KINDS)}（{rng.randint(2010, 2024)}年第{rng.randint(1, 400)}号）"
        yield _line(name, _LABEL, f'"{title}"@zh', graph)
        yield _line(name, _term("county"), f"<{BASE}{graph}>", graph)
        yield _line(name, _term("duty"), f"<{BASE}{duty}>", graph)
        yield _line(name, _term("topic"), f"<{BASE}topic/{domain}-{rng.randint(1, 12)}>", graph)
        yield _line(name, _term("stage"), f"<{BASE}stage/{stage}>", graph)
        yield _line(name, _term("publisher"), f"<{BASE}unit/{code}/{rng.choice(units)}>", graph)
        yield _line(name, _term("mode"), f'"{rng.choice(_MODES)}"@zh', graph)
        date = f"{rng.randint(2010, 2024)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
        yield _line(name, _term("issued"), f'"{date}"^^<{_XSD}date>', graph)
        if rng.random() < 0.95:
            yield _line(name, _term("days"), f'"{rng.choice((3, 5, 7, 20))}"^^<{_XSD}integer>', graph)
        if rng.random() < 0.9:
            yield _line(name, _term("basis"), f"<{BASE}law/{rng.randrange(60)}>", graph)
        if rng.random() < 0.5:
            yield _line(name, _term("content"), f'"包括{rng.choice(_THINGS)}和{rng.choice(_KINDS)}"@zh', graph)


def main() -> None:
    """Write the file named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--triples", type=int, default=1_000_000)
    arguments = parser.parse_args()
    with arguments.out.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(quads(arguments.triples))


if __name__ == "__main__":
    main()
