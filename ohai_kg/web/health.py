"""`/healthz` and `/readyz`: alive, and ready to answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from ohai_kg.errors import StoreError

if TYPE_CHECKING:
    from ohai_kg.query.service import QueryService

router = APIRouter()


@router.get("/healthz", summary="Alive")
async def healthz() -> dict[str, str]:
    """Always 200 while the process answers at all."""
    return {"status": "ok"}


@router.get("/readyz", summary="Ready")
async def readyz(request: Request) -> JSONResponse:
    """200 with the release id once a release is loaded; 503 before."""
    service: QueryService = request.app.state.service
    try:
        return JSONResponse({"status": "ready", "release": service.release.id})
    except StoreError:
        return JSONResponse({"status": "loading"}, status_code=503)
