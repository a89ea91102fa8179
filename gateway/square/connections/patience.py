"""A time limit that is not the event loop's own fault: what it was too busy to look at does not count. No I/O."""

from __future__ import annotations

import asyncio
from types import TracebackType

# The time is counted in so many steps. Each takes a turn of the loop at least, in which it looks at what has come.
STEPS = 20


class Patience:
    """For how long something may take. Raises `TimeoutError` after so many seconds, longer in a loop that is late."""

    def __init__(self, seconds: float) -> None:
        """The time begins with the block."""
        self._step = seconds / STEPS
        self._left = STEPS
        self._loop = asyncio.get_running_loop()
        self._limit = asyncio.timeout(None)
        self._timer: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> None:
        await self._limit.__aenter__()
        self._wait()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        await self._limit.__aexit__(kind, error, trace)

    def _wait(self) -> None:
        self._timer = self._loop.call_later(self._step, self._over)

    def _over(self) -> None:
        self._left -= 1
        if self._left:
            self._wait()
        else:
            self._limit.reschedule(self._loop.time())
