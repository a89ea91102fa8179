"""The limits of tenants and callers, shared by all processes of one Redis: one round trip for all of them, in a task.

Nothing waits for it. Every `INTERVAL` seconds, while there is anything under way, a process tells what it wants and
what it has learnt, and is told its part; a pause is told to all at once. While Redis is away, each process goes on by
itself with the part that it had.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from contextvars import Context
from typing import TYPE_CHECKING, Any

from gateway.redis.announcements import KEPT as ANNOUNCEMENTS
from gateway.redis.connection import Unreachable
from gateway.square.policies.limiter import MAX_PAUSE
from gateway.square.sharing.pauses import PAUSE, Pauses
from gateway.square.sharing.script import KEPT, SCRIPT, SILENT

if TYPE_CHECKING:
    from gateway.fairness.rate_limit import Bucket, RateLimit
    from gateway.redis.announcements import Announcements
    from gateway.redis.connection import Redis
    from gateway.square.policies.limiter import Limiter
    from gateway.square.policies.limiters import Limiters

# Seconds between two round trips while anything is under way, at most and at least; and while nothing is.
INTERVAL = 0.1
MIN_INTERVAL = 0.02
IDLE = 0.25
# Limits, or buckets, of one round trip.
AT_ONCE = 100
# What is left of what a process asked for in a bucket, with every round trip.
_FADES = 0.8

log = logging.getLogger(__name__)


class SharedLimits:
    """The part of one process in what all share."""

    def __init__(
        self,
        redis: Redis,
        announcements: Announcements,
        limiters: Limiters,
        rates: Iterable[RateLimit],
        *,
        clock: Callable[[], float] | None = None,
    ) -> None:
        """`clock` gives seconds in place of Redis' own. Nothing is told before `open`."""
        self._redis = redis
        self._stream = announcements.stream
        self.clock = clock
        self._process = secrets.token_hex(8)
        self._processes = 1
        self._alone = False
        self._pauses = Pauses(limiters, self._process)
        self._limiters: dict[str, Limiter] = {}
        # How much each bucket is asked for.
        self._buckets: dict[Bucket, float] = {}
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        limiters.sharing = self
        for rate in rates:
            rate.shared = self
        announcements.on(PAUSE, self._pauses.heard)
        announcements.on_missed(self.soon)
        redis.on_return(self.soon)

    @property
    def processes(self) -> int:
        """How many processes share, as far as is known."""
        return self._processes

    def open(self) -> None:
        """Begin to tell; needs a running event loop."""
        self._task = asyncio.get_running_loop().create_task(self._run(), context=Context())

    async def close(self) -> None:
        """Tell nothing any more. Others notice it within a second."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def joined(self, limiter: Limiter) -> None:
        """A limiter is there, or goes by another name now."""
        for name in [name for name, each in self._limiters.items() if each is limiter and name != limiter.name]:
            self._limiters[limiter.name] = self._limiters.pop(name)
        self._pauses.joined(limiter)

    def wanted(self, limiter: Limiter) -> None:
        """Something is sent through a limiter, or waits for it."""
        if limiter.name not in self._limiters:
            self._limiters[limiter.name] = limiter
            self._woken.set()

    def used(self, bucket: Bucket) -> None:
        """Somebody asked for something in a bucket."""
        if bucket not in self._buckets:
            self._buckets[bucket] = 0.0
            self._woken.set()

    def soon(self) -> None:
        """Somebody waits for a part to grow, or a pause has begun."""
        self._woken.set()

    async def tell(self) -> None:
        """Tell what there is to tell, and keep to what is answered."""
        limiters, buckets = list(self._limiters.values()), list(self._buckets)
        try:
            for start in range(0, max(1, len(limiters), len(buckets)), AT_ONCE):
                end = start + AT_ONCE
                await self._exchange(limiters[start:end], buckets[start:end])
        except Unreachable:
            self._go_alone()
            return
        self._alone = False

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            await self.tell()
            await asyncio.sleep(MIN_INTERVAL)
            with suppress(TimeoutError):
                async with asyncio.timeout(INTERVAL if self._limiters or self._buckets else IDLE):
                    await self._woken.wait()

    async def _exchange(self, limiters: Sequence[Limiter], buckets: Sequence[Bucket]) -> None:
        told: dict[str, Any] = {
            "process": self._process,
            "silent": SILENT,
            "kept": KEPT,
            "longest": MAX_PAUSE * 1000,
            "announcements": ANNOUNCEMENTS,
            "limits": [self._of_limiter(each) for each in limiters],
            "buckets": [self._of_bucket(each) for each in buckets],
        }
        if self.clock is not None:
            told["now"] = round(self.clock() * 1000)
        keys = [
            self._redis.key("processes"),
            self._stream,
            *(self._redis.key("limit", each.name) for each in limiters),
            *(self._redis.key("caller", each.limit.name, each.name) for each in buckets),
        ]
        text = json.dumps(told)
        answer = json.loads(await self._redis.run(lambda client: client.register_script(SCRIPT)(keys, [text])))
        self._processes = max(1, answer["processes"])
        # An empty list of Lua's is an empty object of JSON's.
        for limiter, before, found in zip(limiters, told["limits"], answer["limits"] or (), strict=True):
            self._keep_to(limiter, before, found)
        for bucket, before, found in zip(buckets, told["buckets"], answer["buckets"] or (), strict=True):
            bucket.taken -= before["taken"]
            bucket.settle(found["level"], found["share"])
            if not before["asked"] and not bucket.asked:
                self._buckets.pop(bucket, None)

    def _of_limiter(self, limiter: Limiter) -> dict[str, Any]:
        part = limiter.part
        assert part is not None
        wanted = max(part.wanted, limiter.wanted)
        told = {
            "names": list({limiter.name, *part.names}),
            "wanted": wanted,
            "running": limiter.running,
            "limit": limiter.limit,
            "most": limiter.most,
            "era": part.era,
            "grown": 0.0 if self._alone else part.grown,
            "halved": part.halved,
            "pause": limiter.pause if part.paused else 0.0,
        }
        part.wanted, part.grown, part.halved, part.paused = limiter.wanted, 0.0, False, False
        return told

    def _of_bucket(self, bucket: Bucket) -> dict[str, Any]:
        asked = max(bucket.asked, self._buckets[bucket] * _FADES)
        asked = 0.0 if asked < 0.5 and not bucket.taken else asked
        self._buckets[bucket], bucket.asked = asked, 0
        return {"rate": bucket.limit.rate, "burst": bucket.limit.burst, "asked": asked, "taken": bucket.taken}

    def _keep_to(self, limiter: Limiter, told: dict[str, Any], found: dict[str, Any]) -> None:
        part = limiter.part
        assert part is not None
        others_halved = found["era"] > part.era >= 0 and not told["halved"]
        limiter.hold_back(found["pause"], found["limit"] if others_halved else None)
        part.era = found["era"]
        if not part.halved:
            limiter.limit = min(float(limiter.most), found["limit"] + part.grown)
        if told["wanted"]:
            part.permits = found["part"]
            limiter.fit()
        elif not part.wanted:
            part.permits = None
            self._limiters.pop(limiter.name, None)
            limiter.fit()

    def _go_alone(self) -> None:
        """Go on without the others, with the parts that this process had."""
        for limiter in self._limiters.values():
            part = limiter.part
            if part is not None and part.permits is not None:
                limiter.limit = float(limiter.allowed)
                part.permits = None
        for bucket in self._buckets:
            bucket.taken = 0.0
            bucket.settle(bucket.level / bucket.share, 1.0)
        self._processes, self._alone = 1, True
        for limiter in self._limiters.values():
            limiter.fit()
        # Who uses them again is told of again.
        self._limiters = {name: each for name, each in self._limiters.items() if each.wanted}
        self._buckets = {each: asked for each, asked in self._buckets.items() if each.asked}
