"""The event log in memory: it ends with the process. For the embedded emulator, and for trying things out."""

from __future__ import annotations

import hashlib
import secrets
import time
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Sequence

from gateway.events.event import Event, Stored
from gateway.events.log import Bounds, DeadLetter, Figures, OnStored
from gateway.events.stores.waiting import Waiting

# For each event that may be kept, how many ids are known: a repetition may come when the event is gone already.
IDS_FOR_EACH = 4
# Events that are gone are taken out of a list together, once they are so many and half of it.
MIN_CLEARED = 64


class MemoryLog:
    """Keeps at most `limit` events for `retention` seconds; `now` is the time in seconds."""

    def __init__(self, retention: float, limit: int, now: Callable[[], float] = time.time) -> None:
        self._name = secrets.token_hex(8)
        self._retention = retention
        self._limit = limit
        self._now = now
        self._position = 0
        self._sellers: dict[str, _Seller] = {}
        # Of each event that is kept: when it was stored, and whose it is. The oldest first.
        self._kept: deque[tuple[float, str]] = deque()
        # By a digest of the id: when it was stored. The oldest first.
        self._known: dict[bytes, float] = {}
        # By position.
        self._dead: dict[int, DeadLetter] = {}
        self._latest: str | None = None
        self._notes: dict[str, str] = {}
        self._waiting = Waiting()

    @property
    def name(self) -> str:
        """Random, as positions end with the process."""
        return self._name

    @property
    def figures(self) -> Figures:
        """How much there is."""
        return Figures(len(self._kept), len(self._dead))

    def on_stored(self, listener: OnStored) -> None:
        """Tell this listener of new events before anybody else."""
        self._waiting.listen(listener)

    def on_missed(self, listener: Callable[[], None]) -> None:
        """See `EventLog`."""
        self._waiting.listen_missed(listener)

    async def open(self) -> None:
        """Nothing to do."""

    async def close(self) -> None:
        """Nothing to do."""

    async def append(self, events: Sequence[Event]) -> list[int | None]:
        """See `EventLog`."""
        moment, fresh = self._now(), []
        positions: list[int | None] = []
        self._trim(moment)
        for event in events:
            digest = hashlib.blake2b(event.event_id.encode(), digest_size=16).digest()
            if digest in self._known:
                positions.append(None)
                continue
            self._known[digest] = moment
            self._position += 1
            self._sellers.setdefault(event.merchant, _Seller()).append(Stored(self._position, event))
            self._kept.append((moment, event.merchant))
            positions.append(self._position)
            self._latest = event.created_at
            fresh.append(event)
        self._trim(moment)
        self._waiting.stored(fresh)
        return positions

    async def read(self, merchant: str, after: int, limit: int) -> list[Stored]:
        """See `EventLog`."""
        seller = self._sellers.get(merchant)
        return [] if seller is None else seller.behind(after, limit)

    async def bounds(self, merchant: str) -> Bounds:
        """See `EventLog`."""
        self._trim(self._now())
        seller = self._sellers.get(merchant)
        return Bounds(0, 0) if seller is None else Bounds(seller.gone, seller.last)

    async def changed(self, merchant: str, after: int) -> None:
        """See `EventLog`."""
        while (seller := self._sellers.get(merchant)) is None or seller.last <= after:
            with self._waiting.one(merchant) as woken:
                await woken

    async def bury(self, letter: DeadLetter) -> None:
        """See `EventLog`. One whose event is gone meanwhile would say nothing."""
        seller = self._sellers.get(letter.stored.event.merchant)
        if seller is not None and letter.stored.position > seller.gone:
            self._dead[letter.stored.position] = letter

    async def latest(self) -> str | None:
        """See `EventLog`."""
        return self._latest

    async def note(self, name: str) -> str | None:
        """See `EventLog`."""
        return self._notes.get(name)

    async def set_note(self, name: str, text: str) -> None:
        """See `EventLog`."""
        self._notes[name] = text

    async def hold(self, task: str, holder: str, seconds: float) -> bool:
        """See `EventLog`. Nobody else has this log."""
        return True

    def _trim(self, moment: float) -> None:
        end = moment - self._retention
        while self._kept and (len(self._kept) > self._limit or self._kept[0][0] < end):
            _, merchant = self._kept.popleft()
            self._dead.pop(self._sellers[merchant].let_go(), None)
        while self._known:
            oldest = next(iter(self._known))
            if len(self._known) <= self._limit * IDS_FOR_EACH and self._known[oldest] >= end:
                break
            del self._known[oldest]


class _Seller:
    """The events of one seller, in order."""

    __slots__ = ("_cleared", "_stored", "gone", "last")

    def __init__(self) -> None:
        self._stored: list[Stored | None] = []
        # How many at the beginning are gone.
        self._cleared = 0
        self.gone = 0
        self.last = 0

    def append(self, stored: Stored) -> None:
        self._stored.append(stored)
        self.last = stored.position

    def behind(self, after: int, limit: int) -> list[Stored]:
        start = bisect_right(self._stored, after, lo=self._cleared, key=lambda each: each.position if each else 0)
        return [each for each in self._stored[start : start + limit] if each is not None]

    def let_go(self) -> int:
        """Forget the oldest, and give its position."""
        oldest = self._stored[self._cleared]
        assert oldest is not None
        self.gone = oldest.position
        self._stored[self._cleared] = None
        self._cleared += 1
        if self._cleared >= MIN_CLEARED and self._cleared * 2 >= len(self._stored):
            del self._stored[: self._cleared]
            self._cleared = 0
        return self.gone
