"""A clock that moves only when somebody sleeps on it or a test says so, and chance that is no chance."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from gateway.square.clock import Timing


@dataclass
class HeldTime:
    """Time in a test's hand: no attempt runs out of it because the machine is slow.

    The attempts under way run out of time when none of them will be answered: when all wait for one of the `silent`.
    Those with up to `real` seconds have them on the machine's clock. `limits` are the seconds that each attempt had.
    """

    now: float = 1_000.0
    wall: float = 1_700_000_000.0
    chance: float = 1.0
    real: float = 0.0
    slept: list[float] = field(default_factory=list)
    silent: set[object] = field(default_factory=set)
    attempts: set[asyncio.Timeout] = field(default_factory=set)
    limits: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)

    def pass_by(self, seconds: float) -> None:
        self.now += seconds

    @asynccontextmanager
    async def limit(self, seconds: float) -> AsyncIterator[None]:
        self.limits.append(seconds)
        held = seconds > self.real
        async with asyncio.timeout(None if held else seconds) as attempt:
            if held:
                self.attempts.add(attempt)
            try:
                yield
            finally:
                self.attempts.discard(attempt)
                self._end_silence()

    def fall_silent(self, exchange: object) -> None:
        """What is said by a server that will not answer this exchange."""
        self.silent.add(exchange)
        self._end_silence()

    def run_out(self) -> None:
        """The time of all attempts under way is over."""
        now = asyncio.get_running_loop().time()
        for attempt in self.attempts:
            attempt.reschedule(now)
        self.attempts.clear()
        self.silent.clear()

    def _end_silence(self) -> None:
        if self.attempts and len(self.attempts) == len(self.silent):
            self.run_out()

    @property
    def timing(self) -> Timing:
        return Timing(
            now=lambda: self.now,
            wall=lambda: self.wall,
            sleep=self.sleep,
            random=lambda: self.chance,
            limit=self.limit,
        )
