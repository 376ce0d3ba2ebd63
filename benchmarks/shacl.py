"""SHACL engines side by side on generated catalogues: `python benchmarks/shacl.py [--sizes 31000,126000] [--json OUT]`.

Every engine runs in its own process, from an N-Triples file to a finished report; the reports are compared. pySHACL as it
comes is only run up to 40,000 triples, where it already takes a minute.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
PROFILES = ("elements", "national2019")
NS, ID, DEF = "https://w3id.org/zwgk/ns#", "https://w3id.org/zwgk/id/", "https://w3id.org/zwgk/def/"
A = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
INTEGER = "^^<http://www.w3.org/2001/XMLSchema#integer>"
PLAIN_LIMIT = 40_000
ENGINES = ("ours", "pyshacl-cached", "pyshacl-turbo", "pyshacl")
# (engine compared with, triples at least, good, extreme); the ratio is ours / that engine
BARS = (("pyshacl", 25_000, 1 / 17, 1 / 60), ("pyshacl-cached", 100_000, 0.30, 0.12), ("pyshacl-turbo", 900_000, 0.40, 0.12))


def triples(size: int, seed: int = 1) -> Iterator[str]:
    """About `size` N-Triples lines of catalogue items, three in a hundred of them damaged."""
    rng = random.Random(seed)
    made = 0

    def line(subject: str, predicate: str, value: str) -> str:
        return f"<{subject}> {predicate if predicate.startswith('<') else f'<{NS}{predicate}>'} {value} .\n"

    for number in range(1, 14):
        yield line(f"{DEF}channel/{number:02}", A, f"<{NS}Channel>")
    county = 0
    while made < size:
        county += 1
        units = [f"{ID}unit/c{county}-{n}" for n in range(30)]
        laws = [f"{ID}doc/c{county}-{n}" for n in range(20)]
        catalogue = f"{ID}catalogue/c{county}"
        head = [line(unit, A, f"<{NS}PublicUnit>") for unit in units]
        head += [line(law, A, "<http://data.europa.eu/eli/ontology#LegalResource>") for law in laws]
        head += [
            line(catalogue, A, f"<{NS}DisclosureCatalogue>"),
            line(catalogue, "<http://purl.org/dc/terms/publisher>", f"<{units[0]}>"),
            line(catalogue, "<http://purl.org/dc/terms/issued>", '"2020-06-30"^^<http://www.w3.org/2001/XMLSchema#date>'),
        ]
        yield from head
        made += len(head)
        for item in range(1700):
            rows = list(_item(rng, f"{ID}item/c{county}-{item}", units, laws, catalogue, line))
            yield from rows
            made += len(rows)
            if made >= size:
                return


def _item(
    rng: random.Random, iri: str, units: list[str], laws: list[str], catalogue: str, line: Callable[[str, str, str], str]
) -> Iterator[str]:
    proactive = rng.random() < 0.8
    damage = rng.choice(("name", "basis", "content", "publisher", "limit", "channel", "level", "unit", "long", "index"))
    damage = damage if rng.random() < 0.03 else ""
    letter = "G" if proactive else "Y"
    index = (
        f"330304-CQAZ0{rng.randrange(1, 9)}-{rng.choice('ABCDE')}-{rng.randrange(1000):03}-{rng.randrange(10000):04}-{letter}"
    )
    limit = f"{iri}/limit".replace("/item/", "/time-limit/")
    yield line(iri, A, f"<{NS}InformationItem>")
    if damage != "name":
        yield line(iri, "<http://purl.org/dc/terms/title>", f'"公开事项第{rng.randrange(10**6)}号"@zh')
    if damage != "basis":
        yield line(iri, "basis", f"<{rng.choice(laws)}>")
    if damage != "content":
        yield line(iri, "content", f'"应公开的要点{rng.randrange(10**6)}，包括范围、标准、程序和结果"@zh')
    if damage != "publisher":
        yield line(iri, "publisher", f"<{ID}unit/unknown>" if damage == "unit" else f"<{rng.choice(units)}>")
    if damage != "limit":
        yield line(iri, "timeLimit", f"<{limit}>")
        yield line(limit, A, f"<{NS}DisclosureTimeLimit>")
        yield line(limit, "workingDays", f'"{40 if damage == "long" else 20}"{INTEGER}')
        yield line(limit, "trigger", '"形成"')
    yield line(iri, "mode", f"<{DEF}mode/{'proactive' if proactive else 'on-request'}>")
    if damage != "channel":
        yield line(iri, "channel", f"<{DEF}channel/{rng.randrange(1, 14):02}>")
    yield line(iri, "indexNumber", f'"{index[:-4] if damage == "index" else index}"')
    yield line(iri, "audience", f"<{DEF}audience/society>")
    if damage != "level":
        yield line(iri, "level", f"<{DEF}level/district>")
    yield line(iri, "category", f"<{ID}category/{rng.randrange(40)}>")
    yield line(iri, "sourceNumber", f'"{rng.randrange(2000)}"')
    yield line(iri, "inCatalogue", f"<{catalogue}>")


def results_of(turtle: str) -> Counter:
    """The results of a report, without blank labels and language tags."""
    from rdflib import BNode, Graph, Namespace

    sh = Namespace("http://www.w3.org/ns/shacl#")
    report = Graph().parse(data=turtle, format="turtle")
    fields = (sh.focusNode, sh.value, sh.sourceConstraintComponent, sh.sourceShape, sh.resultSeverity)
    found: Counter = Counter()
    for node in report.objects(None, sh.result):
        terms = (report.value(node, field) for field in fields)
        texts = sorted(str(message) for message in report.objects(node, sh.resultMessage))
        found["|".join(["_:" if isinstance(t, BNode) else str(t) for t in terms] + texts)] += 1
    return found


def run(engine: str, data: str, out: str) -> None:
    """One engine, once; prints seconds and peak memory, writes the report as Turtle."""
    logging.disable(logging.CRITICAL)
    shapes = "\n".join(
        p.read_text(encoding="utf-8") for name in PROFILES for p in sorted((ROOT / "shapes" / name).glob("*.ttl"))
    )
    from ohai_kg.shacl import load_profile, validate_file
    from ohai_kg.shacl.profiles import machine_for
    from ohai_kg.shacl.rendering.turtle import to_turtle

    started = time.perf_counter()
    if engine == "ours":
        report = validate_file(Path(data), [load_profile(ROOT / "shapes", name) for name in PROFILES]).to_turtle()
    elif engine == "pyshacl-cached":
        from ohai_kg.shacl.dataset import DataGraph

        graph = DataGraph(bind_namespaces="none")
        graph.parse(data, format="nt")
        report = to_turtle(machine_for([load_profile(ROOT / "shapes", name) for name in PROFILES]).whole(graph))
    elif engine == "pyshacl":
        import pyshacl
        from rdflib import Graph

        graph = Graph().parse(data, format="nt")
        report = pyshacl.validate(graph, shacl_graph=shapes, shacl_graph_format="turtle", inference="none")[1].serialize()
    else:
        import pyshacl_turbo

        shapes_file = Path(out).with_suffix(".shapes.ttl")
        shapes_file.write_text(shapes, encoding="utf-8")
        report = pyshacl_turbo.validate(
            data, shacl_graph=str(shapes_file), data_graph_format="nt", shacl_graph_format="turtle", inference="none"
        )[1].serialize(format="turtle")
    seconds = time.perf_counter() - started
    Path(out).write_text(report, encoding="utf-8")
    print(json.dumps({"seconds": seconds, "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


def measure(size: int, engines: list[str], folder: Path) -> list[dict]:
    """All engines on one generated file, each in its own process."""
    data = folder / f"catalogues-{size}.nt"
    with data.open("w", encoding="utf-8") as file:
        count = sum(1 for text in triples(size) if file.write(text))
    rows = []
    reports: dict[str, Counter] = {}
    for engine in engines:
        if engine == "pyshacl" and size > PLAIN_LIMIT:
            continue
        out = folder / f"{engine}-{size}.ttl"
        command = [sys.executable, __file__, "--run", engine, str(data), str(out)]
        answer = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
        reports[engine] = results_of(out.read_text(encoding="utf-8"))
        rows.append({"triples": count, "engine": engine, **json.loads(answer.stdout), "results": reports[engine].total()})
    for row in rows:
        row["same"] = reports[row["engine"]] == reports["ours"]
    return rows


def main() -> int:
    """Print the table; exit 1 where a good bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="31000,126000", help="triples, separated by commas")
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--json", type=Path)
    parser.add_argument("--run", nargs=3, metavar=("ENGINE", "DATA", "OUT"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        run(*options.run)
        return 0
    rows: list[dict] = []
    with tempfile.TemporaryDirectory() as folder:
        for size in map(int, options.sizes.split(",")):
            rows += measure(size, options.engines.split(","), Path(folder))
    missed = 0
    print(f"{'triples':>9} {'engine':15} {'s':>8} {'MB':>6} {'results':>7} same  ours/it  bar")
    for row in rows:
        ours = next(r for r in rows if r["triples"] == row["triples"] and r["engine"] == "ours")
        ratio = ours["seconds"] / row["seconds"]
        bar = ""
        for engine, least, good, extreme in BARS:
            if engine == row["engine"] and row["triples"] >= least:
                bar = "extreme" if ratio <= extreme else "good" if ratio <= good else "MISSED"
                missed += bar == "MISSED"
        row |= {"ratio": ratio, "bar": bar}
        print(
            f"{row['triples']:9} {row['engine']:15} {row['seconds']:8.2f} {row['mb']:6.0f} {row['results']:7} "
            f"{'yes' if row['same'] else 'no':4} {ratio:8.4f}  {bar}"
        )
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
