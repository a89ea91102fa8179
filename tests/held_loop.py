"""An event loop whose clock stands still until a test moves it: what waits for a time waits for the test."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tests.patience import PATIENCE

# Turns of the loop in which all that has arrived is worked on.
TURNS = 100


class HeldLoop:
    """The running loop, however long this process stands still. What arrives from a socket is not held up."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._loop = asyncio.get_running_loop()
        self._real = self._loop.time
        self._now = self._real()
        monkeypatch.setattr(self._loop, "time", self.now)

    def now(self) -> float:
        """The loop's time."""
        return self._now

    async def until(self, happened: Callable[[], object]) -> None:
        """Wait for what needs no time, and for all that follows from it."""
        last = self._real() + PATIENCE
        while not happened():
            assert self._real() < last
            await asyncio.sleep(0)
        await self.settle()

    async def settle(self) -> None:
        """Wait until all that has arrived is worked on."""
        for _ in range(TURNS):
            await asyncio.sleep(0)

    async def pass_by(self, seconds: float) -> None:
        """Move the clock, and wait for all that follows from it."""
        self._now += seconds
        await self.settle()
