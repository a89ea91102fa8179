"""Several processes of one Redis, as far as they share limits: what each knows, told when a test says so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.fairness.fair_share import Holder
from gateway.fairness.rate_limit import RateLimit
from gateway.redis.announcements import Announcements
from gateway.redis.connection import Redis
from gateway.square.errors import RateLimited
from gateway.square.policies.call_budget import Budget
from gateway.square.policies.limiter import Limiter
from gateway.square.policies.limiters import Limiters
from gateway.square.sharing.shared_limits import SharedLimits
from tests.square.held_time import HeldTime

SELLER = "seller"


class Upstream:
    """What is under way at Square, of all processes, until it is let go."""

    def __init__(self) -> None:
        self.under_way: list[asyncio.Future[None]] = []
        self.most = 0

    async def send(self) -> None:
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.under_way.append(answer)
        self.most = max(self.most, len(self.under_way))
        try:
            await answer
        finally:
            self.under_way.remove(answer)

    async def answer_all(self) -> None:
        for each in list(self.under_way):
            each.set_result(None)
        await settled()

    async def refuse_all(self, seconds: float) -> None:
        for each in list(self.under_way):
            each.set_exception(RateLimited("X", status=429, retry_after=seconds))
        await settled()


class Process:
    """One of them, on the held clock of all."""

    def __init__(self, url: str, time: HeldTime, rate: float = 1.0) -> None:
        self.time = time
        self.redis = Redis(url, "test")
        self.announcements = Announcements(self.redis)
        self.limiters = Limiters(time.timing, Budget())
        self.rate = RateLimit(rate, lambda: time.now, name="requests")
        self.sharing = SharedLimits(self.redis, self.announcements, self.limiters, [self.rate], clock=lambda: time.now)
        # As long as it calls for this seller.
        self.limiter: Limiter = self.limiters.new(SELLER)
        assert self.limiter.part is not None
        self.limiter.part.known = True

    async def tell(self) -> None:
        await self.sharing.tell()

    def calls(self, upstream: Upstream, count: int) -> list[asyncio.Task[None]]:
        """So many calls that want to be sent."""
        run = self.limiter.run
        return [asyncio.create_task(run("X", self.time.now + 1000, upstream.send)) for _ in range(count)]

    def lets_in(self) -> bool:
        """Whether one more operation of a caller may begin, which it does then."""
        bucket = self.rate.bucket(Holder("caller"))
        if bucket.wait() > 0:
            return False
        bucket.take()
        return True


async def settled() -> None:
    """Let everything run that can."""
    for _ in range(20):
        await asyncio.sleep(0)


@asynccontextmanager
async def processes(url: str, number: int, time: HeldTime, rate: float = 1.0) -> AsyncIterator[list[Process]]:
    """So many, each of which has told once, and knows of all others."""
    found = [Process(url, time, rate) for _ in range(number)]
    for each in (*found, *found):
        await each.tell()
    yield found
    for each in found:
        await each.redis.close()
