"""`/sparql/running`: the queries under evaluation, and ending one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response

from ohai_kg.errors import QueryNotFound
from ohai_kg.web.http.authorization import require_token

if TYPE_CHECKING:
    from ohai_kg.serving.service import QueryService

router = APIRouter()


@router.get("/sparql/running", summary="Running queries")
async def list_running(request: Request) -> list[dict[str, Any]]:
    """Id, seconds so far and the beginning of the text of every running query."""
    service: QueryService = request.app.state.service
    now = time.monotonic()
    return [
        {"id": running.id, "seconds": round(now - running.started, 3), "query": running.text[:200]}
        for running in service.pool.running.values()
    ]


@router.delete("/sparql/running/{query_id}", summary="End a running query", status_code=204)
async def end_running(query_id: str, request: Request) -> Response:
    """Kill the query; needs the token."""
    service: QueryService = request.app.state.service
    require_token(request.headers.get("authorization"), service.project.settings)
    if not service.pool.cancel(query_id):
        raise QueryNotFound(f"没有编号为 {query_id} 的运行中查询。", f"There is no running query {query_id}.")
    return Response(status_code=204)
