"""Finds events of which no webhook came: at the start, soon after anything that may have kept them away, and on and on.

What is found goes the way of webhooks: into the log, which knows by its id what it has already, and from there to those
who follow. It gets a later position than what happened after it, and no feed shows an older version of an
object after a newer one. Of the processes that share a log one searches at a time. Failures end nothing: they are
logged once, shown in figures, and followed by a further try.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from gateway.events.catching_up import CatchUp
from gateway.events.event import Event
from gateway.events.event_search import SEARCH_EVENTS
from gateway.events.lease import Lease
from gateway.events.log import EventLog, NotStored
from gateway.square.clock import Timing
from gateway.square.errors import Forbidden, NotFound, Rejected, SquareError, Unauthenticated

# Seconds between two searches: at first and when something may be missing, doubled from then on up to the longest.
SOON, INTERVAL = 5.0, 600.0
# Seconds without webhooks behind which some may be missing.
SILENCE = 300.0

log = logging.getLogger(__name__)


class Reconciliation:
    """Searches for missed events for as long as `run` runs."""

    def __init__(self, catch_up: CatchUp, timing: Timing) -> None:
        """Nothing is searched for yet."""
        self._catch_up = catch_up
        self._timing = timing
        self._hint = asyncio.Event()
        self._lease: Lease | None = None
        self._arrived = timing.now()
        self._problem = ""
        # Events that were found by searching alone.
        self.recovered = 0

    @property
    def failing(self) -> bool:
        """Whether the last search did not reach its end."""
        return bool(self._problem)

    async def open(self, events: EventLog) -> None:
        """Look where the log ends, before webhooks add to it."""
        await self._catch_up.open()
        events.on_stored(self._stored)
        events.on_missed(self.missed)
        self._lease = Lease(events, self._catch_up.task, self._hint)

    def missed(self) -> None:
        """Something may have kept webhooks away: search soon."""
        self._hint.set()

    async def run(self) -> None:
        """Search now, and again and again until cancelled, while no other process does. No failure ends it."""
        assert self._lease is not None, "open it first"
        keeping = asyncio.create_task(self._lease.keep())
        try:
            await self._search(self._lease)
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)

    async def _search(self, lease: Lease) -> None:
        failures, wait = 0, SOON
        while True:
            await lease.held.wait()
            self._hint.clear()
            if await self.attempt():
                failures = 0
                wait = SOON if await self._pause(wait) else min(INTERVAL, 2 * wait)
            else:
                failures += 1
                await self._timing.sleep(SOON + self._timing.backoff(failures, SOON, INTERVAL))

    async def attempt(self) -> bool:
        """One search, to the end if that is possible; whether it was."""
        try:
            recovered = await self._catch_up.run()
        except (SquareError, NotStored) as error:
            problem = _advice(error)
            if problem != self._problem:
                log.warning("Missed events cannot be searched for: %s", problem)
            self._problem = problem
            return False
        if self._problem:
            self._problem = ""
            log.info("Missed events can be searched for again")
        if recovered:
            self.recovered += recovered
            log.info("Found %d events of which no webhook had come", recovered)
            # Whatever kept these away may keep others away.
            self.missed()
        return True

    async def _pause(self, seconds: float) -> bool:
        """Wait about so long, or until something may be missing; whether that is so."""
        # Not all replicas at the same time.
        seconds *= 0.8 + 0.4 * self._timing.random()
        await self._timing.sleep(SOON)
        try:
            async with self._timing.limit(max(0.0, seconds - SOON)):
                await self._hint.wait()
        except TimeoutError:
            return False
        return True

    def _stored(self, events: Sequence[Event]) -> None:
        """After a long time without webhooks there may have been some that did not come."""
        if self._catch_up.storing:
            return
        now = self._timing.now()
        if now - self._arrived > SILENCE:
            self.missed()
        self._arrived = now


def _advice(error: SquareError | NotStored) -> str:
    """What is wrong, and what to do about it. Holds no values."""
    match error:
        case Unauthenticated():
            return "Square does not take SQUARE_APPLICATION_TOKEN: set the application's personal access token"
        case Forbidden():
            return (
                "SQUARE_APPLICATION_TOKEN may not do it: only the application's personal access token may, "
                "and no seller's OAuth token"
            )
        case NotFound():
            return f"there is no {SEARCH_EVENTS.name} here: look at SQUARE_BASE_URL, or unset SQUARE_APPLICATION_TOKEN"
        case Rejected():
            return f"Square refuses it ({error}): SQUARE_VERSION may be too old"
        case SquareError():
            return f"Square does not answer ({error}); it is tried again"
        case _:
            return "the log of events cannot be read or written; it is tried again"
