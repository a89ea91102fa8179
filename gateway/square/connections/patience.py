"""A time limit that is not the event loop's own fault: what it was too busy to look at does not count. No I/O."""

from __future__ import annotations

import asyncio
from types import TracebackType

# Seconds by which a timer may be late before the loop was too busy.
LATE = 0.1


class Patience:
    """For how long something may take. Raises `TimeoutError` after so many seconds in which the loop kept up.

    A timer that goes off late means that everything else was late too: whatever is waited for may have come already.
    """

    def __init__(self, seconds: float) -> None:
        """The time begins with the block."""
        self._seconds = seconds
        self._loop = asyncio.get_running_loop()
        self._limit = asyncio.timeout(None)
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> None:
        await self._limit.__aenter__()
        self._wait(self._seconds)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        await self._limit.__aexit__(kind, error, trace)

    def _wait(self, seconds: float) -> None:
        self._due = self._loop.time() + seconds
        self._timer = self._loop.call_at(self._due, self._over)

    def _over(self) -> None:
        late = self._loop.time() - self._due
        if late > LATE:
            self._wait(late)
        else:
            self._limit.reschedule(self._loop.time())
