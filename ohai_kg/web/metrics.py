"""`/metrics`: counters and gauges for Prometheus, read from the query service when asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from ohai_kg.query.follower import FOLLOW

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus_client.metrics_core import Metric

    from ohai_kg.query.service import QueryService
    from ohai_kg.web.caching import AnswerCache

router = APIRouter()


class _ServiceCollector(Collector):
    """What the pool and the cache have counted since the start."""

    def __init__(self, service: QueryService, cache: AnswerCache) -> None:
        self._service = service
        self._cache = cache

    def collect(self) -> Iterable[Metric]:
        """See `Collector.collect`."""
        figures = self._service.pool.figures
        yield CounterMetricFamily("ohai_kg_queries", "Queries given to a worker.", value=figures.queries)
        yield CounterMetricFamily("ohai_kg_query_seconds", "Seconds spent on queries.", value=figures.seconds)
        yield CounterMetricFamily(
            "ohai_kg_queries_rejected", "Queries refused because of a full queue.", value=figures.rejected
        )
        yield CounterMetricFamily("ohai_kg_publications", "Releases taken up.", value=figures.publications)
        yield CounterMetricFamily("ohai_kg_writes", "Writes carried out.", value=figures.writes)
        stopped = CounterMetricFamily("ohai_kg_queries_stopped", "Queries that ended with an error, by code.", labels=["code"])
        for code, count in sorted(figures.stopped.items()):
            stopped.add_metric([code], count)
        yield stopped
        yield CounterMetricFamily("ohai_kg_cache_hits", "Answers from the cache.", value=self._cache.hits)
        yield CounterMetricFamily("ohai_kg_cache_misses", "Answers that were not in the cache.", value=self._cache.misses)
        yield GaugeMetricFamily("ohai_kg_running_queries", "Queries under evaluation.", value=len(self._service.pool.running))
        yield GaugeMetricFamily("ohai_kg_waiting_queries", "Queries in the queue.", value=self._service.pool.waiting)
        follower = self._service.pool.follower
        yield CounterMetricFamily(
            "ohai_kg_follower_failures", "Failed attempts to take up a release or start a worker.", value=follower.failures
        )
        yield GaugeMetricFamily(
            "ohai_kg_follower_up",
            "1 while the current release can be taken up or is served.",
            value=FOLLOW not in follower.troubles,
        )
        yield GaugeMetricFamily(
            "ohai_kg_damaged_releases", "Releases not served because they are damaged.", value=len(follower.damaged)
        )
        served = self._service.pool.release
        if served is None:
            return
        release = GaugeMetricFamily("ohai_kg_release_quads", "Quads of the release being served.", labels=["release"])
        release.add_metric([served.id], served.manifest.quads)
        yield release


@router.get("/metrics", summary="Figures for Prometheus", response_class=Response)
async def metrics(request: Request) -> Response:
    """The text format of Prometheus."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_ServiceCollector(request.app.state.service, request.app.state.cache))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
