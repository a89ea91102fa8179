"""What outlives one answer: streams, sockets, and writes whose client left. Ended, or waited for, on shutdown."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any, TypeVar

from aiohttp import web

from gateway.graph.loading.shared_task import shared

T = TypeVar("T")

CLOSING_SECONDS = 1.0


class OpenEnded:
    """The streams and sockets that are open, and the writes that go on without a client."""

    def __init__(self) -> None:
        """Nothing is open."""
        self._open: set[asyncio.Task[Any]] = set()
        self._ending: set[asyncio.Event] = set()
        self._writes: set[asyncio.Task[Any]] = set()
        self._shutting_down = False

    def install(self, app: web.Application) -> None:
        """Take part in the shutdown of an application."""
        app.on_shutdown.append(self._shut_down)
        app.cleanup_ctx.append(self._finish)

    def __len__(self) -> int:
        """How many streams and sockets are open."""
        return len(self._open)

    def enter(self) -> asyncio.Event:
        """Register the current task. The event is set when it is to end."""
        ending = asyncio.Event()
        if self._shutting_down:
            ending.set()
        task = asyncio.current_task()
        assert task is not None
        self._ending.add(ending)
        self._open.add(task)
        return ending

    def leave(self, ending: asyncio.Event) -> None:
        """Undo `enter`, in the same task."""
        self._ending.discard(ending)
        task = asyncio.current_task()
        assert task is not None
        self._open.discard(task)

    async def detached(self, responses: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
        """The responses of a write, which runs to its end whatever becomes of the client that asked for it."""
        task = asyncio.ensure_future(_all(responses))
        self._writes.add(task)
        task.add_done_callback(self._writes.discard)
        for response in await shared(task):
            yield response

    async def _shut_down(self, _: web.Application) -> None:
        self._shutting_down = True
        for ending in self._ending:
            ending.set()
        if self._open:
            await asyncio.wait(set(self._open), timeout=CLOSING_SECONDS)

    async def _finish(self, _: web.Application) -> AsyncIterator[None]:
        yield
        if self._writes:
            await asyncio.gather(*self._writes, return_exceptions=True)


async def _all(responses: AsyncGenerator[T, None]) -> list[T]:
    return [response async for response in responses]
