"""`/metrics`: counters and gauges for Prometheus, read from the query service when asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from ohai_kg.serving.follower import FOLLOW

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus_client.metrics_core import Metric

    from ohai_kg.serving.service import QueryService
    from ohai_kg.web.check.submissions import Submissions
    from ohai_kg.web.http.caching import AnswerCache

router = APIRouter()


class _ServiceCollector(Collector):
    """What the pool and the cache have counted since the start."""

    def __init__(self, service: QueryService, cache: AnswerCache, submissions: Submissions) -> None:
        self._service = service
        self._cache = cache
        self._submissions = submissions

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
        yield from self._uploads()

    def _uploads(self) -> Iterable[Metric]:
        figures = self._submissions.figures
        yield CounterMetricFamily("ohai_kg_uploads_judged", "Uploads whose judging began.", value=figures.judged)
        yield CounterMetricFamily(
            "ohai_kg_uploads_rejected", "Uploads refused because of a full queue.", value=figures.rejected
        )
        yield CounterMetricFamily(
            "ohai_kg_uploads_repeated", "Uploads judged again because a process was ended from outside.", value=figures.repeated
        )
        failed = CounterMetricFamily("ohai_kg_uploads_failed", "Uploads that got no report, by code.", labels=["code"])
        for code, count in sorted(figures.failed.items()):
            failed.add_metric([code], count)
        yield failed
        yield GaugeMetricFamily("ohai_kg_running_uploads", "Uploads being judged.", value=self._submissions.running)
        yield GaugeMetricFamily("ohai_kg_waiting_uploads", "Uploads in the queue.", value=self._submissions.waiting)


@router.get("/metrics", summary="Figures for Prometheus", response_class=Response)
async def metrics(request: Request) -> Response:
    """The text format of Prometheus."""
    registry = CollectorRegistry(auto_describe=False)
    state = request.app.state
    registry.register(_ServiceCollector(state.service, state.cache, state.submissions))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
