"""A clock that moves only when somebody sleeps on it or a test says so, and chance that is no chance."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from gateway.square.clock import Timing


@dataclass
class HeldTime:
    now: float = 1_000.0
    wall: float = 1_700_000_000.0
    chance: float = 1.0
    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)

    def pass_by(self, seconds: float) -> None:
        self.now += seconds

    @property
    def timing(self) -> Timing:
        return Timing(now=lambda: self.now, wall=lambda: self.wall, sleep=self.sleep, random=lambda: self.chance)
