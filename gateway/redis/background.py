"""Commands that nobody waits for: so many at a time, and no more. What does not fit is not done."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import Context

from gateway.redis.connection import Unreachable

MAX_AT_ONCE = 32


class Background:
    """What one part of a process does in Redis beside its answers. Whatever Redis does not take is left."""

    def __init__(self, limit: int = MAX_AT_ONCE) -> None:
        """`limit` is how many may be under way."""
        self._limit = limit
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, command: Callable[[], Awaitable[object]]) -> None:
        """Begin with a command, unless too many are under way."""
        if len(self._tasks) >= self._limit:
            return
        task = asyncio.get_running_loop().create_task(_done(command), context=Context())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Wait for what is under way, each of which takes half a second at most."""
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _done(command: Callable[[], Awaitable[object]]) -> None:
    try:
        await command()
    except Unreachable:
        return
