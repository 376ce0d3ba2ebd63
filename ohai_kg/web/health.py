"""`/healthz` and `/readyz`: alive, and ready to answer."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

router = APIRouter()


@router.get("/healthz", summary="Alive")
async def healthz() -> dict[str, str]:
    """Always 200 while the process answers at all."""
    return {"status": "ok"}


@router.get("/readyz", summary="Ready")
async def readyz(request: Request) -> JSONResponse:
    """200 with the release id once a release is loaded; 503 before."""
    release = getattr(request.app.state, "release", None)
    if release is None:
        return JSONResponse({"status": "loading"}, status_code=503)
    return JSONResponse({"status": "ready", "release": release.id})
