"""The gateway and the emulator as the processes that an operator starts, and a Square that answers when told."""

from __future__ import annotations

import asyncio
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from gateway.server.connections.listener import listen
from tests.environment import without_settings
from tests.patience import LONG, PATIENCE

# A gateway in front of a Square that answers when told does not give up before.
WAITS_FOR_SQUARE = {"gateway_attempt_timeout": PATIENCE, "gateway_operation_timeout": LONG}
# Characters of what a process has written that are remembered: a benchmark makes it log without end.
KEPT = 65_536


class Process:
    """A running command and what it has written lately."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._written = ""
        self._more = asyncio.Condition()
        assert process.stdout is not None
        assert process.stderr is not None
        self._readers = [asyncio.create_task(self._read(each)) for each in (process.stdout, process.stderr)]

    async def _read(self, stream: asyncio.StreamReader) -> None:
        while some := await stream.read(KEPT):
            async with self._more:
                self._written = (self._written + some.decode(errors="replace"))[-KEPT:]
                self._more.notify_all()

    @property
    def written(self) -> str:
        return self._written

    async def until(self, pattern: str) -> re.Match[str]:
        """Wait for words on either of its outputs."""
        async with asyncio.timeout(PATIENCE), self._more:
            while (found := re.search(pattern, self._written)) is None:
                await self._more.wait()
        return found

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    async def exit_code(self) -> int:
        async with asyncio.timeout(PATIENCE):
            code = await self._process.wait()
            await asyncio.gather(*self._readers)
        return code

    async def end(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
        await asyncio.gather(*self._readers)


@asynccontextmanager
async def running(*arguments: str, **environment: str) -> AsyncIterator[tuple[Process, str]]:
    """Run `python -m gateway ...` until the block ends, and give it with its URL."""
    async with starting(*arguments, **environment) as process:
        yield process, (await process.until(r"(http://127\.0\.0\.1:\d+)"))[1]


@asynccontextmanager
async def starting(*arguments: str, **environment: str) -> AsyncIterator[Process]:
    """Run `python -m gateway ...` until the block ends, and give it at once."""
    clean = without_settings()
    process = Process(
        await asyncio.create_subprocess_exec(
            sys.executable, "-u", "-m", "gateway", *arguments,
            env={**clean, **environment}, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )
    )  # fmt: skip
    try:
        yield process
    finally:
        await process.end()


class HeldSquare:
    """A Square that keeps every request waiting until its gate is opened."""

    def __init__(self) -> None:
        self.url = ""
        self.gate = asyncio.Event()
        self.arrived: asyncio.Queue[str] = asyncio.Queue()
        self.answered: list[str] = []

    async def arrival(self, method: str) -> None:
        """Wait until a request of this method has come."""
        async with asyncio.timeout(PATIENCE):
            while await self.arrived.get() != method:
                pass

    async def answer(self, request: web.Request) -> web.Response:
        await request.read()
        self.arrived.put_nowait(request.method)
        await self.gate.wait()
        self.answered.append(request.method)
        customer: dict[str, Any] = {"id": "C1", "version": 0, "created_at": "2026-01-01T00:00:00Z"}
        return web.json_response({"customer": customer} if request.method == "POST" else {"customers": [customer]})


@asynccontextmanager
async def held_square() -> AsyncIterator[HeldSquare]:
    square, app = HeldSquare(), web.Application()
    app.router.add_route("*", "/{path:.*}", square.answer)
    listening = await listen(app, "127.0.0.1", 0)
    square.url = listening.url
    try:
        yield square
    finally:
        square.gate.set()
        await listening.close()
