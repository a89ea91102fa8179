"""A time limit that goes by what the event loop has had time for: while it is held up, no time passes.

What came meanwhile is read after the loop's timers have run: by the clock alone, an answer that has been there for long
would be too late, and Redis would be blamed for what holds up this process.
"""

from __future__ import annotations

import asyncio
from types import TracebackType

# Seconds from one look to the next. However long a turn of the loop takes, it is one of them.
STEP = 0.05


class TimeLimit:
    """Raises TimeoutError in a block that takes longer than so many seconds: `async with TimeLimit(0.5)`."""

    __slots__ = ("_looking", "_loop", "_steps", "_timeout")

    def __init__(self, seconds: float) -> None:
        self._steps = max(1, round(seconds / STEP))
        self._timeout = asyncio.timeout(None)

    async def __aenter__(self) -> None:
        self._loop = asyncio.get_running_loop()
        await self._timeout.__aenter__()
        self._looking = self._loop.call_later(STEP, self._look)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._looking.cancel()
        await self._timeout.__aexit__(kind, error, trace)

    def _look(self) -> None:
        self._steps -= 1
        if self._steps:
            self._looking = self._loop.call_later(STEP, self._look)
        else:
            self._timeout.reschedule(self._loop.time())
