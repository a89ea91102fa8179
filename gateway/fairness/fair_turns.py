"""How many operations of one caller run at a time while the event loop is late and others want it too. No I/O.

Each turn of the loop runs what is ready of everybody, so that a caller with little waits, at every step, for all that
others have. While several callers are active a timer looks how late the loop is. If it is late, those who want most
may run a third less than they did, and their others wait in a line of their own; if it is early, those who wait get a
few more: slow start, additive increase and multiplicative decrease, as TCP has them (RFC 5681). Who wants few, or less
than half of what another wants, is not limited, and nobody waits for another caller; callers that are not known are
one. A place is free again in the next turn only, so that what never waits for Square is limited too.

A caller that is alone, and a loop that has little to do, are not limited. Nor is it when other processes make the loop
late: of a delay, only the part counts that this one ran.
"""

from __future__ import annotations

import time
from asyncio import get_running_loop
from collections.abc import Callable
from typing import Protocol

from gateway.fairness.fair_queue import FairPlaces
from gateway.fairness.fair_share import Held, Holder
from gateway.fairness.round_robin import RoundRobin

# Seconds from one look to the next.
INTERVAL = 0.02
# The loop is late by more than the one, and early by less than the other.
LATE, EARLY = 0.002, 0.001
# Of those that were shrunk more run only after so many early looks: what has just begun waits for Square at first.
EARLY_LOOKS = 5
# What each caller may run however late it is, and what it may want before it is limited.
MIN_RUNNING, FEW = 2, 2
# The loop has something to do when so many run, or begin within these seconds.
MIN_BUSY, BUSY_SECONDS = 8, 0.25
# As many may run of a caller of whom nothing is known yet.
FIRST_RUNNING = 4
# For how long a caller is active that asked for something, and a limit lasts that nobody meets.
ACTIVE_SECONDS, CALM_SECONDS = 5.0, 1.0
_UNLIMITED = 1_000_000_000


class Loop(Protocol):
    """What is needed of an event loop."""

    def call_soon(self, callback: Callable[[], None]) -> object:
        """Call in the next turn."""

    def call_later(self, delay: float, callback: Callable[[], None]) -> object:
        """Call after so many seconds."""


class Turn:
    """One operation of a caller, as far as it takes time of the loop."""

    __slots__ = ("_held", "_holder", "_line", "_turns")

    def __init__(self, turns: FairTurns, line: _Line, holder: Holder, held: Held | None) -> None:
        """Given by `FairTurns.begin`."""
        self._turns = turns
        self._line = line
        self._holder = holder
        self._held = held

    @property
    def waits(self) -> bool:
        """Whether others of the same caller come first."""
        return self._held is None

    async def come(self) -> None:
        """Return when it may run."""
        turns = self._turns
        turns.delayed += 1
        self._held = await self._line.places.enter(self._holder)
        # Many may come in at once.
        if turns.steps.active:
            await turns.steps.step(self._holder)

    def end(self) -> None:
        """It takes no more time; once is enough, and more often does no harm."""
        held, self._held = self._held, None
        if held is not None:
            self._turns._ends(self._line.places, held)


