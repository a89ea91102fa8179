"""How many requests of one tenant are under way at a time, and the pause that a 429 imposes on all of them.

The limit grows by one for each limit's worth of successes and is halved by a 429 (AIMD). Square
publishes no rates, so the limit is found by trying. Sends nothing itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from gateway.fairness.fair_queue import FairPlaces
from gateway.fairness.fair_share import Held, Holder, NoShare
from gateway.square.clock import Timing
from gateway.square.errors import RateLimited, TooLate
from gateway.square.policies.call_budget import MAX_WAIT

T = TypeVar("T")

START = 8
# More calls than these do not wait for their turn; they are refused.
QUEUE = 1000
ALONE = Holder("")
# A longer Retry-After stops the tenant only this long, so that a wrong header does not shut it out.
MAX_PAUSE = 60.0


class Limiter:
    """The concurrency limit of one tenant, and its pause."""

    def __init__(self, timing: Timing, most: int, start: int = START, queue: int = QUEUE, share: float = 1.0) -> None:
        """`share` is what one of several callers may have of the turns, and of the queue."""
        self._timing = timing
        self._most = most
        self._paused_until = float("-inf")
        self._refusals = 0
        # Counts the halvings: a 429 to a request from before the last one says nothing new.
        self._era = 0
        self._limit = float(min(start, most))
        self._places = FairPlaces(int(self._limit), share, queue)

    @property
    def limit(self) -> float:
        """How many may be under way at a time; a part of one has still to grow to a whole."""
        return self._limit

    @limit.setter
    def limit(self, limit: float) -> None:
        whole = int(limit) != int(self._limit)
        self._limit = limit
        if whole:
            self._places.resize(int(limit))

    @property
    def running(self) -> int:
        """How many are under way."""
        return self._places.used

    @property
    def idle(self) -> bool:
        """Whether nobody is inside, waiting or held back."""
        return not self.running and not self._places.waiting and self._paused_until <= self._timing.now()

    async def run(self, operation: str, deadline: float, send: Callable[[], Awaitable[T]], holder: Holder = ALONE) -> T:
        """Do `send` when its turn has come. Raises `RateLimited` or `TooLate` when that will not be in time."""
        self._pause(operation, deadline)
        place = self._places.enter_now(holder) or await self._wait(operation, deadline, holder)
        try:
            while (pause := self._pause(operation, deadline)) > 0:
                await self._timing.sleep(pause)
            era = self._era
            try:
                answer = await send()
            except RateLimited as error:
                if error.status == 429:
                    self._slow_down(era, error.retry_after)
                raise
            self._succeeded()
            return answer
        finally:
            self._places.leave(place)

    def _succeeded(self) -> None:
        self._refusals = 0
        # One of several callers may have to wait below the limit.
        if self.running >= int(self._limit) or self._places.waiting:
            self.limit = min(float(self._most), self._limit + 1 / self._limit)

    def _pause(self, operation: str, deadline: float) -> float:
        """The seconds that are left of the tenant's pause. Raises `RateLimited` when they are too many."""
        now = self._timing.now()
        if self._paused_until <= now <= deadline:
            return 0.0
        pause = max(0.0, self._paused_until - now)
        if pause > min(MAX_WAIT, deadline - now):
            raise RateLimited(operation, retry_after=round(pause, 3))
        return pause

    async def _wait(self, operation: str, deadline: float, holder: Holder) -> Held:
        try:
            async with asyncio.timeout(max(0.0, deadline - self._timing.now())):
                return await self._places.enter(holder)
        except NoShare:
            raise RateLimited(operation) from None
        except TimeoutError:
            raise TooLate(operation) from None

    def _slow_down(self, era: int, retry_after: float | None) -> None:
        pause = min(retry_after or 0.0, MAX_PAUSE)
        if era == self._era:
            self._era += 1
            self._refusals += 1
            self.limit = max(1.0, self.limit / 2)
            # A Retry-After of nothing would send everybody who waits back at once.
            pause = max(pause, self._timing.backoff(self._refusals))
        self._paused_until = max(self._paused_until, self._timing.now() + pause)
