"""Event loops whose time stands still while the machine holds them up, so that no limit is over before its time."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

# Seconds that count, at most, of a time in which the loop did not wait. In that time it looks at nothing: what was sent
# in time is there, and by the clock alone it would be too late.
HELD_UP = 0.0002


class _Time:
    """How many seconds have passed: those in which nothing was to be done, and a little of the others."""

    def __init__(self) -> None:
        self.held_up = HELD_UP
        self._passed = self._looked = monotonic()

    def now(self) -> float:
        self._pass(self.held_up)
        return self._passed

    def waited(self, most: float) -> None:
        """The loop has waited since it last looked, and that was to take so long at most."""
        self._pass(most)

    def jump(self, seconds: float) -> None:
        self._passed += seconds

    def _pass(self, most: float) -> None:
        now = monotonic()
        self._passed += min(now - self._looked, most)
        self._looked = now


class _Selector(selectors.DefaultSelector):
    """Waits as any other, and tells how long that was."""

    def __init__(self, time: _Time) -> None:
        super().__init__()
        self._time = time

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self._time.now()
        found = super().select(timeout)
        # What has come may have come at once, and the rest of the time been the machine's.
        self._time.waited(self._time.held_up if found or timeout is None else timeout)
        return found


class PatientLoop(asyncio.SelectorEventLoop):
    """The loop of every test, but for uvloop's own."""

    def __init__(self) -> None:
        self._passing = _Time()
        super().__init__(_Selector(self._passing))

    def time(self) -> float:
        return self._passing.now()


class PatientPolicy(asyncio.DefaultEventLoopPolicy):
    """Makes such loops for all who ask for one."""

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        return PatientLoop()


def pass_by(seconds: float) -> None:
    """Let so many seconds have passed for the running loop, all at once."""
    _running()._passing.jump(seconds)


@contextmanager
def by_the_machines_clock() -> Iterator[None]:
    """Count all that passes, for a test of what is done about a loop that is held up."""
    time = _running()._passing
    time.held_up = float("inf")
    try:
        yield
    finally:
        time.held_up = HELD_UP


def _running() -> PatientLoop:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, PatientLoop)
    return loop
