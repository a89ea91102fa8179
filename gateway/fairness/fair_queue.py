"""Places that callers share and wait for: who waits gets one in rotation, as soon as its share allows. No I/O."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.fairness.fair_share import FairShare, Held, Holder


class FairPlaces:
    """So many places, of which one caller may hold a share, and a queue for each caller."""

    def __init__(self, limit: int, share: float, queue: int | None = None) -> None:
        """At most `queue` wait, of which one caller may be the same share; None is no limit."""
        self._places = FairShare(limit, share)
        self._line = None if queue is None else FairShare(queue, share)
        self._queues: OrderedDict[Holder, deque[asyncio.Future[Held]]] = OrderedDict()

    @property
    def used(self) -> int:
        """How many places are taken."""
        return self._places.used

    @property
    def waiting(self) -> bool:
        """Whether anybody waits for a place."""
        return bool(self._queues)

    @property
    def queued(self) -> int:
        """How many wait for a place."""
        return sum(map(len, self._queues.values())) if self._queues else 0

    def queued_by(self, holder: Holder) -> int:
        """How many of this holder's wait for a place."""
        return len(self._queues.get(holder, ()))

    def resize(self, limit: int) -> None:
        """Have so many places from now on. Those that are taken stay so."""
        self._places.limit = limit
        self._admit()

    @asynccontextmanager
    async def place(self, holder: Holder) -> AsyncIterator[None]:
        """Have a place until the block ends. Raises `NoShare` when too many wait for one."""
        held = await self.enter(holder)
        try:
            yield
        finally:
            self.leave(held)

    async def enter(self, holder: Holder) -> Held:
        """Wait for a place, to be given back with `leave`. Raises `NoShare` when too many wait for one."""
        free = self.enter_now(holder)
        if free is not None:
            return free
        in_line = None if self._line is None else self._line.take(holder)
        turn: asyncio.Future[Held] = asyncio.get_running_loop().create_future()
        self._queues.setdefault(holder, deque()).append(turn)
        try:
            return await turn
        except BaseException:
            if turn.done() and not turn.cancelled():
                self.leave(turn.result())
            else:
                self._forget(holder, turn)
            raise
        finally:
            if in_line is not None:
                in_line.release()

    def enter_now(self, holder: Holder) -> Held | None:
        """A place, to be given back with `leave`; None where one has to wait for it."""
        # Callers that wait go first, but only those that wait for the same.
        return None if holder in self._queues else self._places.take_now(holder)

    def leave(self, held: Held) -> None:
        """Give a place back."""
        held.release()
        if self._queues:
            self._admit()

    def _admit(self) -> None:
        # One for each in turn, until there is nothing for any of them.
        while not self._places.full and any([self._admit_one(holder) for holder in list(self._queues)]):  # noqa: C419
            pass

    def _admit_one(self, holder: Holder) -> bool:
        queue = self._queues[holder]
        while queue and queue[0].done():
            queue.popleft()
        admitted = bool(queue) and self._places.reason(holder) is None
        if admitted:
            queue.popleft().set_result(self._places.take(holder))
        if not queue:
            del self._queues[holder]
        elif admitted:
            self._queues.move_to_end(holder)
        return admitted

    def _forget(self, holder: Holder, turn: asyncio.Future[Held]) -> None:
        queue = self._queues.get(holder)
        if queue is not None and turn in queue:
            queue.remove(turn)
            if not queue:
                del self._queues[holder]
