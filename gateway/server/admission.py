"""How many requests run at the same time, and whether more are welcome. Knows no HTTP beyond refusing.

Refusing costs little and running costs a lot: with a bound, an overloaded gateway goes on answering as many
requests as it can, instead of answering all of them late. What lasts (streams, sockets) is not counted here.

A request is let in when its head is there and takes up a place only when it is about to run, so that those who
send their bodies slowly hold no place. They are bounded apart, and a request that came as a whole is not held up
by them.
"""

from __future__ import annotations

import asyncio

from gateway.server.refusal import Refused

RETRY_AFTER = "1"
# For each place, how many requests may wait for their bodies: that costs a connection and what has come of the body.
# As many more as there are places may wait for anything else, such as the keys by which their callers are known.
LATE_FOR_EACH = 5


class Admission:
    """The requests of one application that are under way."""

    def __init__(self, most: int = 200, seconds: float = 25.0) -> None:
        """At most so many run at the same time; those that are under way at the end get `seconds` to finish."""
        self._most = most
        self._seconds = seconds
        self.running = 0
        self.arriving = 0
        self.closed = False
        self._empty = asyncio.Event()
        self._hurried = False

    def arrive(self, *, late: bool = False) -> Place:
        """Let a request in, with the place that it may take. Raises `Refused` when it is not welcome.

        `late` tells that its body is still to come.
        """
        if self.closed:
            headers = {"Retry-After": RETRY_AFTER, "Connection": "close"}
            raise Refused(503, "The gateway is shutting down.", code="SHUTTING_DOWN", headers=headers)
        if self.running >= self._most or self.arriving >= self._most * (LATE_FOR_EACH + (not late)):
            raise _overloaded()
        self.arriving += 1
        return Place(self)

    def enter(self) -> Place:
        """As `arrive`, for what runs at once."""
        place = self.arrive()
        place.take()
        return place

    def take(self) -> None:
        """Count a request that was arriving as running. Raises `Refused` when too many run."""
        if self.running >= self._most:
            raise _overloaded()
        self.arriving -= 1
        self.running += 1

    def left(self, *, running: bool) -> None:
        """Count a request that is over, or has become one that lasts; whether it was `running` or still arriving."""
        if running:
            self.running -= 1
        else:
            self.arriving -= 1
        self._note_empty()

    def close(self) -> None:
        """Welcome no more requests. Those that were let in may still run."""
        self.closed = True
        self._note_empty()

    def hurry(self) -> None:
        """Stop waiting for those that are under way."""
        self._hurried = True
        self._empty.set()

    async def emptied(self) -> bool:
        """Wait until none is under way, or until the time is over. Whether all of them finished."""
        try:
            async with asyncio.timeout(self._seconds):
                await self._empty.wait()
        except TimeoutError:
            return False
        return not self._hurried

    def _note_empty(self) -> None:
        if self.closed and not self.running and not self.arriving:
            self._empty.set()


class Place:
    """What one request takes up once it runs."""

    def __init__(self, admission: Admission) -> None:
        """Given by `Admission.arrive`."""
        self.admission = admission
        self._taken = False
        self._left = False

    def take(self) -> None:
        """Take it up; once is enough, and after `leave` it does nothing. Raises `Refused` when all are taken."""
        if not self._taken and not self._left:
            self.admission.take()
            self._taken = True

    def leave(self) -> None:
        """Give it back, taken or not; once is enough, and more often does no harm."""
        if not self._left:
            self._left = True
            self.admission.left(running=self._taken)


def _overloaded() -> Refused:
    message = "Too many requests are running. Try again soon."
    return Refused(503, message, code="OVERLOADED", headers={"Retry-After": RETRY_AFTER})
