"""One search for missed events: from where the last complete one ended to now, page by page into the log.

Where that was is noted in the log, by Square's clock, whichever process searched. An empty log begins with what happens
from now on, as nobody has followed it yet. Knows neither when to search nor what a payload means.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from gateway.events.event import Event
from gateway.events.event_search import Envelope, EventSearch
from gateway.events.log import EventLog, NotStored
from gateway.square.clock import Timing, seconds_since_1970

log = logging.getLogger(__name__)

# Seconds of the last search that are searched again: events can be found a while after they happened.
OVERLAP = 600.0
# What may have come late to a log that no search has looked after yet.
FIRST_OVERLAP = 3600.0
# Square sends a notification within so many seconds: an event that is older should have come.
LATE = 60.0
# Searches without a webhook subscription after which that is worth a warning.
PATIENCE = 3


class CatchUp:
    """What has to be known to go on from the last search."""

    def __init__(
        self,
        search: EventSearch,
        events: EventLog,
        read: Callable[[Envelope], Event],
        *,
        retention: float,
        timing: Timing,
    ) -> None:
        """`read` makes of a notification what is kept of it, and raises `ValueError` for what is none.

        Beyond `retention` seconds the log may not know what it had: nothing older is asked for.
        """
        # By this name one process at a time searches, and what was searched is noted: gateways of another environment
        # may use the same log, and find nothing of this one.
        self.task = f"search:{search.environment}"
        self._since, self._until = f"{self.task} since", f"{self.task} until"
        self._search = search
        self._events = events
        self._read = read
        self._retention = retention
        self._timing = timing
        self._latest: str | None = None
        self._opened = False
        self._prepared = 0
        self._subscribed = False
        # Whether what the log stores now may have come from here.
        self.storing = False

    async def open(self) -> None:
        """Look where the log ends, before webhooks add to it; with the first search, if it cannot be read now."""
        with suppress(NotStored):
            await self._open()

    async def _open(self) -> None:
        if not self._opened:
            self._latest = await self._events.latest()
            self._opened = True

    async def run(self) -> int:
        """Store what is missing; how many events should have come and had not. Raises `SquareError`, `NotStored`."""
        await self._open()
        await self._prepare()
        since, until = await self._bounds()
        oldest = max(seconds_since_1970(since), self._timing.wall() - self._retention)
        start = max(seconds_since_1970(until) - OVERLAP, oldest)
        recovered, latest = 0, until
        async for page in self._search.pages(_moment(start)):
            found = [event for each in page if (event := self._event(each)) is not None and _made(event) > oldest]
            recovered += await self._store(found)
            latest = max([latest, *(each.created_at for each in found)], key=seconds_since_1970)
        # A moment that is still to come would hide what happens until then.
        latest = min(latest, _moment(self._timing.wall()), key=seconds_since_1970)
        if latest != until:
            await self._events.set_note(self._until, latest)
        return recovered

    async def _prepare(self) -> None:
        """Until webhooks are known to come here. They may be subscribed to when the gateway has its address."""
        if self._subscribed:
            return
        self._subscribed = await self._search.prepare()
        self._prepared += 1
        if not self._subscribed and self._prepared == PATIENCE:
            log.warning("No enabled webhook subscription at Square has SQUARE_WEBHOOK_URL and types of use here")

    async def _bounds(self) -> tuple[str, str]:
        """Since when this log is kept complete, and up to when it is, as far as searches have seen."""
        since, until = await self._events.note(self._since), await self._events.note(self._until)
        if since is None or until is None:
            since = until = await self._first_bound()
            await self._events.set_note(self._until, until)
            await self._events.set_note(self._since, since)
        return since, until

    async def _first_bound(self) -> str:
        """From where on the first search of a log has to look."""
        if self._latest is not None:
            return _moment(seconds_since_1970(self._latest) - FIRST_OVERLAP)
        newest = await self._search.newest() or {}
        return _moment(seconds_since_1970(newest.get("created_at")))

    async def _store(self, found: Sequence[Event]) -> int:
        """How many of these events were not known, and old enough for their webhooks to have come."""
        self.storing = True
        try:
            positions = await self._events.append(found) if found else []
        finally:
            self.storing = False
        late = self._timing.wall() - LATE
        return sum(place is not None and _made(event) < late for event, place in zip(found, positions, strict=True))

    def _event(self, envelope: Envelope) -> Event | None:
        try:
            return self._read(envelope)
        except ValueError:
            return None


def _made(event: Event) -> float:
    return seconds_since_1970(event.created_at)


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(max(0.0, seconds), UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
