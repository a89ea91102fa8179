"""How many requests of one tenant are under way at a time, and the pause that a 429 imposes on all of them.

The limit grows by one for each limit's worth of successes and is halved by a 429 (AIMD). Square
publishes no rates, so the limit is found by trying. Where several processes share it, each has a part of it. Sends
nothing itself.
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
from gateway.square.policies.part import Part

T = TypeVar("T")

START = 8
# More calls than these do not wait for their turn; they are refused.
QUEUE = 1000
ALONE = Holder("")
# A longer Retry-After stops the tenant only this long, so that a wrong header does not shut it out.
MAX_PAUSE = 60.0


class Limiter:
    """The concurrency limit of one tenant, and its pause."""

    def __init__(
        self,
        timing: Timing,
        most: int,
        start: int = START,
        queue: int = QUEUE,
        share: float = 1.0,
        *,
        name: str = "",
        part: Part | None = None,
    ) -> None:
        """`share` is what one of several callers may have of the turns, and of the queue.

        Where processes share limits, the limit goes by its `name`, and this one has a `part` of it.
        """
        self.name = name
        self.part = part
        self._timing = timing
        self.most = most
        # The limiter that has taken this one's place for all that begins now.
        self._successor: Limiter | None = None
        self._paused_until = float("-inf")
        self._refusals = 0
        # Counts the halvings: a 429 to a request from before the last one says nothing new.
        self._era = 0
        self._limit = float(min(start, most))
        self._places = FairPlaces(self.allowed, share, queue)
        if part is not None:
            part.joined(self)

    @property
    def limit(self) -> float:
        """How many may be under way at a time, in all processes; a part of one has still to grow to a whole."""
        return self._limit

    @limit.setter
    def limit(self, limit: float) -> None:
        whole = int(limit) != int(self._limit)
        self._limit = limit
        if whole:
            self.fit()

    @property
    def allowed(self) -> int:
        """How many may be under way at a time here."""
        return int(self._limit) if self.part is None else self.part.of(int(self._limit))

    @property
    def running(self) -> int:
        """How many are under way."""
        return self._places.used

    @property
    def wanted(self) -> int:
        """How many are under way or wait for their turn."""
        return self._places.used + self._places.queued

    @property
    def pause(self) -> float:
        """The seconds that are left of the pause; 0 for none."""
        return max(0.0, self._paused_until - self._timing.now())

    @property
    def idle(self) -> bool:
        """Whether nobody is inside, waiting or held back."""
        return not self.running and not self._places.waiting and self._paused_until <= self._timing.now()

    async def run(self, operation: str, deadline: float, send: Callable[[], Awaitable[T]], holder: Holder = ALONE) -> T:
        """Do `send` when its turn has come. Raises `RateLimited` or `TooLate` when that will not be in time."""
        self._pause(operation, deadline)
        if self.part is not None:
            self.part.wants(self)
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

    def fit(self) -> None:
        """Let as many be under way as are allowed now."""
        self._places.resize(self.allowed)

    def hold_back(self, seconds: float, limit: float | None = None) -> None:
        """Pause, as others of the tenant were asked to. With a `limit`, theirs was halved to that by it."""
        self._paused_until = max(self._paused_until, self._timing.now() + seconds)
        if limit is not None:
            self._era += 1
            self._refusals += 1
            self.limit = min(self._limit, max(1.0, limit))

    def give_way(self, successor: Limiter) -> None:
        """Leave what begins now to another limiter of the same tenant, which keeps to what this one has learnt."""
        self._successor = successor
        successor.hold_back(self.pause, self._limit if self._era else None)

    def _succeeded(self) -> None:
        self._refusals = 0
        # One of several callers may have to wait below the limit.
        if self.running >= self.allowed or self._places.waiting:
            grown = 1 / self._limit
            self.limit = min(float(self.most), self._limit + grown)
            if self.part is not None:
                self.part.grown += grown

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
        if self.part is not None:
            self.part.is_short(int(self._limit))
        try:
            async with asyncio.timeout(max(0.0, deadline - self._timing.now())):
                return await self._places.enter(holder)
        except NoShare:
            raise RateLimited(operation) from None
        except TimeoutError:
            raise TooLate(operation) from None

    def _slow_down(self, era: int, retry_after: float | None) -> None:
        pause = min(retry_after or 0.0, MAX_PAUSE)
        halves = era == self._era
        if halves:
            self._era += 1
            self._refusals += 1
            self.limit = max(1.0, self.limit / 2)
            # A Retry-After of nothing would send everybody who waits back at once.
            pause = max(pause, self._timing.backoff(self._refusals))
        self._paused_until = max(self._paused_until, self._timing.now() + pause)
        if self._successor is not None:
            self._successor.hold_back(pause)
        elif self.part is not None:
            self.part.slowed(halved=halves)
