"""How many requests run at the same time, and whether more are welcome. Knows no HTTP beyond refusing.

Refusing costs little and running costs a lot: with a bound, an overloaded gateway goes on answering as many
requests as it can, instead of answering all of them late. What lasts (streams, sockets) is not counted here.
"""

from __future__ import annotations

import asyncio

from gateway.server.refusal import Refused

RETRY_AFTER = "1"


class Admission:
    """The requests of one application that are under way."""

    def __init__(self, most: int = 200, seconds: float = 25.0) -> None:
        """At most so many run at the same time; those that run at the end get `seconds` to finish."""
        self._most = most
        self._seconds = seconds
        self.running = 0
        self.closed = False
        self._empty = asyncio.Event()
        self._hurried = False

    def enter(self) -> Place:
        """Count a request. Raises `Refused` when it is not welcome."""
        if self.closed:
            headers = {"Retry-After": RETRY_AFTER, "Connection": "close"}
            raise Refused(503, "The gateway is shutting down.", code="SHUTTING_DOWN", headers=headers)
        if self.running >= self._most:
            raise Refused(
                503,
                "Too many requests are running. Try again soon.",
                code="OVERLOADED",
                headers={"Retry-After": RETRY_AFTER},
            )
        self.running += 1
        return Place(self)

    def left(self) -> None:
        """Count a request that is over, or has become one that lasts."""
        self.running -= 1
        if self.closed and not self.running:
            self._empty.set()

    def close(self) -> None:
        """Welcome no more requests."""
        self.closed = True
        if not self.running:
            self._empty.set()

    def hurry(self) -> None:
        """Stop waiting for those that run."""
        self._hurried = True
        self._empty.set()

    async def emptied(self) -> bool:
        """Wait until none is running, or until the time is over. Whether all of them finished."""
        try:
            async with asyncio.timeout(self._seconds):
                await self._empty.wait()
        except TimeoutError:
            return False
        return not self._hurried


class Place:
    """What one running request takes up."""

    def __init__(self, admission: Admission) -> None:
        """Given by `Admission.enter`."""
        self.admission = admission
        self._taken = True

    def leave(self) -> None:
        """Give it back; once is enough, and more often does no harm."""
        if self._taken:
            self._taken = False
            self.admission.left()
