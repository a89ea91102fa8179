"""Taking turns: one at a time, and in rotation among callers, however many of them one caller asks for."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class NoTurn(Exception):
    """Too many wait already. `own` tells whether it is the caller who has too many waiting."""

    def __init__(self, *, own: bool) -> None:
        super().__init__("too many wait")
        self.own = own


class Turns:
    """The turns of one thing that is done one at a time."""

    def __init__(self, each: int, most: int) -> None:
        """At most `most` wait; beyond that, callers share the places, and none has more than `each`."""
        self._each = each
        self._most = most
        self._queues: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self.taken = False
        self.waiting = 0
        self.refused = 0

    @asynccontextmanager
    async def turn(self, caller: str) -> AsyncIterator[None]:
        """Wait for a turn of this caller's, and have it until the block ends. Raises `NoTurn`."""
        if self.taken:
            await self._wait(caller)
        self.taken = True
        try:
            yield
        finally:
            self._next()

    async def _wait(self, caller: str) -> None:
        mine = self._queues.get(caller) or deque()
        if len(mine) >= self._each:
            raise self._refusal(own=True)
        if self.waiting >= self._most and not self._make_room(len(mine)):
            raise self._refusal(own=False)
        self._queues[caller] = mine
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        mine.append(place)
        self.waiting += 1
        await place

    def _make_room(self, waiting: int) -> bool:
        """Turn away the newest of the caller who has most waiting, unless whoever asks has as many."""
        longest = max(self._queues.values(), key=len)
        if len(longest) <= waiting + 1:
            return False
        self.waiting -= 1
        longest.pop().set_exception(self._refusal(own=True))
        return True

    def _refusal(self, *, own: bool) -> NoTurn:
        self.refused += 1
        return NoTurn(own=own)

    def _next(self) -> None:
        self.taken = False
        if self._queues:
            caller, queue = self._queues.popitem(last=False)
            place = queue.popleft()
            if queue:
                self._queues[caller] = queue
            self.waiting -= 1
            self.taken = True
            place.set_result(None)
