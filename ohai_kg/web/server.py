"""The HTTP server: uvicorn over the application."""

from __future__ import annotations

from typing import TYPE_CHECKING

import uvicorn

from ohai_kg.web.app import create_app

if TYPE_CHECKING:
    from ohai_kg.project import Project


def run(project: Project, *, host: str, port: int) -> None:
    """Serve until told to stop."""
    uvicorn.run(create_app(project), host=host, port=port, log_level="warning", access_log=False, server_header=False)
