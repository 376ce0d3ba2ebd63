"""Exporting a large release side by side with the engine's own dump: `python benchmarks/export.py [--quads 1000000]`.

Ours: every syntax, packed forms and Turtle by graph. The engine's: N-Quads and TriG of a store that is already loaded. Both
in processes of their own, one after the other, best of two.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from counties import quads

ROOT = Path(__file__).resolve().parent.parent
GOOD, EXTREME = 2.5, 1.5

OURS = """
import resource, sys, time
from pathlib import Path
from types import SimpleNamespace
from ohai_kg.publication.dumps import write_dumps
from ohai_kg.publication.statements import split
source, target = Path(sys.argv[1]), Path(sys.argv[2])
graphs, count = {}, 0
with source.open("rb") as file:
    for line in file:
        graph = split(line)[3][1:-1].decode()
        graphs[graph] = graphs.get(graph, 0) + 1
        count += 1
manifest = SimpleNamespace(base="https://bench.example/", graphs=graphs, quads=count)
began = time.perf_counter()
write_dumps(SimpleNamespace(nquads=source, manifest=manifest), target)
took = time.perf_counter() - began
most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
print(took, most // 1024)
"""
ENGINE = """
import resource, sys, time
import pyoxigraph as ox
store = ox.Store()
store.bulk_load(path=sys.argv[1], format=ox.RdfFormat.N_QUADS)
began = time.perf_counter()
store.dump(sys.argv[2] + "/a.nq", format=ox.RdfFormat.N_QUADS)
store.dump(sys.argv[2] + "/a.trig", format=ox.RdfFormat.TRIG)
print(time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def measure(program: str, source: Path) -> tuple[float, int]:
    """Seconds and the most memory of one process, MB."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", program, str(source), folder], cwd=ROOT, check=True, capture_output=True, text=True
        )
    took, memory = done.stdout.split()
    return float(took), int(memory)


def main() -> None:
    """Print both, their ratio and the bars."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quads", type=int, default=1_000_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "data.nq"
        source.write_bytes(b"".join(sorted(line.encode() for line in quads(arguments.quads))))
        runs = [(measure(ENGINE, source), measure(OURS, source)) for _ in range(2)]
    engine, ours = min(run[0] for run in runs), min(run[1] for run in runs)
    ratio = ours[0] / engine[0]
    verdict = "extreme" if ratio <= EXTREME else "good" if ratio <= GOOD else "MISSED"
    print(f"pyoxigraph, N-Quads and TriG   {engine[0]:7.2f} s  {engine[1]:6d} MB")
    print(f"ours, all dumps                {ours[0]:7.2f} s  {ours[1]:6d} MB (largest process)")
    print(f"ratio {ratio:.2f} (good {GOOD}, extreme {EXTREME}): {verdict}")


if __name__ == "__main__":
    main()
