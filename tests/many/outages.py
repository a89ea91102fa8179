"""Replicas that are killed and started again, and a Redis that hangs and goes on. Notes when, and judges nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

from tests.many.stage import Stage

# Seconds after a kill in which the balancer may still send somebody to who is gone: it looks every 200 ms, marks a
# replica down at the second failure, and has to get the processor for all that.
NOTICED = 2.0


@dataclass
class Outages:
    """What has happened so far, by `time.monotonic`."""

    # From when until when a replica was being killed: workers whose parent is gone answer for a moment what they have.
    kills: list[tuple[float, float]] = field(default_factory=list)
    parents: int = 0
    starts: list[float] = field(default_factory=list)
    # Seconds that workers lived on without their parent.
    orphans: list[float] = field(default_factory=list)
    hangs: list[tuple[float, float]] = field(default_factory=list)

    def kill_between(self, begun: float, ended: float) -> bool:
        """Whether a replica was killed in that time, or so short a time before that it was not known yet."""
        return any(start <= ended and begun - NOTICED <= end for start, end in self.kills)

    def hung_between(self, begun: float, ended: float, after: float = 0.0) -> bool:
        """Whether Redis hung in that time, or until so many seconds before."""
        return any(start <= ended and begun <= end + after for start, end in self.hangs)


async def kill_replicas(on: Stage, outages: Outages, every: float, seed: int, end: float) -> None:
    """Until `end` kill one after the other, by turns with all of its processes or its parent alone."""
    number = Random(seed).randrange(4)
    while time.monotonic() < end:
        due = time.monotonic() + every
        replica, alone = on.replicas[number % len(on.replicas)], number // len(on.replicas) % 2 == 1
        outages.kills.append((killed := time.monotonic(), float("inf")))
        if alone:
            outages.parents += 1
            outages.orphans.append(await replica.kill_parent())
        else:
            await replica.kill_all()
        outages.kills[-1] = (killed, time.monotonic())
        outages.starts.append(await replica.start())
        number += 1
        await asyncio.sleep(max(0.5, min(due, end) - time.monotonic()))


async def hang_redis(on: Stage, outages: Outages, every: float, seconds: float, seed: int, end: float) -> None:
    """Until `end` stop Redis for some seconds, at intervals that vary by a half."""
    if on.redis is None:
        return
    chance = Random(seed)
    while (wait := every * (0.5 + chance.random())) < end - time.monotonic():
        await asyncio.sleep(wait)
        with _hung(on, outages):
            await asyncio.sleep(seconds)


@contextmanager
def _hung(on: Stage, outages: Outages) -> Iterator[None]:
    assert on.redis is not None
    begun = time.monotonic()
    on.redis.hang()
    place = len(outages.hangs)
    outages.hangs.append((begun, float("inf")))
    try:
        yield
    finally:
        on.redis.go_on()
        outages.hangs[place] = (begun, time.monotonic())
