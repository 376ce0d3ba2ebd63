"""The HTTP server: uvicorn over the application, with limits for what strangers do, and a stop that ends."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import threading
from typing import TYPE_CHECKING, Any, Final

import uvicorn

from ohai_kg.web.app import create_app
from ohai_kg.web.http.connections import Connections, room_for
from ohai_kg.web.http.guard import Guard, GuardedConfig, Limits

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from types import FrameType

    from fastapi import FastAPI
    from uvicorn._types import ASGI3Application

    from ohai_kg.project import Project

_log = logging.getLogger("ohai_kg.web")

_TICKS: Final = 10
"""How often uvicorn ticks in a second."""
_CLOSING_S: Final = 3.0
"""Seconds for ending workers and threads once no answer is under way."""


class Server(uvicorn.Server):
    """uvicorn, which looks after slow clients and stops within `stop_timeout_s`."""

    config: GuardedConfig

    def __init__(self, config: GuardedConfig, stop_timeout_s: float, on_stop: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_stop = on_stop
        self._stop_timeout_s = stop_timeout_s
        self._last_resort: threading.Timer | None = None

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until told to stop."""
        try:
            super().run(sockets)
        finally:
            if self._last_resort is not None:
                self._last_resort.cancel()

    async def on_tick(self, counter: int) -> bool:
        """Look at every connection."""
        now = asyncio.get_running_loop().time()
        for connection in self.config.open_connections.all():
            connection.look(now)
            if counter % _TICKS == 0:
                connection.look_at_answer(now)
        return await super().on_tick(counter)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The first signal stops, the second ends at once."""
        if self.should_exit:
            self.force_exit = True
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more requests, wait for the answers under way, cut off the rest, end the application."""
        self._end_without_fail()
        self._on_stop()
        for server in self.servers:
            server.close()
        for each in sockets or ():
            each.close()
        state = self.server_state
        for connection in list(state.connections):
            connection.shutdown()
        loop = asyncio.get_running_loop()
        until = loop.time() + self._stop_timeout_s
        while self._is_busy() and not self.force_exit and loop.time() < until:  # noqa: ASYNC110  uvicorn has no event
            await asyncio.sleep(0.02)
        cut = len(state.tasks)
        for guard in self.config.open_connections.all():
            guard.give_way()
        for task in list(state.tasks):
            task.cancel()
        if state.tasks:
            await asyncio.wait(state.tasks, timeout=1)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.lifespan.shutdown(), 1 if self.force_exit else None)
        _log.warning("stopped; %d answers were cut off", cut)
        if self.force_exit:
            os._exit(128 + signal.SIGTERM)  # threads are not waited for; workers end with this process

    def _is_busy(self) -> bool:
        """Whether an answer is evaluated or sent."""
        return bool(self.server_state.tasks) or any(guard.is_sending() for guard in self.config.open_connections.all())

    def _end_without_fail(self) -> None:
        """End the process also where a thread or a library does not."""
        self._last_resort = threading.Timer(self._stop_timeout_s + _CLOSING_S, os._exit, (128 + signal.SIGTERM,))
        self._last_resort.daemon = True
        self._last_resort.start()


def make_server(project: Project, *, host: str, port: int) -> Server:
    """The server of a project's site, not started. Raises the process's limit of open files."""
    settings = project.settings
    connections: Connections[Guard] = Connections(
        room_for(settings.max_connections, settings.workers),
        settings.max_connections_per_address,
        settings.proxy_networks,
    )
    app = create_app(project)
    config = GuardedConfig(
        _quiet(app),
        Limits(settings.max_header_kb * 1024, settings.request_timeout_s),
        connections,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
    )
    return Server(config, settings.stop_timeout_s, lambda: app.state.submissions.stop(settings.stop_timeout_s / 2))


def run(project: Project, *, host: str, port: int) -> None:
    """Serve until told to stop."""
    with contextlib.suppress(KeyboardInterrupt):
        make_server(project, host=host, port=port).run()


def _quiet(app: FastAPI) -> ASGI3Application:
    """`app`, whose requests end without a word when the stop cancels them."""

    async def quiet(scope: Any, receive: Any, send: Any) -> None:
        try:
            await app(scope, receive, send)
        except asyncio.CancelledError:
            return

    return quiet
