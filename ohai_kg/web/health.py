"""`/healthz` and `/readyz`: alive, and ready to answer."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

if TYPE_CHECKING:
    from ohai_kg.serving.service import QueryService

router = APIRouter()


@router.get("/healthz", summary="Alive")
async def healthz() -> dict[str, str]:
    """Always 200 while the process answers at all."""
    return {"status": "ok"}


@router.get("/readyz", summary="Ready")
async def readyz(request: Request) -> JSONResponse:
    """200 while a whole release is served, with its id; 503 with the reason where none is, or its processes are gone.

    A damaged release that should be served is named beside the one that is; `follower` tells what goes wrong and since when.
    """
    service: QueryService = request.app.state.service
    pool = service.pool
    told: dict[str, Any] = {}
    if pool.follower.troubles:
        told["follower"] = asdict(next(iter(pool.follower.troubles.values())))
    if pool.follower.damaged:
        reasons = pool.follower.damaged.values()
        told["damaged"] = list(pool.follower.damaged)
        told |= {"reason": " ".join(error.zh for error in reasons), "reason_en": " ".join(error.en for error in reasons)}
    if pool.generation is None:
        reason = pool.follower.reason
        told = {"status": "unready", "code": reason.code, "reason": reason.zh, "reason_en": reason.en} | told
        return JSONResponse(told, status_code=503)
    served = pool.generation.release.id
    if pool.follower.damaged:
        told["served"] = served
    is_alive = pool.generation.alive and pool.generation.size > 0
    status = "ready" if is_alive else "restarting"
    return JSONResponse({"status": status, "release": served, **told}, status_code=200 if is_alive else 503)
