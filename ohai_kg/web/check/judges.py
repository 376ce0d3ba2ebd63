"""The processes that judge uploads, as the server's event loop sees them: a task goes in, how it ended comes out."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
from typing import TYPE_CHECKING, Any, Final

from ohai_kg.errors import from_wire
from ohai_kg.web.check.endings import Ending
from ohai_kg.web.check.forkserver import JudgingLimits

if TYPE_CHECKING:
    from ohai_kg.settings import Settings

_LOST: Final = Ending(0, signal.SIGKILL)
_END_S: Final = 2.0


class Judges:
    """The fork server, started when the first upload comes and again whenever it is gone."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._process: asyncio.subprocess.Process | None = None
        self._starting = asyncio.Lock()
        self._listening: asyncio.Task[None] | None = None
        self._running: dict[str, asyncio.Future[Ending]] = {}

    async def judge(self, task: dict[str, Any]) -> Ending:
        """Have a process made for `task` and wait for its end. When cancelled, the process is dead before it raises."""
        await self._start()
        ending = self._running[task["id"]] = asyncio.get_running_loop().create_future()
        self._tell(task)
        try:
            return await asyncio.shield(ending)
        except asyncio.CancelledError:
            self._tell({"kill": task["id"]})
            await ending
            raise

    async def close(self) -> None:
        """End the fork server, which ends what is being judged."""
        if self._process is None or self._listening is None:
            return
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), _END_S)
        except TimeoutError:
            self._process.kill()
        await self._listening

    async def _start(self) -> None:
        async with self._starting:
            if self._listening is not None and not self._listening.done():
                return
            settings = self._settings
            limits = JudgingLimits(
                settings.validation_memory_mb << 20, settings.validation_timeout_s, settings.report_keep_mb << 20
            )
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "ohai_kg.web.check.forkserver", limits.to_json()),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
            self._listening = asyncio.create_task(self._listen(self._process))

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        if process.stdout is not None:
            async for line in process.stdout:
                told = json.loads(line)
                error = from_wire(told["error"]) if "error" in told else None
                self._end(told["id"], Ending(told["code"], told["signal"], error))
        await process.wait()
        for task_id in list(self._running):
            self._end(task_id, _LOST)

    def _end(self, task_id: str, ending: Ending) -> None:
        waiting = self._running.pop(task_id, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(ending)

    def _tell(self, message: dict[str, Any]) -> None:
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(ConnectionError):
                self._process.stdin.write(json.dumps(message).encode() + b"\n")
