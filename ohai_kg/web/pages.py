"""How a page is made: a template with what every page needs, the release it shows and the settings of the site."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi import Request
    from fastapi.responses import HTMLResponse


def render(request: Request, template: str, context: dict[str, Any]) -> HTMLResponse:
    """The page of a template under templates/."""
    state = request.app.state
    shared = {"release": asdict(state.service.release.manifest), "settings": state.project.settings}
    page: HTMLResponse = state.templates.TemplateResponse(request, template, {**shared, **context})
    return page