class FairTurns:
    """The operations that run on one event loop."""

    def __init__(
        self,
        *,
        now: Callable[[], float] = time.perf_counter,
        used: Callable[[], float] = time.thread_time,
        loop: Callable[[], Loop] = get_running_loop,
        steps: RoundRobin | None = None,
    ) -> None:
        """`now` gives seconds, `used` how many of them this thread has run. `steps` are theirs who run."""
        self._now = now
        self._used = used
        self._loop = loop
        self.steps = steps or RoundRobin()
        # How often an operation had to wait.
        self.delayed = 0
        self._lines: dict[str, _Line] = {}
        self._latest: str | None = None
        # When there was last another caller than just before.
        self._changed = -ACTIVE_SECONDS
        self._begun = 0
        self._begun_at = 0.0
        self._ended: list[tuple[FairPlaces, Held]] = []
        self._looked = self._used_then = 0.0
        self._busy_at = 0.0
        self._early = 0

    @property
    def watching(self) -> bool:
        """Whether a timer looks how late the loop is, and those who want most may have to wait."""
        return self.steps.active

    @property
    def waiting(self) -> int:
        """How many operations wait."""
        return sum(line.places.queued for line in self._lines.values())

    def begin(self, holder: Holder, running: int) -> Turn | None:
        """An operation of this caller's that is about to run, so many running already.

        None where nothing is limited; else what says whether it waits, and is told when it is over.
        """
        group = holder.name if holder.known else ""
        if group != self._latest:
            if self._latest is not None:
                self._changed = self._now()
            self._latest = group
        if not self.steps.active:
            self._begun += 1
            if self._begun >= MIN_BUSY or running >= MIN_BUSY:
                self._consider(running)
            return None
        line = self._lines.get(group)
        if line is None:
            line = self._lines[group] = _Line()
        held = line.enter_now(holder)
        return Turn(self, line, holder, held)

    def _consider(self, running: int) -> None:
        now = self._now()
        busy = running >= MIN_BUSY or now - self._begun_at < BUSY_SECONDS
        self._begun, self._begun_at = 0, now
        if busy and now - self._changed < ACTIVE_SECONDS:
            self.steps.active = True
            self._busy_at = now
            self._look_later(now)

    def _look_later(self, now: float) -> None:
        self._looked, self._used_then = now, self._used()
        self._loop().call_later(INTERVAL, self._look)

    def _look(self) -> None:
        now = self._now()
        took = now - self._looked
        late = (took - INTERVAL) * min(1.0, (self._used() - self._used_then) / took)
        self._early = self._early % EARLY_LOOKS + 1 if late < EARLY else 0
        wanted = {group: self._wanted(group, line) for group, line in self._lines.items()}
        most = max(wanted.values(), default=0)
        exempt: set[str] = set()
        for group, line in list(self._lines.items()):
            if 2 * wanted[group] < most:
                line.allow(most)
                exempt.add(group)
            elif late > LATE:
                line.shrink()
            elif late < EARLY and (line.is_new or self._early >= EARLY_LOOKS):
                line.grow()
            if line.looked_at(now):
                self._busy_at = now
            elif not line.places.used:
                del self._lines[group]
        self.steps.exempt = exempt
        if late > LATE:
            self._busy_at = now
        if now - self._changed < ACTIVE_SECONDS and now - self._busy_at < CALM_SECONDS:
            self._look_later(now)
        else:
            self._stop()

    def _wanted(self, group: str, line: _Line) -> int:
        unknown = self._lines.get("")
        if unknown is None or not group:
            return line.wanted
        # What it asked for before it was known waits there still.
        return line.wanted + unknown.places.queued_by(Holder(group, known=False))

    def _stop(self) -> None:
        self.steps.active = False
        lines, self._lines = self._lines, {}
        for line in lines.values():
            line.places.resize(_UNLIMITED)

    def _ends(self, places: FairPlaces, held: Held) -> None:
        self._ended.append((places, held))
        if len(self._ended) == 1:
            self._loop().call_soon(self._next_turn)

    def _next_turn(self) -> None:
        ended, self._ended = self._ended, []
        for places, held in ended:
            places.leave(held)


class _Line:
    """What one caller runs, and what waits for that."""

    __slots__ = ("_limit", "_met", "_met_at", "_new", "_peak", "places")

    def __init__(self) -> None:
        self.places = FairPlaces(FIRST_RUNNING, 1.0)
        self._limit = FIRST_RUNNING
        # As long as the loop was not late because of it, it grows faster.
        self._new = True
        # The most that ran in one turn since the last look, whether anything had to wait, and when that was so last.
        self._peak = 0
        self._met = False
        self._met_at = -CALM_SECONDS

    @property
    def is_new(self) -> bool:
        """Whether the loop was never late because of it."""
        return self._new

    @property
    def wanted(self) -> int:
        """How many it had, or would have had, at a time."""
        return self._peak + self.places.queued

    def enter_now(self, holder: Holder) -> Held | None:
        """A place; None where one has to wait for it."""
        held = self.places.enter_now(holder)
        if held is None:
            self._met = True
        elif self.places.used > self._peak:
            self._peak = self.places.used
        return held

    def shrink(self) -> None:
        """Have a third less run."""
        if self.wanted > FEW:
            self._new = False
            self._resize(max(MIN_RUNNING, min(self._limit, self._peak) * 2 // 3))

    def grow(self) -> None:
        """Have some more run, if any wait."""
        if self._met or self.places.waiting:
            self._resize(self._limit + (self._limit if self._new else 1 + self._limit // 8))

    def allow(self, running: int) -> None:
        """Have at least so many run."""
        if self._limit < running:
            self._resize(running)

    def looked_at(self, now: float) -> bool:
        """Begin to see what happens until the next look. Whether anything has had to wait lately."""
        if self._met or self.places.waiting:
            self._met_at = now
        lately = now - self._met_at < CALM_SECONDS
        if not lately:
            self.allow(FIRST_RUNNING)
        self._met = False
        self._peak = self.places.used
        return lately

    def _resize(self, limit: int) -> None:
        self._limit = limit
        self.places.resize(limit)
