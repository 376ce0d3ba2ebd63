"""How long each saved query takes over the service, without its memory of answers: the median must stay under 50 ms.

make bench, or: python benchmarks/questions.py
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ohai_kg.build import build
from ohai_kg.formats import RDF_FORMATS, RESULT_FORMATS
from ohai_kg.project import open_project
from ohai_kg.questions.collection import SavedQueries
from ohai_kg.serving.service import QueryService
from ohai_kg.sparql.requests import QueryRequest

if TYPE_CHECKING:
    from ohai_kg.project import Project

ROOT = Path(__file__).parent.parent
BAR_MS = 50.0
ROUNDS = 21


async def measure(project: Project) -> dict[str, float]:
    """Milliseconds by slug: the median of so many rounds, each asked of a worker."""
    queries = SavedQueries(project)
    service = QueryService(project)
    await service.start()
    try:
        found = {}
        for query in queries.all:
            request = QueryRequest(queries.sparql(query, {}), RESULT_FORMATS[0], RDF_FORMATS[0])
            times = []
            for _ in range(ROUNDS):
                started = time.perf_counter()
                await service.pool.run(request)
                times.append((time.perf_counter() - started) * 1000)
            found[query.slug] = statistics.median(times)
        return found
    finally:
        await service.close()


def main() -> int:
    """Print a row for each query, slowest first; 1 where one is over the bar."""
    with tempfile.TemporaryDirectory() as home:
        project = open_project(ROOT, home=Path(home))
        build(project)
        found = asyncio.run(measure(project))
    for slug, median in sorted(found.items(), key=lambda item: -item[1]):
        print(f"{slug:40} {median:8.2f} ms{'' if median <= BAR_MS else '  over the bar'}")
    slow = [slug for slug, median in found.items() if median > BAR_MS]
    print(f"{len(found)} queries, {len(slow)} over {BAR_MS:.0f} ms")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
