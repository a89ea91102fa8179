"""How late the event loop runs what is due: a timer that only looks how late it is. Touches no request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from aiohttp import web

# Seconds from one look to the next.
INTERVAL = 0.25


def watch_loop(app: web.Application, late: Callable[[float], None]) -> None:
    """Tell `late` four times a second, while the application runs, by how many seconds the loop is behind."""
    app.cleanup_ctx.append(_Timer(late).running)


class _Timer:
    def __init__(self, late: Callable[[float], None]) -> None:
        self._late = late

    async def running(self, _: web.Application) -> AsyncIterator[None]:
        self._loop = asyncio.get_running_loop()
        self._begin()
        yield
        self._handle.cancel()

    def _begin(self) -> None:
        self._due = self._loop.time() + INTERVAL
        self._handle = self._loop.call_at(self._due, self._look)

    def _look(self) -> None:
        self._late(max(0.0, self._loop.time() - self._due))
        self._begin()
