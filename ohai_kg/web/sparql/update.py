"""`/update`: SPARQL 1.1 Protocol, update operation (section 2.2). Needs the token; off where none is set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from ohai_kg.engine.writing import Payload
from ohai_kg.errors import RequestError
from ohai_kg.web.http.authorization import require_token
from ohai_kg.web.http.endpoints import Endpoint
from ohai_kg.web.http.parameters import read_operation

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Send

    from ohai_kg.serving.service import QueryService


class UpdateEndpoint(Endpoint):
    """The update endpoint. Pages of other sites cannot write: it has no CORS."""

    methods = "POST, OPTIONS"
    cors = False

    def __init__(self, service: QueryService) -> None:
        self._service = service

    async def answer(self, request: Request, send: Send) -> None:
        """Carry out one update; 204 when queries see it."""
        settings = self._service.project.settings
        require_token(request.headers.get("authorization"), settings)
        limit = settings.max_upload_mb << 20
        parameters = await read_operation(request, "update", "application/sparql-update", limit)
        if parameters.all("query"):
            raise RequestError("查询请发往 /sparql；这里只接受更新。", "Send queries to /sparql; only updates are taken here.")
        text = parameters.one("update")
        if text is None:
            raise RequestError("请用参数 update 给出一个更新。", "Give one SPARQL Update in the parameter `update`.")
        told = {
            "kind": "update",
            "base": settings.base,
            "using": parameters.all("using-graph-uri"),
            "using_named": parameters.all("using-named-graph-uri"),
        }
        await self._service.pool.write(told, [Payload("update", text.encode())])
        headers = {"X-Release": self._service.release.id}
        await self.respond(Response(status_code=204, headers=headers), request, send)
